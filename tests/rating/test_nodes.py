"""The whole command on nodes that lack something: the report stands, and says "unknown" where it must."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

import json_outputs
import zuan
from tests.rating.test_check import send
from tests.rating.zoo import compiled
from tests.toolchain.fake_node import proxy
from zuan.cli import cli
from zuan.errors import RpcError
from zuan.rating.surface import selector, word

#: Requests of state, and where in their parameters the block stands.
STATE = {"eth_call": 1, "eth_getCode": 1, "eth_getBalance": 1, "eth_getStorageAt": 2, "eth_getProof": 2}
Meddle = Callable[[str, list[Any]], None]


@pytest.fixture(scope="module")
def chain() -> Iterator[zuan.LocalChain]:
    with zuan.LocalChain("ganache") as running:
        yield running


@pytest.fixture(scope="module")
def token(chain) -> str:
    """A token that its owner mints, with a history of some blocks."""
    made = send(chain, data="0x" + compiled()["Amber"])["contractAddress"]
    for n in range(3):
        data = selector("transfer(address,uint256)") + word("0x" + f"{n + 77:040x}") + word(10**18)
        send(chain, to=made, data="0x" + data.hex())
    return made


def no_history(newest: int) -> Meddle:
    def meddle(method: str, params: list[Any]) -> None:
        if method in STATE and params[STATE[method]] not in ("latest", hex(newest)):
            raise RpcError(-32000, "missing trie node 0x12 (path )")

    return meddle


def without(*methods: str) -> Callable[[int], Meddle]:
    def made(_: int) -> Meddle:
        def meddle(method: str, params: list[Any]) -> None:
            if method in methods:
                raise RpcError(-32601, f"the method {method} does not exist")

        return meddle

    return made


def no_overrides(_: int) -> Meddle:
    def meddle(method: str, params: list[Any]) -> None:
        if method == "eth_call" and len(params) > 2:
            raise RpcError(-32602, "too many arguments, want at most 2")

    return meddle


def bare(newest: int) -> Meddle:
    lacks = without("eth_getLogs", "eth_getProof", "eth_getTransactionReceipt", "eth_getTransactionByHash")
    both = (no_history(newest), lacks(newest), no_overrides(newest))

    def meddle(method: str, params: list[Any]) -> None:
        for one in both:
            one(method, params)

    return meddle


NODES: dict[str, Callable[[int], Meddle]] = {
    "without history": no_history,
    "without proofs": without("eth_getProof"),
    "without logs": without("eth_getLogs"),
    "without receipts": without("eth_getTransactionReceipt"),
    "without overrides": no_overrides,
    "with nothing but the newest state": bare,
}


@pytest.mark.parametrize("lacks", NODES)
def test_the_report_stands_on_a_node(chain, token, lacks):
    meddle = NODES[lacks](chain.connection.block().number)

    def answer(method: str, params: list[Any], forward: Callable[[], Any]) -> Any:
        meddle(method, params)
        return forward()

    with proxy(chain.url, answer) as url:
        options = ["check", token, "--json", "--rpc-url", url]
        result = CliRunner().invoke(cli, options, standalone_mode=False)
    assert not result.exception, result.exception
    json_outputs.check("check", result.stdout)
    report = json.loads(result.stdout)
    said = {c["id"]: c["answer"] for c in report["criteria"]}
    alone = lacks == "with nothing but the newest state"
    assert said["transfers"] == "yes" or alone
    assert said["mint"] == "yes" and said["key"] == "yes"
    if lacks in ("without logs",) or alone:
        assert said["books"] == "unknown" and said["supply"] == "unknown"
    elif lacks == "without history":
        assert said["books"] in ("yes", "unknown")
    else:
        assert said["books"] == "yes"
    proven = report["proof"] is not None
    assert proven == (lacks != "without proofs" and not alone)
    assert proven or "gives no proofs" in report["unproven"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_a_bare_node_says_what_it_lacks(chain, token, tmp_path, language):
    meddle = bare(chain.connection.block().number)

    def answer(method: str, params: list[Any], forward: Callable[[], Any]) -> Any:
        meddle(method, params)
        return forward()

    with proxy(chain.url, answer) as url:
        options = ["check", token, "--html", str(tmp_path / "a.html"), "--rpc-url", url, "--lang", language]
        result = CliRunner().invoke(cli, options, standalone_mode=False)
    assert not result.exception, result.exception
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    words = {"en": "Nothing here can be proven without the node", "zh": "离开节点无法证明"}[language]
    assert words in page and words in result.stdout
