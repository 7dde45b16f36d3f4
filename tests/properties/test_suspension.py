"""Fewer auditors than a quorum cannot keep minting suspended for ever, whatever they try."""

from __future__ import annotations

import random

import pytest

from .actors import AUDITORS
from .probes import System

ROUNDS = 60
Spans = list[tuple[int, int]]


@pytest.mark.parametrize("seed", range(12))
def test_a_minority_leaves_minting_open_for_a_part_of_any_long_stretch(seed: int) -> None:
    """In any stretch of quorum x suspension time, M-1 auditors leave at least one suspension time in which minting is
    not suspended, though they suspend at the first second they can, rotate keys, and always have a new epoch."""
    system = System(seed)
    quorum, length = system.config.quorum, system.config.suspension_time
    spans = attack(system, quorum - 1)
    assert len(spans) >= ROUNDS // 3
    assert least_open(spans, quorum * length) >= length


def test_a_quorum_can_suspend_without_a_gap() -> None:
    """The bound is sharp, and the measure can fail: M auditors who take turns leave nothing open."""
    system = System(0)
    spans = attack(system, system.config.quorum, rotate=False, patient=False)
    assert least_open(spans, system.config.quorum * system.config.suspension_time) == 0


def attack(system: System, attackers: int, rotate: bool = True, patient: bool = True) -> Spans:
    """Suspends as early as the contract lets the attackers; returns the suspended spans, ends excluded."""
    rng, oracle = random.Random(system.seed), system.model.oracle
    system.attest()
    people = oracle.auditors[:attackers]
    spans: Spans = []
    for _ in range(ROUNDS):
        system.warp(max(oracle.suspended_until, min(oracle.record[a].again_at for a in people)))
        # Now and then they overlap their suspensions, wait, or come a second too early.
        if patient and rng.random() < 0.3:
            system.warp(system.now + rng.choice((1, system.config.suspension_time // 2)))
        for i, auditor in enumerate(people):
            if rotate and rng.random() < 0.4:
                free = [a for a in AUDITORS if a not in oracle.auditors]
                people[i] = auditor if not free else rng.choice(free)
                system.send(auditor, "oracle", "rotate", people[i])
            if system.send(people[i], "oracle", "suspend"):
                spans.append((system.now, oracle.suspended_until))
                if not patient or rng.random() < 0.8:
                    break
        # An attestation is possible in every state, and gives each of them a new epoch.
        system.warp(system.now + 1)
        system.attest()
    return spans


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
