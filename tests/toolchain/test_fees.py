"""Chains without a base fee, with one of zero, with free gas; nodes that take one transaction at a time, or one kind."""

from types import SimpleNamespace

import pytest
from eth_account import Account

from tests.toolchain.fake_node import proxy
from zuan import System, issue, read_orders
from zuan.chain import sender as sending
from zuan.chain.accounts import test_account as account_number
from zuan.chain.connection import Connection
from zuan.chain.fees import FeeLimits
from zuan.chain.mempool import NotTaken, verdict
from zuan.chain.networks import connect, fee_limits
from zuan.chain.sender import Sender
from zuan.contracts.handles import Call
from zuan.errors import AccountError, InputError, NetworkError, NonceTakenError, RpcError, TransactionError

GWEI = 10**9
CALL = Call("0x" + "11" * 20, b"", "do it")
HASH = "0x" + "22" * 32


class Node:
    """A node as a function: answers by method, values or exceptions or functions."""

    def __init__(self, **answers):
        header = {"number": "0x1", "hash": HASH, "parentHash": HASH, "timestamp": "0x1"}
        base = answers.pop("base", None)
        self.answers = {"eth_getBlockByNumber": header | ({} if base == "absent" else {"baseFeePerGas": base})}
        self.answers |= {"eth_getTransactionByHash": None, "eth_accounts": [], "eth_getBalance": "0x0"} | answers
        self.sent = []

    def __call__(self, method, *params):
        if method == "eth_sendRawTransaction":
            self.sent.append(params[0])
        if method not in self.answers:
            raise RpcError(-32601, "the method does not exist")
        answer = self.answers[method]
        answer = answer() if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def batch(self, calls):
        return [self(method, *params) for method, params in calls]


def sends(node, limits=None):
    return Sender(SimpleNamespace(rpc=node, chain_id=2018, is_local=False), account_number(0), limits)


UNKNOWN = RpcError(-32601, "Method not found")


@pytest.mark.parametrize(
    ("node", "limits", "expected"),
    [
        (Node(base="absent", eth_gasPrice="0x0"), None, {"gasPrice": 0}),
        (Node(base=None, eth_gasPrice="0x5"), None, {"gasPrice": 5}),
        (Node(base="0x0", eth_gasPrice="0x0", eth_maxPriorityFeePerGas=UNKNOWN), None, (0, 0)),
        (Node(base="0x0", eth_gasPrice="0x0", eth_maxPriorityFeePerGas=hex(GWEI)), None, (0, 0)),
        (Node(base="0x0", eth_gasPrice="0x7", eth_maxPriorityFeePerGas="0x7"), None, (7, 7)),
        (Node(base=7, eth_maxPriorityFeePerGas=3), None, (17, 3)),
        (Node(base="0xa", eth_maxPriorityFeePerGas=UNKNOWN), None, (20 + GWEI, GWEI)),
        (Node(base="0xa"), FeeLimits(priority=4), (24, 4)),
        (Node(), FeeLimits(price=9), {"gasPrice": 9}),
    ],
)
def test_what_is_bid(node, limits, expected):
    if isinstance(expected, tuple):
        expected = dict(zip(("maxFeePerGas", "maxPriorityFeePerGas"), expected, strict=True))
    assert sends(node, limits).fees().fields == expected


@pytest.mark.parametrize("price", [None, "0xzz", "hello", {}])
def test_a_price_that_is_none_is_a_sentence(price):
    with pytest.raises(NetworkError, match="where the price of gas was asked for"):
        sends(Node(base=None, eth_gasPrice=price)).fees()


def test_a_chain_of_one_price_gets_one(monkeypatch):
    node = Node(base="0xa", eth_maxPriorityFeePerGas="0x2")
    node.answers["eth_sendRawTransaction"] = lambda: (
        RpcError(-32000, "transaction type not supported") if node.sent[-1].startswith("0x02") else HASH
    )
    one = sends(node)
    one.send(CALL, 21_000, 0, one.fees())
    assert [raw[:4] == "0x02" for raw in node.sent] == [True, False]
    assert Account.recover_transaction(node.sent[-1]) == one.address
    one.send(CALL, 21_000, 1, one.fees())
    assert not node.sent[-1].startswith("0x02") and len(node.sent) == 3


@pytest.mark.parametrize(
    "words",
    [
        "in-flight transaction limit reached for delegated accounts",
        "gapped-nonce tx from delegated accounts",
        "txpool is full",
        "NonceTooFarInFuture, nonce 9",
        "Transaction nonce is too distant from current sender nonce",
    ],
)
def test_a_node_that_takes_none_for_now_is_waited_for(words, monkeypatch):
    monkeypatch.setattr(sending.time, "sleep", lambda _: None)
    left = iter([RpcError(-32000, words)] * 3 + [HASH])
    node = Node(base="0xa", eth_sendRawTransaction=lambda: next(left), eth_maxPriorityFeePerGas="0x1")
    one = sends(node)
    one.send(CALL, 21_000, 5, one.fees())
    assert len(set(node.sent)) == 1 and len(node.sent) == 4
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    node.answers["eth_sendRawTransaction"] = RpcError(-32000, words)
    with pytest.raises(TransactionError, match="takes no more transactions of .* was not sent"):
        one.send(CALL, 21_000, 6, one.fees())


