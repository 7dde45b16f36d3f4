"""Measures the rating on tokens whose powers are known: precision and recall for each capability.

``.venv/bin/python bench/rating/measure.py`` rates the zoo of ``tests/rating`` and all that OpenZeppelin's wizard makes
(ten minutes); ``--sample N`` only every Nth of these. Labels are the wizard's own options, and the zoo's list.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from eth_abi.abi import encode  # noqa: E402

from common import machine  # noqa: E402
from tests.rating.test_tokens import ZOO  # noqa: E402
from tests.rating.zoo import MAKER, Place, compiled  # noqa: E402
from zuan.rating.case import examine_token  # noqa: E402
from zuan.rating.report import Report, conclude  # noqa: E402
from zuan.rating.surface import call, selector  # noqa: E402
from zuan.rating.world import account  # noqa: E402

OWNER = account("the owner of the wizard's tokens")
OTHERS = (account("the first customer"), account("the second customer"))
#: Each capability by the criteria that accuse of it.
CAPABILITIES = {
    "mint without bound": ("mint",),
    "limit transfers": ("freeze", "pause"),
    "take balances": ("take",),
    "change fee": ("fee",),
    "upgrade": ("upgrade",),
}
_BATCH = 30
_HELPERS = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.27;
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
contract Manager is AccessManager { constructor(address a) AccessManager(a) {} }
contract Plain is ERC1967Proxy { constructor(address c, bytes memory d) ERC1967Proxy(c, d) {} }
contract Transparent is TransparentUpgradeableProxy {
    constructor(address c, address o, bytes memory d) TransparentUpgradeableProxy(c, o, d) {}
}
"""


class Rated(NamedTuple):
    """A token: its name, the capabilities that it has, what the rating says, and how long that took.

    Of the capabilities in ``unclear`` its reader could not tell whether it has them: they count nowhere.
    """

    name: str
    true: set[str]
    report: Report
    seconds: float
    unclear: frozenset[str] = frozenset()


@dataclass
class Score:
    """Counts of a capability; those that were missed are unknown or denied."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    absent_right: int = 0
    absent_unknown: int = 0

    def figures(self) -> dict[str, Any]:
        """Precision and recall, and the names behind what lowers them."""
        said, there = self.right + len(self.wrong), self.right + len(self.denied) + len(self.unknown)
        return {
            "precision": round(self.right / said, 4) if said else None,
            "recall": round(self.right / there, 4) if there else None,
            "there": there,
            "found": self.right,
            "false": self.wrong,
            "denied": self.denied,
            "unknown": self.unknown,
            "absent": self.absent_right + self.absent_unknown + len(self.wrong),
            "absent, said no": self.absent_right,
        }


def wizard(step: int) -> list[dict[str, Any]]:
    """The wizard's tokens with their compiled code, every ``step``th."""
    if not (HERE / "node_modules" / "@openzeppelin").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    made = subprocess.run(["node", "generate.mjs"], cwd=HERE, capture_output=True, text=True, check=True).stdout
    tokens = json.loads(made)[::step]
    for start in range(0, len(tokens), _BATCH):
        part = tokens[start : start + _BATCH]
        output = _compile({f"T{n}.sol": t["source"] for n, t in enumerate(part)} | {"Helpers.sol": _HELPERS})
        for n, token in enumerate(part):
            token["contract"] = output[f"T{n}.sol"]["Token"]
            token["helpers"] = {k: v["code"] for k, v in output["Helpers.sol"].items()}
    return tokens


