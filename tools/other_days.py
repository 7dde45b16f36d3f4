"""Runs the tests on other days, in other places and languages, and beside a busy core: `make test-days`.

Debian's libfaketime moves the clock of every program by the same span, so that it goes on from there; nothing else is
changed, not even the machine's own clock. The monotonic clock is left alone, else whoever waits for an event with a limit
waits for the whole span. Its 0.9.10 then answers EINVAL to a program of Python that sleeps, so these sleep by `select`,
and its own correction of waits is left off, else a thread that waits for Python's lock spins, at five times the CPU.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "build" / "locales"
SLEEPING = ROOT / "build" / "sleeping"
_SLEEP = """import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds) and None
"""
_NEEDED = "sudo apt-get install faketime locales"
#: What cannot see the date at all is left out: proofs, Spark, models whose chain has a clock of its own, and browsers.
PACKAGE = ["-p", "no:pytest-brownie", "--ignore", "tests/web/chromium"]
PACKAGE += ["tests/toolchain", "tests/tracing", "tests/circulation", "tests/rating", "tests/web"]
#: On Ganache, as it is in `make test`, where a contract's time comes from the machine's; the rest of them in process.
GANACHE = ["tests/contracts/oracle/test_attest.py", "tests/contracts/vault/test_count.py"]


@dataclass(frozen=True)
class Day:
    """When, where and in what language the tests run; ``busy``: so many processes do nothing but compute meanwhile."""

    name: str
    begins: str
    zone: str
    locale: str
    busy: int = 0

    def environment(self, library: Path) -> dict[str, str]:
        """What a program needs to believe it."""
        moment = datetime.fromisoformat(self.begins).replace(tzinfo=UTC)
        ahead = int((moment - datetime.now(UTC)).total_seconds())
        own = {k: v for k, v in os.environ.items() if k not in ("PYTHONUTF8", "LANG", "LANGUAGE")}
        return {
            **own,
            "LD_PRELOAD": str(library),
            "FAKETIME": f"{ahead:+d}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "PYTHONPATH": str(SLEEPING),
            "TZ": self.zone,
            "LC_ALL": self.locale,
            "LOCPATH": str(LOCALES),
        }


DAYS = (
    Day("a leap day, in Kathmandu and Turkish", "2028-02-29 12:00:00", "Asia/Kathmandu", "tr_TR.UTF-8"),
    Day("New Year's Eve, in Kiritimati and GB 18030", "2026-12-31 23:59:30", "Pacific/Kiritimati", "zh_CN.GB18030"),
    Day("2031, in St. John's and German, a core busy", "2031-07-01 03:00:00", "America/St_Johns", "de_DE.UTF-8", 1),
    Day("the hour that summer skips, in Berlin and in no language", "2027-03-28 00:59:30", "Europe/Berlin", "C"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", default="2", help="processes for the package's tests")
    parser.add_argument("--day", type=int, choices=range(1, len(DAYS) + 1), help="one of them only")
    parser.add_argument(
        "tests", nargs="*", help="only these tests of the package, instead of all that can see the date"
    )
    asked = parser.parse_args()
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None or not Path("/usr/share/i18n/charmaps").is_dir():
        print(f"Nothing was tested: faketime or the sources of locales are missing here; {_NEEDED}", file=sys.stderr)
        return 2
    SLEEPING.mkdir(parents=True, exist_ok=True)
    (SLEEPING / "sitecustomize.py").write_text(_SLEEP, encoding="utf-8")
    failed = []
    for day in DAYS if asked.day is None else DAYS[asked.day - 1 : asked.day]:
        print(f"\n== {day.name}: {day.begins} UTC, TZ={day.zone}, LC_ALL={day.locale}", flush=True)
        if not _passes(day, library, asked.workers, asked.tests):
            failed.append(day.name)
    print("\nFailed on " + "; ".join(failed) if failed else "\nAll days passed.")
    return bool(failed)


def _passes(day: Day, library: Path, workers: str, chosen: list[str]) -> bool:
    _make_locale(day.locale)
    package = ["-p", "no:pytest-brownie", *chosen] if chosen else PACKAGE
    runs = [({}, ["-n", workers, *package])]
    if not chosen:
        runs += [({"ZUAN_ENGINE": "pyrevm"}, ["tests/contracts"]), ({}, GANACHE)]
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(day.busy)]
    try:
        # All of them, also after one has failed.
        codes = [
            subprocess.run(
                [sys.executable, "-m", "pytest", "-q", *args],
                cwd=ROOT,
                env=day.environment(library) | more,
                check=False,
            ).returncode
            for more, args in runs
        ]
    finally:
        for process in spinning:
            process.kill()
            process.wait()
    return not any(codes)


def _make_locale(name: str) -> None:
    """Builds a locale where this machine has none of that name; nothing is installed."""
    language, _, charmap = name.partition(".")
    if charmap and not (LOCALES / name).exists():
        LOCALES.mkdir(parents=True, exist_ok=True)
        command = ["localedef", "--no-archive", "-i", language, "-f", charmap, str(LOCALES / name)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
