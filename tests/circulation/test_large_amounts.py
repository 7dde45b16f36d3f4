"""Spans of 2^63 units and more, which is 9.3 tokens of 18 decimals, in every question."""

import pytest

from tests.circulation.fake_chain import ZERO, FakeChain, Move, address
from tests.circulation.support import synced, zuan
from zuan.amounts import Amounts
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


def test_amounts_are_shown_exactly():
    shown = Amounts(18)
    assert [shown(n) for n in (0, 1, 10**18, 1_234_500_000 * 10**18 + 10**17, -(10**17))] == [
        *("0", "0.000000000000000001", "1", "1,234,500,000.1", "-0.1"),
    ]
    assert Amounts()(1_234) == "1,234"


def test_people_see_tokens_and_programs_base_units(folder, tmp_path):
    chain = FakeChain(depth=0, decimals=18)
    chain.mine(Move(ZERO, address(1), 12 * 10**18 + 5 * 10**17))
    chain.mine(Move(address(1), address(2), 10**18 // 4))
    with chain.serve() as node:
        kept, _ = synced(folder, node)
        verified = zuan(tmp_path, "verify", "--rpc-url", node, "--store", folder).stdout
    assert kept.amounts(kept.verified.supply) == "12.5"
    assert "the supply of 12.5 and 2 of 2" in verified

    def said(*args):
        done = zuan(tmp_path, *args, "--store", folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "12.25" in said("balances") and "0.25" in said("balances")
    assert "12,250,000,000,000,000,000" in said("balances", "--raw")
    assert '"balance": "12250000000000000000"' in said("balances", "--json")
    assert "0.25 tokens." in said("trace", "--account", B)
    assert "12.5 minted to" in said("trace", "1")
    assert "12.5" in said("holders") and "12.5" in said("supply", "--at", "2") and "0.25" in said("flows")
    said("flows", "--html", "page.html")
    assert "Amounts in tokens" in (tmp_path / "page.html").read_text(encoding="utf-8")
