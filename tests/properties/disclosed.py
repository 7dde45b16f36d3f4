"""What the lens must show, put together from the model."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from .chain import encode
from .model_governance import LIFETIME, Governance
from .model_oracle import BPS, Oracle

if TYPE_CHECKING:
    from .model import Model


def disclosure(model: Model) -> bytes:
    """The whole of it, as the ABI has it."""
    parts = (_supply(model), _reserves(model), _attestation(model), _vault(model), _desk(model), _governance(model))
    return encode([(1, model.world.now, *parts)])


def kinds(oracle: Oracle) -> list[tuple[bytes, int, int, int]]:
    """Kinds of asset with haircut, standing value and what of it counts."""
    return [(kind, oracle.haircut[kind], *oracle.lines.get(kind, (0, 0))) for kind in oracle.kinds]


def pending(governance: Governance) -> list[tuple[bytes, int, int]]:
    """Operations that wait: since when they may be executed, and until when."""
    times = ((name, governance.ready_at[name]) for name in governance.pending)
    return [(name, ready_at, ready_at + LIFETIME) for name, ready_at in times]


def _supply(model: Model) -> tuple[Any, ...]:
    token, issued = model.token, model.issuer.issued
    burned, escrowed = issued - token.supply, token.balance[model.desk.at]
    return token.cap, issued, burned, token.supply, escrowed, model.issuer.headroom


def _reserves(model: Model) -> tuple[Any, ...]:
    oracle, free = model.oracle, model.vault.free
    vault, reserves = model.vault, free + oracle.attested
    outstanding = model.token.supply + vault.waiting
    if vault.cause:
        outstanding = -(-(vault.outstanding * vault.par - vault.paid) // vault.par)
    coverage = reserves * BPS // outstanding if outstanding else 2**256 - 1
    return free, oracle.attested, kinds(oracle), reserves, outstanding, coverage, oracle.liabilities


def _attestation(model: Model) -> tuple[Any, ...]:
    oracle, now = model.oracle, model.world.now
    is_open = oracle.suspended_until <= now <= oracle.fresh_until
    age = now - oracle.as_of if oracle.as_of else 0
    times = oracle.fresh_until, oracle.suspended_until, is_open, oracle.silent_since, oracle.shortfall_since
    return (
        oracle.epoch,
        oracle.as_of,
        age,
        *times,
        oracle.auditors,
        oracle.quorum,
        oracle.max_age,
        oracle.suspension_time,
    )


def _vault(model: Model) -> tuple[Any, ...]:
    vault, oracle, rules = model.vault, model.oracle, model.vault.rules
    silence_ends = oracle.silent_since + rules.max_silence
    shortfall_ends = oracle.shortfall_since + rules.max_shortfall if oracle.shortfall_since else 0
    held = vault.asset.balance[vault.at]
    cash = vault.cash, held, len(vault.tickets), vault.set_aside + vault.waiting, vault.waiting, vault.treasury
    surplus = *vault.surplus, vault.surplus_at
    ending = vault.cause, vault.started_at, vault.outstanding, vault.pot, vault.paid
    return vault.asset.at, vault.par, *cash, *surplus, silence_ends, shortfall_ends, astuple(rules), ending


def _desk(model: Model) -> tuple[Any, ...]:
    desk, config = model.desk, model.desk.config
    times = config.notice, config.confirmation_time, config.arbitration_time
    return len(desk.offers), len(desk.orders), desk.arbiter, *times


def _governance(model: Model) -> tuple[Any, ...]:
    governance = model.governance
    return True, governance.min_delay, governance.floor, pending(governance), model.issuer.config.proposal_delay
