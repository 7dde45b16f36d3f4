"""No content of the chain hides another: what cannot be decoded is shown as hex, bounded; texts stay in their line."""

import json

import pytest
from eth_abi.abi import encode

from tests.toolchain.fake_node import proxy
from zuan import System
from zuan.chain import abi
from zuan.chain.connection import Connection
from zuan.cli.options import resolve_address
from zuan.errors import MismatchError
from zuan.governance import cancellation, describe, execution, find_change, read_changes, schedule
from zuan.quoting import hexed, visible
from zuan.supply import kind_name

MALLORY, BOB = "0x" + "66" * 20, "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"
ZERO = bytes(32)
DAY = 86_400


def bomb(n):
    """Call data in which ``n`` of a list's entries all point to the same ``32 n`` bytes."""
    word = lambda x: x.to_bytes(32, "big")  # noqa: E731
    lists = word(n) + word(32 * n) * n + word(32 * n) + b"\x11" * (32 * n)
    return word(0xA0) + word(0xC0) + word(0xE0) + ZERO * 4 + lists


@pytest.fixture
def hostile(system, sender):
    """A change that somebody wants to hide."""
    limits = f"({MALLORY}, 1000000, 86400, 1000000)"
    sender("governor").run(schedule(system, "Issuer", "setMinter", [limits], resolve_address))
    return read_changes(system)[0]


def schedule_raw(system, sender, target, data, value=0, predecessor=ZERO, salt=b"\7" * 32):
    governance = system.governance
    delay = governance.read("getMinDelay")
    call = governance.prepare("schedule", target, value, data, predecessor, salt, delay, what="raw")
    sender("governor").run(call)


@pytest.mark.parametrize("what", ["selector only", "garbage", "bomb", "unknown function", "unknown target", "long"])
def test_a_malformed_change_hides_no_other(cli, system, sender, hostile, what):
    vault, governance = system.vault, system.governance
    select = governance.artifact.selector
    target, data, shown = {
        "selector only": (vault.address, vault.artifact.selector("setTreasury"), "ReserveVault.setTreasury(0x: cannot"),
        "garbage": (vault.address, vault.artifact.selector("setTreasury") + b"\xff" * 33, ": cannot be decoded)"),
        "bomb": (governance.address, select("executeBatch") + bomb(40), "(2,848 bytes): cannot be decoded)"),
        "unknown function": (vault.address, b"\x12\x34\x56\x78abc", "ReserveVault.0x12345678616263"),
        "unknown target": (system.asset.address, b"\n\x1b[2J", f"{system.asset.address}.0x0a1b5b324a"),
        "long": (governance.address, select("execute") + encode(
            ["address", "uint256", "bytes", "bytes32", "bytes32"], [BOB, 0, bytes(2_000), ZERO, ZERO]
        ), "(2,000 bytes)"),
    }[what]  # fmt: skip
    schedule_raw(system, sender, target, data)
    found = cli("governance")
    assert found.returncode == 0, found.stderr
    assert hostile.calls[0] in found.stdout and shown in found.stdout and len(found.stdout) < 4_000
    rows = json.loads(cli("governance", "--json").stdout)["pending"]
    assert {row["calls"][0]["data"] for row in rows} == {"0x" + data.hex(), "0x" + hostile.acts[0].data.hex()}
    assert all(row["known"] for row in rows)


def test_an_empty_batch_hides_nothing(chain, cli, system, sender, hostile):
    """As an earlier Governance allowed it: the id commits to no call at all, and no event says more."""
    governance, rows = system.governance, [(hostile.id, hostile.ready_at, hostile.expires_at)]
    name = governance.read("hashOperationBatch", [], [], [], ZERO, ZERO)
    rows.append((name, hostile.ready_at, hostile.expires_at))
    pending = "0x" + encode(["(bytes32,uint256,uint256)[]"], [rows]).hex()

    def earlier(method, params, forward):
        asked = method == "eth_call" and params[0]["data"] == "0x" + governance.artifact.selector("pending").hex()
        return pending if asked and isinstance(params[1], str) else forward()

    with proxy(chain.url, earlier) as url:
        shown = cli("governance", url=url).stdout
        assert hostile.calls[0] in shown and f"nothing: change 0x{name.hex()} has no calls" in shown
        empty = find_change(System(Connection(url), system.manifest), "0x" + name.hex())
        assert (empty.calls, empty.known, empty.batch) == ((), True, True)


def test_a_change_is_cancelled_by_its_id_whatever_else_the_node_gives(chain, system, sender, hostile):
    with proxy(chain.url, lambda method, _, forward: [] if method == "eth_getLogs" else forward()) as url:
        call = cancellation(System(Connection(url), system.manifest), "0x" + hostile.id.hex())
    sender("governor").run(call)
    assert read_changes(system) == []


