import pytest

from tests.contracts.helpers import reverts


def test_feed_says_what_it_is(oracle):
    assert (oracle.decimals(), oracle.version()) == (0, 1)
    assert oracle.description() == "Zuan reserves, in diamonds at par"


def test_feed_answers_reserves_and_vault_with_the_time_of_the_data(oracle, attest, statement, donate):
    donate(7)
    as_of = statement().as_of - 5
    attest(as_of=as_of)
    assert oracle.latestRoundData() == (1, 800_007, as_of, as_of, 1)
    assert oracle.getRoundData(1) == oracle.latestRoundData()


def test_feed_answers_the_vault_of_the_attestation_not_of_now(oracle, attest, donate):
    attest()
    donate(7)
    assert oracle.latestRoundData()[1] == 800_000


def test_feed_reverts_before_the_first_attestation(oracle):
    with reverts("NoSuchRound", 0, 0):
        oracle.latestRoundData()
    with reverts("NoSuchRound", 0, 0):
        oracle.getRoundData(0)
    with reverts("NoSuchRound", 1, 0):
        oracle.getRoundData(1)


@pytest.mark.parametrize("round_id", [0, 1, 3, 2**32 + 2, 2**80 - 1])
def test_feed_reverts_for_any_round_but_the_newest(oracle, attest, round_id):
    attest()
    attest()
    assert oracle.getRoundData(2)[0] == 2
    with reverts("NoSuchRound", round_id, 2):
        oracle.getRoundData(round_id)


def test_feed_goes_on_after_a_change_of_auditors(oracle, attest, who):
    attest()
    before = oracle.latestRoundData()
    oracle.setAuditors([who.alice, who.bob], 2, {"from": who.owner})
    assert oracle.latestRoundData() == before


def test_feed_answers_the_largest_figures(oracle, attest):
    attest({"escrowed cash": 2**72 - 1}, vault=2**72 - 1)
    assert oracle.latestRoundData()[1] == 2**73 - 2
