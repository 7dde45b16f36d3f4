"""Who holds power and who holds much, and how any holder is paid: single criteria on tokens that are made for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rating.test_criteria import examined, said
from tests.rating.zoo import MAKER, Place
from zuan.rating.history import Past
from zuan.rating.past import AccountSums
from zuan.rating.surface import call
from zuan.rating.witness import Witness
from zuan.rating.world import account

OWNER = account("the owner of a token")


def owned(place: Place, name: str, types: str = "", *args: Any) -> str:
    """A token that anybody's order to its owner can mint."""
    return place.put("Ivory", "address", place.put(name, types, *args))


def test_a_delay_that_somebody_sets_to_nothing_is_told_with_a_witness():
    place = Place()
    found = said(examined(place, owned(place, "Hawthorn")), "rulers")
    assert found.verdict == "no" and "whose delay can be shortened at once" in found.sentence["en"]
    fresh = Place()
    owned(fresh, "Hawthorn")
    assert isinstance(found.witness, Witness) and [s.caller for s in found.witness.steps] == [MAKER]
    found.witness.check(fresh.world)


def test_a_delay_that_only_the_timelock_shortens_is_one():
    place = Place()
    found = said(examined(place, owned(place, "Timelock", "uint256,address[]", 172_800, [OWNER])), "rulers")
    assert found.verdict == "yes" and "only after the delay itself" in found.sentence["en"]
    assert "先等这一延迟" in found.sentence["zh"]


def test_a_safe_of_one_signature_is_one_key_and_of_two_is_not():
    place = Place()
    case = examined(place, owned(place, "Trio", "address[]", [MAKER, OWNER]))
    assert said(case, "rulers").verdict == "no" and "(1 of 2)" in said(case, "rulers").sentence["en"]
    assert said(case, "key").verdict == "yes"
    place = Place()
    case = examined(place, owned(place, "Council", "address[]", [MAKER, OWNER]))
    assert said(case, "rulers").verdict == "yes" and said(case, "key").verdict == "no"


def test_a_token_that_nobody_rules_has_no_kind_of_ruler(rated):
    assert next(f for f in rated("Coin").findings if f.id == "rulers").verdict == "not applicable"
    assert next(f for f in rated("Amber").findings if f.id == "rulers").verdict == "no"


def held(*holders: tuple[str, int, int, int]) -> Past:
    """A past in which these hold so much, from and to so many."""
    accounts = tuple((AccountSums(who, n, g + t, g, t), n) for who, n, g, t in holders)
    return Past(0, 1, True, False, 9, 0, 0, 1, 0, 0, 0, (), (), (), 0, "", accounts)


@pytest.mark.parametrize("kind", ["contract", "exchange"])
def test_what_is_held_for_others_makes_no_whale(kind):
    place = Place()
    token = place.put("Coin")
    who = place.put("Coin") if kind == "contract" else account("an exchange")
    place.send(token, call("transfer(address,uint256)", who, 900_000 * 10**18))
    case = examined(place, token)
    case.past = held((who, 900_000 * 10**18, 30, 30), (MAKER, 100_000 * 10**18, 1, 2))
    found = said(case, "concentration")
    assert found.verdict == "no" and f"{MAKER}, holds 10.00%" in found.sentence["en"]
    assert "1 contracts and exchange-like accounts hold 90.00% for others" in found.sentence["en"]
    assert found.evidence[0]["holdsForOthers"]


@pytest.mark.parametrize("name", ["Council", ""])
def test_a_key_or_a_safe_with_most_of_it_is_a_whale(name):
    place = Place()
    token = place.put("Coin")
    who = place.put(name, "address[]", [MAKER, OWNER]) if name else account("somebody rich")
    place.send(token, call("transfer(address,uint256)", who, 900_000 * 10**18))
    case = examined(place, token)
    case.past = held((who, 900_000 * 10**18, 1, 30))
    found = said(case, "concentration")
    assert found.verdict == "yes" and f"{who} holds 90.00%" in found.sentence["en"]


def paying(place: Place, name: str) -> tuple[str, str]:
    """A token that pays out another, which lies with it."""
    money = place.put("Coin")
    token = place.put(name, "address", money)
    place.send(money, call("transfer(address,uint256)", token, 1_000 * 10**18))
    return token, money


def test_what_a_stranger_is_paid_is_told_with_its_least_amount_and_fee():
    place = Place()
    token, money = paying(place, "Larder")
    case = examined(place, token)
    case.assets = (examined(place, money),)
    found = said(case, "redeem")
    assert (
        found.verdict == "yes" and f"of {money}, alone" in found.sentence["en"] and "fee 1.00%" in found.sentence["en"]
    )
    assert found.evidence[0]["amount"] == "1000" and found.evidence[0]["paid"] == "990"


def test_what_only_its_maker_can_turn_into_money_is_not_known_to_pay():
    place = Place()
    token, money = paying(place, "Pantry")
    case = examined(place, token)
    case.assets = (examined(place, money),)
    assert said(case, "redeem").verdict == "unknown"


def test_a_wrapper_pays_the_chains_own_money():
    place = Place()
    token = place.put("Sleeve")
    place.world.evm.set_balance(token, 1_000 * 10**18)
    found = said(examined(place, token), "redeem")
    assert (
        found.verdict == "yes"
        and "the chain's own money" in found.sentence["en"]
        and "fee 0.00%" in found.sentence["en"]
    )


def test_a_token_that_promises_nothing_is_not_asked_for_it(rated):
    assert next(f for f in rated("Coin").findings if f.id == "redeem").verdict == "not applicable"
