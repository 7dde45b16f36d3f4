"""What the rating says of tokens whose powers are known: each accusation that is true, and none that is false."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rating.zoo import MAKER, Place
from zuan.errors import MismatchError
from zuan.rating.case import examine_token
from zuan.rating.report import conclude
from zuan.rating.surface import call, selector
from zuan.rating.witness import Witness
from zuan.rating.world import account

#: What each token does that a holder should know; all other criteria have the good answer, or are not known.
ZOO = {
    "Coin": {},
    "Amber": {"mint", "key", "cap"},
    "Basalt": {"mint", "key", "cap", "owner"},
    "Cedar": {"mint", "key", "cap"},
    "Dune": {"key"},
    "Elm": {"mint", "key", "cap"},
    "Fern": {"mint", "key", "cap"},
    "Grove": {"mint", "take", "freeze", "key", "cap", "events"},
    "Heath": {"mint", "key", "cap"},
    "Iris": {},
    "Jade": {},
    "Kelp": {"mint", "key", "cap", "owner"},
    "Larch": {"freeze", "key"},
    "Maple": {"pause", "key"},
    "Nettle": {},
    "Oak": {"freeze", "pause", "key"},
    "Pine": {"transfers"},
    "Quartz": {},
    "Reed": {},
    "Sage": {"transfers"},
    "Thyme": {"transfers"},
    "Umber": {"take", "key"},
    "Violet": {"take", "key"},
    "Willow": {"take", "allowance", "owner", "key"},
    "Yarrow": {},
    "Zinnia": {"take", "key"},
    "Aspen": {"rescale", "pause", "key"},
    "Clover": {},
    "Rowan": {},
    "Sorrel": {},
    "Dahlia": {"fee", "key"},
    "Linden": {"key"},
    "Medlar": {"mint", "freeze", "key", "cap"},
    "Nutmeg": {"pause", "key"},
    "Osier": {"freeze", "take", "key"},
    "Poplar": {"mint", "events", "key", "cap"},
    "Quince": {"mint", "take", "key", "cap"},
    "Rowanberry": {"mint", "take", "events", "key", "cap"},
    "Senna": {"events", "key"},
    "Teasel": {"upgrade", "key", "cap"},
    "Ulex": set(),
    "Whinberry": set(),
    "Yew": set(),
    "Zedoary": {"freeze", "pause", "key"},
    "Aconite": {"freeze", "key"},
    "Sumac": {"freeze", "key"},
}


def accused_of(report):
    """The criteria of the stages without the good answer that somebody is accused by."""
    return {f.id for f in report.findings if f.stage and not f.is_good and f.verdict != "unknown"}


@pytest.mark.parametrize("name", ZOO)
def test_what_a_token_does_is_said_and_nothing_else(rated, name):
    report = rated(name)
    assert accused_of(report) == set(ZOO[name]), {f.id: f.sentence["en"] for f in report.findings}


@pytest.mark.parametrize("name", [n for n, faults in ZOO.items() if faults])
def test_every_accusation_has_a_witness_that_holds_on_a_fresh_world(rated, name):
    report = rated(name)
    place = Place()
    assert place.put(name) == report.token
    witnesses = [f.witness for f in report.findings if f.stage and not f.is_good and f.verdict != "unknown"]
    for witness in witnesses:
        assert isinstance(witness, Witness)
        witness.check(place.world)


@pytest.mark.parametrize(
    ("name", "stage"), [("Coin", 3), ("Iris", 3), ("Yarrow", 3), ("Larch", 1), ("Amber", 1), ("Umber", 0), ("Pine", 0)]
)
def test_stages_say_what_is_missing_for_the_next(rated, name, stage):
    report = rated(name)
    assert report.stage == stage
    assert {f.stage for f in report.missing} == ({stage + 1} if stage < 3 else set())


def test_a_fee_is_told_with_what_it_is_today_and_how_high_it_goes(rated):
    fee = next(f for f in rated("Birch", "uint256", 500).findings if f.id == "fee")
    assert "to 5.00% at least; today it is 1.00%" in fee.sentence["en"]


def test_a_cap_that_is_kept_is_told_with_its_figure(rated):
    report = {f.id: f for f in rated("Dune").findings}
    assert "up to a supply of 2,000,000 and not beyond" in report["mint"].sentence["en"]
    assert report["cap"].sentence["en"] == "Yes: the supply never goes beyond 2,000,000."


def test_a_cap_that_is_only_shown_is_no_cap(rated):
    cap = next(f for f in rated("Cedar").findings if f.id == "cap")
    assert cap.verdict == "no" and "shows a cap of 2,000,000" in cap.sentence["en"]


def test_a_cap_that_nobody_reaches_by_a_little_at_a_time_is_found(rated):
    mint = next(f for f in rated("Linden").findings if f.id == "mint")
    assert mint.verdict == "no" and "up to a supply of 21,000,000 and not beyond" in mint.sentence["en"]


def test_amounts_beside_the_supply_that_end_are_no_mint_without_bound(rated):
    said = {f.id: f for f in rated("Senna").findings}
    assert said["mint"].verdict == "unknown" and "by a limited amount" in said["mint"].sentence["en"]


def test_a_door_that_nobody_passed_leaves_in_doubt_only_what_is_behind_it(rated):
    said = {f.id: f for f in rated("Yew").findings}
    assert {f.id for f in said.values() if f.verdict == "unknown" and f.stage} == {"mint", "cap", "owner", "key"}
    assert "whose members were not found" in said["mint"].sentence["en"]
    assert not [f.id for f in rated("Whinberry").findings if f.verdict == "unknown" and f.stage]


def test_what_customers_of_an_allow_list_do_to_themselves_is_nobodys_power():
    place, customers = Place(), [account(f"customer {n}") for n in range(3)]
    token = place.put("Verbena")
    for who in (MAKER, *customers):
        place.send(token, call("list(address,bool)", who, 1))
    for who in customers:
        place.send(token, call("transfer(address,uint256)", who, 10**22))
    report = conclude(examine_token(place.world, token, place.logs, [MAKER]))
    assert accused_of(report) == {"freeze", "key"}, {f.id: f.sentence["en"] for f in report.findings}


def test_what_was_seen_and_no_witness_shows_is_not_denied(monkeypatch):
    place = Place()
    case = examine_token(place.world, place.put("Larch"), place.logs, [MAKER])
    monkeypatch.setattr(type(case), "prove", lambda *_: None)
    said = {f.id: f for f in conclude(case).findings}
    assert said["freeze"].verdict == "unknown" and "no witness shows it" in said["freeze"].sentence["en"]
    assert said["pause"].verdict == "no"


def test_a_launch_that_has_not_begun_is_no_trap(rated):
    transfers = next(f for f in rated("Reed").findings if f.id == "transfers")
    assert (
        transfers.verdict == "unknown"
        and MAKER in transfers.sentence["en"]
        and "can open them" in transfers.sentence["en"]
    )


def test_no_says_how_much_was_tried(rated):
    for finding in rated("Coin").findings:
        # Whether code can be destroyed is read from it, not tried.
        if finding.verdict == "no" and finding.stage and finding.id != "destroy":
            assert "callers" in finding.sentence["en"] and "调用者" in finding.sentence["zh"], finding.id


OWNER = account("the owner of a token")
BEGIN = call("begin(address)", MAKER)


def garnet(place: Place) -> str:
    return place.put("Garnet", "address", OWNER)


def hazel(place: Place) -> str:
    return place.put("Hazel", "address", OWNER)


def timelocked(place: Place) -> str:
    return place.put("Ivory", "address", place.put("Timelock", "uint256,address[]", 172_800, [OWNER]))


def warden(place: Place) -> str:
    return place.put("Ivory", "address", place.put("Warden", by=OWNER))


def steward(place: Place) -> str:
    return place.put("Ivory", "address", place.put("Steward", by=OWNER))


def bare_proxy(place: Place) -> str:
    return place.put("Proxy1967", "address,bytes", place.put("Fir"), BEGIN)


def uups(place: Place) -> str:
    return place.put("Proxy1967", "address,bytes", place.put("Juniper"), call("start(address)", MAKER))


def transparent(place: Place) -> str:
    return place.put("ProxyTransparent", "address,address,bytes", place.put("Fir"), OWNER, BEGIN)


def beacon(place: Place) -> str:
    return place.put(
        "ProxyBeacon", "address,bytes", place.put("Beacon", "address,address", place.put("Fir"), OWNER), BEGIN
    )


def odd_proxy(place: Place) -> str:
    return place.put("Elder", "address,bytes", place.put("Fir"), BEGIN)


def pointer(place: Place) -> str:
    return place.put("Alder", "address,bytes", place.put("Fir"), BEGIN)


def council(place: Place) -> str:
    return place.put("Ivory", "address", place.put("Council", "address[]", [MAKER, OWNER]))


def diamond(place: Place) -> str:
    names = ("totalSupply()", "balanceOf(address)", "transfer(address,uint256)", "approve(address,uint256)")
    names += ("transferFrom(address,address,uint256)", "allowance(address,address)", "decimals()", "name()", "symbol()")
    return place.put("Tansy", "address,bytes4[],bytes", place.put("Fir"), [selector(n) for n in names], BEGIN)


SYSTEMS = {
    council: {"mint", "cap"},
    diamond: {"upgrade", "key", "cap", "owner"},
    garnet: {"mint", "pause", "key", "cap"},
    hazel: {"key"},
    timelocked: {"mint", "cap"},
    warden: {"key"},
    steward: {"mint", "key", "cap"},
    bare_proxy: set(),
    uups: {"upgrade", "key", "cap"},
    transparent: {"upgrade", "key", "cap"},
    beacon: {"upgrade", "key", "cap"},
    odd_proxy: {"upgrade", "key", "cap", "owner"},
    pointer: {"upgrade", "key", "cap"},
}


@pytest.mark.parametrize("made", SYSTEMS, ids=lambda made: made.__name__)
def test_powers_through_other_contracts_are_found_and_limits_there_respected(made):
    place = Place()
    report = conclude(examine_token(place.world, made(place), place.logs, [MAKER]))
    assert accused_of(report) == SYSTEMS[made], {f.id: f.sentence["en"] for f in report.findings}
    for witness in [f.witness for f in report.findings if f.witness]:
        fresh = Place()
        made(fresh)
        witness.check(fresh.world)


def test_a_witness_may_not_replace_code_or_let_a_contract_call_what_it_likes(rated):
    witness = next(f.witness for f in rated("Amber").findings if f.id == "mint")
    place = Place()
    token = place.put("Amber")
    with pytest.raises(MismatchError, match=f"other code in the place of the contract {token}"):
        replace(witness, code={token: b"\x00"}).check(place.world)
    forged = tuple(step._replace(caller=token) for step in witness.steps)
    with pytest.raises(MismatchError, match=f"lets the contract {token} call what it likes"):
        replace(witness, steps=forged).check(place.world)