def test_value_predecessor_and_batches_are_shown_and_executed(cli, system, sender):
    vault = system.vault
    schedule_raw(system, sender, vault.address, vault.encode("setTreasury", BOB), salt=b"\1" * 32)
    (first,) = read_changes(system)
    schedule_raw(system, sender, vault.address, vault.encode("setTreasury", MALLORY), 0, first.id, b"\2" * 32)
    schedule_raw(system, sender, vault.address, vault.encode("setTreasury", MALLORY), 10**18, salt=b"\3" * 32)
    governance, data = system.governance, vault.encode("setTreasury", BOB)
    one = [[vault.address], [0], [data], ZERO, b"\4" * 32, governance.read("getMinDelay")]
    sender("governor").run(governance.prepare("scheduleBatch", *one, what="a batch of one"))
    shown = cli("governance").stdout
    assert f"only after change 0x{first.id.hex()}" in shown and ", with 1,000,000,000,000,000,000 wei" in shown
    system.connection.mine(seconds=2 * DAY + 60)
    after, batch = (c for c in read_changes(system) if c.predecessor == first.id or c.batch)
    assert "must be carried out first" in cli("governance", "execute", "0x" + after.id.hex()).stderr
    for change in (first, after, batch):
        assert cli("governance", "execute", "0x" + change.id.hex()).returncode == 0
    assert vault.read("treasury").lower() == BOB.lower()


def test_a_content_that_the_id_does_not_commit_to_is_not_believed(chain, system, sender, hostile):
    def lie(method, _, forward):
        result = forward()
        if method == "eth_getLogs":
            for log in result:
                log["data"] = log["data"].replace("66" * 20, BOB[2:].lower())
        return result

    with proxy(chain.url, lie) as url:
        there = System(Connection(url), system.manifest)
        (found,) = read_changes(there)
        assert (found.id, found.known) == (hostile.id, False)
        with pytest.raises(MismatchError, match="does not give what change"):
            execution(there, find_change(there, "0x" + hostile.id.hex()))
    with proxy(chain.url, lambda method, _, forward: [] if method == "eth_getLogs" else forward()) as url:
        (found,) = read_changes(System(Connection(url), system.manifest))
        assert (found.acts, found.known) == ((), False)


def test_names_cannot_imitate_what_stands_beside_them(system):
    oracle = system.oracle
    for name in (b"goods, haircutBps=9000)", b"goods\n  Nothing is pending.", b"[red]goods", b" goods", b"\x1b[2J"):
        kind = name.ljust(32, b"\0")
        shown = describe(system, oracle.address, oracle.encode("setKind", (kind, 0, True)))
        assert shown == f"ReserveOracle.setKind(rule=(kind=0x{kind.hex()}, haircutBps=0, ringFenced=True))"
    for name in ("goods", "escrowed cash", "商品", "R&D 2.0", "a"):
        assert kind_name(name.encode().ljust(32, b"\0")) == name


def test_texts_are_kept_in_their_line():
    assert visible("a\n\x1b[2J\u202eb 商") == "a\\n\\x1b[2J\\u202eb 商"
    assert hexed(b"\1" * 64) == "0x" + "01" * 64 and hexed(bytes(1_000)).endswith("... (1,000 bytes)")


def test_an_errors_text_stays_on_its_line(cli, chain):
    from zuan.errors import RpcError

    def refuse(method, _, forward):
        if method == "eth_chainId":
            raise RpcError(-1, "no\nError: all is well\x1b[2J")
        return forward()

    with proxy(chain.url, refuse) as url:
        result = cli("supply", url=url)
    *tries, last = result.stderr.splitlines()
    assert result.returncode == 1 and last.startswith("Error: the node refused") and "\x1b" not in result.stderr
    assert all(line.startswith("the node refused") and "trying again" in line for line in tries)


def test_markup_in_an_order_id_is_shown_as_written(cli, attest, system, tmp_path):
    attest()
    (tmp_path / "o.csv").write_text(f"order_id,buyer,amount\n[/red] [b]x :gem:,{BOB},5\n")
    assert cli("issue", "o.csv").returncode == 0
    shown = cli("history", "--orders", "o.csv")
    assert shown.returncode == 0 and "[/red] [b]x :gem:" in shown.stdout


def test_data_that_refers_to_the_same_bytes_twice_is_refused():
    word = lambda x: x.to_bytes(32, "big")  # noqa: E731
    once = word(32) + word(2) + word(64) + word(96) + word(1) + b"\1".ljust(32, b"\0")
    kind = [{"type": "bytes[]"}]
    with pytest.raises(ValueError, match="more than once|too short"):
        abi.decode(kind, once.replace(word(96), word(64)) + b"")
    good = encode(["bytes[]"], [[b"\1", b"\2" * 40]])
    assert abi.decode(kind, good) == ([b"\1", b"\2" * 40],)
