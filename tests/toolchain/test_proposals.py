"""Proposed mints are part of the history that is verified, and an order is not minted beside one."""

import pytest

from tests.toolchain.fake_node import proxy
from zuan import System, issue, read_history, read_orders
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.errors import InputError, MismatchError
from zuan.governance import execution, read_changes, schedule
from zuan.issuance import read_namespaces
from zuan.issuance.single import (
    cancel_proposal,
    execute_proposal,
    find_proposal,
    mint_order,
    pending_proposals,
    propose_order,
)
from zuan.proposals import ProposalState, proposal_id

ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
BOB = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"


@pytest.fixture
def proposed(system, attest, sender):
    """Proposes a mint for an order id; returns the proposal."""
    attest(50_000_000)

    def run(order_id, amount=20_000_000, to=ALICE):
        minter = sender("minter")
        return find_proposal(system, minter.run(propose_order(system, minter.address, to, amount, order_id)).tx)

    return run


def liar(chain, system, change):
    """A node that gives other logs: ``change`` gets them with the event's name and gives what it answers."""

    def meddle(method, _, forward):
        result = forward()
        if method != "eth_getLogs":
            return result
        names = {system.issuer.artifact.topic(n): n for n in ("Proposed", "Executed", "Cancelled")}
        return change([(names.get(log["topics"][0], ""), log) for log in result])

    return proxy(chain.url, meddle)


def test_an_id_is_computed_as_the_issuer_computes_it(system, proposed):
    found = proposed("BULK-1")
    assert proposal_id(found.minter, found.orders, found.salt) == found.id
    many = [Order(ALICE, n + 1, bytes([n]) * 32) for n in range(7)]
    assert proposal_id(BOB, many, b"\7" * 32) == system.issuer.read("proposalId", BOB, many, b"\7" * 32)


def test_a_history_tells_where_each_proposal_stands(system, proposed, sender):
    first, second, third = (proposed(name, 100) for name in ("A", "B", "C"))
    sender("minter").run(cancel_proposal(system, "0x" + second.id.hex()))
    system.connection.mine(seconds=86_460)
    sender("bob").run(execute_proposal(system, "0x" + third.id.hex()))
    history = read_history(system)
    assert [(p.id, p.state) for p in history.proposals] == [
        *((first.id, ProposalState.PENDING), (second.id, ProposalState.CANCELLED), (third.id, ProposalState.EXECUTED))
    ]
    assert [p.id for p in history.pending] == [first.id]
    system.connection.mine(seconds=8 * 86_400 + 3_600)
    assert pending_proposals(system) == []


def test_a_cancelled_order_is_proposed_anew_under_another_salt(system, proposed, sender):
    first = proposed("A")
    sender("minter").run(cancel_proposal(system, first.tx))
    second = proposed("A")
    assert second.id != first.id and second.orders == first.orders


def test_an_order_that_was_minted_in_the_meantime_is_not_executed(system, proposed, sender):
    found = proposed("R", 100)
    sender("minter").run(system.issuer.mint(system.issuer.head(), found.orders[0]))
    system.connection.mine(seconds=86_460)
    with pytest.raises(InputError, match="would mint that order twice. Cancel it"):
        execute_proposal(system, "0x" + found.id.hex())
    sender("minter").run(cancel_proposal(system, "0x" + found.id.hex()))
    assert pending_proposals(system) == []


def test_an_order_that_waits_is_neither_minted_nor_proposed_again(system, proposed, sender):
    proposed("R", 100)
    for plan in (
        lambda: mint_order(system, ALICE, 100, "R"),
        lambda: propose_order(system, sender("minter").address, ALICE, 100, "R"),
    ):
        with pytest.raises(InputError, match="order R waits in proposal 0x.*nothing was sent"):
            plan()


def test_the_content_of_another_proposal_is_noticed(chain, system, proposed):
    proposed("good", 100)
    proposed("bad", 20_000_000, BOB)

    def swap(logs):
        first, second = (log for name, log in logs if name == "Proposed")
        first["data"], second["data"] = second["data"], first["data"]
        return [log for _, log in logs]

    with liar(chain, system, swap) as url, pytest.raises(MismatchError, match="another content for proposal 0x"):
        read_history(System(Connection(url), system.manifest))


