import pytest

from tests.contracts.helpers import LOCAL, reverts, travel


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


def test_feed_goes_on_after_a_rotation_and_when_its_attestation_is_stale(oracle, attest, who):
    attest()
    before = oracle.latestRoundData()
    oracle.rotate(who.alice, {"from": who.auditor1})
    travel(oracle.asOf() + LOCAL.max_age + 1)
    assert oracle.latestRoundData() == before


def test_feed_ends_with_a_change_of_auditors_and_begins_anew(oracle, attest, who):
    attest()
    oracle.setAuditors([who.auditor1, who.auditor2, who.bob], 2, {"from": who.owner})
    for ask in (oracle.latestRoundData, lambda: oracle.getRoundData(1)):
        with reverts("NoSuchRound", 1, 0):
            ask()
    attest({"goods": 10})
    assert oracle.latestRoundData()[:2] == (2, 8)


def test_feed_ends_with_the_wind_down(oracle, attest, wind_down):
    attest()
    wind_down()
    for _ in range(2):
        with reverts("NoSuchRound", oracle.gate()[4], 0):
            oracle.latestRoundData()
        attest()


def test_feed_answers_the_largest_figures(oracle, attest, donate):
    largest = 2**72 - 1
    donate(largest)
    attest({"escrowed cash": largest}, vault=largest)
    assert oracle.latestRoundData()[1] == 2 * largest
