"""Past events against what a token says: sums, samples, forged senders, and no accusation of tokens that are only odd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zuan.contracts.artifacts import ZERO_ADDRESS
from zuan.errors import RpcError
from zuan.rating.history import Past, compare
from zuan.rating.past import TransferRow, fold, of_node
from zuan.rating.scene import TRANSFER_TOPIC
from zuan.rating.surface import selector, word
from zuan.rating.world import account

TOKEN = account("a token")
NAMES = [account(f"holder {n}") for n in range(8)]
CREATED, LAST = 10, 100


class Chain:
    """A token's past: ``rows`` are its transfers; ``balance`` and ``supply`` what it says at a block."""

    def __init__(self, rows: list[TransferRow], signer: str = NAMES[0], keeps: int = 0) -> None:
        self.rows, self.signer, self.keeps = rows, signer, keeps
        self.extra: Callable[[str, int], int] = lambda who, block: 0
        self.other_logs: list[dict[str, Any]] = []
        self.rpc = self

    def balance(self, who: str, block: int) -> int:
        moved = sum(
            r.value * ((r.receiver == who) - (r.sender == who)) for r in self.rows if r.block <= block and r.tx != "no"
        )
        return moved + self.extra(who, block)

    def supply(self, block: int) -> int:
        made = sum(
            r.value * ((r.sender == ZERO_ADDRESS) - (r.receiver == ZERO_ADDRESS)) for r in self.rows if r.block <= block
        )
        return made + sum(self.extra(who, block) for who in NAMES)

    def batch(self, calls: list[Any], errors: bool = False) -> list[Any]:
        return [self._answer(*call) for call in calls]

    attempt = batch

    def _answer(self, method: str, params: Any) -> Any:
        if method == "eth_getLogs":
            first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
            if params[0].get("topics"):
                return [_log(r) for r in self.rows if first <= r.block <= last]
            return [log for log in self.other_logs if first <= int(log["blockNumber"], 16) <= last]
        if method == "eth_getTransactionByHash":
            return {"from": self.signer}
        call, block = params[0]["data"], int(params[1], 16)
        if block < self.keeps:
            return RpcError(-32000, "missing trie node")
        if block < CREATED:
            return "0x"
        if call == "0x" + selector("totalSupply()").hex():
            return f"0x{self.supply(block):064x}"
        who = "0x" + call[-40:]
        return f"0x{0 if who == ZERO_ADDRESS else self.balance(who, block):064x}"


def _log(row: TransferRow) -> dict[str, Any]:
    topics = ["0x" + TRANSFER_TOPIC.hex(), *("0x" + word(a).hex() for a in (row.sender, row.receiver))]
    where = {"blockNumber": hex(row.block), "logIndex": hex(row.place), "transactionHash": "0x" + "11" * 32}
    return {"address": TOKEN, "topics": topics, "data": "0x" + word(row.value).hex(), **where}


def moved(block: int, sender: str, receiver: str, value: int, tx: str = "0x" + "11" * 32) -> TransferRow:
    return TransferRow(block, 0, tx, sender, receiver, value)


#: Two mints; the first holder passes on to all others.
FAIR = [
    moved(12, ZERO_ADDRESS, NAMES[0], 1_000),
    *(moved(20 + n, NAMES[0], who, 100) for n, who in enumerate(NAMES[1:])),
    moved(50, ZERO_ADDRESS, NAMES[1], 50),
]


def past(chain: Chain, created: int | None = CREATED, first: int = CREATED) -> Past:
    rows = [row for row in chain.rows if row.block >= first]
    return compare(chain, TOKEN, fold(rows, first, LAST, first == CREATED), created)


def test_honest_events_add_up():
    found = past(Chain(FAIR))
    assert found.adds_up and not found.wrong and not found.lies and not found.why
    assert (found.mints, found.minted, found.burns, found.after) == (2, 1_050, 0, 1_050)
    assert [j.block for j in found.jumps] == []


def test_a_mint_of_more_than_a_tenth_at_once_is_a_jump():
    found = past(Chain([*FAIR, moved(60, ZERO_ADDRESS, NAMES[2], 500)]))
    assert [(j.block, j.amount, j.before) for j in found.jumps] == [(60, 500, 1_050)]


def test_a_window_of_the_past_is_compared_with_what_was_there_before_it():
    found = past(Chain(FAIR), first=40)
    assert found.adds_up and not found.wrong and (found.before, found.minted) == (1_000, 50)


