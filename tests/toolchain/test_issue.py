import random

import pytest

from tests.toolchain.fake_node import HangUp, proxy
from zuan import System, issue, read_history, read_orders
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.errors import ContractError, InputError, MismatchError, NetworkError, TransactionError
from zuan.governance import execution, read_changes, schedule
from zuan.issuance import make_plan, read_namespaces, reference

ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
BOB = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"


@pytest.fixture
def orders(tmp_path):
    """An order file of so many orders of 100 diamonds, or of these amounts."""

    def write(amounts, buyer=ALICE, first=0):
        amounts = [100] * amounts if isinstance(amounts, int) else amounts
        path = tmp_path / "orders.csv"
        lines = [f"S-{first + i},{buyer},{amount}" for i, amount in enumerate(amounts)]
        path.write_text("\n".join(["order_id,buyer,amount", *lines]))
        return read_orders(path)

    return write


def ref(system, order_id):
    return read_namespaces(system).reference(order_id)


def minted_refs(system):
    return [mint.ref for mint in read_history(system).mints]


def assert_each_exactly_once(system, file):
    refs = minted_refs(system)
    assert sorted(refs) == sorted(ref(system, sale.order_id) for sale in file.sales)
    assert system.token.total_supply() == file.total


def test_all_orders_are_minted_in_the_files_order(system, attest, sender, orders):
    attest()
    file, told = orders(25), []
    outcome = issue(system, sender("minter"), file, batch=10, progress=told.append)
    assert minted_refs(system) == [ref(system, sale.order_id) for sale in file.sales]
    assert (outcome.minted, outcome.before, outcome.transactions) == (25, 0, 3)
    assert told == [0, 10, 20, 25, 25]


def test_a_second_run_sends_nothing(system, attest, sender, orders):
    attest()
    file = orders(5)
    issue(system, sender("minter"), file)
    outcome = issue(system, sender("minter"), file)
    assert (outcome.minted, outcome.before, outcome.transactions) == (0, 5, 0)
    assert_each_exactly_once(system, file)


def test_a_file_that_grew_mints_only_what_is_new(system, attest, sender, orders):
    attest()
    issue(system, sender("minter"), orders(5))
    file = orders(8)
    assert issue(system, sender("minter"), file).minted == 3
    assert_each_exactly_once(system, file)


@pytest.mark.parametrize("batch", [1, 7])
def test_lost_answers_mint_nothing_twice_and_lose_nothing(chain, system, attest, sender, orders, batch):
    attest()
    file, rng = orders(30), random.Random(batch)

    def unreliable(method, _, forward):
        if method == "eth_sendRawTransaction" and rng.random() < 0.2:
            raise HangUp  # before it arrived
        result = forward()
        if method in ("eth_sendRawTransaction", "eth_getTransactionReceipt") and rng.random() < 0.2:
            raise HangUp  # it arrived, the answer is lost
        return result

    with proxy(chain.url, unreliable) as url:
        connection = Connection(url)
        behind = System(connection, system.manifest)
        for _ in range(40):
            try:
                issue(behind, Sender(connection, sender("minter").account), file, batch=batch)
                break
            except NetworkError as error:
                assert "run the same command again" in str(error) or "no node answers" in str(error)
    assert_each_exactly_once(system, file)


def test_a_minter_who_comes_in_between_makes_it_plan_anew(chain, system, attest, sender, orders):
    limits = f"({sender('alice').address}, 1000000, 86400, 1000000)"
    sender("governor").run(schedule(system, "Issuer", "setMinter", [limits], resolve_address))
    system.connection.mine(seconds=2 * 86_400)
    sender("bob").run(execution(system, read_changes(system)[0]))
    attest()
    file, others = orders(30), []

    def race(method, _, forward):
        if method == "eth_sendRawTransaction" and len(others) < 3:
            order = Order(BOB, 1, reference(f"other {len(others)}"))
            others.append(order)
            sender("alice").run(system.issuer.mint(system.issuer.head(), order))
        return forward()

    with proxy(chain.url, race) as url:
        connection = Connection(url)
        outcome = issue(
            System(connection, system.manifest), Sender(connection, sender("minter").account), file, batch=4
        )
    assert outcome.minted == 30 and outcome.replans > 0
    refs = minted_refs(system)
    assert sorted(refs) == sorted([ref(system, s.order_id) for s in file.sales] + [o.ref for o in others])


def test_too_little_headroom_is_refused_before_anything_is_sent(system, attest, sender, orders):
    attest(1_000)
    with pytest.raises(MismatchError, match=r"allow 1,000 more diamonds, but 11 orders of 1,100 diamonds remain"):
        issue(system, sender("minter"), orders(11))
    assert system.issuer.issued() == 0


def test_partial_mints_the_first_orders_that_fit_and_the_next_run_the_rest(system, attest, sender, orders):
    attest(1_000)
    file = orders(15)
    assert issue(system, sender("minter"), file, partial=True).minted == 10
    for partial in (False, True):
        with pytest.raises(ContractError, match=r"cover 0 more diamonds, not 100.* 10 of 15 orders are minted"):
            issue(system, sender("minter"), file, partial=partial)
    connection = system.connection
    connection.mine(5)
    attest(3_000)
    assert issue(system, sender("minter"), file).minted == 5
    assert_each_exactly_once(system, file)


