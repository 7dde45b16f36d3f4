"""What happens is told once and in order: after a restart, a reorganisation, and by a node that leaves things out."""

import itertools
import json
import random

import pytest

import zuan
from zuan.chain.accounts import test_account as account
from zuan.errors import InputError, MismatchError
from zuan.issuance import reference
from zuan.watching import HAPPENING_KINDS

ALICE, BOB = account(6).address, account(7).address


@pytest.fixture
def mint(system, sender):
    """Mints to alice: ``mint(5, "A")``."""
    return lambda amount, order_id: zuan.mint(system, sender("minter"), ALICE, amount, order_id)


@pytest.fixture
def by_vault(system, sender):
    """Sends what takes alice's diamonds, with her permit: ``by_vault(30, system.vault.redeem(30, ALICE))``."""
    alice = sender("alice")
    return lambda amount, call: alice.run(zuan.permitted(system, alice.account, system.vault, amount, call))


@pytest.fixture
def quick(monkeypatch):
    """Does not wait between looks."""
    monkeypatch.setattr("zuan.watching._PAUSE", 0)
    monkeypatch.setattr("zuan.watching._LOOKS", 3)


def told(system, cursor=None, **more):
    """What there is to tell, up to the newest block."""
    return list(zuan.watch(system, cursor, follow=False, **more))


def short(happenings):
    return [(h.kind, h.amount) for h in happenings]


def test_mints_burns_redemptions_and_tickets_are_told_in_order(system, sender, mint, by_vault):
    mint(500, "SALE-1")
    alice = sender("alice")
    alice.run(system.token.burn(20, reference("CARD")))
    by_vault(30, system.vault.redeem(30, ALICE))
    by_vault(40, system.vault.request(40, BOB))
    alice.run(system.vault.withdraw(1, BOB))
    found = told(system)
    assert short(found) == [
        *(("mint", 500), ("burn", 20), ("burn", 30), ("redeem", 30), ("ticket", 40), ("burn", 40), ("paid", 40)),
    ]
    by_kind = {h.kind: h for h in found}
    first = by_kind["mint"]
    assert (first.account, first.ref, first.first_serial) == (ALICE, reference("SALE-1", system.token.address), 1)
    assert found[1].ref == reference("CARD") and by_kind["redeem"].units == 30
    assert (by_kind["ticket"].account, by_kind["ticket"].ticket) == (ALICE, 1)
    assert (by_kind["paid"].account, by_kind["paid"].ticket, by_kind["paid"].units) == (BOB, 1, 40)
    assert {h.time for h in found} == {system.connection.block(h.block).timestamp for h in found}
    assert {h.kind for h in found} < set(HAPPENING_KINDS)


def test_begun_again_with_any_cursor_it_goes_on_behind_it(system, mint, by_vault):
    for n in range(3):
        mint(10 + n, f"SALE-{n}")
    by_vault(5, system.vault.request(5))  # a burn and a ticket in one block
    found = told(system)
    assert len(found) == 5
    for n, happening in enumerate(found):
        assert told(system, happening.cursor) == found[n + 1 :]
    assert told(system, found[-1].cursor) == []
    assert told(system, start=found[2].block) == [
        zuan.Happening(**{**vars(h), "cursor": new.cursor})
        for h, new in zip(found[2:], told(system, start=found[2].block), strict=True)
    ]


def test_following_it_tells_what_comes(system, mint):
    watching = zuan.watch(system, pause=0.01)
    mint(1, "A")
    assert next(watching).amount == 1
    mint(2, "B")
    assert next(watching).amount == 2


def test_what_a_reorganisation_took_away_is_undone_first(system, mint, quick):
    mint(1, "A")
    watching = zuan.watch(system, pause=0.01)
    first = next(watching)
    snapshot = system.connection.rpc("evm_snapshot")
    mint(2, "B")
    mint(3, "C")
    second, third = itertools.islice(watching, 2)
    system.connection.rpc("evm_revert", snapshot)
    system.connection.mine(seconds=7)
    mint(3, "C")
    after = list(itertools.islice(watching, 3))
    assert short(after) == [("undone", 0), ("undone", 0), ("mint", 3)]
    assert [h.block_hash for h in after[:2]] == [third.block_hash, second.block_hash]
    # The same for one that was stopped meanwhile, wherever.
    for cursor, expected in (
        (first.cursor, [("mint", 3)]),
        (second.cursor, [("undone", 0), ("mint", 3)]),
        (third.cursor, [("undone", 0), ("undone", 0), ("mint", 3)]),
        (after[0].cursor, [("undone", 0), ("mint", 3)]),
        (after[1].cursor, [("mint", 3)]),
        (after[2].cursor, []),
    ):
        assert short(told(system, cursor)) == expected


def test_a_reorganisation_of_blocks_without_happenings_hides_nothing(system, mint, quick):
    mint(1, "A")
    watching = zuan.watch(system, pause=0.01)
    next(watching)
    snapshot = system.connection.rpc("evm_snapshot")
    for _ in range(5):
        system.connection.mine()
    assert told(system) != []  # read up to the newest block
    waiting = zuan.watch(system, pause=0.01)
    next(waiting)
    system.connection.rpc("evm_revert", snapshot)
    mint(2, "B")
    for _ in range(5):
        system.connection.mine()
    assert short([next(waiting)]) == short([next(watching)]) == [("mint", 2)]


