"""Many deployments, each with its own seed and configuration, until so many calls were made."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from zuan.contracts.artifacts import Artifact

from .driver import PropertyViolation
from .probes import System
from .sentence import Sentence

#: Transactions of a run; set it to 1000000 for a long one. Reads come on top of it, about 20 a transaction.
CALLS = int(os.environ.get("ZUAN_PROPERTY_CALLS", "30000"))
#: Runs of so many are long ones.
LONG = 100_000
#: First seed; each deployment has the next.
SEED = int(os.environ.get("ZUAN_PROPERTY_SEED", "1"))
_CALLS_EACH = 600


@dataclass
class Result:
    """What a run did, and the violation that ended it."""

    calls: int = 0
    reads: int = 0
    #: Outcomes by function, e.g. "issuer.mint passed".
    seen: Counter[str] = field(default_factory=Counter)
    #: How often each sentence was checked.
    checked: Counter[str] = field(default_factory=Counter)
    violation: PropertyViolation | None = None
    #: Seed of the last deployment.
    seed: int = 0

    def holds(self, sentence: Sentence, least: int) -> bool:
        """Whether a sentence was checked `least` times and never failed."""
        failed = self.violation is not None and str(sentence) in self.violation.labels
        return not failed and self.checked[str(sentence)] >= least


def run(calls: int, seed: int, code: Mapping[str, Artifact] | None = None, breaks: Sentence | None = None) -> Result:
    """Drives deployment after deployment, until a violation (of the sentence `breaks`, if given) or enough calls."""
    result = Result()
    while result.calls < calls and (result.violation is None or (breaks and result.holds(breaks, least=0))):
        result.seed, system = seed, System(seed, code, exact=not breaks)
        try:
            system.start()
            while system.calls < _CALLS_EACH:
                system.act()
            system.finish()
        except PropertyViolation as violation:
            result.violation = violation
        result.calls += system.calls
        result.reads += system.chain.reads
        result.seen += system.seen
        result.checked += system.sentences.checked
        seed += 1
    return result
