"""Whether a token's events and its own answers tell the same past: sums, sampled balances, single lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eth_hash.auto import keccak

from ..chain import shapes
from ..chain.connection import Connection
from ..contracts.artifacts import ZERO_ADDRESS
from ..errors import NetworkError
from .past import AccountSums, Books, Totals, TransferRow
from .surface import call, selector

#: A mint that raises the supply by more than this part of it at once is a jump.
_JUMP = 10
_MOST_JUMPS, _MOST_WRONG, _WITNESSES = 10, 2, 2
#: Tokens that keep shares round each transfer by a unit or two.
_ROUNDING = 2


class Sample(NamedTuple):
    """An account: by how much its balance changed by events, and by the token's own answers."""

    account: str
    events: int
    told: int


class Lie(NamedTuple):
    """What no honest token does: ``forged``, a transfer from somebody who did not have so much; ``silent``, a balance that
    changed by another amount than all events of that block say, while those of others did not."""

    kind: str
    account: str
    block: int
    amount: int
    tx: str


class Jump(NamedTuple):
    """A block in which the supply rose by much: by how much, and what there was before."""

    block: int
    amount: int
    before: int


@dataclass(frozen=True)
class Past(Totals):
    """What the token itself says of these blocks, beside their transfers.

    ``before`` and ``after`` are the supply by the token's own answer around them, None where it does not tell; ``started``
    what was there from the creation on without an event; ``why`` says what kept balances from being compared; ``holders``
    are the accounts that most came to, with what the token says they hold.
    """

    before: int | None
    after: int | None
    jumps: tuple[Jump, ...]
    samples: tuple[Sample, ...]
    lies: tuple[Lie, ...]
    started: int
    why: str
    holders: tuple[tuple[AccountSums, int], ...]

    @property
    def wrong(self) -> list[Sample]:
        """Samples whose balances changed otherwise than their events say."""
        return [s for s in self.samples if s.events != s.told]

    @property
    def adds_up(self) -> bool:
        """Whether minted less burned is by how much the supply changed, but for what was there from the start."""
        known = self.before is not None and self.after is not None
        return known and self.minted - self.burned + self.started == (self.after or 0) - (self.before or 0)


