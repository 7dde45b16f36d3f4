"""Static analysis: Slither's detectors and its ERC checks on the contracts that users deploy.

Run as ``make analyse``. Every finding must be explained in ``tools/slither_triage.toml``, and every explanation must
explain a finding: a new one fails, and so does a line that outlived its reason. It runs in ``.venv-analysis``, whose
packages cannot be installed beside Brownie's (``requirements-analysis.in``).
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from crytic_compile import CryticCompile
from crytic_compile.platform.solc_standard_json import SolcStandardJson
from slither import Slither
from slither.__main__ import get_detectors_and_printers
from slither.tools.erc_conformance.__main__ import ADDITIONAL_CHECKS
from slither.tools.erc_conformance.erc.ercs import generic_erc_checks
from slither.utils.erc import ERCS

ROOT = Path(__file__).resolve().parent.parent
TRIAGE = ROOT / "tools" / "slither_triage.toml"
#: The standards that a contract promises to keep.
STANDARDS = {"DiamondToken": ("ERC20", "ERC2612")}


class Finding(NamedTuple):
    """One result: the detector, the function (or variable) it is about, and Slither's own text."""

    check: str
    at: str
    impact: str
    text: str


def compile_contracts() -> Slither:
    """All of contracts/*.sol in one compilation, with the remappings of brownie-config.yaml.

    Without via-IR and optimizer: Slither reads the syntax tree, not the code.
    """
    os.chdir(ROOT)
    sources = SolcStandardJson()
    sources.add_source_files(sorted(str(path) for path in Path("contracts").glob("*.sol")))
    remappings = re.findall(r'- "(@?\w+=[^"]+)"', Path("brownie-config.yaml").read_text(encoding="utf-8"))
    compiled = CryticCompile(sources, solc=str(ROOT / "tools" / "solc-v0.8.30"), solc_remaps=remappings)
    return Slither(compiled, filter_paths=["node_modules/", "contracts/testing/"])


def own_contracts(slither: Slither) -> dict[str, Any]:
    """Contracts, not interfaces, that are defined in contracts/*.sol, by name."""
    found = {}
    for contract in slither.contracts:
        if not contract.is_interface and Path(contract.source_mapping.filename.relative).parent == Path("contracts"):
            found[contract.name] = contract
    return found


def detect(slither: Slither) -> list[Finding]:
    """What all of Slither's detectors find."""
    for detector in get_detectors_and_printers()[0]:
        slither.register_detector(detector)
    return [
        Finding(found["check"], _place(found), found["impact"], found["description"].strip())
        for results in slither.run_detectors()
        for found in results
    ]


def _place(found: dict[str, Any]) -> str:
    """``Contract.function`` (or variable) of the first element; a statement's is the function that it is in."""
    element = found["elements"][0]
    names = [element["name"]]
    while parent := element.get("type_specific_fields", {}).get("parent"):
        if element["type"] == "node":
            names.pop()
        element = parent
        if element["type"] != "file":
            names.insert(0, element["name"])
    return ".".join(names)


def check_standards(contracts: dict[str, Any]) -> list[Finding]:
    """Where a contract falls short of the standards that it promises (slither-check-erc)."""
    found = []
    for name, standards in STANDARDS.items():
        for standard in standards:
            shortfalls: dict[str, list[dict[str, Any]]] = defaultdict(list)
            functions, events = ERCS[standard][:2]
            generic_erc_checks(contracts[name], functions, events, shortfalls)
            if standard in ADDITIONAL_CHECKS:
                ADDITIONAL_CHECKS[standard](contracts[name], shortfalls)
            for check, results in shortfalls.items():
                found += [Finding(check, name, standard, result["description"].strip()) for result in results]
    return found


def unmatched(findings: list[Finding], explained: list[dict[str, Any]]) -> tuple[list[Finding], list[str]]:
    """Findings without an explanation, and explanations without a finding."""
    left = list(findings)
    idle = []
    for entry in explained:
        if not entry["why"].strip():
            raise SystemExit(f"tools/slither_triage.toml: an explanation of {entry['check']} is empty")
        for place in entry["at"]:
            hit = [f for f in findings if f.check == entry["check"] and fnmatchcase(f.at, place)]
            left = [f for f in left if f not in hit]
            if not hit:
                idle.append(f"{entry['check']} at {place}")
    return left, idle


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="show explained findings as well")
    show_all = parser.parse_args().all
    logging.disable(logging.CRITICAL)

    slither = compile_contracts()
    contracts = own_contracts(slither)
    # A compiler that answers nothing makes Slither find nothing, and call that a success.
    files = {path.stem for path in (ROOT / "contracts").glob("*.sol")}
    if missing := files - set(contracts):
        raise SystemExit(f"Slither did not see {', '.join(sorted(missing))}: look at the compiler's output")
    findings = detect(slither) + check_standards(contracts)
    new, idle = unmatched(findings, tomllib.loads(TRIAGE.read_text(encoding="utf-8"))["explained"])

    for finding in findings if show_all else new:
        mark = "NEW " if finding in new else "    "
        print(
            f"{mark}{finding.check} ({finding.impact}) at {finding.at}\n      {finding.text}".replace(
                "\n\t", "\n      "
            )
        )
    for entry in idle:
        print(f"IDLE {entry}: nothing is found there any more; remove it from tools/slither_triage.toml")
    print(
        f"Slither: {len(contracts)} contracts analysed, {len(findings)} findings, "
        f"{len(new)} not explained; {len(idle)} idle explanations"
    )
    return 1 if new or idle else 0


if __name__ == "__main__":
    sys.exit(main())