def test_running_out_in_the_middle_says_how_many_remain(chain, system, attest, sender, orders):
    attest(2_000)
    file, done = orders(18), []

    def spend_the_rest(method, _, forward):
        result = forward()
        if method == "eth_sendRawTransaction":
            done.append(result)
            if len(done) == 2:
                sender("auditor1").run(system.oracle.suspend())
        return result

    with proxy(chain.url, spend_the_rest) as url:
        connection = Connection(url)
        with pytest.raises(ContractError, match=r"suspended minting .* 10 of 18 orders are minted, 8 remain") as caught:
            issue(System(connection, system.manifest), Sender(connection, sender("minter").account), file, batch=5)
    assert caught.value.exit_code == 4
    assert system.token.total_supply() == 1_000


def test_the_minters_own_limit_is_checked_first(system, attest, sender, orders):
    attest(100_000_000)
    with pytest.raises(TransactionError, match=r"limit allows 50,000,000 diamonds now, but 6 orders of 54,000,000"):
        issue(system, sender("minter"), orders([9_000_000] * 6))
    assert issue(system, sender("minter"), orders([9_000_000] * 6), partial=True).minted == 5


def test_batches_stay_below_the_instant_limit(system, attest, sender, orders):
    attest(100_000_000)
    file = orders([6_000_000, 5_000_000, 4_000_000])
    assert [len(b) for b in make_plan(system, sender("minter").address, file).batches] == [1, 2]
    issue(system, sender("minter"), file)
    assert_each_exactly_once(system, file)


def test_an_order_above_the_instant_limit_is_named_and_nothing_is_sent(system, attest, sender, orders):
    attest(100_000_000)
    with pytest.raises(InputError, match="must be proposed") as caught:
        issue(system, sender("minter"), orders([1, 10_000_001]))
    assert caught.value.problems == ("line 3: order S-1 of 10,000,001 diamonds",)
    assert system.issuer.issued() == 0


def test_an_order_that_waits_in_a_proposal_is_not_minted_beside_it(system, attest, sender, orders):
    attest()
    file = orders(3)
    minter = sender("minter")
    minter.run(system.issuer.propose(system.issuer.head(), [read_namespaces(system).order(file.sales[1])], bytes(32)))
    with pytest.raises(InputError, match="S-1 waits in proposal"):
        issue(system, minter, file)
    assert system.issuer.issued() == 0


def test_an_order_minted_otherwise_contradicts_the_file(system, attest, sender, orders):
    attest()
    issue(system, sender("minter"), orders([100, 100, 100]))
    with pytest.raises(MismatchError, match="2 orders of .* contradict the chain; nothing was sent") as caught:
        issue(system, sender("minter"), orders([100, 101, 100, 100, 7, 5], first=0) and orders([101, 100, 102, 5]))
    assert len(caught.value.problems) == 2 and "line 2: order S-0 was minted as 100" in caught.value.problems[0]
    with pytest.raises(MismatchError, match="3 orders"):
        issue(system, sender("minter"), orders([100, 100, 100], buyer=BOB))
    assert system.issuer.issued() == 300


def test_an_account_that_may_not_mint_is_refused_before_anything_is_sent(system, attest, sender, orders):
    attest()
    with pytest.raises(ContractError, match="only a minter may do that"):
        issue(system, sender("bob"), orders(2))


def test_a_stale_attestation_is_refused(system, attest, sender, orders):
    attest()
    system.connection.mine(seconds=605_000)
    for partial in (False, True):
        with pytest.raises(ContractError, match=r"allowed minting until .* 0 of 2 orders are minted") as caught:
            issue(system, sender("minter"), orders(2), partial=partial)
        assert caught.value.exit_code == 4


def test_a_buyer_who_is_the_token_itself_is_refused(system, attest, sender, orders):
    attest()
    with pytest.raises(InputError, match="would be lost; nothing was sent") as caught:
        issue(system, sender("minter"), orders(2, buyer=system.token.address))
    assert len(caught.value.problems) == 2


def test_a_reorganisation_that_takes_mints_away_lets_them_be_minted_again(system, attest, sender, orders):
    attest()
    rpc, file = system.connection.rpc, orders(20)
    snapshot = rpc("evm_snapshot")
    issue(system, sender("minter"), orders(8))
    rpc("evm_revert", snapshot)
    assert issue(system, sender("minter"), orders(20)).minted == 20
    assert_each_exactly_once(system, file)


def test_a_node_that_leaves_a_mint_event_out_is_noticed(chain, system, attest, sender, orders):
    attest()
    issue(system, sender("minter"), orders(6), batch=2)

    def forgetful(method, _, forward):
        result = forward()
        return result[:-1] if method == "eth_getLogs" and result else result

    with proxy(chain.url, forgetful) as url:
        behind = System(Connection(url), system.manifest)
        with pytest.raises(MismatchError, match="left events out"):
            issue(behind, sender("minter"), orders(6))
        with pytest.raises(MismatchError, match="left events out"):
            read_history(behind)


def test_cash_that_the_requirement_asks_for_is_named_before_anything_is_sent(system, attest, sender, orders):
    attest(10_000, cash=100)
    file, minter = orders(11), sender("minter")
    with pytest.raises(MismatchError, match=r"11 orders of 1,100 .* `zuan reserves deposit 120` .* first 5 orders"):
        issue(system, minter, file)
    assert system.issuer.issued() == 0
    assert issue(system, minter, file, partial=True).minted == 5
    with pytest.raises(MismatchError, match=r"6 orders of 600 .* `zuan reserves deposit 20` .*and this again"):
        issue(system, minter, file, partial=True)
    sender("bob").run(system.asset.mint(system.vault.address, 120))
    sender("bob").run(system.vault.count())
    assert issue(system, minter, file).minted == 6
    assert_each_exactly_once(system, file)
