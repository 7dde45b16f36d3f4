"""What the disclosure says of a genuine Zuan system, and how long redeemers waited for their money."""

from __future__ import annotations

from typing import Any

from ..chain import shapes
from ..chain.connection import Connection
from ..chain.logs import logs
from ..contracts.artifacts import checksum
from ..errors import NetworkError, ZuanError
from ..supply import read_supply
from ..system import System

#: Of so many tickets, the newest, it is measured how long they waited.
_TICKETS = 200


def disclosed(connection: Connection, token: str, block: int) -> dict[str, Any] | None:
    """The figures of the genuine Zuan system whose diamonds these are at a block; None for any other token.

    Beside those of :meth:`~zuan.supply.Supply.as_dict`: ``gov``, addresses, and ``waits`` (seconds from a ticket's opening
    to its last payment).
    """
    try:
        system = System.at(connection, checksum(token))
        if system.token.address.lower() != token:
            return None
        found = read_supply(system, block).as_dict()
        waits = _waits(system, block)
    except NetworkError:
        raise
    except ZuanError:
        return None
    return {
        **found,
        "deployer": system.manifest.deployer,
        "governance": system.governance.address,
        "gov": found["governance"],
        "vaultAddress": system.vault.address.lower(),
        "waits": waits,
    }


def _waits(system: System, block: int) -> list[int]:
    vault = system.vault
    topics = [[vault.artifact.topic(name) for name in ("TicketOpened", "TicketPaid")]]
    raw = list(logs(system.connection.rpc, vault.address, topics, system.manifest.block, block))
    opened: dict[int, int] = {}
    paid: dict[int, int] = {}
    for event in vault.events(raw):
        (opened if event.name == "TicketOpened" else paid)[int(event.args["ticket"])] = event.block
    done = sorted(opened.keys() & paid.keys())[-_TICKETS:]
    blocks = sorted({at for ticket in done for at in (opened[ticket], paid[ticket])})
    answers = system.connection.rpc.batch([("eth_getBlockByNumber", (hex(at), False)) for at in blocks])
    times = {at: int((shapes.block(a) or {})["timestamp"]) for at, a in zip(blocks, answers, strict=True)}
    return [times[paid[ticket]] - times[opened[ticket]] for ticket in done]
