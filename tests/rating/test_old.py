"""The same of tokens in the languages of their time: solc 0.4.11 to 0.7, Vyper 0.2 to 0.4."""

from __future__ import annotations

import hashlib

import pytest

from tests.rating.test_tokens import accused_of
from tests.rating.zoo import OLD, Place, old
from zuan.rating.witness import Witness

#: As ``ZOO``.
ZOO_OLD = {
    "Abies": set(),
    "Bluebell": {"mint", "owner", "key", "cap"},
    "Bistort": {"mint", "owner", "key", "cap"},
    "Bramble": {"mint", "events", "key", "cap"},
    "Betony": {"mint", "key", "cap"},
    "Bugle": set(),
    "Comfrey": set(),
    "Catmint": {"freeze", "key"},
    "Celery": {"freeze", "take", "owner", "key"},
    "Chervil": {"fee", "pause", "owner", "key"},
    "Dodder": set(),
    "Dill": {"mint", "take", "owner", "key", "cap"},
    "Drypis": {"rescale", "owner", "key"},
    "Erica": set(),
    "Eyebright": {"mint", "events", "owner", "key", "cap"},
    "Endive": {"take", "allowance", "owner", "key"},
    "Elecampane": set(),
    "Eryngo": {"upgrade", "owner", "key", "cap"},
    "Fennel": set(),
    "Flax": {"mint", "events", "owner", "key", "cap"},
    "Feverfew": {"pause", "owner", "key"},
    "Figwort": {"mint", "cap"},
    "Gale": {"mint", "freeze", "owner", "key", "cap"},
    "Gorse": {"fee", "take", "owner", "key"},
    "Hyssop": set(),
}


@pytest.mark.parametrize("name", ZOO_OLD)
def test_what_an_old_token_does_is_said_and_nothing_else(rated, name):
    report = rated(name)
    assert accused_of(report) == ZOO_OLD[name], {f.id: f.sentence["en"] for f in report.findings}


@pytest.mark.parametrize("name", [n for n, faults in ZOO_OLD.items() if faults])
def test_every_accusation_of_an_old_token_has_a_witness_that_holds(rated, name):
    report = rated(name)
    place = Place()
    assert place.put(name) == report.token
    for finding in (f for f in report.findings if f.id in ZOO_OLD[name]):
        assert isinstance(finding.witness, Witness)
        finding.witness.check(place.world)


@pytest.mark.parametrize("name", old())
def test_the_code_of_an_old_token_is_that_of_its_source(name):
    kept = old()[name]
    assert hashlib.sha256((OLD / kept["source"]).read_bytes()).hexdigest() == kept["sha256"], (
        f"{kept['source']} has changed; run: python tools/solc/old.py"
    )


def test_the_old_zoo_speaks_all_the_languages_that_it_should():
    versions = {kept["compiler"].rsplit(".", 1)[0].split("+")[0].rsplit(".", 1)[0] for kept in old().values()}
    assert versions == {*(f"solc 0.{n}" for n in "4567"), *(f"vyper 0.{n}" for n in "234")}
    assert set(old()) == set(ZOO_OLD)
