from eth_account.messages import _hash_eip191_message

from tests.contracts.helpers import plain


def test_digest_is_the_one_that_wallets_sign(oracle, statement):
    made = statement(
        {"goods": 3, "escrowed cash": 2**128 - 1, "service rights": 0}, issued=9, supply=8, vault=7, report=b"\x06" * 32
    )
    assert plain(oracle.digest(made.fields)) == _hash_eip191_message(made.message)


def test_digest_of_a_statement_without_lines_is_defined(oracle, statement):
    fields = (*statement().fields[:5], [], bytes(32))
    other = (*fields[:6], b"\x01" * 32)
    assert plain(oracle.digest(fields)) != plain(oracle.digest(other))


def test_domain_names_oracle_chain_and_version(oracle):
    assert plain(oracle.eip712Domain())[1:5] == ("Zuan ReserveOracle", "1", 1337, oracle.address)
