"""Signed by a holder without gas, carried by anybody: the library, ``zuan authorize`` and ``zuan relay``."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import json_outputs
from tests.toolchain.test_cli import refused
from zuan.authorization import ACTIONS, authorize, cancellation, read_authorization
from zuan.chain.accounts import test_account as account
from zuan.chain.accounts import test_index as index_of
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.errors import InputError
from zuan.goods import purchase, read_goods_order
from zuan.issuance import reference
from zuan.redemption import read_ticket, read_tickets
from zuan.relaying import MOST_GAS, relay

ROOT = Path(__file__).resolve().parents[2]
ALICE, BOB = resolve_address("alice"), resolve_address("bob")
FOREVER = 2**40


@pytest.fixture
def held(system, attest, sender):
    """1,000 diamonds with alice, who has no ether; cash in the vault; goods at 50 a piece."""
    attest(10_000)
    sender("minter").run(system.issuer.mint(system.issuer.head(), Order(ALICE, 1_000, b"\x01" * 32)))
    sender("merchant").run(system.desk.list(50, 86_400, reference("terms")))
    system.connection.rpc("evm_setAccountBalance", ALICE, "0x0")
    return system


@pytest.fixture
def make(held):
    """An authorisation of alice's, signed by her key unless told."""

    def run(action, value=100, sign=True, **more):
        made = authorize(held.manifest, action, ALICE, value, **{"valid_before": FOREVER, **more})
        return made.signed_by(account(index_of("alice"))) if sign else made

    return run


@pytest.fixture
def carry(held, sender):
    """Carries authorisations as carol; what became of each."""

    def run(*signed, send=True):
        named = [(f"{i}.json", one) for i, one in enumerate(signed)]
        return list(relay(held, sender("carol"), named, send))

    return run


def money(system, who):
    return system.asset.read("balanceOf", who)


def test_each_action_happens_once_for_the_signer_alone(held, make, carry):
    wanted, cost = purchase(held, 1, 2, reference("CARD"))
    signed = [
        make("transfer", 10, to=BOB),
        make("burn", 20, ref=b"\x07" * 32),
        make("redeem", 30),
        make("ticket", 40),
        make("order", cost, purchase=wanted),
    ]
    done = carry(*signed)
    assert [one.state for one in done] == ["carried"] * 5, [one.why for one in done]
    assert (held.token.balance_of(ALICE), held.token.balance_of(BOB)) == (1_000 - 10 - 20 - 30 - 40 - 100, 10)
    assert money(held, ALICE) == 30
    ticket = read_ticket(held, 1)
    assert (ticket.holder, ticket.payee, ticket.diamonds) == (ALICE, ALICE, 40)
    assert (read_goods_order(held, 1).buyer, read_goods_order(held, 1).diamonds) == (ALICE, 100)
    assert [(one.state, one.why) for one in carry(*signed)] == [("used", "it was carried or cancelled before")] * 5
    assert held.token.balance_of(ALICE) == 800


def test_a_share_is_claimed_by_authorisation(held, make, carry, sender):
    held.connection.mine(seconds=31 * 86_400)
    sender("bob").run(held.vault.start_wind_down(2))
    assert [one.state for one in carry(make("claim", 250))] == ["carried"]
    assert (held.token.balance_of(ALICE), money(held, ALICE)) == (750, 250)


def test_one_that_fails_stops_none_of_the_others(held, make, carry, sender):
    now = held.connection.block().timestamp
    good = make("redeem", 5)
    stranger = replace(make("redeem", 6, sign=False), signature=b"\x01" * 65)
    other = replace(make("redeem", 7), chain_id=5)
    changed = replace(make("redeem", 8), value=9)
    done = carry(
        *(make("redeem", 2_000), make("redeem", 4, sign=False), make("redeem", 3, valid_before=now)),
        *(make("redeem", 3, valid_after=now + 9_999), stranger, other, changed, good, good),
    )
    assert [one.state for one in done] == ["refused"] * 7 + ["carried", "used"]
    reasons = [
        *("has 1,000 diamonds, not 2,000", "not signed", "must sign a new one", "may be used after", "did not sign"),
        *("for chain 5, this is chain 1337", "did not sign", "", "carried or cancelled before"),
    ]
    for one, words in zip(done, reasons, strict=True):
        assert words in one.why, (one.why, words)
    assert held.token.balance_of(ALICE) == 995


def test_a_cancelled_one_is_void(held, make, carry, sender):
    made = make("redeem")
    with pytest.raises(InputError, match="cannot cancel"):
        cancellation(held, made, account(index_of("bob")))
    sender("bob").run(cancellation(held, made, account(index_of("alice"))))
    assert [one.state for one in carry(made)] == ["used"]
    assert held.token.balance_of(ALICE) == 1_000


def test_simulating_sends_nothing(held, make, carry):
    (found,) = carry(make("redeem"), send=False)
    assert found.state == "ready" and 0 < found.gas < MOST_GAS and held.token.balance_of(ALICE) == 1_000