def test_a_reorganisation_deeper_than_the_cursor_remembers_is_an_error(system, mint, quick, monkeypatch):
    monkeypatch.setattr("zuan.watching._REMEMBERED", 2)
    snapshot = system.connection.rpc("evm_snapshot")
    for n in range(4):
        mint(1 + n, f"SALE-{n}")
    cursor = told(system)[-1].cursor
    assert len(json.loads(cursor)["seen"]) == 2
    system.connection.rpc("evm_revert", snapshot)
    for _ in range(9):
        system.connection.mine(seconds=9)
    with pytest.raises(MismatchError, match="deeper than the cursor remembers"):
        told(system, cursor)


def test_a_second_reorganisation_while_the_first_is_undone(system, mint, quick):
    snapshots = []
    for n in range(4):
        snapshots.append(system.connection.rpc("evm_snapshot"))
        mint(1 + n, f"SALE-{n}")
    watching = zuan.watch(system, pause=0.01)
    found = list(itertools.islice(watching, 4))
    system.connection.rpc("evm_revert", snapshots[3])
    system.connection.mine(seconds=3)
    assert next(watching).block_hash == found[3].block_hash
    system.connection.rpc("evm_revert", snapshots[1])
    for _ in range(9):
        system.connection.mine(seconds=3)
    mint(9, "SALE-9")
    assert [h.block_hash for h in itertools.islice(watching, 2)] == [found[2].block_hash, found[1].block_hash]
    assert short([next(watching)]) == [("mint", 9)]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_comes_between_the_consumer_ends_with_what_is_on_the_chain(system, mint, quick, monkeypatch, seed):
    dice = random.Random(seed)
    monkeypatch.setattr("zuan.watching._ROUND", dice.choice([1, 4]))
    kept, cursor, watching, snapshots = [], None, None, []
    for step in range(40):
        match dice.choices(["mint", "mine", "snapshot", "revert", "told", "crash"], [4, 1, 2, 1, 4, 1])[0]:
            case "mint":
                mint(step + 1, f"SALE-{step}")
            case "mine":
                system.connection.mine(seconds=dice.randrange(1, 5))
            case "snapshot":
                snapshots.append(system.connection.rpc("evm_snapshot"))
            case "revert" if snapshots:
                snapshots = snapshots[: dice.randrange(len(snapshots)) + 1]
                system.connection.rpc("evm_revert", snapshots.pop())
                system.connection.mine(seconds=dice.randrange(1, 5))
            case "told":
                watching = watching or zuan.watch(system, cursor, follow=False)
                for found in itertools.islice(watching, dice.randrange(1, 5)):
                    kept, cursor = applied(kept, found), found.cursor
            case "crash":
                watching = None
    for found in zuan.watch(system, cursor, follow=False):
        kept = applied(kept, found)
    assert [(h.tx, h.amount) for h in kept] == [(m.tx, m.amount) for m in zuan.read_history(system).mints]


def applied(kept, found):
    """What a consumer has after a happening."""
    if found.kind == "undone":
        return [h for h in kept if h.block_hash != found.block_hash]
    return [*kept, found]


def test_with_confirmations_only_what_is_deep_is_told(system, mint):
    mint(1, "A")
    assert told(system, confirmations=2) == []
    for _ in range(2):
        system.connection.mine()
    assert short(told(system, confirmations=2)) == [("mint", 1)]


@pytest.mark.parametrize("name", ["Minted", "Burned", "TicketOpened"])
def test_a_node_that_leaves_a_happening_out_tells_nothing_wrong(system, mint, by_vault, quick, monkeypatch, name):
    from zuan.chain.logs import logs

    mint(100, "A")
    by_vault(40, system.vault.request(40))
    contract = system.vault if name == "TicketOpened" else system.token
    silent, looks = contract.artifact.topic(name), []

    def without(*args):
        looks.append(1)
        return (log for log in logs(*args) if log["topics"][0] != silent or len(looks) > late)

    monkeypatch.setattr("zuan.watching.logs", without)
    late = 2  # a backend that lags: the third look has it
    assert short(told(system)) == [("mint", 100), ("ticket", 40), ("burn", 40)]
    late = 10**6
    with pytest.raises(MismatchError, match="do not account for what the contracts count there"):
        told(system)


def test_what_is_no_cursor_is_refused(system, mint):
    mint(1, "A")
    (found,) = told(system)
    good = found.cursor
    assert told(system, "") == [found]  # as none
    for wrong in (
        *("x", "[]", "{}", good.replace('"version":1', '"version":2'), good.replace('"seen":[[', '"seen":[["a",')),
        *(good.replace("0x", "0y"), good.replace('"seen":', '"seen":7,"more":'), good[:-1]),
    ):
        with pytest.raises(InputError, match="cursor"):
            told(system, wrong)


def test_a_cursor_of_another_deployment_is_refused(system, mint):
    mint(1, "A")
    (found,) = told(system)
    other = found.cursor.replace(system.token.address, BOB)
    with pytest.raises(InputError, match="of another chain or deployment"):
        told(system, other)
