"""Measures the rating on tokens that were not there while it was written, from a folder outside this repository.

``ZUAN_UNSEEN=FOLDER .venv/bin/python bench/rating/unseen.py`` reads every ``*.json`` in it: lists of tokens, each with
``name``, ``steps`` (``from``, ``to`` or null for a creation, ``data``: what put it on the chain), ``token`` (its address
then), ``true`` (the capabilities that its reader says it has, before seeing what the rating says), ``unclear`` (those of
which that could not be said), and where it needs that ``code`` (contracts that were there before it, such as a market's).
Nothing of theirs is kept here but names and figures: ``--as NAME`` writes them into ``unseen.json`` under that name, as
``since``, or with ``--first`` as ``first``: what was said when nobody had looked yet.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from measure import CAPABILITIES, HERE, Rated, machine, score

from tests.rating.zoo import MAKER, Place
from zuan.errors import InputError
from zuan.rating.case import examine_token
from zuan.rating.origins import named_in
from zuan.rating.report import conclude

KEPT = HERE / "unseen.json"


def read(folder: Path) -> list[dict[str, Any]]:
    """The tokens of all files. :raises InputError: there are none, or a label is no capability."""
    found = [token for path in sorted(folder.glob("*.json")) for token in json.loads(path.read_text(encoding="utf-8"))]
    if not found:
        raise InputError(f"there are no tokens in {folder}; its *.json are lists of them")
    for token in found:
        if {*token["true"], *token["unclear"]} - CAPABILITIES.keys():
            raise InputError(f"{token['name']} has labels that are no capability: {token['true']}")
    return found


def rate(token: dict[str, Any]) -> Rated:
    """Puts one on a chain of its own and rates it."""
    place, also = Place(), [MAKER]
    for address, code in token.get("code", {}).items():
        place.world.put_code(address, bytes.fromhex(code))
    for step in token["steps"]:
        data = bytes.fromhex(step["data"])
        place.do(step["from"], step["to"], data)
        if step["to"] is None:
            also += named_in(data)
    began = time.monotonic()
    report = conclude(examine_token(place.world, token["token"], place.logs, also))
    took = time.monotonic() - began
    return Rated(token["name"], set(token["true"]), report, took, frozenset(token["unclear"]))


def main() -> None:
    """Rates all; ``--as`` keeps the figures in ``unseen.json``, ``--only`` prints what is said of some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="tokens whose names contain this, in full; nothing is written")
    parser.add_argument("--as", dest="name", help="what these tokens are, in unseen.json")
    parser.add_argument("--first", action="store_true", help="these are the first answers, before anything was mended")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    folder = os.environ.get("ZUAN_UNSEEN")
    if not folder:
        parser.error("say in ZUAN_UNSEEN which folder holds the tokens")
    tokens = [t for t in read(Path(folder)) if not given.only or given.only in t["name"]]
    with ProcessPoolExecutor(given.workers) as pool:
        rated = list(pool.map(rate, tokens))
    for one in rated if given.only else ():
        print(one.name, sorted(one.true), f"{one.seconds:.1f} s", *one.report.callers, sep="\n  ")
        for finding in one.report.findings:
            print(f"    {finding.id}: {finding.verdict}. {finding.sentence['en']}")
    results = {**score(iter(rated)), **machine()}
    if given.name and not given.only:
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
        kept.setdefault(given.name, {})["first" if given.first else "since"] = results
        KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
