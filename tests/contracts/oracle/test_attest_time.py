import pytest

from tests.contracts.helpers import LOCAL, now, reverts, travel


@pytest.mark.parametrize("epoch", [0, 2, 2**64 - 1])
def test_attest_reverts_when_the_first_epoch_is_not_1(attest, epoch):
    with reverts("WrongEpoch", epoch, 1):
        attest(epoch=epoch, dry=True)


@pytest.mark.parametrize("epoch", [0, 1, 3])
def test_attest_reverts_when_the_epoch_is_not_the_last_and_1(attest, epoch):
    attest()
    with reverts("WrongEpoch", epoch, 2):
        attest(epoch=epoch, dry=True)


def test_attest_reverts_when_a_statement_is_submitted_twice(statement, submit):
    made = statement()
    submit(made)
    with reverts("WrongEpoch", 1, 2):
        submit(made)


def test_attest_reverts_when_as_of_is_0(attest):
    with reverts("AsOfNotNewer", 0, 0):
        attest(as_of=0, dry=True)


def test_attest_passes_a_second_after_the_last_as_of_and_not_at_it(oracle, attest):
    attest()
    last = oracle.asOf()
    travel(now() + 100)
    with reverts("AsOfNotNewer", last, last):
        attest(as_of=last, dry=True)
    attest(as_of=last + 1)
    assert oracle.asOf() == last + 1


def test_attest_reverts_when_as_of_is_older_than_the_last(oracle, attest):
    attest()
    last = oracle.asOf()
    with reverts("AsOfNotNewer", last - 1, last):
        attest(as_of=last - 1, dry=True)


def test_attest_passes_for_this_second_and_not_for_the_next(attest):
    attest(as_of=now(), dry=True)
    with reverts("AsOfInFuture", now() + 1, now()):
        attest(as_of=now() + 1, dry=True)


def test_attest_reverts_in_the_farthest_future(attest):
    with reverts("AsOfInFuture", 2**64 - 1, now()):
        attest(as_of=2**64 - 1, dry=True)


def test_attest_passes_at_the_maximum_age_and_not_a_second_later(statement, submit):
    made = statement()
    travel(made.as_of + LOCAL.max_age)
    submit(made, dry=True)
    travel(made.as_of + LOCAL.max_age + 1)
    with reverts("AsOfTooOld", made.as_of, made.as_of + 1):
        submit(made, dry=True)


def test_attest_reverts_when_the_statement_is_older_than_the_deployment(oracle, attest):
    appointed = oracle.appointedAt()
    assert appointed == oracle.deployedAt() - 1
    with reverts("AsOfBeforeAuditors", appointed, appointed):
        attest(as_of=appointed, dry=True)
    attest(as_of=appointed + 1)


def test_old_statement_allows_minting_only_until_its_own_age_is_up(oracle, attest, who):
    travel(now() + 1_000)
    as_of = oracle.appointedAt() + 1
    attest(as_of=as_of)
    assert oracle.gate()[2] == as_of + LOCAL.max_age
