import pytest

from tests.contracts.helpers import travel


@pytest.fixture(scope="module", autouse=True)
def _issued_100(attest, mint, who):
    attest()
    mint(who.alice, 100)


def test_shortfall_is_none_while_reserves_cover_the_supply_exactly(oracle, attest):
    attest({"escrowed cash": 100})
    assert oracle.shortfallSince() == 0


def test_shortfall_begins_when_one_is_missing(oracle, attest):
    tx = attest({"escrowed cash": 99})
    assert oracle.shortfallSince() == tx.timestamp


def test_shortfall_counts_reserves_after_the_haircut(oracle, attest):
    tx = attest({"goods": 124})
    assert oracle.shortfallSince() == tx.timestamp
    attest({"goods": 125})
    assert oracle.shortfallSince() == 0


def test_shortfall_counts_the_attested_vault(oracle, attest, donate):
    donate(60)
    attest({"escrowed cash": 40})
    assert oracle.shortfallSince() == 0
    tx = attest({"escrowed cash": 39})
    assert oracle.shortfallSince() == tx.timestamp


def test_shortfall_counts_the_supply_not_what_was_issued(oracle, attest, token, who):
    token.burn(30, bytes(32), {"from": who.alice})
    attest({"escrowed cash": 70})
    assert oracle.shortfallSince() == 0
    tx = attest({"escrowed cash": 69})
    assert oracle.shortfallSince() == tx.timestamp


def test_shortfall_goes_on_from_the_first_of_a_run(oracle, attest):
    first = attest({"escrowed cash": 99}).timestamp
    travel(first + 1_000)
    attest({"escrowed cash": 1})
    assert oracle.shortfallSince() == first


def test_shortfall_ends_with_the_next_that_covers_and_begins_anew(oracle, attest):
    first = attest({"escrowed cash": 99}).timestamp
    attest({"escrowed cash": 100})
    assert oracle.shortfallSince() == 0
    travel(first + 1_000)
    tx = attest({"escrowed cash": 99})
    assert oracle.shortfallSince() == tx.timestamp > first


def test_shortfall_closes_minting(issuer, attest, mint, who):
    attest({"escrowed cash": 99})
    assert issuer.headroom() == 0
