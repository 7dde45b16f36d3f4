"""The command, on a real node: reports, witnesses again, pages, and what is no token."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import json_outputs
import zuan
from tests.rating.zoo import compiled
from zuan.cli import cli
from zuan.errors import InputError, MismatchError, NetworkError, ZuanError
from zuan.rating import origins
from zuan.rating.surface import selector, word


@pytest.fixture(scope="module")
def chain() -> Iterator[zuan.LocalChain]:
    with zuan.LocalChain("ganache") as running:
        yield running


def send(chain, **transaction) -> dict:
    rpc = chain.connection.rpc
    tx = rpc("eth_sendTransaction", {"from": rpc("eth_accounts")[0], "gas": hex(5_000_000), **transaction})
    until = time.monotonic() + 60
    while (receipt := rpc("eth_getTransactionReceipt", tx)) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return receipt


@pytest.fixture(scope="module")
def token(chain) -> str:
    """Minters by name, and nobody named."""
    return send(chain, data="0x" + compiled()["Fern"])["contractAddress"]


@pytest.fixture(scope="module")
def report(chain, token) -> str:
    """The token's report as JSON."""
    return check(chain, token, "--json")


def check(chain, *args) -> str:
    result = CliRunner().invoke(cli, ["check", *map(str, args), "--rpc-url", chain.url], standalone_mode=False)
    if result.exception:
        raise result.exception
    assert not result.return_value, result.output
    return result.stdout


def test_a_report_names_the_power_its_holder_and_the_stage(chain, report):
    found = json.loads(report)
    assert (found["schema"], found["chainId"], found["stage"]) == (2, 1337, 1)
    mint = next(c for c in found["criteria"] if c["id"] == "mint")
    owner = chain.connection.rpc("eth_accounts")[0]
    assert mint["answer"] == "yes" and owner in mint["sentence"]["en"] and "增发" in mint["sentence"]["zh"]
    assert [s["from"] for s in mint["witness"]["steps"]] == [owner, owner]
    assert set(found["missing"]) == {"mint", "key"}


def test_a_report_is_what_its_schema_says(report):
    json_outputs.check("check", report)


def test_witnesses_hold_when_they_are_run_again(chain, report, tmp_path):
    file = tmp_path / "report.json"
    file.write_text(report, encoding="utf-8")
    said = check(chain, "--replay", file)
    assert said.count("it holds") == 3 and "mint" in said


def test_a_witness_that_says_too_much_does_not_hold(chain, report, tmp_path):
    found = next(c["witness"] for c in json.loads(report)["criteria"] if c["id"] == "mint")
    found["probes"][0]["after"]["output"] = "0x" + "7f" * 32
    file = tmp_path / "witness.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", "--replay", str(file), "--rpc-url", chain.url], standalone_mode=False)
    assert result.return_value == 3 and "does not hold: totalSupply" in result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("[]", "no witness of format"),
        ('{"criteria": []}', "holds no witness"),
        ('{"format": 1, "claim": "x"}', "no witness of format"),
        ('{"format": 2}', "no witness of format"),
    ],
)
def test_a_file_that_is_no_witness_is_refused(chain, tmp_path, text, words):
    file = tmp_path / "witness.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        check(chain, "--replay", file)


def test_pages_and_badges_are_whole_and_ask_for_nothing(chain, token, tmp_path):
    check(chain, token, "--lang", "zh", "--html", tmp_path / "a.html", "--badge", tmp_path / "a.svg")
    page, badge = ((tmp_path / n).read_text(encoding="utf-8") for n in ("a.html", "a.svg"))
    assert "资金流向中的迹象" in page and "zuan sync --token" in page
    assert "(任何人: 任何人)" in page and "(密钥账户: " in page and "(key: " not in page
    assert "default-src 'none'" in page and "<script" not in page and "有人能无限增发吗" in page
    assert "第 1 级" in badge and badge.startswith("<svg")


