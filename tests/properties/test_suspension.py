"""Fewer auditors than a quorum shut minting for no more than their share of the time, whatever they try."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from .actors import DAY, HOUR
from .chain import START, Chain, Key, Reverted, config, key, statement_digest

ROUNDS = 60
_ANYBODY = key("stranger").address
_CASH = b"escrowed cash".ljust(32, b"\0")
Spans = list[tuple[int, int]]


@pytest.mark.parametrize("quorum", (2, 3, 5))
@pytest.mark.parametrize("seed", range(4))
def test_each_auditor_shuts_minting_for_at_most_its_share(quorum: int, seed: int) -> None:
    """In any stretch of quorum x suspension time, k auditors fewer than a quorum shut minting for at most k suspension
    times: k / quorum of the time, though they suspend at the first second they can, rotate keys, and always have a new
    epoch. And for all the rest minting is open, as a quorum attests in time."""
    for attackers in {1, quorum - 1}:
        siege = Siege(seed, quorum, attackers)
        siege.attack()
        length = siege.config.suspension_time
        assert len(siege.spans) >= ROUNDS // 3
        assert least_open(siege.spans, quorum * length) >= (quorum - attackers) * length
        assert siege.opened >= ROUNDS // 2, "what is open was looked at"


@pytest.mark.parametrize("seed", range(6))
def test_changes_give_no_auditor_a_larger_share(seed: int) -> None:
    """The same by the smallest quorum of the time, where governance changes the quorum, and calls auditors away and back."""
    siege = Siege(seed, 2 + seed % 3, 1, changes=True)
    siege.attack()
    length, quorum = siege.config.suspension_time, siege.least_quorum
    assert siege.changed >= 10
    assert least_open(siege.spans, quorum * length) >= (quorum - 1) * length


def test_a_quorum_can_suspend_without_a_gap() -> None:
    """The bound is sharp, and the measure can fail: M auditors who take turns leave nothing open."""
    siege = Siege(0, 2, 2, patient=False)
    siege.attack()
    assert least_open(siege.spans, 2 * siege.config.suspension_time) == 0


class Siege:
    """Some auditors of one deployment suspend as early as the contract lets them; the others attest whenever they can."""

    def __init__(self, seed: int, quorum: int, attackers: int, changes: bool = False, patient: bool = True) -> None:
        self.rng, self.changes, self.patient = random.Random(seed), changes, patient
        suspension = self.rng.choice((HOUR, DAY))
        self.keys: dict[str, Key] = {}
        self.attackers = [self._new() for _ in range(attackers)]
        self.honest = [self._new() for _ in range(2 * quorum - min(attackers, quorum - 1) - 1)]
        self.quorum = self.least_quorum = quorum
        self.config = config(
            auditors=(*self.attackers, *self.honest)[: 2 * quorum - 1],
            quorum=quorum,
            suspension_time=suspension,
            max_age=6 * DAY,
            vault_rules=replace(config().vault_rules, max_silence=366 * DAY),
        )
        self.honest = [a for a in self.config.auditors if a not in self.attackers]
        self.chain, self.now, self.epoch = Chain(self.config), START, 0
        # Cash that bears a mint.
        self._do(_ANYBODY, "asset", "mint", self.chain.at["vault"], 100)
        self._do(_ANYBODY, "vault", "count")
        #: Suspended spans, ends excluded; and how often minting was seen open, and governance changed the auditors.
        self.spans: Spans = []
        self.opened = self.changed = 0
        self.attest()

    def attack(self) -> None:
        for _ in range(ROUNDS):
            self._to_the_first_chance()
            if self.patient and self.rng.random() < 0.3:
                self.warp(self.now + self.rng.choice((1, self.config.suspension_time // 2)))
            if self.changes and self.rng.random() < 0.5:
                self.change()
            for i, _ in enumerate(self.attackers):
                if self.patient and self.rng.random() < 0.4:
                    self.rotate(i)
                if self._do(self.attackers[i], "oracle", "suspend") == b"":
                    self.spans.append((self.now, self.now + self.config.suspension_time))
                    self.rotate(i)
                    if not self.patient or self.rng.random() < 0.8:
                        break
            # An attestation is possible in every state, and gives each of them a new epoch.
            self.warp(self.now + 1)
            self.attest()
            self.look()

    def _to_the_first_chance(self) -> None:
        """When the first of them may suspend: the contract names the second."""
        chances = []
        for attacker in self.attackers:
            with_self = self.chain.evm.snapshot()
            refusal = self._do(attacker, "oracle", "suspend")
            self.chain.evm.revert(with_self)
            chances.append(int.from_bytes(refusal[36:68], "big") if len(refusal) == 68 else self.now)
        suspended = self.spans[-1][1] if self.spans else self.now
        self.warp(max(self.now, suspended if self.rng.random() < 0.7 else self.now, min(chances)))

    def look(self) -> None:
        """Minting is open just where no suspension is."""
        shut = any(start <= self.now < end for start, end in self.spans)
        headroom = self.chain.read("issuer", "headroom")
        assert (headroom > 0) == (not shut)
        self.opened += 1

    def rotate(self, i: int) -> None:
        to = self._new()
        assert self._do(self.attackers[i], "oracle", "rotate", to) == b""
        self.attackers[i] = to

    def change(self) -> None:
        """Governance calls an auditor away and, perhaps, back at once, with another quorum."""
        self.changed += 1
        if self.rng.random() < 0.5:
            self._appoint([])
            self.warp(self.now + self.rng.choice((0, 1)))
        self.quorum = self.rng.choice((2, 3, 4))
        self._appoint(self.attackers)
        self.least_quorum = min(self.least_quorum, self.quorum)
        self.warp(self.now + 1)
        self.attest()

    def _appoint(self, attackers: list[str]) -> None:
        count = 2 * self.quorum - 1
        while len(self.honest) < count - len(attackers):
            self.honest.append(self._new())
        self.honest = self.honest[: count - len(attackers)]
        appointed = [*attackers, *self.honest]
        self.chain.at_once(self.now, "oracle", "setAuditors", appointed, self.quorum)

    def attest(self) -> None:
        """By honest auditors alone, who always are a quorum, or nearly; then one more signs."""
        self.epoch += 1
        statement = (self.epoch, self.now, 0, 0, 100, [(_CASH, 100)], bytes(32))
        signers = sorted([*self.honest, *self.attackers][: self.quorum], key=lambda a: int(a, 16))
        digest = statement_digest(statement, self.chain.at["oracle"])
        signatures = [self.keys[a].sign(digest) for a in signers]
        assert self._do(_ANYBODY, "oracle", "attest", statement, signatures) == b""

    def warp(self, now: int) -> None:
        """On to a moment, with attestations on the way, so that a fresh one always stands."""
        while self.epoch and now - self.now > 3 * DAY:
            self._warp(self.now + 3 * DAY)
            self.attest()
        self._warp(now)

    def _warp(self, now: int) -> None:
        self.now = now
        self.chain.warp(now)

    def _new(self) -> str:
        made = key(f"auditor of a siege {len(self.keys)}")
        self.keys[made.address] = made
        return made.address

    def _do(self, who: str, part: str, function: str, *args: object) -> bytes:
        """Nothing, or what the contract refused it with."""
        try:
            self.chain.call(who, part, self.chain.encode(part, function, *args))
        except Reverted as reverted:
            return reverted.data
        return b""


def least_open(spans: Spans, stretch: int) -> int:
    """Fewest seconds not suspended in any stretch of that length between the first and the last suspension."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    last = merged[-1][1] - stretch
    # The open time of a sliding stretch has its least where one of its ends meets the end of a span.
    starts = {s for span in merged for s in (span[0], span[1] - stretch) if merged[0][0] <= s <= last}
    assert starts, "the suspensions do not span one stretch"
    return min(stretch - sum(max(0, min(e, s + stretch) - max(b, s)) for b, e in merged) for s in starts)
