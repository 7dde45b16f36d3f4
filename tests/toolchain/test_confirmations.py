"""What counts as minted has blocks on top of it, and is looked at once more there."""

import pytest

from tests.toolchain.fake_node import proxy
from zuan import System, issue, read_orders
from zuan.chain.connection import Connection
from zuan.chain.fees import FeeLimits
from zuan.chain.networks import fee_limits, wei
from zuan.chain.sender import Sender
from zuan.errors import InputError, RpcError, TransactionError
from zuan.issuance import run, single

ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
GWEI = 10**9


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(f"order_id,buyer,amount\nS-1,{ALICE},100\nS-2,{ALICE},100\n")
    return read_orders(path)


@pytest.fixture
def waited(monkeypatch, system):
    """Blocks come when a run waits for them; returns for which it did, and a list of what happens at the first wait."""
    found, first = [], []

    def wait(_, block):
        found.append(block)
        for happen in first[:]:
            first.remove(happen)
            happen()
        while system.connection.block().number < block:
            system.connection.mine()

    for module in (run, single):
        monkeypatch.setattr(module, "wait_for", wait)
    return found, first


@pytest.mark.parametrize("partial", [False, True])
def test_mints_that_a_reorganisation_took_away_are_minted_again(system, attest, sender, file, waited, partial):
    attest()
    snapshot = system.connection.rpc("evm_snapshot")
    waited[1].append(lambda: system.connection.rpc("evm_revert", snapshot))
    outcome = issue(system, sender("minter"), file, partial=partial, confirmations=3)
    assert system.token.total_supply() == 200 and outcome.minted == 2 and len(waited[0]) == 2


def test_nothing_missing_is_confirmed_too(system, attest, sender, file, waited):
    attest()
    snapshot = system.connection.rpc("evm_snapshot")
    issue(system, sender("minter"), file)  # a run that was killed after sending
    waited[1].append(lambda: system.connection.rpc("evm_revert", snapshot))
    issue(system, sender("minter"), file, confirmations=3)
    assert system.token.total_supply() == 200 and len(waited[0]) == 2
    waited[0].clear()
    assert issue(system, sender("minter"), file, confirmations=3).before == 2
    assert waited[0] == []  # deep enough already


def test_a_single_order_is_looked_at_again_too(system, attest, sender, waited):
    attest()
    snapshot, minter = system.connection.rpc("evm_snapshot"), sender("minter")
    minter.run(single.mint_order(system, ALICE, 5, "S-1"))
    waited[1].append(lambda: system.connection.rpc("evm_revert", snapshot))
    with pytest.raises(TransactionError, match="S-1 is not minted any more: the chain was reorganised"):
        single.confirm_order(system, "S-1", 3)
    minter.run(single.mint_order(system, ALICE, 5, "S-1"))
    assert single.confirm_order(system, "S-1", 3) == single.mint_order(system, ALICE, 5, "S-1")
    assert len(waited[0]) == 2


def test_partial_mints_no_more_than_it_set_out_to(system, attest, sender, file, waited):
    attest(100)
    waited[1].append(lambda: (system.connection.mine(5), attest(1_000)))
    assert issue(system, sender("minter"), file, partial=True, confirmations=2).minted == 1
    assert system.token.total_supply() == 100


def fees(chain, system, account, limits=None, **answers):
    """The fees that a sender bids at a node that answers some questions as told."""

    def meddle(method, _, forward):
        if method in answers:
            if isinstance(answers[method], Exception):
                raise answers[method]
            return hex(answers[method])
        result = forward()
        if method == "eth_getBlockByNumber" and "base" in answers:
            result = {k: v for k, v in result.items() if k != "baseFeePerGas"}
            result |= {"baseFeePerGas": hex(answers["base"])} if answers["base"] is not None else {}
        return result

    with proxy(chain.url, meddle) as url:
        return Sender(Connection(url), account, limits).fees().fields


def test_a_node_cannot_name_any_price(chain, system, attest, sender, file):
    attest()
    account, balance = sender("minter").account, ("eth_getBalance", sender("minter").address, "latest")
    before = system.connection.rpc(*balance)

    def lie(method, _, forward):
        return hex(10**15) if method == "eth_maxPriorityFeePerGas" else forward()

    with proxy(chain.url, lie) as url:
        there = Connection(url)
        with pytest.raises(TransactionError, match="wants a tip of 1,000,000 gwei now, the limit is 50; .* --max-tip"):
            issue(System(there, system.manifest), Sender(there, account), file)
    assert system.connection.rpc(*balance) == before and system.issuer.issued() == 0


def test_bids_stay_within_the_limits(chain, system, sender):
    account = sender("minter").account
    bid = fees(chain, system, account, base=150 * GWEI, eth_maxPriorityFeePerGas=2 * GWEI)
    assert bid == {"maxFeePerGas": 200 * GWEI, "maxPriorityFeePerGas": 2 * GWEI}
    bid = fees(chain, system, account, base=3 * GWEI, eth_maxPriorityFeePerGas=RpcError(-32601, "no such method"))
    assert bid == {"maxFeePerGas": 7 * GWEI, "maxPriorityFeePerGas": GWEI}
    with pytest.raises(TransactionError, match=r"gas costs 200\.5 gwei now, the limit is 200; .* --max-fee"):
        fees(chain, system, account, base=200 * GWEI, eth_maxPriorityFeePerGas=GWEI // 2)
    with pytest.raises(TransactionError, match=r"gas costs 201 gwei now"):
        fees(chain, system, account, base=None, eth_gasPrice=201 * GWEI)
    higher = FeeLimits(300 * GWEI, 60 * GWEI)
    assert fees(chain, system, account, higher, base=None, eth_gasPrice=201 * GWEI) == {"gasPrice": 201 * GWEI}


def test_limits_come_from_zuan_toml_and_options_are_stronger(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert fee_limits() == FeeLimits(200 * GWEI, 50 * GWEI)
    (tmp_path / "zuan.toml").write_text("[fees]\nmax_fee = 600\nmax_tip = 0.25\n")
    assert fee_limits() == FeeLimits(600 * GWEI, GWEI // 4)
    assert fee_limits(fee=GWEI) == FeeLimits(GWEI, GWEI // 4)
    for wrong in ("max_fees = 1", "max_fee = -1", 'max_tip = "much"', "max_fee = true"):
        (tmp_path / "zuan.toml").write_text(f"[fees]\n{wrong}\n")
        with pytest.raises(InputError):
            fee_limits()
    assert wei("1.000000001") == GWEI + 1


def test_the_command_takes_limits(cli, attest):
    attest()
    result = cli("mint", "alice", "5", "--order", "S-1", "--max-tip", "0.000000001")
    assert result.returncode == 1 and "--max-tip" in result.stderr
    assert cli("mint", "alice", "5", "--order", "S-1", "--max-fee", "x").returncode == 2
    assert cli("mint", "alice", "5", "--order", "S-1", "--max-tip", "100").returncode == 0
