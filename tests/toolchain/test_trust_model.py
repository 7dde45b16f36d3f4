"""The table of docs/trust-model.md, compared with the compiled contracts, and tried on a deployment as a stranger."""

import re
from pathlib import Path

import pytest

from zuan.chain import abi
from zuan.chain.accounts import test_account as account
from zuan.contracts import Order
from zuan.contracts.artifacts import artifact
from zuan.deploy.plan import CREATION_ORDER
from zuan.errors import ContractError
from zuan.goods import purchase
from zuan.issuance import reference

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "trust-model.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\w+) \| (`.*`) \| ([^|]*) \| ([^|]*) \|$", TEXT, re.MULTILINE)
TABLE = {
    (contract, function): (who, delay)
    for contract, names, who, delay in ROWS
    for function in re.findall(r"`(\w+)`", names)
}

#: Who may not pass each kind of closed door: the error that a stranger meets there.
DOORS = {
    "governance": {"OwnableUnauthorizedAccount", "TimelockUnauthorizedCaller", "AccessControlUnauthorizedAccount"},
    "Issuer": {"NotIssuer"},
    "minter": {"NotMinter"},
    "the proposal's minter": {"NotCanceller"},
    "any auditor": {"NotAnAuditor"},
    "auditor": {"NotAnAuditor"},
    "ticket's holder": {"NotTicketHolder"},
    "treasury": {"NotTreasury"},
    "the payee": {"CallerNotPayee", "InvalidSignature"},
    "the listing's merchant": {"NotMerchant"},
    "the order's merchant": {"NotMerchant"},
    "the order's buyer": {"NotBuyer"},
    "the order's arbiter": {"NotArbiter"},
    "proposers": {"AccessControlUnauthorizedAccount"},
}


def changing(name):
    return {
        e["name"]
        for e in artifact(name).abi
        if e["type"] == "function" and e["stateMutability"] in ("nonpayable", "payable")
    }


def test_the_table_has_every_function_that_changes_anything_and_no_other():
    assert {(name, function) for name in CREATION_ORDER for function in changing(name)} == set(TABLE)


@pytest.fixture
def busy(system, attest, sender):
    """A ticket, a listing, an order that was delivered and one in dispute, a pending proposal."""
    minter, alice, merchant = sender("minter"), sender("alice"), sender("merchant")
    attest(50_000_000)
    issuer, vault, desk, token = system.issuer, system.vault, system.desk, system.token
    minter.run(issuer.mint(issuer.head(), Order(alice.address, 1_000, reference("a"))))
    for spender in (vault, desk):
        alice.run(token.prepare("approve", spender.address, 1_000, what="approve"))
    alice.run(vault.request(10))
    merchant.run(desk.list(5, 86_400, reference("terms")))
    for number in (1, 2, 3):
        alice.run(desk.order(*purchase(system, 1, 1, reference(str(number)))))
    for number in (2, 3):
        merchant.run(desk.deliver(number, reference("proof")))
    alice.run(desk.dispute(3, reference("reason")))
    minter.run(issuer.propose(issuer.head(), [Order(alice.address, 20_000_000, reference("b"))], bytes(32)))
    system.connection.mine()
    return system


#: The number that is given for an order, by function: one that is in the state which the function is for.
ORDER_OF = {"deliver": 1, "confirm": 2, "dispute": 2, "decide": 3}


def argument(param, system, function):
    """Something that the type allows."""
    kind = abi.canonical(param)
    if kind.endswith("[]"):
        return [argument({**param, "type": param["type"][:-2]}, system, function)]
    if param["type"] == "tuple":
        return tuple(argument(c, system, function) for c in param["components"])
    if kind == "address":
        return account(15).address
    if kind == "bool":
        return True
    if param["name"] == "validBefore":
        return 2**256 - 1
    if kind.startswith("uint"):
        return ORDER_OF.get(function, 1)
    if param["name"] == "expectedHead":
        return system.issuer.head()
    if kind == "bytes":
        return bytes(65)
    size = int(kind.removeprefix("bytes"))
    return b"\x01" * size


CLOSED = [(name, f) for (name, f), (who, _) in TABLE.items() if who.split(",")[0].split(" (")[0].split(";")[0] in DOORS]


@pytest.mark.parametrize(("name", "function"), CLOSED, ids=lambda v: v)
def test_a_stranger_does_not_pass(busy, sender, name, function):
    contracts = {
        c.artifact_name: c for c in (busy.token, busy.oracle, busy.issuer, busy.vault, busy.desk, busy.governance)
    }
    contract, who = contracts[name], TABLE[name, function][0].split(",")[0].split(" (")[0]
    topic = busy.issuer.artifact.topic("Proposed")
    (log,) = busy.connection.rpc("eth_getLogs", {"address": busy.issuer.address, "topics": [topic], "fromBlock": "0x0"})
    proposal = bytes.fromhex(log["topics"][1][2:])
    inputs = contract.artifact.functions[function]["inputs"]
    values = [proposal if (function, i["name"]) == ("cancel", "id") else argument(i, busy, function) for i in inputs]
    with pytest.raises(ContractError) as caught:
        sender("bob").simulate(contract.prepare(function, *values, what=function))
    assert caught.value.name in DOORS[who], (caught.value.name, who)


def test_every_row_is_a_closed_door_or_says_anybody_or_the_holder():
    for row, (who, _) in TABLE.items():
        first = who.split(",")[0].split(" (")[0].split(";")[0]
        open_to = ("anybody", "holder", "spender", "the merchant", "the role's holder")
        assert first in DOORS or first.startswith(open_to), row
