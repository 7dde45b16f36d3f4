"""Spans of 2^63 units and more, which is 9.3 tokens of 18 decimals, in every question."""

import pytest

from tests.circulation.fake_chain import ZERO, FakeChain, Move, address
from tests.circulation.support import synced
from zuan.contracts.artifacts import checksum
from zuan.tracing.circulation import Circulation
from zuan.tracing.picture import save

A, B = (checksum("0x" + address(n).hex()) for n in (1, 2))


@pytest.mark.parametrize("amount", [2**63 - 1, 2**63, 2**64 + 1, 5 * 10**24, 10**37])
def test_every_question_about_large_spans_is_answered(amount, folder, tmp_path):
    chain = FakeChain(depth=0)
    chain.mine(Move(ZERO, address(1), amount))
    chain.mine(Move(address(1), address(2), amount))
    with chain.serve() as node:
        synced(folder, node)
    mint, move = (chain.blocks[n].logs[0]["transactionHash"] for n in (1, 2))
    circulation = Circulation(folder)
    span = {"firstSerial": 1, "lastSerial": amount, "diamonds": amount}
    answers = [circulation.trace_transaction(tx) for tx in (mint, move)]
    answers += [circulation.trace_mint(1), circulation.trace_account(B)]
    for answer in answers:
        assert [row | span for row in answer.rows] == answer.rows
        assert len(answer.rows) == 1
        save(tmp_path / "page.html", answer)
        assert answer.table().num_rows == 1
    (between,) = circulation.trace_between(A, B).rows
    assert (between["diamonds"], between["serials"]) == (amount, f"1-{amount}")
    for serial in (1, amount):
        assert [row["diamonds"] for row in circulation.trace(serial).rows] == [amount, amount]
    assert circulation.sankey(5).links[0][2] == amount
