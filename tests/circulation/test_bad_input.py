"""What the user gives wrong, or a store that is none: one sentence, the right exit code, the store as it was."""

from __future__ import annotations

import json
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain, Move, address
from tests.circulation.support import TOKEN, Heard, assert_one_sentence, assert_whole, synced, zuan
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.scope import of_token
from zuan.circulation.syncing.turns import sync_store


@pytest.fixture
def store(chain, node, folder):
    """A store up to block 100, with parts and a run."""
    synced(folder, node, to=100)
    return folder


@pytest.fixture
def sync(node, folder):
    """Runs ``zuan sync`` of the token into the folder."""

    def run(*more, url=node, token=TOKEN, store=folder):
        return zuan(folder.parent, "sync", "--rpc-url", url, "--token", token, "--store", store, *more)

    return run


def test_a_token_that_is_no_contract(sync, folder):
    done = sync(token="0x" + "11" * 20)
    assert_one_sentence(done, 2, "there is no contract at 0x1111111111111111111111111111111111111111")
    assert not (folder / "catalog.json").exists()


def test_an_address_that_is_none(sync):
    done = sync(token="0x12345")
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_node_without_states_that_cannot_say_when_the_token_was_created(sync, chain):
    for _ in range(2):
        chain.mine()
    chain.states_from = chain.newest
    assert sync().returncode == 0


def test_a_node_without_logs_that_old(sync, chain, folder):
    chain.logs_from = 60
    assert_one_sentence(sync("--since", 10), 1, "does not have logs of block 10 any more")
    assert Store.open(folder).catalog.rows == 0
    chain.logs_from = 0
    assert sync("--since", 10).returncode == 0
    assert_whole(folder, chain, first=10)


def test_a_beginning_that_has_not_come(sync):
    assert_one_sentence(sync("--since", 5_000), 2, "there is no block 4,999 yet")


def test_an_end_that_has_not_come(sync, store, chain):
    assert_one_sentence(sync("--until", 5_000), 2, "there is no block 5,000 yet; the newest is 150")
    assert_whole(store, chain, last=100)


def test_another_beginning_than_the_stores(sync, store, chain):
    assert_one_sentence(sync("--since", 50), 2, "begins at block 0, which stays so")
    assert_whole(store, chain, last=100)


def test_a_store_of_another_chain(sync, store, chain):
    other = FakeChain(chain_id=5)
    with other.serve() as url:
        assert_one_sentence(sync(url=url), 3, "is the store of another chain")
        done = zuan(store.parent, "verify", "--rpc-url", url, "--store", store)
        assert_one_sentence(done, 3, "is the store of another chain")
    assert_whole(store, chain, last=100)


def test_a_local_chain_begun_anew(tmp_path):
    folder, chains = tmp_path / "s", [FakeChain(client="anvil/v1.7.1"), FakeChain(client="anvil/v1.7.1")]
    for number, chain in enumerate(chains):
        if number:
            # Another first block, and so another chain.
            chain.cut(-1)
            chain.mine(Move(bytes(20), address(1), 5))
        chain.mine_random(Random(number), 20)
    for number, chain in enumerate(chains):
        with chain.serve() as url:
            command = ("sync", "--rpc-url", url, "--token", TOKEN, "--store", folder)
            if number:
                assert_one_sentence(zuan(tmp_path, *command), 3, "`zuan sync --rebuild` forgets it")
                assert_whole(folder, chains[0])
            done = zuan(tmp_path, *command, "--rebuild")
            assert done.returncode == 0, done.stderr
            assert_whole(folder, chain)


def test_a_store_of_another_token(sync, store, chain):
    done = sync(token="0x" + "22" * 20)
    assert_one_sentence(done, 3, f"is the store of token {TOKEN}; choose another --store")
    assert_whole(store, chain, last=100)


def test_a_token_written_in_small_letters_is_the_same_token(store, node):
    sync_store(store, Source([node]), of_token(TOKEN.lower(), 0), Heard())


def test_a_store_of_a_newer_version(sync, store):
    catalog = store / "catalog.json"
    written = catalog.read_text(encoding="utf-8")
    catalog.write_text(json.dumps(json.loads(written) | {"version": 2, "new": [1]}))
    assert_one_sentence(sync(), 1, "was written by a newer Zuan; upgrade this one")
    assert_one_sentence(zuan(store.parent, "trace", 1, "--store", store), 1, "was written by a newer Zuan")
    assert len(list(store.iterdir())) > 2
    catalog.write_text(written)
    assert sync().returncode == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": 1}', '{"version": "x"}'])
