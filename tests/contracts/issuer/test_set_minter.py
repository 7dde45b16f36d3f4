import pytest

from tests.contracts.helpers import MINTER, addresses, events, reverts, travel

LARGEST, LONGEST = 2**56 - 1, 2**24 - 1


def test_set_minter_sets_the_limits_and_says_so(issuer, set_minter, who):
    tx = set_minter(who.bob, 100, 1_000, 60)
    assert issuer.minter(who.bob) == (100, 1_000, 60, 100)
    bob = who.bob.address
    assert events(tx, "MinterSet") == [
        {"minter": bob, "oldLimits": (bob, 0, 0, 0), "newLimits": (bob, 100, 1_000, 60)},
    ]


def test_minters_are_all_that_may_mint(issuer, set_minter, who):
    assert issuer.minters() == (MINTER.minter,)
    set_minter(who.bob, 100, 1_000)
    set_minter(who.bob, 200, 1_000)
    assert issuer.minters() == (MINTER.minter, who.bob.address)
    set_minter(who.minter, 0, 1)
    set_minter(who.carol, 0, 1)
    assert issuer.minters() == (who.bob.address,)


def test_set_minter_up_to_the_most_minters_and_not_one_more(issuer, set_minter, who):
    for account in addresses(63):
        set_minter(account, 1, 1)
    assert len(issuer.minters()) == 64
    with reverts("TooManyMinters", 64):
        set_minter(who.bob, 1, 1)
    set_minter(who.minter, 2, 1)
    set_minter(who.minter, 0, 1)
    set_minter(who.bob, 1, 1)
    assert len(issuer.minters()) == 64


def test_set_minter_again_says_the_old_limits(set_minter, who):
    set_minter(who.bob, 100, 1_000, 60)
    bob = who.bob.address
    assert events(set_minter(who.bob, 70, 500, 0), "MinterSet") == [
        {"minter": bob, "oldLimits": (bob, 100, 1_000, 60), "newLimits": (bob, 70, 500, 0)},
    ]


def test_set_minter_reverts_with_a_period_of_0(set_minter, who):
    with reverts("BadLimits", 100, 0, 50):
        set_minter(who.bob, 100, 0, 50)


def test_set_minter_reverts_with_a_period_of_0_even_to_end_it(set_minter, who):
    with reverts("BadLimits", 0, 0, 0):
        set_minter(who.minter, 0, 0, 0)


def test_set_minter_accepts_an_instant_limit_of_the_capacity_and_not_one_more(issuer, set_minter, who):
    with reverts("BadLimits", 100, 10, 101):
        set_minter(who.bob, 100, 10, 101)
    set_minter(who.bob, 100, 10, 100)
    assert issuer.minter(who.bob)[2] == 100


def test_set_minter_counts_the_largest_limits(issuer, set_minter, who):
    set_minter(who.bob, LARGEST, LONGEST)
    assert issuer.minter(who.bob) == (LARGEST, LONGEST, LARGEST, LARGEST)


def test_capacity_of_0_ends_minting(issuer, attest, set_minter, mint, who):
    attest()
    set_minter(who.minter, 0, 1)
    assert issuer.minter(who.minter) == (0, 1, 0, 0)
    with reverts("NotMinter", who.minter):
        mint(who.alice, 1)


def test_instant_limit_of_0_leaves_only_proposals(attest, set_minter, mint, who):
    attest()
    set_minter(who.bob, 100, 10, 0)
    with reverts("AboveInstantLimit", 1, 0):
        mint(who.alice, 1, sender=who.bob)


def test_first_bucket_is_full(issuer, attest, set_minter, mint, who):
    attest()
    set_minter(who.bob, 100, LONGEST)
    mint(who.alice, 100, sender=who.bob)
    assert issuer.minter(who.bob)[3] == 0


def test_what_was_gained_is_settled_at_the_old_rate(issuer, attest, set_minter, mint, who):
    attest()
    set_minter(who.bob, 10, 1_000)
    start = mint(who.alice, 10, sender=who.bob).timestamp
    travel(start + 150)
    set_minter(who.bob, 1_000, 1_000)
    assert issuer.minter(who.bob)[3] == 1


def test_lower_capacity_cuts_what_the_bucket_holds(issuer, set_minter, who):
    set_minter(who.bob, 100, 1_000)
    set_minter(who.bob, 30, 1_000)
    assert issuer.minter(who.bob)[3] == 30


def test_higher_capacity_adds_nothing_at_once(issuer, set_minter, who):
    set_minter(who.bob, 100, LONGEST)
    set_minter(who.bob, LARGEST, LONGEST, 0)
    assert issuer.minter(who.bob)[3] == 100


def test_removing_and_adding_again_refills_nothing(issuer, set_minter, who):
    set_minter(who.bob, 100, 1_000)
    end = set_minter(who.bob, 0, 1_000).timestamp
    travel(end + 10**6)
    set_minter(who.bob, 100, 1_000)
    assert issuer.minter(who.bob)[3] == 0


@pytest.mark.parametrize("period", [1, LONGEST])
def test_another_period_keeps_what_the_bucket_holds(issuer, attest, set_minter, mint, who, period):
    attest()
    set_minter(who.bob, 100, LONGEST)
    mint(who.alice, 99, sender=who.bob)
    set_minter(who.bob, 100, period, 50)
    # With a period of 1 second it is full again in the next second; in this one it holds what it held.
    assert issuer.minter(who.bob)[3] == 1
