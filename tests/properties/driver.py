"""Drives one deployment with calls aimed at the limits, and compares chain, model and sentences after each."""

from __future__ import annotations

import random
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from zuan.contracts.artifacts import Artifact
from zuan.deploy.config import DeployConfig, MinterLimits

from .chain import START, Chain, Event, Key, Reverted, config, error_selectors, key, statement_digest, word
from .model import Model
from .model_books import Refused
from .sentences import Sentences, Step
from .views import Hot, View, Views

MINTERS = tuple(key(f"minter {i}").address for i in range(3))
HOLDER_KEYS: Mapping[str, Key] = {k.address: k for k in (key(f"holder {i}") for i in range(4))}
HOLDERS = tuple(HOLDER_KEYS)
SPENDER, STRANGER, OWNER = (key(name).address for name in ("spender", "stranger", "owner"))
AUDITOR_KEYS: Mapping[str, Key] = {k.address: k for k in (key(f"auditor {i}") for i in range(9))}
AUDITORS = tuple(AUDITOR_KEYS)
HOUR, DAY = 3_600, 86_400


class PropertyViolation(AssertionError):
    """A sentence that does not hold, or a figure in which chain and model differ."""

    def __init__(self, labels: Sequence[str], text: str) -> None:
        super().__init__(text)
        self.labels = tuple(labels)


class Driver:
    """One deployment under test; :mod:`actions` says what is done to it.

    Unless ``exact``, model and chain need agree on outcomes only: whether a sentence notices a bug by itself.
    """

    def __init__(self, seed: int, code: Mapping[str, Artifact] | None = None, exact: bool = True) -> None:
        self.seed, self.rng, self.exact = seed, random.Random(seed), exact
        self.config = random_config(self.rng)
        self.chain = Chain(self.config, code)
        self.model = Model(self.config, self.chain.at)
        self.sentences = Sentences(
            self.config.cap, self.chain.at["issuer"], self.config.suspension_time, self.chain.deployment, START
        )
        # Whoever may hold diamonds: the contracts can be sent some too, and keep them.
        self.accounts = (*HOLDERS, *MINTERS[:1], SPENDER, AUDITORS[0], self.chain.at["vault"], self.chain.at["token"])
        self.views = Views(self.chain, self.model, self.accounts, MINTERS, AUDITORS)
        self.hot = Hot(self.accounts, self.views.read(self.views.hot))
        self.names = {a: n for n, a in _names().items()} | {a: n for n, a in self.chain.at.items()}
        self.calls = 0
        self.seen: Counter[str] = Counter()
        self.last: deque[tuple[int, str, str, str, tuple[Any, ...], bytes | None]] = deque(maxlen=15)

    def start(self) -> None:
        """The comparison of the deployment itself."""
        self.compare(self.views.all)

    @property
    def balances(self) -> Mapping[str, int]:
        return self.hot.balances

    @property
    def now(self) -> int:
        return self.model.clock.now

    def warp(self, now: int) -> None:
        """Moves time on, never back; some figures move with it."""
        self.model.clock.now = max(now, self.now)
        self.chain.warp(self.now)
        self.compare(self.views.timed)

    def send(self, who: str, part: str, function: str, *args: Any, signers: Sequence[str] = ()) -> bool:
        """One transaction: model and chain must agree on its outcome and on every figure after it."""
        self.calls += 1
        allowances = {}
        if part == "token" and function in ("transferFrom", "burnFrom"):
            allowances[args[0]] = self.chain.read("token", "allowance", args[0], who)
        digest = statement_digest(args[0], self.chain.at["oracle"]) if function == "attest" else b""
        expected = self._predict(who, part, function, args)
        outcome, events = self._transact(who, part, function, args)
        passed = outcome is None
        self.last.append((self.now, who, part, function, args, outcome))
        self.seen[f"{part}.{function} {_error(outcome) if outcome is not None else 'passed'}"] += 1

        failures = []
        if not _matches(outcome, expected):
            failures.append(("model", f"{_describe(outcome)}, the model expected: {_wanted(expected)}"))
        if passed:
            before, answers = self.hot, self.views.read(self.views.hot)
            self.hot = Hot(self.accounts, answers)
            step = Step(self.now, who, part, function, events, before, self.hot, allowances, digest, frozenset(signers))
            failures += [(str(number), text) for number, text in self.sentences.check(step)]
            if self.exact:
                failures += [("model", text) for text in self.views.differences(self.views.hot, answers)]
        if failures:
            self.fail(failures)
        if passed and part == "oracle":
            self.compare(self.views.oracle)
        if self.calls % 25 == 0:
            self.compare(self.views.all)
        return passed

    def demand(self, number: int, holds: bool, text: str) -> None:
        """Checks a sentence outside a transaction."""
        self.sentences.violations = []
        self.sentences.expect(number, holds, text)
        if not holds:
            self.fail([(str(number), text)])

    def compare(self, views: Sequence[View]) -> None:
        """Compares figures of chain and model."""
        if self.exact and (differences := self.views.differences(views, self.views.read(views))):
            self.fail([("model", text) for text in differences])

    def finish(self) -> None:
        """The comparisons that come once."""
        self.compare([*self.views.hot, *self.views.all, *self.views.proposals()])

    def fail(self, failures: Sequence[tuple[str, str]]) -> None:
        """Ends the run, showing what does not hold, the seed and the last calls."""
        lines = [f"seed {self.seed}, call {self.calls}, with {self.config}"]
        lines += [f"- {'sentence ' * label.isdigit()}{label}: {text}" for label, text in failures]
        lines += ["last calls:", *map(self._line, self.last)]
        raise PropertyViolation([label for label, _ in failures], "\n".join(lines))

    def _predict(self, who: str, part: str, function: str, args: tuple[Any, ...]) -> Refused | None:
        try:
            getattr(getattr(self.model, part), _snake(function))(who, *args)
        except Refused as refused:
            return refused
        return None

    def _transact(self, who: str, part: str, function: str, args: tuple[Any, ...]) -> tuple[bytes | None, list[Event]]:
        """None, or the revert data; and the events."""
        try:
            self.chain.call(who, part, self.chain.encode(part, function, *args))
        except Reverted as reverted:
            return reverted.data, []
        return None, self.chain.logs()

    def _line(self, call: tuple[int, str, str, str, tuple[Any, ...], bytes | None]) -> str:
        now, who, part, function, args, outcome = call
        text = f"  +{now - START} {self.names.get(who, who)}: {part}.{function}{self._plain(args)}"
        return f"{text} -> {_describe(outcome)}"

    def _plain(self, value: Any) -> str:
        """Accounts by name, bytes in hex without the zeros after them."""
        if isinstance(value, bytes):
            return "0x" + value.rstrip(b"\0").hex()
        if isinstance(value, (tuple, list)):
            return f"({', '.join(map(self._plain, value))})"
        return self.names.get(value, value) if isinstance(value, str) else str(value)


