"""Minting an order file: exactly once each, whatever happens on the way.

There is no state on disk. What is minted already is read from the chain, at one block, together with ``head``; every
batch names the head that it is planned on, and the Issuer refuses it on any other. So a run that was killed, an answer
that got lost, a second run beside this one or a reorganisation can make a batch fail, but never mint an order twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..chain.connection import Head
from ..chain.pinned import read_at, wait_for
from ..chain.sender import Sender
from ..contracts.handles import Call, Order
from ..errors import (
    ContractError,
    InputError,
    MismatchError,
    NetworkError,
    NonceTakenError,
    StoppedError,
    TransactionError,
    ZuanError,
    count,
)
from ..history import History, chain_heads, steady_history
from ..supply import read_supply
from ..system import System
from .namespaces import Namespaces, read_namespaces
from .orders import OrderFile, Sale
from .single import refuse_elsewhere, refuse_waiting

#: Orders in one transaction at most. 200 take about 6 million gas with buyers new to the token.
BATCH = 200
#: Transactions sent before the first of them is mined.
WINDOW = 4
#: Gas for a mint to a newcomer in a batch, and for the batch itself, with room to spare (tests/toolchain/gas.json).
_GAS_PER_ORDER, _GAS_PER_BATCH = 34_000, 120_000
#: How often in a row a plan is made anew because somebody else was faster, while none of the file's orders gets minted.
_REPLANS = 20


@dataclass(frozen=True)
class Plan:
    """What must be minted still, and what was minted before.

    :ivar at: block at which everything was looked at.
    :ivar head: head of the history that the plan was made on.
    :ivar names: the namespaces of order ids; the one in use makes the references.
    :ivar missing: sales to mint, in the file's order.
    :ivar minted: how many of the file's sales are on the chain already.
    :ivar depth: blocks on top of the newest of their mints (of block ``at`` itself: 0).
    :ivar headroom: diamonds that reserves and cap allow now.
    :ivar allowance: diamonds that the minter's own limit allows now.
    """

    at: Head
    head: bytes
    names: Namespaces
    missing: tuple[Sale, ...]
    minted: int
    depth: int
    headroom: int
    allowance: int
    instant_limit: int
    batches: tuple[tuple[Sale, ...], ...] = field(repr=False)

    @property
    def total(self) -> int:
        """Diamonds still to be minted."""
        return sum(sale.amount for sale in self.missing)

    def fitting(self) -> int:
        """How many of the missing sales, from the first, fit into headroom and allowance now."""
        room = min(self.headroom, self.allowance)
        for i, sale in enumerate(self.missing):
            room -= sale.amount
            if room < 0:
                return i
        return len(self.missing)


@dataclass
class IssueResult:
    """What a run did: sales minted by it, sales found minted before it, transactions, gas, times it planned anew."""

    minted: int = 0
    before: int = 0
    transactions: int = 0
    gas: int = 0
    replans: int = 0


def make_plan(
    system: System, minter: str, orders: OrderFile, batch: int = BATCH, least: int = 0, again: bool = False
) -> Plan:
    """Compares an order file with the chain, at one block.

    :param least: a block known to exist; an answer as of an older one is a lagging backend's.
    :param again: plan orders also if ids of theirs were minted under another namespace.
    :raises MismatchError: an order was minted with another buyer or amount, or twice, or under another namespace, or events
        are missing.
    :raises InputError: single orders are above the size that must be proposed first.
    """
    history = steady_history(system, least)
    names = read_namespaces(system)
    missing, newest = _missing(orders, names, history)
    headroom, (capacity, _, instant_limit, available, *_) = read_at(
        system.connection, history.at, [(system.issuer, "headroom", ()), (system.issuer, "minter", (minter,))]
    )
    if missing and not capacity:
        raise ContractError("NotMinter", [minter])
    own = {deployed.address for deployed in system.manifest.contracts.values()}
    if lost := [f"line {s.line}: buyer {s.buyer} is a contract of the deployment" for s in missing if s.buyer in own]:
        raise InputError("diamonds sent to the deployment's own contracts would be lost; nothing was sent", lost)
    refuse_waiting(history, {names.reference(sale.order_id): sale.order_id for sale in missing})
    refuse_elsewhere(history, names, (sale.order_id for sale in missing), again)
    large = [sale for sale in missing if sale.amount > instant_limit]
    if large:
        raise InputError(
            f"{len(large)} orders are above the size that must be proposed first ({count(instant_limit)} diamonds); "
            "nothing was sent. Propose them with `zuan mint --propose`, or take them out of the file",
            [f"line {s.line}: order {s.order_id} of {count(s.amount)} diamonds" for s in large],
        )
    return Plan(
        history.at,
        history.head,
        names,
        missing,
        len(orders.sales) - len(missing),
        history.at.number - newest,
        headroom,
        available,
        instant_limit,
        _batches(missing, batch, instant_limit),
    )


def issue(
    system: System,
    sender: Sender,
    orders: OrderFile,
    *,
    partial: bool = False,
    again: bool = False,
    batch: int = BATCH,
    confirmations: int = 0,
    progress: Callable[[int], None] | None = None,
) -> IssueResult:
    """Mints all orders of a file that are not minted yet.

    :param partial: mint as many as headroom and the minter's limit allow, instead of refusing to begin.
    :param again: mint orders also if ids of theirs were minted under another namespace.
    :param batch: most orders in one transaction (1: a transaction for each).
    :param confirmations: blocks that must stand on top of the file's newest mint, whoever made it, when this looks for the
        last time.
    :param progress: told how many of the file's orders are minted, each time that changes.
    :raises MismatchError: reserves do not cover the orders (nothing was sent), or chain and file contradict each other.
    :raises ContractError: a contract refused; what was minted before stays minted.
    :raises ZuanError: with how many orders remain, where the run had begun.
    """
    outcome, least, fruitless, most = IssueResult(), 0, 0, 0
    goal: frozenset[str] | None = None  # with `partial`: what this run has set out to mint
    while True:
        # Transactions of a run that was killed may still be under way: let them land before looking.
        sender.settle()
        plan = make_plan(system, sender.address, orders, batch, least, again)
        if not outcome.transactions:
            outcome.before = plan.minted
        outcome.minted = plan.minted - outcome.before
        if plan.minted > most:
            fruitless, most = 0, plan.minted
        if progress:
            progress(plan.minted)
        if goal is not None:
            plan = replace(plan, missing=tuple(sale for sale in plan.missing if sale.order_id in goal))
        try:
            if not plan.missing:
                if plan.depth >= confirmations:
                    return outcome
                wait_for(system.connection, plan.at.number + confirmations - plan.depth)
                continue
            todo = _affordable(system, sender, plan, partial)
            if partial:
                goal = frozenset(sale.order_id for sale in todo)
            plan.names.record()
            least = _carry_out(system, sender, plan, _batches(todo, batch, plan.instant_limit), outcome, progress)
        except (ContractError, MismatchError, NetworkError, TransactionError) as error:
            # Another minter, or another run of this one, or a reorganisation was faster: look again and go on.
            overtaken = isinstance(error, NonceTakenError) or getattr(error, "name", "") == "HeadMismatch"
            if not overtaken or fruitless == _REPLANS:
                raise _interrupted(error, outcome, orders) from error
            outcome.replans, fruitless = outcome.replans + 1, fruitless + 1
        except KeyboardInterrupt:
            raise _interrupted(StoppedError("stopped"), outcome, orders) from None


def _missing(orders: OrderFile, names: Namespaces, history: History) -> tuple[tuple[Sale, ...], int]:
    """The sales that are not minted, and the block of the newest mint of those that are (0: there is none)."""
    refs = {sale.order_id: names.reference(sale.order_id) for sale in orders.sales}
    wanted = {refs[sale.order_id]: sale for sale in orders.sales}
    minted: set[bytes] = set()
    newest, problems = 0, []
    for mint in history.mints:
        sale = wanted.get(mint.ref)
        if sale is None:
            continue
        if mint.ref in minted:
            problems.append(f"line {sale.line}: order {sale.order_id} was minted again in transaction {mint.tx}")
        elif (mint.account, mint.amount) != (sale.buyer, sale.amount):
            problems.append(
                f"line {sale.line}: order {sale.order_id} was minted as {count(mint.amount)} diamonds to {mint.account} "
                f"(transaction {mint.tx}), the file says {count(sale.amount)} to {sale.buyer}"
            )
        minted.add(mint.ref)
        newest = max(newest, mint.block)
    if problems:
        raise MismatchError(f"{len(problems)} orders of {orders.path} contradict the chain; nothing was sent", problems)
    return tuple(sale for sale in orders.sales if refs[sale.order_id] not in minted), newest


def _affordable(system: System, sender: Sender, plan: Plan, partial: bool) -> tuple[Sale, ...]:
    """The sales to mint now.

    :raises ContractError: not even one: minting is closed, for this reason.
    :raises MismatchError: reserves or cap do not allow all of them.
    :raises TransactionError: the minter's limit does not.
    """
    fitting = plan.fitting()
    if fitting == len(plan.missing):
        return plan.missing
    remain = f"{count(len(plan.missing))} orders of {count(plan.total)} diamonds remain"
    if deposit := read_supply(system, plan.at.number).deposit_for(
        plan.total if not partial else plan.missing[0].amount
    ):
        raise MismatchError(
            f"every mint must leave a part of the supply as cash in the vault, and {remain}; no more was sent. "
            f"Run `zuan reserves deposit {deposit}` (units of the settlement asset), and this again"
            + f"; --partial mints the first {count(fitting)} orders now"
            * bool(fitting)
        )
    if not fitting:
        sender.simulate(system.issuer.mint(plan.head, plan.names.order(plan.missing[0])))
    if partial:
        return plan.missing[:fitting]
    if plan.headroom < plan.total:
        raise MismatchError(
            f"reserves and cap allow {count(plan.headroom)} more diamonds, but {remain}; no more was sent. "
            "Look at `zuan supply`, add reserves, run `zuan attest`, and run this again; "
            f"--partial mints the first {count(fitting)} orders now"
        )
    raise TransactionError(
        f"the minter's limit allows {count(plan.allowance)} diamonds now, but {remain}. "
        f"Wait for it to refill and run this again; --partial mints the first {count(fitting)} orders now"
    )


def _batches(sales: Sequence[Sale], size: int, limit: int) -> tuple[tuple[Sale, ...], ...]:
    """Splits sales into runs of at most ``size`` sales and ``limit`` diamonds."""
    batches: list[tuple[Sale, ...]] = []
    current: list[Sale] = []
    total = 0
    for sale in sales:
        if current and (len(current) == size or total + sale.amount > limit):
            batches.append(tuple(current))
            current, total = [], 0
        current.append(sale)
        total += sale.amount
    if current:
        batches.append(tuple(current))
    return tuple(batches)


def _carry_out(
    system: System,
    sender: Sender,
    plan: Plan,
    batches: Sequence[Sequence[Sale]],
    outcome: IssueResult,
    progress: Callable[[int], None] | None,
) -> int:
    """Sends the batches, a few at a time, each on the head that the ones before it will leave; the block of the last."""
    head, nonce, scale, newest = plan.head, sender.next_nonce(), 1.0, 0
    flying: deque[tuple[str, Call, int]] = deque()

    def land() -> None:
        nonlocal newest
        tx, call, size = flying.popleft()
        receipt = sender.wait(tx, call)
        newest = max(newest, receipt.block)
        outcome.gas += receipt.gas
        outcome.minted += size
        if progress:
            progress(outcome.before + outcome.minted)

    for batch in batches:
        orders: list[Order] = [plan.names.order(sale) for sale in batch]
        call = system.issuer.mint(head, orders[0]) if len(orders) == 1 else system.issuer.mint_batch(head, orders)
        gas = _GAS_PER_BATCH + _GAS_PER_ORDER * len(orders)
        if not flying:
            # Nothing under way: the newest block is what this batch is planned on, so a refusal costs nothing.
            if system.connection.is_local:
                sender.simulate(call)
            else:
                # Some L2s count gas otherwise: the estimate shows by how much.
                scale = max(scale, sender.estimate(call) * 1.25 / gas)
        tx = sender.send(call, int(gas * scale), nonce, sender.fees())
        outcome.transactions += 1
        flying.append((tx, call, len(orders)))
        nonce, head = nonce + 1, chain_heads(head, orders)
        if len(flying) == WINDOW:
            land()
    while flying:
        land()
    return newest


def _interrupted(error: ZuanError, outcome: IssueResult, orders: OrderFile) -> ZuanError:
    """The same error, with what it means for the file."""
    done = outcome.before + outcome.minted
    remain = len(orders.sales) - done
    error.args = (
        f"{error.args[0]}. {count(done)} of {count(len(orders.sales))} orders are minted, {count(remain)} remain as far "
        "as this run knows; run the same command again: it mints exactly what is missing",
    )
    return error