def test_a_sender_who_had_nothing_is_forged_with_its_transaction():
    famous = account("somebody famous")
    # The event names it; nothing moved.
    chain = Chain([*FAIR, moved(70, famous, NAMES[3], 900)])
    chain.extra = lambda who, block: 900 if who == famous and block >= 70 else 0
    found = past(chain)
    assert [(lie.kind, lie.account, lie.block) for lie in found.lies] == [("forged", famous, 70)]


@pytest.mark.parametrize("kind", ["by itself", "by the token"])
def test_what_a_maker_announces_as_sent_by_itself_deceives_nobody(kind):
    sender = TOKEN if kind == "by the token" else NAMES[7]
    rows = [r for r in FAIR if NAMES[7] not in (r.sender, r.receiver)]
    chain = Chain([*rows, moved(70, sender, NAMES[3], 900)], signer=NAMES[7])
    chain.extra = lambda who, block: 900 if who == sender and block >= 70 else 0
    assert not past(chain).lies


def test_a_balance_that_rises_alone_and_unannounced_is_a_lie_with_its_block():
    chain = Chain(FAIR)
    chain.extra = lambda who, block: 7_000 if who == NAMES[4] and block >= 61 else 0
    found = past(chain)
    assert [(lie.kind, lie.account, lie.block, lie.amount) for lie in found.lies] == [("silent", NAMES[4], 61, 7_000)]


def test_an_event_of_another_kind_that_names_the_account_is_no_silence():
    chain = Chain(FAIR)
    chain.extra = lambda who, block: 7_000 if who == NAMES[4] and block >= 61 else 0
    deposit = {"topics": ["0x" + "ab" * 32, "0x" + word(NAMES[4]).hex()], "data": "0x"}
    where = {"blockNumber": hex(61), "logIndex": "0x1", "transactionHash": "0x" + "22" * 32}
    chain.other_logs = [{"address": TOKEN, **deposit, **where}]
    assert not past(chain).lies


def test_tokens_that_scale_balances_are_never_accused():
    chain = Chain(FAIR)
    plain = chain.balance

    def scaled(who: str, block: int) -> int:
        held = plain(who, block)
        return held * 11 // 10 if block >= 65 else held

    chain.balance = scaled  # type: ignore[method-assign]
    found = past(chain)
    assert len(found.wrong) > len(found.samples) // 2 and not found.lies


def test_a_rebase_that_few_samples_show_is_seen_in_the_others():
    chain = Chain(FAIR)
    plain = chain.balance
    # All move, but the rest by what is not seen later: one account only differs at the end.
    chain.balance = lambda who, block: (
        plain(who, block)
        + (  # type: ignore[method-assign]
            40 if (block == 65 and plain(who, block)) or (who == NAMES[4] and block > 65) else 0
        )
    )
    assert not past(chain).lies


def test_a_beginning_without_an_event_is_told_and_no_lie():
    rows = [moved(20 + n, NAMES[0], who, 100) for n, who in enumerate(NAMES[1:])]
    chain = Chain(rows)
    chain.extra = lambda who, block: 1_000 if who == NAMES[0] and block >= CREATED else 0
    found = past(chain)
    assert found.started == 1_000 and found.adds_up and not found.lies


def test_a_node_without_old_state_leaves_it_open():
    chain = Chain(FAIR, keeps=LAST)
    chain.extra = lambda who, block: 7_000 if who == NAMES[4] and block >= 61 else 0
    found = past(chain)
    assert found.wrong and not found.lies and "earlier blocks" in found.why
    assert not past(chain, first=40).adds_up


def test_reading_halves_what_a_node_refuses_and_says_how_far_it_came():
    chain = Chain(FAIR)
    plain = chain._answer

    def limited(method: str, params: Any) -> Any:
        if method == "eth_getLogs" and int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) >= 30:
            return RpcError(-32005, "block range too large")
        return plain(method, params)

    chain._answer = limited  # type: ignore[method-assign]
    books = of_node(chain, TOKEN, LAST, CREATED)
    assert books is not None and books.whole and books.transfers == len(FAIR) and books.first == CREATED
    unknown = of_node(chain, TOKEN, LAST, None)
    assert unknown is not None and unknown.first == 0


def test_a_node_without_logs_tells_no_past():
    chain = Chain(FAIR)
    chain._answer = lambda *_: RpcError(-32601, "no such method")  # type: ignore[method-assign]
    assert of_node(chain, TOKEN, LAST, CREATED) is None