def compare(connection: Connection, token: str, books: Books, created: int | None) -> Past:
    """Asks the token what it says of what its events say."""
    asker = _Asker(connection, token)
    base = books.first - 1
    names = [a.address for a in books.accounts]
    after = dict(zip(names, asker.balances(names, books.last), strict=True))
    began = dict.fromkeys(names, 0) if books.whole else dict(zip(names, asker.balances(names, base), strict=True))
    supply = asker.supply(books.last), 0 if books.whole else asker.supply(base)
    samples, why = [], ""
    for account in books.accounts:
        a, b = began[account.address], after[account.address]
        if a is None or b is None:
            why = "the node does not tell balances of earlier blocks"
            continue
        told = b - a
        # What is rounded is told as its events say.
        near = abs(told - account.net) <= _ROUNDING * account.transfers and told != account.net and _is_share(told)
        samples.append(Sample(account.address, account.net, account.net if near else told))
    started, lies = 0, []
    wrong = [s for s in samples if s.events != s.told]
    # Where balances move by themselves most differ, and no single one is a lie.
    if wrong and len(wrong) <= max(_MOST_WRONG, len(samples) // 4):
        right = [s.account for s in samples if s.events == s.told and after[s.account]]
        for sample in wrong[:_MOST_WRONG]:
            block = asker.first_silent(books, sample.account, began[sample.account] or 0)
            if block is None:
                why = why or "the node does not tell balances of earlier blocks"
            elif block == created:
                started += asker.silent_at(books, sample.account, block) or 0
            elif lie := asker.silent(books, sample.account, block, right):
                lies.append(lie)
    lies += filter(None, (asker.forged(books, row) for row in books.needy))
    return Past(
        books.first,
        books.last,
        books.whole,
        books.stored,
        books.transfers,
        books.minted,
        books.burned,
        books.mints,
        books.burns,
        supply[1],
        supply[0],
        _jumps(books.supply, (supply[1] or 0) + started) if supply[1] is not None else (),
        tuple(samples),
        tuple(lies),
        started,
        why,
        tuple((a, balance) for a in books.accounts if (balance := after[a.address])),
    )


class _Asker:
    """What a token said of itself at blocks of the past."""

    def __init__(self, connection: Connection, token: str) -> None:
        self._rpc, self._token = connection.rpc, token

    def balances(self, of: Sequence[str], block: int) -> list[int | None]:
        """What accounts held at a block; None of each of which the node or the token says nothing."""
        return self._ask([call("balanceOf(address)", who) for who in of], block)

    def supply(self, block: int) -> int | None:
        """The supply at a block, less what lies at address 0, which many count as burned."""
        supply, burned = self._ask([selector("totalSupply()"), call("balanceOf(address)", ZERO_ADDRESS)], block)
        return None if supply is None else supply - (burned or 0)

    def _ask(self, questions: Sequence[bytes], block: int) -> list[int | None]:
        calls = [
            ("eth_call", ({"to": self._token, "gas": hex(1_000_000), "data": "0x" + q.hex()}, hex(block)))
            for q in questions
        ]
        try:
            answers = self._rpc.batch(calls, errors=True)
        except NetworkError:
            return [None] * len(calls)
        return [int(a, 16) if isinstance(a, str) and len(a) == 66 else None for a in answers]

    def first_silent(self, books: Books, account: str, began: int) -> int | None:
        """A block at which an account's balance began to differ from what events say; None where the node does not tell."""
        moves = books.moves.get(account, ())
        low, high = books.first - 1, books.last
        while high - low > 1:
            middle = (low + high) // 2
            told = self.balances([account], middle)[0]
            if told is None:
                return None
            if told - began == sum(change for block, change in moves if block <= middle):
                low = middle
            else:
                high = middle
        return high

    def silent_at(self, books: Books, account: str, block: int) -> int | None:
        """By how much a balance changed in a block beyond what events say."""
        a, b = self.balances([account], block - 1)[0], self.balances([account], block)[0]
        if b is None or (a is None and not (books.whole and block == books.first)):
            return None
        return b - (a or 0) - sum(change for at, change in books.moves.get(account, ()) if at == block)

    def silent(self, books: Books, account: str, block: int, others: Sequence[str]) -> Lie | None:
        """A balance that changed alone and unannounced; None where others' did too, or another event names the account.

        A sender who lost less than was announced is looked at as a forged one.
        """
        changed = self.silent_at(books, account, block)
        sent = any(at == block and change < 0 for at, change in books.moves.get(account, ()))
        if not changed or sent or self._is_named(account, block):
            return None
        calm = 0
        for other in others:
            held, same = self.balances([other], block - 1)[0], self.silent_at(books, other, block)
            if held and same is not None:
                if same:
                    return None
                calm += 1
            if calm == _WITNESSES:
                return Lie("silent", account, block, changed, "")
        return None

    def _is_named(self, account: str, block: int) -> bool:
        """Whether an event of another kind tells of the account, as deposits and mints of some tokens do."""
        query = {"address": self._token, "fromBlock": hex(block), "toBlock": hex(block)}
        try:
            found = shapes.logs(self._rpc.attempt([("eth_getLogs", (query,))])[0])
        except NetworkError:
            return True
        usual = "0x" + keccak(b"Transfer(address,address,uint256)").hex()
        return any(account[2:] in "".join([*log["topics"], log["data"]]) for log in found if log["topics"][0] != usual)

    def _signer(self, tx: str) -> str | None:
        try:
            found = self._rpc.attempt([("eth_getTransactionByHash", (tx,))])[0]
        except NetworkError:
            return None
        return str(found.get("from")).lower() if isinstance(found, dict) else None

    def forged(self, books: Books, row: TransferRow) -> Lie | None:
        """A transfer of more than its sender had at the block before and was given in this one.

        Some tokens announce what they make or hand out as sent by themselves, or by who asked for it: that deceives nobody.
        """
        moves = books.moves.get(row.sender, ())
        had = self.balances([row.sender], row.block - 1)[0]
        if had is None:
            return None
        given = sum(change for block, change in moves if block == row.block and change > 0)
        if had + given >= row.value or row.sender == self._token or self._signer(row.tx) in (None, row.sender):
            return None
        return Lie("forged", row.sender, row.block, row.value, row.tx)


def _jumps(changes: Sequence[tuple[int, int]], supply: int) -> tuple[Jump, ...]:
    found = []
    for block, change in sorted(changes):
        if supply > 0 and change * _JUMP > supply:
            found.append(Jump(block, change, supply))
        supply += change
    return tuple(sorted(found, key=lambda j: -j.amount / j.before)[:_MOST_JUMPS])


def _is_share(told: int) -> bool:
    """Whether an amount is so large that a unit of it is no money."""
    return abs(told) > 10**9