def random_config(rng: random.Random) -> DeployConfig:
    """A configuration in which each limit gets its turn to bind; figures from tiny to the largest there are."""
    count = rng.choice((3, 3, 4, 5))
    capacity = rng.choice((100, 100, 5_000, 50_000_000, 2**56 - 1))
    period = rng.choice((1, 7, HOUR, DAY, 2**24 - 1))
    instant = rng.choice((0, capacity // 3, *[capacity] * 4))
    limits = tuple(MinterLimits(minter, capacity, period, instant) for minter in MINTERS[:2])
    return config(
        owner=OWNER,
        cap=rng.choice((capacity // 2 + 1, capacity * 3, 2**60, 2**60, 2**128 - 1)),
        units_per_diamond=rng.choice((1, 100, 10**18, 2**64 - 1)),
        auditors=tuple(rng.sample(AUDITORS, count)),
        quorum=rng.randint(count // 2 + 1, count) if count > 3 else 2,
        haircuts={"escrowed cash": 0, "goods": 2_000, "service rights": rng.choice((1, 5_000, 9_999, 10_000))},
        max_age=rng.choice((HOUR, DAY, 7 * DAY)),
        suspension_time=rng.choice((HOUR, DAY)),
        proposal_delay=rng.choice((HOUR, DAY)),
        minters=limits[: rng.choice((1, 2, 2))],
    )


def _matches(outcome: bytes | None, expected: Refused | None) -> bool:
    if outcome is None or expected is None:
        return outcome is None and expected is None
    if len(outcome) != 4 + 32 * len(expected.values) or outcome[:4] != error_selectors()[expected.name]:
        return False
    return all(v is None or outcome[4 + 32 * i :][:32] == word(v) for i, v in enumerate(expected.values))


def _error(outcome: bytes) -> str:
    return next((n for n, s in error_selectors().items() if s == outcome[:4]), f"0x{outcome[:4].hex()}")


def _describe(outcome: bytes | None) -> str:
    if outcome is None:
        return "passed"
    values = [int.from_bytes(outcome[i : i + 32], "big") for i in range(4, len(outcome), 32)]
    return f"{_error(outcome)}{tuple(values)}"


def _wanted(expected: Refused | None) -> str:
    return "to pass" if expected is None else f"{expected.name}{expected.values}"


@cache
def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


@cache
def _names() -> dict[str, str]:
    names = ["owner", "spender", "stranger"]
    names += [f"{role} {i}" for role, n in (("minter", 3), ("holder", 4), ("auditor", 9)) for i in range(n)]
    return {name: key(name).address for name in names}