def test_a_badge_is_grey_when_its_block_is_old(chain, token, tmp_path):
    block = chain.connection.block().number
    check(chain, token, "--badge", tmp_path / "new.svg")
    chain.connection.rpc("evm_increaseTime", 2 * 86_400)
    send(chain, to=token, value="0x0", data="0x18160ddd")
    check(chain, token, "--block", block, "--badge", tmp_path / "old.svg")
    new, old = ((tmp_path / n).read_text(encoding="utf-8") for n in ("new.svg", "old.svg"))
    assert 'height="22" fill="#666"' in old and f"#{block} " in old
    assert 'height="22" fill="#666"' not in new


def test_since_tells_what_has_changed(chain):
    made = send(chain, data="0x" + compiled()["Amber"])
    block = int(made["blockNumber"], 16)
    send(chain, to=made["contractAddress"], data="0x715018a6")
    found = json.loads(check(chain, made["contractAddress"], "--since", block, "--json"))
    changed = {c["what"]: c for c in found["changes"]}
    assert changed["mint"]["before"]["answer"] == "yes" and changed["mint"]["after"]["answer"] == "no"
    assert changed["owner"]["after"] == "0x" + "00" * 20
    assert len(changed["roles"]["after"]) == 1 and "OwnershipTransferred(0x" in changed["roles"]["after"][0]


def test_since_tells_roles_and_settings(chain):
    made = send(chain, data="0x" + compiled()["Oak"])
    block, token = int(made["blockNumber"], 16), made["contractAddress"]
    send(chain, to=token, data="0x" + (selector("setMost(uint256)") + word(7)).hex())
    send(chain, to=token, data="0x" + (selector("transferOwnership(address)") + word(token)).hex())
    found = {c["what"]: c for c in json.loads(check(chain, token, "--since", block, "--json"))["changes"]}
    most = found["settings.0x" + selector("most()").hex()]
    assert (int(most["before"], 16), most["after"]) == ((1 << 256) - 1, "7")
    assert found["roles"]["after"][0].endswith(f"{int(token, 16):#042x})")


def test_changes_are_a_feed_that_readers_understand(chain, tmp_path):
    made = send(chain, data="0x" + compiled()["Amber"])
    token, block = made["contractAddress"], int(made["blockNumber"], 16)
    send(chain, to=token, data="0x715018a6")
    check(chain, token, "--since", block, "--atom", tmp_path / "a.xml", "--lang", "zh")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring((tmp_path / "a.xml").read_text(encoding="utf-8"))
    entries = {e.findtext(f"{atom}title"): e for e in feed.iter(f"{atom}entry")}
    assert "增发" in entries["mint"].findtext(f"{atom}content") and "owner" in entries
    assert feed.findtext(f"{atom}id") == f"eip155:1337:{token}"
    assert len({e.findtext(f"{atom}id") for e in entries.values()}) == len(entries)
    with pytest.raises(InputError, match="say with --since"):
        check(chain, token, "--atom", tmp_path / "b.xml")


def test_answers_that_are_huge_or_burn_all_gas_leave_the_rest_of_the_report(chain):
    found = json.loads(check(chain, send(chain, data="0x" + compiled()["Burdock"])["contractAddress"], "--json"))
    answers = {c["id"]: c["answer"] for c in found["criteria"]}
    assert (found["name"], found["decimals"]) == ("", 0)
    assert (answers["transfers"], answers["mint"]) == ("yes", "yes")


def test_a_node_that_keeps_no_old_state_leaves_the_rest_of_the_report(chain, token, monkeypatch):
    def refuse(*_):
        raise NetworkError("the node does not keep the state of that block")

    newest = chain.connection.block().number
    monkeypatch.setattr("zuan.rating.origins.shapes.data", refuse)
    assert origins.creator(chain.connection, token, newest) == ([], [], 0)
    monkeypatch.undo()
    with pytest.raises(ZuanError) as refused:
        check(chain, token, "--block", newest + 1_000)
    assert str(newest + 1_000) in str(refused.value).replace(",", "")