def test_signatures_of_ethers_viem_and_eth_account_are_accepted(held, make, carry):
    unsigned = [make("redeem", 10 + n, sign=False) for n in range(3)]
    key = "0x" + bytes(account(index_of("alice")).key).hex()
    signed = [unsigned[0].signed_by(account(index_of("alice")))]
    for one, library in zip(unsigned[1:], ("ethers", "viem"), strict=True):
        made = subprocess.run(
            ["node", str(Path(__file__).with_name("sign_typed_data.mjs")), key],
            input=json.dumps(one.typed_data),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        signed.append(one.signed_with(bytes.fromhex(json.loads(made.stdout)[library][2:])))
    assert [one.recovered() for one in signed] == [ALICE] * 3
    assert [one.state for one in carry(*signed)] == ["carried"] * 3
    assert held.token.balance_of(ALICE) == 1_000 - 10 - 11 - 12


def test_signatures_in_other_forms_are_made_the_tokens(make):
    made = make("redeem", salt=b"\x05" * 32)
    r, s, v = made.signature[:32], made.signature[32:64], made.signature[64]
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = (order - int.from_bytes(s, "big")).to_bytes(32, "big")
    compact = r + bytes([s[0] | (v - 27) << 7]) + s[1:]
    for form in (r + s + bytes([v - 27]), r + high + bytes([55 - v]), r + high + bytes([28 - v]), compact):
        assert make("redeem", sign=False, salt=b"\x05" * 32).signed_with(form) == made
    for rubbish in (b"\xff" * 65, bytes(65), b"\x01"):
        assert made.signed_with(rubbish).recovered() != ALICE


def test_files_are_read_strictly(make, tmp_path):
    path = tmp_path / "a.json"
    made = make("burn", ref=b"\x09" * 32)
    made.save(path)
    assert read_authorization(path) == made
    text = path.read_text(encoding="utf-8")
    data = json.loads(text)
    for wrong, words in (
        (text.replace('"value": "100"', '"value": "100", "value": "9"'), "stands twice"),
        (json.dumps({**data, "value": 1.5}), "no whole number"),
        (json.dumps({**data, "validBefore": True}), "validBefore is no whole number"),
        (json.dumps({**data, "payee": BOB}), "unknown entry 'payee'"),
        (json.dumps({**data, "action": "seize"}), "is none of"),
        (json.dumps({k: v for k, v in data.items() if k != "salt"}), "lacks salt"),
        (json.dumps({**data, "from": ALICE.replace("A", "a")}), "fails its checksum"),
        (json.dumps({**data, "version": 2}), "newer Zuan"),
        ("[" * 100_000, "deep"),
        ("{", "is no authorisation"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(InputError, match=words):
            read_authorization(path)
    with pytest.raises(InputError, match="there is no file"):
        read_authorization(tmp_path / "none.json")


def test_what_does_not_fit_an_action_is_refused(held):
    for action, more in (("redeem", {"to": BOB}), ("transfer", {}), ("order", {}), ("seize", {})):
        with pytest.raises(InputError):
            authorize(held.manifest, action, ALICE, 1, valid_before=9, **more)
    with pytest.raises(InputError, match="run out before it begins"):
        authorize(held.manifest, "redeem", ALICE, 1, valid_before=9, valid_after=9)
    assert set(ACTIONS) == {"transfer", "burn", "redeem", "ticket", "claim", "order"}


def test_the_commands_sign_without_a_node_and_carry_with_one(held, cli, tmp_path):
    nowhere = {"url": "http://127.0.0.1:1"}
    until = ("--until", FOREVER)
    made = cli("authorize", "redeem", "100", "--account", "alice", *until, "-o", "r.json", **nowhere)
    assert made.returncode == 0 and "redeem 100 diamonds" in made.stderr, made.stderr
    assert (
        cli("authorize", "transfer", "bob", "20", "--holder", "alice", *until, "-o", "t.json", **nowhere).returncode
        == 0
    )
    refused(cli("authorize", "redeem", "1", "--account", "alice", "-o", "r.json", **nowhere), 2, "exists already")
    refused(cli("authorize", "redeem", "1"), 2, "say who signs")
    shown = cli("authorize", "show", "t.json", "--typed-data", **nowhere)
    assert json.loads(shown.stdout)["primaryType"] == "TransferWithAuthorization"
    refused(cli("authorize", "sign", "t.json", "--account", "bob", **nowhere), 2, "cannot sign for")
    first = cli("relay", "r.json", "t.json", "none.json", "--json", "--account", "carol")
    json_outputs.check("relay", first.stdout)
    assert first.returncode == 1 and "1 carried, 0 used before, 2 refused" in first.stderr, first.stderr
    assert {one["file"]: one["state"] for one in json.loads(first.stdout)} == {
        **{"none.json": "refused", "r.json": "carried"},
        "t.json": "refused",
    }
    assert cli("authorize", "sign", "t.json", "--account", "alice", **nowhere).returncode == 0
    assert json.loads(cli("authorize", "show", "t.json", **nowhere).stdout)["signedBy"] == ALICE
    again = cli("relay", "r.json", "t.json", "--account", "carol")
    assert again.returncode == 0 and "1 carried, 1 used before, 0 refused" in again.stderr
    assert (held.token.balance_of(ALICE), held.token.balance_of(BOB), money(held, ALICE)) == (880, 20, 100)
    order = cli("authorize", "order", "1", "--id", "CARD-1", "--account", "alice", *until, "-o", "o.json")
    assert order.returncode == 0, order.stderr
    assert cli("authorize", "cancel", "o.json", "--account", "alice", "--carrier", "carol").returncode == 0
    assert "0 carried, 1 used before" in cli("relay", "o.json").stderr
    assert read_tickets(held, ALICE) == [] and tmp_path.joinpath("o.json").exists()