def _compile(sources: dict[str, str]) -> dict[str, dict[str, Any]]:
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": {
            "evmVersion": "cancun",
            "optimizer": {"enabled": True, "runs": 200},
            "remappings": [
                "@openzeppelin/community-contracts/=bench/rating/community/",
                "@openzeppelin/=bench/rating/node_modules/@openzeppelin/",
            ],
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    text = json.dumps(request, sort_keys=True)
    kept = ROOT / "build" / f"wizard-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if not kept.exists():
        command = [ROOT / "tools" / "solc-v0.8.30", "--standard-json", "--base-path", ROOT]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
        output = json.loads(done.stdout)
        failed = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
        assert not failed, failed[0]
        slim = {
            path: {
                name: {"abi": c["abi"], "code": c["evm"]["bytecode"]["object"]}
                for name, c in output["contracts"][path].items()
            }
            for path in sources
        }
        kept.write_text(json.dumps(slim), encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _put(token: dict[str, Any]) -> tuple[Place, str]:
    """Deploys one as its users would; on an allow-list stand three customers with something each."""
    place, options, contract = Place(), token["options"], token["contract"]
    helpers = {name: bytes.fromhex(code) for name, code in token["helpers"].items()}

    def arguments(inputs: list[dict[str, str]]) -> list[Any]:
        values = {"recipient": MAKER}
        if any(i["name"] == "initialAuthority" for i in inputs):
            values["initialAuthority"] = place.put_code(helpers["Manager"], "address", OWNER)
        return [values.get(i["name"], OWNER) for i in inputs]

    first = next((e for e in contract["abi"] if e.get("name") == "initialize"), None)
    inputs = next((e["inputs"] for e in contract["abi"] if e["type"] == "constructor"), [])
    values = arguments(inputs)
    made = place.put_code(bytes.fromhex(contract["code"]), ",".join(i["type"] for i in inputs), *values)
    if first:
        types = [i["type"] for i in first["inputs"]]
        data = selector(f"initialize({','.join(types)})") + encode(types, arguments(first["inputs"]))
        if options["upgradeable"] == "uups":
            made = place.put_code(helpers["Plain"], "address,bytes", made, data)
        else:
            made = place.put_code(helpers["Transparent"], "address,address,bytes", made, OWNER, data)
    if options.get("restrictions") == "allowlist":
        for who in (MAKER, *OTHERS):
            place.send(made, call("allowUser(address)", who), by=OWNER)
            place.send(made, call("mint(address,uint256)", who, 10**24), by=OWNER)
    return place, made


def truth(token: dict[str, Any]) -> set[str]:
    """What the wizard was told to put into a token."""
    o = token["options"]
    found = {"mint without bound"} if o["mintable"] else set()
    if o["pausable"] or o.get("freezable") or o.get("restrictions"):
        found.add("limit transfers")
    return found | ({"upgrade"} if "initialize" in json.dumps(token["contract"]["abi"]) else set())


def rate_wizard(token: dict[str, Any]) -> Rated:
    """Rates one of the wizard's."""
    place, address = _put(token)
    began = time.monotonic()
    # Whoever deploys is known from the chain; owners are not told to the rating.
    report = conclude(examine_token(place.world, address, place.logs, [MAKER]))
    name = " ".join([token["kind"], *(f"{k}={v}" for k, v in token["options"].items() if v)])
    return Rated(name, truth(token), report, time.monotonic() - began)


def rate_zoo(name: str) -> Rated:
    """Rates a token of the zoo."""
    place = Place()
    address = place.put(name)
    began = time.monotonic()
    report = conclude(examine_token(place.world, address, place.logs, [MAKER]))
    true = {capability for capability, ids in CAPABILITIES.items() if set(ids) & set(ZOO[name])}
    return Rated(name, true, report, time.monotonic() - began)


def score(rated: Iterator[Rated]) -> dict[str, Any]:
    """Figures for each capability."""
    scores, seconds = {c: Score() for c in CAPABILITIES}, []
    for name, true, report, took, unclear in rated:
        seconds.append(took)
        answers = {f.id: f.verdict for f in report.findings}
        for capability, ids in CAPABILITIES.items():
            said, one = {answers[i] for i in ids}, scores[capability]
            if capability in unclear:
                continue
            if "yes" in said:
                if capability in true:
                    one.right += 1
                else:
                    one.wrong.append(name)
            elif capability in true:
                (one.unknown if "unknown" in said else one.denied).append(name)
            elif "unknown" in said:
                one.absent_unknown += 1
            else:
                one.absent_right += 1
    seconds.sort()
    return {
        "tokens": len(seconds),
        "seconds each (median)": round(seconds[len(seconds) // 2], 2),
        "seconds each (most)": round(seconds[-1], 2),
        **{capability: one.figures() for capability, one in scores.items()},
    }


def main() -> None:
    """Rates all and writes ``results.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1, help="every Nth of the wizard's tokens; nothing is written")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    compiled()
    with ProcessPoolExecutor(given.workers) as pool:
        results = {
            "zoo": score(pool.map(rate_zoo, ZOO)),
            "wizard": score(pool.map(rate_wizard, wizard(given.sample))),
            **machine(),
        }
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    if given.sample == 1:
        (HERE / "results.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