@pytest.mark.parametrize("event", ["Proposed", "Executed", "Cancelled"])
def test_a_node_that_leaves_a_proposals_event_out_is_noticed(chain, system, proposed, sender, event):
    done, dropped = proposed("done", 100), proposed("dropped", 100)
    proposed("waiting", 100)
    sender("minter").run(cancel_proposal(system, dropped.tx))
    system.connection.mine(seconds=86_460)
    sender("bob").run(execute_proposal(system, done.tx))
    without = liar(chain, system, lambda logs: [log for name, log in logs if name != event])
    with without as url, pytest.raises(MismatchError, match="the node left events out"):
        read_history(System(Connection(url), system.manifest))


def test_a_proposal_that_a_node_calls_executed_is_believed_only_with_its_mints(chain, system, proposed):
    found = proposed("R", 100)
    topic = system.issuer.artifact.topic("Executed")

    def lie(method, params, forward):
        result = forward()
        if method == "eth_getLogs":
            forged = dict(result[-1], topics=[topic, "0x" + found.id.hex(), "0x" + "0" * 64], data="0x", logIndex="0x7")
            return [*result, forged]
        if method == "eth_call" and found.id.hex() in params[0]["data"]:
            return result[:66] + f"{ProposalState.EXECUTED:064x}" + result[130:]
        return result

    with proxy(chain.url, lie) as url, pytest.raises(MismatchError, match="is executed, the Issuer or the mints say"):
        read_history(System(Connection(url), system.manifest))


def test_a_whole_id_is_cancelled_whatever_the_events_look_like(chain, system, proposed, sender):
    found = proposed("R", 100)
    with liar(chain, system, lambda _: []) as url:
        call = cancel_proposal(System(Connection(url), system.manifest), "0x" + found.id.hex())
    sender("minter").run(call)
    assert pending_proposals(system) == []
    with pytest.raises(InputError, match="there is no proposal"):
        cancel_proposal(system, "0x" + "12" * 32)


def test_references_of_waiting_orders_are_the_ones_asked_for(system, proposed):
    assert proposed("A", 5).orders == (Order(ALICE, 5, read_namespaces(system).reference("A")),)


def test_what_a_dismissed_minter_proposed_waits_no_more(system, proposed, sender):
    found, minter = proposed("R", 100), sender("minter").address
    for limits in (f"({minter}, 0, 86400, 0)", f"({minter}, 1000000, 86400, 1000000)"):
        sender("governor").run(schedule(system, "Issuer", "setMinter", [limits], resolve_address))
        system.connection.mine(seconds=2 * 86_400)
        sender("bob").run(execution(system, read_changes(system)[0]))
    (ended,) = read_history(system).proposals
    assert (ended.id, ended.state) == (found.id, ProposalState.CANCELLED)


def test_expired_proposals_are_no_ammunition_against_a_plan(chain, system, attest, sender, tmp_path):
    attest(1_000)
    minter = sender("minter")
    ids = [
        find_proposal(system, minter.run(propose_order(system, minter.address, ALICE, 1, f"old {i}")).tx).id
        for i in range(3)
    ]
    system.connection.mine(seconds=8 * 86_400 + 3_660)
    attest(1_000)
    path = tmp_path / "orders.csv"
    path.write_text(f"order_id,buyer,amount\nS-1,{ALICE},100\n")

    def race(method, _, forward):
        if method == "eth_sendRawTransaction" and ids:
            sender("auditor3").run(system.issuer.cancel(ids.pop()))
        return forward()

    with proxy(chain.url, race) as url:
        there = Connection(url)
        outcome = issue(System(there, system.manifest), Sender(there, minter.account), read_orders(path))
    assert (outcome.minted, outcome.replans) == (1, 0)
    history = read_history(system)  # the cancellations are no links of the chain, and the fold knows it
    assert sorted(p.state for p in history.proposals) == [ProposalState.PENDING] * 2 + [ProposalState.CANCELLED]
