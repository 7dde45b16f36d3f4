"""What to bid for gas: on chains with a base fee, without one, and where gas is free."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import RpcError, TransactionError, count
from . import shapes
from .rpc import Rpc

GWEI = 10**9


@dataclass(frozen=True)
class Fees:
    """What to bid for gas, in wei: EIP-1559's two figures, or one price where the chain has no base fee."""

    fields: dict[str, int]

    @property
    def most(self) -> int:
        """Most that one unit of gas can cost."""
        return self.fields["maxFeePerGas"] if "maxFeePerGas" in self.fields else self.fields["gasPrice"]

    @property
    def legacy(self) -> Fees:
        """The same as one price, for chains that know no other."""
        return Fees({"gasPrice": self.most})


@dataclass(frozen=True)
class FeeLimits:
    """Most wei that one unit of gas may cost, and the part of it that may be a tip: nodes name prices, lying ones any.

    ``price`` and ``priority`` are what to bid whatever the node says: one price for gas, or the tip.
    """

    fee: int = 200 * GWEI
    tip: int = 50 * GWEI
    price: int | None = None
    priority: int | None = None


def bid(rpc: Rpc, limits: FeeLimits) -> Fees:
    """A bid that stays valid while the base fee doubles, within the limits.

    :raises TransactionError: gas costs more than the limits allow.
    """
    if limits.price is not None:
        _affordable(limits.price, limits.fee, "--gas-price is", "--max-fee")
        return Fees({"gasPrice": limits.price})
    block = shapes.block(rpc("eth_getBlockByNumber", "latest", False)) or {}
    base = block.get("baseFeePerGas")
    if base is None or base == 0:
        # Without a base fee, or where it is zero, the node's price says whether gas is free.
        price = shapes.quantity(rpc("eth_gasPrice"), "the price of gas")
        if base is None and limits.priority is None:
            _affordable(price, limits.fee, "gas costs", "--max-fee")
            return Fees({"gasPrice": price})
        if not price and limits.priority is None:
            return Fees({"maxFeePerGas": 0, "maxPriorityFeePerGas": 0})
    base = base or 0
    tip = limits.priority
    if tip is None:
        try:
            tip = shapes.quantity(rpc("eth_maxPriorityFeePerGas"), "the tip")
        except RpcError:
            tip = min(GWEI, limits.tip)
    _affordable(tip, limits.tip, "the node wants a tip of", "--max-tip")
    _affordable(base + tip, limits.fee, "gas costs", "--max-fee")
    return Fees({"maxFeePerGas": min(2 * base + tip, limits.fee), "maxPriorityFeePerGas": tip})


def _affordable(wei: int, most: int, what: str, option: str) -> None:
    if wei > most:
        raise TransactionError(
            f"{what} {gwei(wei)} gwei now, the limit is {gwei(most)}; nothing more was sent. Ask another node, wait, "
            f"or allow more with {option} (or [fees] in zuan.toml)"
        )


def gwei(wei: int) -> str:
    """Wei in gwei, e.g. ``1,000,000`` or ``0.5``."""
    whole, rest = divmod(wei, GWEI)
    return count(whole) + (f".{rest:09}".rstrip("0") if rest else "")
