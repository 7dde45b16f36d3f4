"""Who acts, and the configurations that deployments are made with."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

from zuan.deploy.config import DeployConfig, MinterLimits, VaultRules

from .chain import Key, config, key

MINTERS = tuple(key(f"minter {i}").address for i in range(3))
HOLDER_KEYS: Mapping[str, Key] = {k.address: k for k in (key(f"holder {i}") for i in range(4))}
HOLDERS = tuple(HOLDER_KEYS)
SPENDER, STRANGER, TREASURY, TREASURER = (key(n).address for n in ("spender", "stranger", "treasury", "treasurer"))
AUDITOR_KEYS: Mapping[str, Key] = {k.address: k for k in (key(f"auditor {i}") for i in range(16))}
AUDITORS = tuple(AUDITOR_KEYS)
MERCHANTS, ARBITERS, PROPOSERS = (
    tuple(key(f"{role} {i}").address for i in range(2)) for role in ("merchant", "arbiter", "proposer")
)
HOUR, DAY = 3_600, 86_400


@cache
def names() -> dict[str, str]:
    """Addresses of all actors by name."""
    found = ["spender", "stranger", "treasury", "treasurer"]
    roles = (("minter", 3), ("holder", 4), ("auditor", 16), ("merchant", 2), ("arbiter", 2), ("proposer", 2))
    found += [f"{role} {i}" for role, n in roles for i in range(n)]
    return {name: key(name).address for name in found}


def random_config(rng: random.Random) -> DeployConfig:
    """A configuration in which each limit gets its turn to bind; figures from tiny to the largest there are."""
    count = rng.choice((3, 3, 4, 5))
    capacity = rng.choice((100, 100, 5_000, 50_000_000, 2**56 - 1))
    period = rng.choice((1, 7, HOUR, DAY, 2**24 - 1))
    instant = rng.choice((0, capacity // 3, *[capacity] * 4))
    limits = tuple(MinterLimits(minter, capacity, period, instant) for minter in MINTERS[:2])
    delay = rng.choice((DAY, DAY, 2 * DAY, 30 * DAY))
    suspension = rng.choice((HOUR, HOUR, DAY))
    return config(
        proposers=PROPOSERS,
        governance_delay=delay,
        governance_floor=rng.choice((DAY, delay)),
        cap=rng.choice((capacity // 2 + 1, capacity * 3, 2**60, 2**60, 2**128 - 1)),
        units_per_diamond=rng.choice((1, 100, 10**18, 2**64 - 1)),
        treasury=TREASURY,
        vault_rules=VaultRules(
            surplus_delay=rng.choice((HOUR, HOUR, DAY)),
            coverage_floor=rng.choice((10_000, 10_000, 10_001, 15_000, 100_000)),
            cash_floor=rng.choice((1, 2_000, 3_333, 10_000)),
            max_wait=rng.choice((HOUR, DAY, 30 * DAY)),
            max_silence=rng.choice((7 * DAY, 30 * DAY, 366 * DAY)),
            max_shortfall=rng.choice((HOUR, DAY, 30 * DAY)),
        ),
        auditors=tuple(rng.sample(AUDITORS, count)),
        quorum=rng.randint(count // 2 + 1, count) if count > 3 else 2,
        haircuts={"escrowed cash": 0, "goods": 2_000, "service rights": rng.choice((1, 5_000, 9_999, 10_000))},
        ring_fenced=tuple(kind for kind in ("escrowed cash", "goods") if rng.random() < 0.6),
        max_age=rng.choice((2 * suspension, 2 * DAY, 6 * DAY)),
        suspension_time=suspension,
        proposal_delay=rng.choice((HOUR, DAY)),
        minters=limits[: rng.choice((1, 2, 2))],
        arbiter=ARBITERS[0],
        notice=rng.choice((HOUR, DAY, 30 * DAY)),
        confirmation_time=rng.choice((HOUR, DAY)),
        arbitration_time=rng.choice((HOUR, DAY)),
    )
