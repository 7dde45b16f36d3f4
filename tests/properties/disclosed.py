"""What the lens must show, put together from the model."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from .chain import encode
from .model.governance import LIFETIME, Governance
from .model.oracle import BPS, Oracle

if TYPE_CHECKING:
    from .model.whole import Model


def disclosure(model: Model) -> bytes:
    """The whole of it, as the ABI has it."""
    parts = (_supply(model), _reserves(model), _attestation(model), _vault(model), _desk(model), _governance(model))
    return encode([(1, model.world.now, *parts)])


def kinds(oracle: Oracle) -> list[tuple[bytes, int, bool, int, int]]:
    """Kinds of asset with haircut, whether ring-fenced, standing value and what of it counts."""
    found = []
    for kind in oracle.kinds:
        asset = oracle.assets[kind]
        value, counted, fenced = asset.line
        found.append((kind, asset.haircut, fenced if value else asset.fenced, value, counted))
    return found


def pending(governance: Governance) -> list[tuple[bytes, int, int]]:
    """Operations that wait: since when they may be executed, and until when."""
    times = ((name, governance.ready_at[name]) for name in governance.pending)
    return [(name, ready_at, ready_at + LIFETIME) for name, ready_at in times]


def _supply(model: Model) -> tuple[Any, ...]:
    token, issued = model.token, model.issuer.issued
    burned, escrowed = issued - token.supply, model.desk.escrowed
    return token.cap, issued, burned, token.supply, escrowed, model.issuer.headroom


def _reserves(model: Model) -> tuple[Any, ...]:
    oracle, vault, issuer = model.oracle, model.vault, model.issuer
    free, _, drained = vault.cash_now
    listed = kinds(oracle)
    spendable = oracle.attested - sum(counted for _, _, fenced, _, counted in listed if fenced)
    reserves, liabilities = oracle.reserves, oracle.liabilities
    if vault.cause:
        reserves, liabilities = free, -(-(vault.outstanding * vault.par - vault.paid) // vault.par)
    coverage = reserves * BPS // liabilities if liabilities else 2**256 - 1
    outstanding = model.token.supply + vault.waiting
    mintable = sum(int(issuer.buckets[m].at(model.world.now)) for m in issuer.minters)
    drainable = min(issuer.headroom, free, mintable)
    return free, oracle.attested, spendable, listed, drained, reserves, liabilities, coverage, outstanding, drainable


def _attestation(model: Model) -> tuple[Any, ...]:
    oracle, now = model.oracle, model.world.now
    is_open = oracle.suspended_until <= now <= oracle.fresh_until
    age = now - oracle.as_of if oracle.as_of else 0
    times = oracle.fresh_until, oracle.suspended_until, is_open, oracle.silent_since
    clock = oracle.shortfall_since, oracle.shortfall_time, oracle.changed_at
    rules = oracle.auditors, oracle.quorum, oracle.max_age, oracle.suspension_time
    return oracle.epoch, oracle.as_of, age, *times, *clock, *rules


def _vault(model: Model) -> tuple[Any, ...]:
    vault, oracle, rules = model.vault, model.oracle, model.vault.rules
    silence_ends = oracle.silent_since + rules.max_silence
    shortfall_ends = oracle.shortfall_since + rules.max_shortfall - 1 if oracle.shortfall_since else 0
    owed = vault.set_aside + vault.lacking
    # The lens is no vault: a silent asset answers it.
    cash = vault.cash, vault.held, len(vault.tickets), owed, vault.waiting, vault.treasury
    times = vault.drained_at, vault.stuck_since, silence_ends, shortfall_ends
    ending = vault.cause, vault.started_at, vault.outstanding, vault.pot, vault.paid
    return vault.asset.at, vault.par, *cash, *vault.surplus, *times, astuple(rules), ending


def _desk(model: Model) -> tuple[Any, ...]:
    desk, config = model.desk, model.desk.config
    times = config.notice, config.confirmation_time, config.arbitration_time
    return len(desk.offers), len(desk.orders), desk.arbiter, *times


def _governance(model: Model) -> tuple[Any, ...]:
    governance = model.governance
    return True, governance.min_delay, governance.floor, pending(governance), model.issuer.config.proposal_delay
