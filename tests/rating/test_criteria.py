"""Single criteria beside those of the capabilities: what each says, with its evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rating.zoo import MAKER, Place
from zuan.errors import MismatchError
from zuan.rating.case import Case, examine_token
from zuan.rating.report import Finding, Report, conclude
from zuan.rating.surface import call
from zuan.rating.witness import Witness
from zuan.rating.world import account

HOLDER, OTHER = account("somebody who is stopped"), account("somebody who is not")


def said(case: Case, name: str) -> Finding:
    report: Report = conclude(case)
    return next(f for f in report.findings if f.id == name)


def examined(place: Place, token: str) -> Case:
    return examine_token(place.world, token, place.logs, [MAKER])


@pytest.fixture(scope="module")
def coin() -> Case:
    """An honest token, examined once."""
    place = Place()
    return examined(place, place.put("Coin"))


def test_a_name_that_somebody_can_change_is_told_with_a_witness():
    place = Place()
    found = said(examined(place, place.put("Abelia")), "metadata")
    assert found.verdict == "yes" and "name()" in found.sentence["en"] and "name()" in found.sentence["zh"]
    assert isinstance(found.witness, Witness)
    fresh = Place()
    fresh.put("Abelia")
    found.witness.check(fresh.world)


@pytest.mark.parametrize("name", ["Coin", "Amber"])
def test_a_name_that_nobody_can_change_is_told_so(rated, name):
    assert next(f for f in rated(name).findings if f.id == "metadata").verdict == "no"


def test_code_that_ends_itself_is_harmless_on_chains_that_destroy_none():
    place = Place()
    found = said(examined(place, place.put("Bryony")), "destroy")
    assert found.verdict == "no" and "EIP-6780" in found.sentence["en"]


def test_code_that_ends_itself_is_in_doubt_on_older_chains():
    place = Place(destroys=True)
    found = said(examined(place, place.put("Bryony")), "destroy")
    assert found.verdict == "unknown" and not found.is_good
    assert said(examined(place, place.put("Coin")), "destroy").verdict == "no"


def campion(place: Place) -> str:
    token = place.put("Campion")
    for who in (HOLDER, OTHER):
        place.send(token, call("transfer(address,uint256)", who, 10**20))
    place.send(token, call("stop(address,bool)", HOLDER, 1))
    return token


def test_whoever_is_stopped_now_is_counted_with_what_he_has():
    place = Place()
    found = said(examined(place, campion(place)), "frozen")
    assert found.verdict == "yes" and "1 accounts with 100 can send nothing" in found.sentence["en"]
    assert found.evidence == ({"account": HOLDER, "balance": str(10**20)},)
    fresh = Place()
    campion(fresh)
    assert isinstance(found.witness, Witness)
    found.witness.check(fresh.world)
    fresh.send(found.witness.token, call("stop(address,bool)", HOLDER, 0))
    with pytest.raises(MismatchError):
        found.witness.check(fresh.world)


def test_whoever_was_stopped_once_is_told_as_past():
    place = Place()
    token = campion(place)
    place.send(token, call("stop(address,bool)", HOLDER, 0))
    found = said(examined(place, token), "frozen")
    assert found.verdict == "no" and "2 events tell of such acts" in found.sentence["en"]


@pytest.mark.parametrize(("asset", "verdict"), [("Larch", "yes"), ("Coin", "no")])
def test_powers_over_what_is_paid_out_are_told(asset, verdict):
    place = Place()
    money = place.put(asset)
    case = examined(place, place.put("Daphne", "address", money))
    other = Place()
    assert other.put(asset) == money
    case.assets = (examined(other, money),)
    found = said(case, "asset")
    assert found.verdict == verdict and money in found.sentence["en"]
    assert (found.witness is not None and found.witness.token == money) == (verdict == "yes")


def test_without_an_asset_there_is_nothing_to_ask(rated):
    assert next(f for f in rated("Coin").findings if f.id == "asset").verdict == "not applicable"


@pytest.mark.parametrize(
    ("symbol", "name", "words"),
    [
        ("USDТ", "Tether", "USDT is written in other letters"),
        ("РАХ", "Paxos", "PAX is written in other letters"),
        ("ЕТН", "x", "ETH is written in other letters"),
        ("𝐔SDC", "x", "USDC is written in other letters"),
        ("USD\u200bT", "x", "cannot be seen"),
        ("Sаle", "x", "mixes letters of several alphabets"),
        ("ZUAN", "Zuаn Diamond", "Zuan Diamond is written in other letters"),
    ],
)
def test_names_that_are_meant_to_be_taken_for_others_are_warned_of(coin, symbol, name, words):
    found = said(called(coin, symbol, name), "name")
    assert found.verdict == "yes" and words in found.sentence["en"] and not found.stage


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("钻石", "点播钻石"),
        ("一二三", "〇〇"),
        ("USDT钻", "人民币一号 USDT"),
        ("ダイヤ", "ー一丨"),
        ("다이아", "금"),
        ("ТОКЕН", "Русский токен"),
        ("ΔΡΑΧΜΗ", "Δραχμή"),
        ("USDT", "Tether USD"),
        ("Dé", "Café Crédit"),
        ("", ""),
    ],
)
def test_names_of_other_languages_are_no_imitation(coin, symbol, name):
    assert said(called(coin, symbol, name), "name").verdict == "no"


def test_a_known_symbol_at_another_address_of_its_chain_is_warned_of():
    place = Place()
    case = called(examined(place, place.put("Coin")), "usdt", "Tether USD")
    case.world.moment = replace(case.world.moment, chain_id=1)
    found = said(case, "name")
    assert found.verdict == "yes" and "0xdAC17F958D2ee523a2206206994597C13D831ec7" in found.sentence["zh"]


def called(case: Case, symbol: str, name: str) -> Case:
    case.facts = replace(case.facts, symbol=symbol, name=name)
    return case
