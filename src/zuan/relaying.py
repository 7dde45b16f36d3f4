"""Carrying what others signed: each authorisation checked first, sent in a transaction of its own, never twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .authorization import Authorization
from .chain.sender import Sender
from .contracts.handles import read_all
from .errors import ContractError, TransactionError, count, iso
from .system import System

#: Most gas that carrying one may take: a contract wallet decides what its own check costs, and the carrier pays.
MOST_GAS = 1_500_000


@dataclass(frozen=True)
class Carried:
    """What became of one: ``state`` is ``carried``, ``ready`` (simulated), ``used`` (before) or ``refused``, with why."""

    name: str
    authorization: Authorization
    state: str
    why: str = ""
    tx: str | None = None
    gas: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        found = {"file": self.name, "action": self.authorization.action, "from": self.authorization.holder}
        found |= {"value": str(self.authorization.value), "nonce": "0x" + self.authorization.nonce.hex()}
        return {**found, "state": self.state, "why": self.why or None, "tx": self.tx, "gas": self.gas or None}


def misfit(system: System, signed: Authorization) -> str | None:
    """Why it is not for this deployment; None where it is."""
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    if signed.chain_id != system.manifest.chain_id:
        return f"it is for chain {signed.chain_id}, this is chain {system.manifest.chain_id}"
    if signed.token != at["DiamondToken"]:
        return f"it is for the token {signed.token}, this deployment's is {at['DiamondToken']}"
    payee = {"burn": "DiamondToken", "order": "OrderDesk", "transfer": None}.get(signed.action, "ReserveVault")
    if payee and signed.to != at[payee]:
        return f"its diamonds go to {signed.to}, not to this deployment's {payee} ({at[payee]})"
    return None


def refusal(system: System, signed: Authorization) -> tuple[str, str] | None:
    """State and reason where it cannot be carried now, as far as can be seen before it is tried; None where it can."""
    if why := misfit(system, signed):
        return "refused", why
    if signed.signature is None:
        return "refused", "it is not signed"
    token, at = system.token, system.connection.block()
    spent, balance, name = read_all(
        [
            (token, "authorizationState", (signed.holder, signed.nonce)),
            (token, "balanceOf", (signed.holder,)),
            (token, "name", ()),
        ],
        at.number,
    )
    if name != signed.token_name:
        return "refused", f"it is signed for a token named {signed.token_name!r}, this one is {name!r}"
    if spent:
        return "used", "it was carried or cancelled before"
    if at.timestamp >= signed.valid_before:
        return "refused", f"it could be used before {_time(signed.valid_before)}; its holder must sign a new one"
    if at.timestamp <= signed.valid_after:
        return "refused", f"it may be used after {_time(signed.valid_after)}"
    if balance < signed.value:
        return "refused", f"its holder has {count(balance)} diamonds, not {count(signed.value)}"
    return None


def relay(
    system: System, sender: Sender, files: Sequence[tuple[str, Authorization]], send: bool = True
) -> Iterator[Carried]:
    """Carries authorisations one after the other; one that fails stops none of the others.

    Used ones are skipped, so the same files may be given again after any trouble. The same authorisation given twice is
    carried once.

    :param files: what to call each, and it.
    :param send: whether to send; else each is simulated only.
    :raises ZuanError: the carrier itself cannot go on (no gas money, no node).
    """
    for name, signed in files:
        found = refusal(system, signed)
        if found:
            yield Carried(name, signed, *found)
            continue
        call = signed.call(system)
        try:
            gas = sender.estimate(call)
            if gas > MOST_GAS:
                raise TransactionError(f"carrying it would take {count(gas)} gas, more than {count(MOST_GAS)}")
            if not send:
                sender.simulate(call)
                yield Carried(name, signed, "ready", gas=gas)
                continue
            receipt = sender.run(call)
        except (ContractError, TransactionError) as error:
            # Somebody else may have carried it between the look and the transaction.
            later = refusal(system, signed)
            yield Carried(
                name, signed, *(later if later and later[0] == "used" else ("refused", str(error).rstrip(".")))
            )
            continue
        yield Carried(name, signed, "carried", tx=receipt.tx, gas=receipt.gas)


def _time(seconds: int) -> str:
    return iso(seconds) if seconds < 1 << 37 else f"second {seconds}"