@pytest.mark.parametrize("kind", ["nobody", "no token", "silent", "huge"])
def test_what_is_no_token_is_refused_in_a_sentence(chain, kind):
    address = "0x" + "12" * 20
    if kind != "nobody":
        runtime = {"no token": "60006000fd", "silent": "5b600056", "huge": "620100006000f3"}[kind]
        init = f"60{len(runtime) // 2:02x}600c60003960{len(runtime) // 2:02x}6000f3"
        address = send(chain, data="0x" + init + runtime)["contractAddress"]
    with pytest.raises(ZuanError) as refused:
        check(chain, address)
    assert not isinstance(refused.value, MismatchError)
    assert "no contract at" in str(refused.value) or "no ERC-20 token" in str(refused.value)


def test_a_report_proves_its_slots_and_code_without_a_node(chain, token, report, tmp_path):
    file, page = tmp_path / "report.json", tmp_path / "report.html"
    file.write_text(report, encoding="utf-8")
    said = verified(file)
    assert f"{token} runs code with the hash 0x" in said and "totalSupply()" in said and "owner()" in said
    assert "that this hash is the chain's" in said
    check(chain, token, "--html", page)
    assert "totalSupply()" in verified(page)
    found = json.loads(verified(page, "--json"))
    assert found["code"][token].startswith("0x") and found["slots"] and found["notProven"]
    # The page's witnesses run again too.
    assert "it holds" in check(chain, "--replay", page)


def verified(file, *args) -> str:
    """What ``--verify`` says, with no node anywhere."""
    options = {"env": {"ETH_RPC_URL": "http://127.0.0.1:1"}, "standalone_mode": False}
    result = CliRunner().invoke(cli, ["check", "--verify", str(file), *args], **options)
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.mark.parametrize(
    ("meddle", "words"),
    [
        (lambda r: r.update(supply="1"), "totalSupply() is proven to be"),
        (lambda r: r["codeHashes"].__setitem__(0, "0x" + "00" * 32), "is proven to be another"),
        (lambda r: r.update(timestamp=5), "of another block"),
        (lambda r: r["proof"]["header"].update(stateRoot="0x" + "11" * 32), "does not hash to"),
        (lambda r: r["proof"]["accounts"][0]["slots"][0].update(value="0x" + "11" * 32), "is proven to hold"),
        (lambda r: r["proof"]["accounts"][0].update(accountProof=[]), "does not lead to"),
        (lambda r: r["proof"]["accounts"][0].update(address="0x" + "11" * 20), "does not lead to|shows no account"),
    ],
)
def test_a_report_that_says_otherwise_than_its_proof_is_refused(report, tmp_path, meddle, words):
    found = json.loads(report)
    meddle(found)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(MismatchError, match=words.replace("(", r"\(").replace(")", r"\)")):
        verified(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no JSON"), ("{}", "no report"), ("[1]", "no report"), ('{"proof": null, "unproven": "x"}', "no proof: x")],
)
def test_a_file_without_proofs_is_refused(tmp_path, text, words):
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        verified(file)
    with pytest.raises(InputError, match="leave the address"):
        verified(file, "0x" + "11" * 20)


def test_a_store_gives_the_whole_past_and_hints(chain, token, tmp_path):
    store = tmp_path / "store"
    options = ["--rpc-url", chain.url, "--token", token, "--since", "0", "--store", str(store)]
    done = CliRunner().invoke(cli, ["sync", *options], standalone_mode=False)
    assert not done.exception, done.output
    found = json.loads(check(chain, token, "--store", store, "--json"))
    json_outputs.check("check", json.dumps(found))
    assert found["flows"]["hints"] == [] and found["flows"]["transfers"] == 1
    books = next(c for c in found["criteria"] if c["id"] == "books")
    assert books["answer"] == "yes", books["sentence"]
    said = check(chain, token, "--store", store)
    assert "hints, no verdict" in said and "That proves nothing." in said
    with pytest.raises(ZuanError, match="choose another --store"):
        check(chain, send(chain, data="0x" + compiled()["Coin"])["contractAddress"], "--store", store)
    with pytest.raises(ZuanError, match="there is no store"):
        check(chain, token, "--store", tmp_path / "none")