def test_a_run_of_a_delegated_account_is_minted_whole(chain, system, attest, sender, tmp_path):
    attest()
    path, account, seen = tmp_path / "orders.csv", sender("minter").account, set()
    path.write_text("order_id,buyer,amount\n" + "".join(f"D-{n},{sender('alice').address},1\n" for n in range(6)))

    def one_at_a_time(method, params, forward):
        if method == "eth_sendRawTransaction" and params[0] not in seen:
            seen.add(params[0])
            raise RpcError(-32000, "in-flight transaction limit reached for delegated accounts")
        return forward()

    with proxy(chain.url, one_at_a_time) as url:
        there = Connection(url)
        outcome = issue(System(there, system.manifest), Sender(there, account), read_orders(path), batch=2)
    assert (outcome.minted, outcome.transactions) == (6, 3)
    assert system.token.total_supply() == 6


POOR = (
    "Upfront cost exceeds account balance (transaction up-front cost 0x1 exceeds transaction sender account balance 0x0)",
    "InsufficientFunds, Account balance: 0, cumulative cost: 1",
    "sender doesn't have enough funds to send tx. The upfront cost is: 1 and the sender's account only has: 0",
    "insufficient funds for gas * price + value: have 0 want 1",
    "insufficient balance for transfer",
)
REFUSED = dict.fromkeys(POOR, AccountError) | {
    "nonce too low: next nonce 4, tx nonce 3": NonceTakenError,
    "OldNonce": NonceTakenError,
    "replacement transaction underpriced": NonceTakenError,
    "transaction underpriced: gas tip cap 1, minimum needed 25000000000": TransactionError,
    "max fee per gas less than block base fee: address 0x.., maxFeePerGas: 1, baseFee: 2": TransactionError,
    "tx fee (1.50 ether) exceeds the configured cap (1.00 ether)": TransactionError,
    "intrinsic gas too low": RpcError,
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_a_node_refuses_is_known_by_what_happened(words):
    node = Node(base="0xa", eth_sendRawTransaction=RpcError(-32000, words), eth_maxPriorityFeePerGas="0x1")
    one = sends(node)
    with pytest.raises(REFUSED[words]) as caught:
        one.send(CALL, 21_000, 0, one.fees())
    assert type(caught.value) is REFUSED[words]


@pytest.mark.parametrize("words", ["already known", "AlreadyKnown", "Known transaction", "transaction already exists"])
def test_what_it_has_already_is_no_refusal(words):
    assert verdict(words) is NotTaken.THERE


@pytest.mark.parametrize("drop", ["contractAddress", "status", "logs", "gasUsed"])
def test_a_receipt_without_a_field_is_a_receipt(drop):
    whole = {"blockNumber": "0x5", "gasUsed": "0x9", "status": "0x1", "contractAddress": None, "logs": []}
    for receipt in ({k: v for k, v in whole.items() if k != drop}, whole | {drop: None}):
        found = sends(Node(eth_getTransactionReceipt=receipt)).wait(HASH, CALL)
        assert (found.block, found.contract, found.logs) == (5, None, [])


def test_prices_come_from_zuan_toml_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zuan.toml").write_text("[fees]\ngas_price = 3\n")
    assert fee_limits().price == 3 * GWEI
    with pytest.raises(InputError, match="exclude each other"):
        fee_limits(priority=1)


S = "SECRETKEY0123456789"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('rpc_url = "$NO_SUCH_VARIABLE_X"', "names a variable"),
        ('rpc_url = "https://node.example/$NO_SUCH_VARIABLE_X"', "names a variable"),
        ("rpc_url = 8545", "no text in quotes"),
        ('rpc_url = "http://127.0.0.1:1"\nchain_id = "x1"', "no number"),
        (f'rpc_url = "NAME=https://node.example/{S}"', "begins with NAME="),
        (None, "as a table"),
    ],
)
def test_what_is_wrong_in_zuan_toml_is_said(text, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zuan.toml").write_text(f"[networks.c]\n{text}\n" if text else 'networks = ["c"]\n')
    with pytest.raises(InputError, match=said) as caught:
        connect("c")
    assert S not in str(caught.value)


def test_a_dollar_in_a_password_and_an_id_in_quotes_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zuan.toml").write_text('[networks.c]\nrpc_url = "https://u:pa$$w@node.example"\nchain_id = "1337"\n')
    found = connect("c")
    assert (found.rpc.where, found.expected_chain_id) == ("https://node.example", 1337)
