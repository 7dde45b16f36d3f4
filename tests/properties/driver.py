"""Drives one deployment with calls aimed at the limits, and compares chain, model and sentences after each."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from zuan.contracts.artifacts import Artifact

from .actors import AUDITORS, HOLDERS, MERCHANTS, MINTERS, SPENDER, STRANGER, names, random_config
from .chain import START, Blob, Chain, Event, Reverted, error_selectors, plain, statement_digest, word
from .ledger.steps import Signed, Step
from .model.books import Refused, snake
from .model.governance import operation
from .model.whole import Model
from .sentence import Sentence
from .sentences import Sentences
from .views import Hot, View, Views

#: Functions that carry a holder's signature of the call itself.
AUTHORISED = {
    *("transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization"),
    *("burnWithAuthorization", "burnReceivable", "orderWithAuthorization"),
    *("redeemWithAuthorization", "requestWithAuthorization", "claimWithAuthorization"),
}
_SUDDEN = b"sudden".ljust(32, b"\0")


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
        self.sentences = Sentences(self.config, self.chain.at, self.chain.deployment, START)
        # Whoever may hold diamonds: the contracts can be sent some too, and keep them.
        held = (self.chain.at[part] for part in ("desk", "vault", "token"))
        self.accounts = (*HOLDERS, MINTERS[0], SPENDER, AUDITORS[0], MERCHANTS[0], *held)
        self.views = Views(self.chain, self.model, self.accounts, MINTERS, AUDITORS)
        self.hot = Hot(self.accounts, self.views.read(self.views.hot))
        self.names = {a: n for n, a in names().items()} | {a: n for n, a in self.chain.at.items()}
        #: What holders truly signed, by signature.
        self.given: dict[bytes, Signed] = {}
        self.calls = 0
        self.seen: Counter[str] = Counter()
        self.last: deque[tuple[int, str, str, str, tuple[Any, ...], bytes | None]] = deque(maxlen=15)

    def start(self) -> None:
        """The comparison of the deployment itself."""
        self.compare([*self.views.hot, *self.views.all])

    @property
    def balances(self) -> Mapping[str, int]:
        return self.hot.balances

    @property
    def now(self) -> int:
        return self.model.world.now

    def warp(self, now: int) -> None:
        """Moves time on, never back; some figures move with it."""
        self.model.world.now = max(now, self.now)
        self.chain.warp(self.now)
        self.compare(self.views.timed)

    def send(self, who: str, part: str, function: str, *args: Any, signers: Sequence[str] = ()) -> bool:
        """One transaction: model and chain must agree on its outcome, its events and on every figure after it."""
        return self._send(who, part, function, args, signers)

    def fail_asset(self, frozen: bool, silent: bool) -> None:
        """The asset refuses to move for the vault, or to say what it holds; or does neither any more."""
        self.chain.fail_asset(frozen, silent)
        self.model.asset.frozen, self.model.asset.silent = frozen, silent
        self._look()

    def lose_cash(self, units: int) -> None:
        """The asset takes so many units out of the vault."""
        vault, balance = self.model.vault.at, self.model.asset.balance
        balance[vault] -= units
        self.chain.set_units(vault, balance[vault])
        self._look()

    def _look(self) -> None:
        """What changed without a call is seen."""
        answers = self.views.read(self.views.hot)
        self.hot = Hot(self.accounts, answers)
        if self.exact and (differences := self.views.differences(self.views.hot, answers)):
            self.fail([("model", text) for text in differences])

    def by_governance(self, part: str, function: str, *args: Any) -> bool:
        """A change that governance makes, as if it had been scheduled long ago."""
        call = self.chain.at[part], 0, self.encoded(part, function, *args), bytes(32), _SUDDEN
        name = operation(*call)
        self.chain.ripen(name, self.now)
        self.model.governance.ready_at[name] = self.now
        passed = self._send(STRANGER, "governance", "execute", call, sudden=True)
        self.chain.ripen(name, 0)
        del self.model.governance.ready_at[name]
        return passed

    def at_once(self, part: str, function: str, *args: Any) -> None:
        """The same, on the chain alone: to be taken back."""
        self.chain.at_once(self.now, part, function, *args)

    def encoded(self, part: str, function: str, *args: Any) -> Blob:
        """Call data that the model understands too."""
        data = Blob(self.chain.encode(part, function, *args))
        self.model.world.calls[data] = function, args
        return data

    def _send(
        self,
        who: str,
        part: str,
        function: str,
        args: tuple[Any, ...],
        signers: Sequence[str] = (),
        sudden: bool = False,
    ) -> bool:
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
        if passed and part == "governance" and function == "execute":
            inner = self.model.world.calls.get(args[2])
            self.seen[f"{self.chain.parts[args[0]]}.{inner[0] if inner else '?'} passed"] += 1
        if passed:
            views = [*self.views.hot, *self.views.after(part, function, args)]
            before, answers = self.hot, self.views.read(views)
            self.hot = Hot(self.accounts, answers)
            true = frozenset(signers)
            step = Step(
                *(self.now, who, part, function, events, before, self.hot, allowances, digest, true),
                *self._authorised(function, args),
                sudden,
            )
            failures += [(str(number), text) for number, text in self.sentences.check(step)]
            if self.exact and not failures:
                failures += [("model", text) for text in self._event_differences(events)]
                failures += [("model", text) for text in self.views.differences(views, answers)]
        if failures:
            self.fail(failures)
        if self.calls % 25 == 0:
            self.compare([*self.views.all, *self.views.grown()])
        return passed

    def _authorised(self, function: str, args: tuple[Any, ...]) -> tuple[bytes, Signed | None, tuple[Any, ...]]:
        """The signature of an authorised call, what was signed with it, and the call's arguments without it."""
        if function not in AUTHORISED:
            return b"", None, ()
        *others, last = args
        signature, rest = (last[-1], (*others, last[:-1])) if isinstance(last, tuple) else (last, tuple(others))
        return signature, self.given.get(signature), rest

    def _event_differences(self, events: Sequence[Event]) -> Iterator[str]:
        seen, expected = [event.plain for event in events], [plain(event) for event in self.model.world.events]
        if seen != expected:
            pairs = zip(seen, expected, strict=False)
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(seen), len(expected)))
            here, there = (self._plain(found[at : at + 1]) for found in (seen, expected))
            yield f"event {at} of {len(seen)} is {here}, the model says {there}"

    @contextmanager
    def attempts(self) -> Iterator[None]:
        """What is tried inside, by :meth:`tries`, is taken back, and so is the time of it."""
        checkpoint = self.chain.evm.snapshot()
        try:
            yield
        finally:
            self.chain.evm.revert(checkpoint)
            self.chain.warp(self.now)

    def tries(self, who: str, part: str, function: str, *args: Any) -> str:
        """The outcome of a transaction that only the chain sees: "passed" or an error."""
        try:
            self.chain.call(who, part, self.chain.encode(part, function, *args))
        except Reverted as reverted:
            return _describe(reverted.data)
        return "passed"

    def demand(self, sentence: Sentence, holds: bool, text: str) -> None:
        """Checks a sentence outside a transaction."""
        self.sentences.violations = []
        self.sentences.expect(sentence, holds, text)
        if not holds:
            self.fail([(str(sentence), text)])

    def compare(self, views: Sequence[View]) -> None:
        """Compares figures of chain and model."""
        if self.exact and (differences := self.views.differences(views, self.views.read(views))):
            self.fail([("model", text) for text in differences])

    def finish(self) -> None:
        """The comparisons that come once."""
        self.compare([*self.views.hot, *self.views.all, *self.views.grown(), *self.views.proposals()])

    def fail(self, failures: Sequence[tuple[str, str]]) -> None:
        """Ends the run, showing what does not hold, the seed and the last calls."""
        lines = [f"seed {self.seed}, call {self.calls}, with {self.config}"]
        for label, text in failures:
            sentence = Sentence(int(label)) if label.isdigit() else None
            lines.append(f"- {f'{sentence.name}: {sentence.text} But: ' if sentence else f'{label}: '}{text}")
        lines += ["last calls:", *map(self._line, self.last)]
        raise PropertyViolation([label for label, _ in failures], "\n".join(lines))

    def _predict(self, who: str, part: str, function: str, args: tuple[Any, ...]) -> Refused | None:
        self.model.world.events = []
        try:
            getattr(getattr(self.model, part), snake(function))(who, *args)
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
        """Accounts by name, calls by what they do, bytes in hex without the zeros after them."""
        if isinstance(value, Blob) and value in self.model.world.calls:
            function, args = self.model.world.calls[value]
            return f"{function}{self._plain(args)}"
        if isinstance(value, bytes):
            return "0x" + value.rstrip(b"\0").hex()
        if isinstance(value, (tuple, list)):
            return f"({', '.join(map(self._plain, value))})"
        return self.names.get(value, value) if isinstance(value, str) else str(value)


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
