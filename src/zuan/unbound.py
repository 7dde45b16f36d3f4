"""Fields of mints and burns that the issuance head does not commit to: compared with what follows from other events.

The head binds an order's buyer, amount and reference. A node could still tell another attestation, another minter or other
burns; what can be derived must agree, and what cannot is named in ``unverified``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .contracts.artifacts import checksum
from .contracts.handles import Event, Order
from .errors import MismatchError, count

if TYPE_CHECKING:
    from .history import Burn, Mint
    from .proposals import Proposal

#: What a burn says that nothing binds; all burns together are bound by the supply.
_OF_BURNS = ("account", "amount", "orderRef")


def compared(
    entries: Sequence[Mint | Burn], events: Sequence[Event], proposals: Sequence[Proposal], epochs: int
) -> tuple[Mint | Burn, ...]:
    """The entries, each with what of it could not be verified.

    :param events: of Issuer and oracle: who was made a minter, which proposals were executed, what was attested.
    :param epochs: how many attestations the oracle has counted.
    :raises MismatchError: an entry contradicts them, or an attestation is missing.
    """
    return tuple(_compared(entries, events, proposals, epochs))


def _compared(
    entries: Sequence[Mint | Burn], events: Sequence[Event], proposals: Sequence[Proposal], epochs: int
) -> Iterator[Mint | Burn]:
    from .history import Burn

    executed = {e.args["id"]: e.tx for e in events if e.name == "Executed"}
    by_order = {(executed[p.id], order): p.minter for p in proposals if p.id in executed for order in p.orders}
    minters: set[str] = set()
    epoch = supply = 0
    for one in sorted([*entries, *events], key=lambda e: (e.block, e.index)):
        if isinstance(one, Event):
            if one.name == "Attested":
                if one.args["epoch"] != epoch + 1:
                    raise _contradiction(one.tx, f"attestation {count(epoch + 1)}", "is missing")
                epoch += 1
            elif one.name == "MinterSet":
                who = checksum(one.args["minter"])
                (minters.add if one.args["newLimits"].capacity else minters.discard)(who)
        elif isinstance(one, Burn):
            supply -= one.amount
            if one.supply != supply:
                raise _contradiction(
                    one.tx, f"a supply of {count(one.supply)} after a burn", f"should be {count(supply)}"
                )
            yield replace(one, unverified=_OF_BURNS)
        else:
            supply += one.amount
            if one.epoch != epoch:
                raise _contradiction(
                    one.tx, f"a mint under attestation {count(one.epoch)}", f"should be {count(epoch)}"
                )
            proposer = by_order.get((one.tx, Order(one.account, one.amount, one.ref)))
            if one.minter not in ({proposer} if proposer else minters):
                raise _contradiction(one.tx, f"the minter {one.minter}", "was none then, or proposed another mint")
            # Of several minters, only a proposal tells which one it was.
            yield replace(one, unverified=() if proposer or len(minters) == 1 else ("minter",))
    if epoch != epochs:
        raise MismatchError(
            f"the node gives {count(epoch)} attestations, the oracle has counted {count(epochs)}; the node left events out "
            "or reorganised meanwhile, ask again or ask another one"
        )


def _contradiction(tx: str, what: str, but: str) -> MismatchError:
    return MismatchError(
        f"transaction {tx}: {what} {but}, by the other events; the node changed or left out one, ask another"
    )
