import pytest

from tests.contracts.helpers import reverts, travel


@pytest.fixture(scope="module", autouse=True)
def bob_may_mint_10_in_1000_seconds(attest, set_minter, who):
    attest()
    set_minter(who.bob, 10, 1_000)


@pytest.fixture
def spend(mint, who):
    """Bob mints for Alice."""

    def run(amount, dry=False):
        return mint(who.alice, amount, sender=who.bob, dry=dry)

    return run


def test_bucket_holds_its_capacity_and_not_one_more(issuer, spend, who):
    spend(4)
    assert issuer.minter(who.bob)[3] == 6
    with reverts("RateLimited", 7, 6):
        spend(7)
    spend(6)
    with reverts("RateLimited", 1, 0):
        spend(1)


def test_bucket_refills_by_the_second(issuer, spend, who):
    start = spend(10).timestamp
    travel(start + 99)
    with reverts("RateLimited", 1, 0):
        spend(1, dry=True)
    travel(start + 100)
    spend(1, dry=True)
    with reverts("RateLimited", 2, 1):
        spend(2, dry=True)
    travel(start + 999)
    assert issuer.minter(who.bob)[3] == 9
    travel(start + 1_000)
    spend(10, dry=True)


def test_bucket_is_never_more_than_full(issuer, spend, who):
    start = spend(10).timestamp
    travel(start + 5_000)
    assert issuer.minter(who.bob)[3] == 10
    spend(10, dry=True)
    with reverts("AboveInstantLimit", 11, 10):
        spend(11, dry=True)


def test_bucket_loses_no_fraction_when_it_is_used(spend):
    start = spend(10).timestamp
    travel(start + 150)
    assert start + 150 < spend(1).timestamp < start + 199
    travel(start + 199)
    with reverts("RateLimited", 1, 0):
        spend(1, dry=True)
    travel(start + 200)
    spend(1, dry=True)


def test_buckets_are_apart(issuer, set_minter, spend, who):
    set_minter(who.carol, 10, 1_000)
    spend(10)
    assert (issuer.minter(who.bob)[3], issuer.minter(who.carol)[3]) == (0, 10)


def test_account_without_limits_has_no_bucket(issuer, who):
    assert issuer.minter(who.alice) == (0, 0, 0, 0)