def test_a_damaged_catalog(text, sync, store):
    (store / "catalog.json").write_text(text)
    done = zuan(store.parent, "balances", "--store", store)
    assert_one_sentence(done, 1, "is damaged")


def test_a_node_behind_the_store(sync, store, chain, node):
    synced(store, node)
    behind = FakeChain(blocks=chain.blocks[:90])
    with behind.serve() as url:
        assert_one_sentence(sync(url=url), 5, "is at block 89, behind the store, which is at 150")
        assert_one_sentence(zuan(store.parent, "verify", "--rpc-url", url, "--store", store), 5, "run `zuan sync`")
    assert_whole(store, chain)


def test_no_node(sync):
    assert_one_sentence(sync(url="http://127.0.0.1:1"), 1, "no node answers at http://127.0.0.1:1")


def test_a_store_where_a_file_is(sync, folder):
    folder.write_text("a file")
    assert_one_sentence(sync(), 2, "is a file")


def test_a_store_below_a_file(sync, folder):
    folder.write_text("a file")
    assert_one_sentence(sync(store=folder / "below"), 1, "cannot write")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ws", "ws://127.0.0.1:1"), "--ws and --interval go with --follow"),
        (("--follow", "--until", 5), "--until and --follow exclude each other"),
    ],
)
def test_options_that_contradict_each_other(options, words, sync):
    assert_one_sentence(sync(*options), 2, words)


@pytest.mark.parametrize("options", [("--since", -1), ("--until", "x"), ("--interval", 0)])
def test_options_that_are_none(options, sync):
    done = sync(*options)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_no_store(tmp_path):
    for command in (("trace", 1), ("balances",), ("holders",), ("flows",), ("supply", "--at", 5)):
        assert_one_sentence(zuan(tmp_path, *command), 1, "there is no store in circulation/; make one with `zuan sync`")


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        (("trace", 10**9), 2, "there is no diamond 1,000,000,000; they are numbered from 1 to"),
        (("trace", 1, "--block", 101), 2, "the store knows blocks up to 100"),
        (("trace", "--mint", 10**6), 2, "there is no mint 1,000,000"),
        (("trace", "--tx", "0x" + "ab" * 32), 2, "no transfer of this token is in transaction 0xabab"),
        (("trace", "--order", "X"), 2, "no mint or burn carries the order X"),
        (("trace", "--goods", 3), 2, "nothing went into the escrow of order 3"),
        (("trace", "0x" + "22" * 20 + "#1"), 2, "held 0 diamonds before the store begins"),
        (("supply", "--at", "yesterday"), 2, "'yesterday' is neither a block nor a time"),
        (("supply", "--at", 101), 2, "the store knows blocks up to 100"),
        (("balances", "--block", 101), 2, "the store knows blocks up to 100"),
    ],
)
def test_a_question_that_has_no_answer(question, code, words, store):
    assert_one_sentence(zuan(store.parent, *question, "--store", store), code, words)


def damage(store, kind):
    """Cuts a file of the store short, or removes it."""
    catalog = Store.open(store).catalog
    part = next(p for p in catalog.parts if p.rows)
    path = store / f"{part.id:08d}.transfers.parquet"
    if kind == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif kind == "gone":
        path.unlink()
    elif kind == "run":
        (store / f"{catalog.runs[0].id:08d}.run").unlink()
    elif kind == "run_cut":
        path = store / f"{catalog.runs[0].id:08d}.run"
        path.write_bytes(path.read_bytes()[:-100])


QUESTIONS = {
    "trace": ("trace", 1),
    "balances": ("balances",),
    "verify": ("verify",),
    "sync": ("sync", "--token", TOKEN),
}


DAMAGED = [(command, kind) for command in QUESTIONS for kind in ("cut", "gone", "run", "run_cut")]


@pytest.mark.parametrize(("command", "kind"), DAMAGED)
def test_a_damaged_store_is_one_sentence(command, kind, chain, node, folder, small):
    synced(folder, node)
    damage(folder, kind)
    node_option = ("--rpc-url", node) if command in ("verify", "sync") else ()
    done = zuan(folder.parent, *QUESTIONS[command], "--store", folder, *node_option)
    assert "Traceback" not in done.stderr, done.stderr
    if done.returncode:
        assert_one_sentence(done, 1, "zuan sync --rebuild")


def test_rebuilding_mends_a_damaged_store(chain, node, folder, sync, small):
    synced(folder, node)
    damage(folder, "cut")
    damage(folder, "run")
    assert sync("--rebuild").returncode == 0
    assert_whole(folder, chain)
