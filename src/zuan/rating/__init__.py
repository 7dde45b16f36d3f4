"""Can it be trusted? What somebody can do to the holders of a token, each claim with a witness that anybody can run again.

::

    report = rate(zuan.connect(rpc_url="http://127.0.0.1:8545"), "0x...")
    print(report.stage, [f.sentence["en"] for f in report.findings])
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..chain import shapes
from ..chain.connection import Connection
from ..chain.pinned import same_chain
from ..errors import InputError, WrongChainError, ZuanError
from ..extras import require
from .witness import Witness
from .world import Log, Moment, SimulationError

if TYPE_CHECKING:
    from .child import KnownToken, Task
    from .hints import FlowReport
    from .past import Books
    from .report import Report

#: How far what is paid out is followed: the asset, and what that pays out.
_DEPTH = 2
#: Seconds after which an examination is given up.
_PATIENCE = 600


def rate(connection: Connection, token: str, block: int | None = None, store: Path | None = None) -> Report:
    """Examines a token at a block (the newest unless told). The chain is read only; nothing is sent.

    :param store: the folder of a synced store of the token: its past is read there, whole, and not from the node; flows
        are looked through too. The block is the store's newest unless told.
    :raises InputError: there is no token at that address, or a library is missing.
    :raises NetworkError: the node does not answer, or lacks the state of that block.
    :raises SimulationError: the examination itself failed; nothing follows from that.
    """
    from . import origins
    from .offline import gather

    token = token.lower()
    if store is not None:
        from .stored import reach

        block = reach(store, connection, token, block)
    moment = _moment(connection, block)
    _require_token(connection, token, moment.number)
    books, flows = (None, None) if store is None else _stored(connection, token, moment, store)
    chain = [_known(connection, token, moment.number, books)]
    while len(chain) <= _DEPTH:
        zuan = chain[-1].zuan
        asset = zuan["asset"].lower() if zuan else origins.asset(connection, chain[-1].token, moment.number)
        if asset is None or asset in (known.token for known in chain):
            break
        chain.append(_known(connection, asset, moment.number))
    report = cast("Report", _apart(connection, moment, token=chain[0], assets=tuple(chain[1:])))
    proof, unproven = gather(connection, moment.number, report.code, report.slots)
    return replace(report, proof=proof, unproven=unproven, flows=flows)


def _stored(connection: Connection, token: str, moment: Moment, store: Path) -> tuple[Books, FlowReport]:
    """What a store sums up to, and what its flows show."""
    from .child import Task
    from .surface import selector

    ask = {"gas": hex(1_000_000), "to": token, "data": "0x" + selector("decimals()").hex()}
    answer = connection.rpc.batch([("eth_call", (ask, hex(moment.number)))], errors=True)[0]
    decimals = int(answer, 16) if isinstance(answer, str) and len(answer) == 66 else 0
    task = Task("", moment, store=(store, decimals if decimals < 78 else 0))
    return cast("tuple[Books, FlowReport]", _in_child(task))


def _known(connection: Connection, token: str, block: int, books: Books | None = None) -> KnownToken:
    """What the node tells of a token's past; ``books`` are what a store says of it."""
    from . import origins, past
    from .child import KnownToken
    from .disclosed import disclosed, imitated
    from .history import compare

    people, early, start = origins.creator(connection, token, block)
    created = start - 1 if start else None
    books = books or past.of_node(connection, token, block, created)
    logs = [*early, *origins.read_logs(connection, token, block, start)]
    for ruler in origins.rulers(connection, token, block):
        logs += origins.read_logs(connection, ruler, block, transfers=False)
    told = compare(connection, token, books, created) if books else None
    zuan = disclosed(connection, token, block)
    doubts = () if zuan else imitated(connection, token)
    return KnownToken(token, tuple(logs), tuple(people), zuan, told, doubts)


def replay(connection: Connection, witnesses: Sequence[Witness]) -> list[str | None]:
    """Runs witnesses of one block again on any node of their chain: None for each that holds, or why it does not.

    :raises WrongChainError: they speak of another chain.
    """
    first = witnesses[0]
    if connection.chain_id != first.chain_id:
        raise WrongChainError(
            f"the witness speaks of chain {first.chain_id}, and the node serves {connection.chain_id}; use --rpc-url"
        )
    moment = _moment(connection, first.block)
    return cast("list[str | None]", _apart(connection, moment, witnesses=tuple(witnesses)))


def _moment(connection: Connection, block: int | None) -> Moment:
    head = connection.block("latest" if block is None else block)
    raw = shapes.block(connection.rpc("eth_getBlockByNumber", hex(head.number), False))
    fee = (raw or {}).get("baseFeePerGas") or 0
    # Headers tell of blobs since Cancun, and since then code is destroyed no more (EIP-6780).
    return Moment(connection.chain_id, head.number, head.timestamp, fee, (raw or {}).get("blobGasUsed") is None)


def _require_token(connection: Connection, token: str, block: int) -> None:
    rpc, at = connection.rpc, hex(block)
    if not shapes.data(rpc("eth_getCode", token, at), "a contract's code"):
        raise InputError(f"there is no contract at {token} at block {block}; check the address and the network")
    # Ganache lets a call run for ever that is given no gas.
    ask = {"gas": hex(1_000_000), "to": token, "data": "0x70a08231" + "00" * 31 + "01"}
    answer = rpc.batch([("eth_call", (ask, at))], errors=True)[0]
    if not isinstance(answer, str) or not 66 <= len(answer) <= 1_000:
        raise InputError(f"the contract at {token} is no ERC-20 token: it does not answer balanceOf")


def _apart(connection: Connection, moment: Moment, **task: Any) -> Any:
    """Does a task in a child, with a node's state behind it."""
    require("check", "checking a token", "confusable_homoglyphs", "evmole", "pyrevm", "trie")
    from .child import Task
    from .relay import Relay

    head = connection.block(moment.number)
    with Relay(connection, moment.number) as relay:
        try:
            found = _in_child(Task(relay.url, moment, **task))
        except ZuanError:
            # Why the child failed is what the node refused, if it did.
            if relay.error is not None:
                raise relay.error from None
            raise
    if relay.error is not None:
        raise relay.error
    same_chain(connection, head)
    return found


def _in_child(task: Task) -> Any:
    """Does a task in a process of its own: an EVM holds Python's lock while it waits for state, and may fail as a whole; and
    what a store of many transfers takes of memory is given back."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", f"{__package__}.child"],
            input=pickle.dumps(task),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SimulationError(
            f"the examination took longer than {_PATIENCE} s and was given up; nothing is known of the token"
        ) from None
    if done.returncode or not done.stdout:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise SimulationError(f"the examination failed, and nothing follows from that ({last[0][:200]})")
    found = pickle.loads(done.stdout)  # noqa: S301 (written by our child)
    if isinstance(found, ZuanError):
        raise found
    return found


__all__ = ["Log", "Moment", "Witness", "rate", "replay"]
