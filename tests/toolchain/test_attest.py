from dataclasses import replace

import pytest

from zuan import Statement
from zuan.attest import build, sign, submission
from zuan.attest.statement import check_figures, kind_bytes
from zuan.chain.accounts import test_account as account
from zuan.errors import ContractError, InputError, MismatchError

LINES = {"goods": 100, "escrowed cash": 7}


@pytest.fixture
def statement(system):
    return build(system, LINES, b"\x05" * 32)


def signed(statement, *indexes):
    for index in indexes:
        statement = sign(statement, account(index))
    return statement


def test_the_message_signed_is_the_one_that_the_contract_hashes(system, statement):
    message = statement.message
    from eth_hash.auto import keccak

    digest = keccak(b"\x19" + message.version + message.header + message.body)
    assert digest == system.oracle.read("digest", statement.fields)


def test_a_quorum_is_accepted_whoever_submits(system, sender, statement):
    sender("bob").run(submission(system, signed(statement, 5, 3)))
    assert system.oracle.read("gate")[4] == 1
    assert system.issuer.read("headroom") == 80 + 7


def test_a_file_keeps_everything_and_signatures_combine(system, statement, sender, tmp_path):
    for index in (3, 4):
        signed(statement, index).save(tmp_path / f"{index}.json")
    first, second = (Statement.load(tmp_path / f"{index}.json") for index in (3, 4))
    combined = first.combine([second])
    assert combined == signed(statement, 3, 4)
    sender("deployer").run(submission(system, combined))


def test_statements_that_differ_do_not_combine(statement):
    with pytest.raises(MismatchError, match="statements differ"):
        signed(statement, 3).combine([signed(replace(statement, supply=1), 4)])


def test_fewer_than_a_quorum_is_refused_before_sending(system, statement):
    with pytest.raises(ContractError, match="1 of 2 signatures"):
        submission(system, signed(statement, 3))


def test_a_stranger_is_refused_before_sending(system, statement):
    with pytest.raises(ContractError, match="is not an auditor"):
        submission(system, signed(statement, 3, 8))


@pytest.mark.parametrize(
    "forge", [lambda s: s[:-1] + b"\x99", lambda s: bytes(65), lambda s: b"\x01" + s[1:], lambda s: s[:30]]
)
def test_a_signature_that_is_not_the_auditors_is_refused_before_sending(system, statement, forge):
    both = signed(statement, 3, 4)
    address = account(4).address
    broken = replace(both, signatures={**both.signatures, address: forge(both.signatures[address])})
    with pytest.raises(InputError, match=f"filed under {address}"):
        submission(system, broken)


def test_an_auditor_does_not_sign_figures_that_are_not_the_chains(system, statement, attest):
    check_figures(system, statement)
    for change in ({"issued": 1}, {"supply": 1}, {"vault": 9}, {"as_of": statement.as_of - 1}):
        with pytest.raises(MismatchError, match="do not sign"):
            check_figures(system, replace(statement, **change))
    with pytest.raises(MismatchError, match="is for the oracle"):
        check_figures(system, replace(statement, oracle="0x" + "33" * 20))


def test_an_unknown_kind_and_no_line_at_all_are_refused(system):
    with pytest.raises(ContractError, match="no kind of asset gold"):
        build(system, {"gold": 1}, bytes(32))
    with pytest.raises(ContractError, match="no line"):
        build(system, {}, bytes(32))


def test_a_second_statement_right_after_the_first_speaks_of_a_later_moment(system, sender, statement):
    sender("deployer").run(submission(system, signed(statement, 3, 4)))
    again = build(system, LINES, bytes(32))
    assert again.epoch == 2 and again.as_of > statement.as_of
    sender("deployer").run(submission(system, signed(again, 3, 4)))


def test_a_block_no_newer_than_the_last_attestation_is_refused(system, sender, statement):
    sender("deployer").run(submission(system, signed(statement, 3, 4)))
    with pytest.raises(ContractError, match="no later than the last one"):
        build(system, LINES, bytes(32), block=statement.block)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}', "\x00"])
def test_what_is_no_statement_is_one_sentence(tmp_path, text):
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(InputError, match="is no statement"):
        Statement.load(tmp_path / "s.json")
    with pytest.raises(InputError, match="cannot read"):
        Statement.load(tmp_path / "none.json")


def test_kinds_are_text_or_32_bytes_of_hex():
    assert kind_bytes("goods") == b"goods".ljust(32, b"\0")
    assert kind_bytes("0x" + "ab" * 32) == b"\xab" * 32
    with pytest.raises(InputError, match="1 to 32 bytes"):
        kind_bytes("x" * 33)
