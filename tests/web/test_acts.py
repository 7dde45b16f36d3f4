"""What holders may do, as the page prepares it: figures, refusals that are foreseen, what a wallet is asked."""

import json
import time
from urllib.parse import quote, urlencode

import pytest

import zuan
from zuan.authorization import read_authorization
from zuan.chain import accounts
from zuan.contracts.handles import Call
from zuan.permit import permitted
from zuan.signatures import sign
from zuan.testing import attest, sender
from zuan.web.acts import ACTS

SENT = 1_000


@pytest.fixture
def held(zuan_system) -> zuan.System:
    """Alice holds a thousand diamonds, all covered by cash."""
    attest(zuan_system, 10_000, cash=5_000)
    zuan.mint(zuan_system, sender(zuan_system, "minter"), sender(zuan_system, "alice").address, SENT, "SALE-1")
    return zuan_system


@pytest.fixture
def ask(held, reader):
    """Asks what an act would do."""

    def run(act, signature=None, **query):
        headers = {"Zuan-Signature": signature} if signature else {}
        answer = reader.get(f"/api/act/{act}?{urlencode({'account': 'alice', **query})}", **headers)
        return json.loads(answer.data)

    return run


def test_a_transfer_needs_nothing_but_to_be_sent(held, ask):
    found = ask("transfer", to="bob", amount="1,000")
    assert found["refusal"] is None and found["sign"] is None
    call = held.token.transfer(sender(held, "bob").address, 1_000)
    assert found["transaction"] == {
        "from": sender(held, "alice").address,
        "to": call.to,
        "data": "0x" + call.data.hex(),
        "value": "0x0",
    }


@pytest.mark.parametrize(
    ("act", "query", "said"),
    [
        ("transfer", {"to": "bob", "amount": "1001"}, "holds 1,000 diamonds, not 1,001"),
        ("transfer", {"to": "DiamondToken", "amount": "1"}, "is the deployment's own DiamondToken"),
        ("transfer", {"to": "0x" + "00" * 20, "amount": "1"}, "cannot receive diamonds"),
        ("redeem", {"amount": "1001"}, "holds 1,000 diamonds, not 1,001"),
        ("redeem", {"amount": "5001"}, "holds 1,000 diamonds, not 5,001"),
        ("redeem", {"amount": "1", "to": "ReserveVault"}, "cannot be paid"),
        ("redeem", {"amount": "1", "how": "sign", "to": "bob"}, "is paid to the signer"),
        ("withdraw", {"number": "7"}, "there is no ticket 7"),
        ("refund", {"number": "7"}, "there is no order 7"),
        ("claim", {"amount": "1"}, "there is no wind-down"),
        ("claim", {}, "there is no wind-down"),
        ("transfer", {"to": "bob"}, "give a whole number"),
        ("transfer", {"amount": "1"}, "give an address"),
        ("transfer", {"to": "0x1234", "amount": "1"}, "give an address"),
        ("refund", {"how": "sign", "number": "1"}, "refund cannot be done here"),
        ("steal", {}, "there is nothing of that name to do"),
        *(
            ("redeem", {"amount": n}, "give a whole number")
            for n in ("0", "-1", "1e9", "1.5", "٣", str(2**128), "9" * 400)
        ),
    ],
)
def test_a_refusal_is_foreseen_and_told_in_a_sentence(ask, act, query, said):
    found = ask(act, **query)
    refusal = found.get("refusal") or found["error"]
    assert said.lower() in refusal.lower()
    assert not found.get("transaction") and not found.get("then")


def test_who_has_redeemed_all_cash_leaves_others_a_ticket(held, ask, site):
    alice = sender(held, "alice")
    spare = held.vault.read("cashState")[1]
    bob = sender(held, "bob")
    zuan.mint(held, sender(held, "minter"), bob.address, spare - SENT + 10, "SALE-2")
    more = spare - SENT + 10
    bob.run(permitted(held, bob.account, held.vault, more, held.vault.redeem(more, bob.address)))
    end = time.monotonic() + 20
    while site.live.newest.head != held.connection.block():
        assert time.monotonic() < end
        time.sleep(0.05)
    found = ask("redeem", amount=str(SENT))
    assert "The vault has free cash for 990 diamonds, not 1,000" in found["refusal"]
    ticket = ask("ticket", amount=str(SENT))
    assert ticket["refusal"] is None and ticket["sign"]["message"]["owner"] == alice.address


def test_a_permit_is_signed_and_comes_back_in_one_transaction(held, ask, reader):
    found = ask("redeem", amount="10")
    assert found["transaction"] is None and found["sign"]["primaryType"] == "Permit"
    key = accounts.test_account(accounts.test_index("alice"))
    answer = reader.get(found["then"], **{"Zuan-Signature": "0x" + sign(key, found["sign"]).hex()})
    sent = json.loads(answer.data)["transaction"]
    before = held.asset.read("balanceOf", key.address)
    sender(held, "alice").run(Call(sent["to"], bytes.fromhex(sent["data"][2:]), "redeem"))
    assert held.asset.read("balanceOf", key.address) == before + 10


def test_an_authorisation_is_the_file_that_relay_takes(held, ask, reader, tmp_path):
    found = ask("transfer", amount="10", to="bob", how="sign")
    key = accounts.test_account(accounts.test_index("alice"))
    signature = "0x" + sign(key, found["sign"]).hex()
    file = json.loads(reader.get(found["then"], **{"Zuan-Signature": signature}).data)["file"]
    path = tmp_path / "transfer.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    made = read_authorization(path)
    assert made.recovered() == key.address and made.typed_data == found["sign"]


@pytest.mark.parametrize("signature", ["0x", "rubbish", "0x" + "11" * 65, "0x" + "ab" * 4_000])
@pytest.mark.parametrize("how", ["send", "sign"])
def test_what_is_no_signature_of_the_account_does_nothing(held, ask, reader, signature, how):
    found = ask("redeem", amount="10", how=how)
    answer = json.loads(reader.get(found["then"], **{"Zuan-Signature": signature}).data)
    assert answer["refusal"] and answer["transaction"] is None and answer["file"] is None


def test_a_signature_for_nothing_that_was_shown_is_refused(ask):
    assert "begin again" in ask("redeem", amount="10", signature="0x" + "11" * 65)["refusal"]


@pytest.mark.parametrize("act", ACTS)
def test_every_act_has_its_form_and_its_command_in_both_languages(reader, act):
    for language in ("en", "zh"):
        text = reader.text(f"/act/{act}?lang={language}")
        assert f'action="/act/{act}"' in text and "<code>zuan " in text and 'id="account"' in text


def test_a_command_takes_nothing_from_the_form_but_addresses_and_digits(reader, held):
    text = reader.text("/act/transfer?account=alice&amount=" + quote("1;rm -rf /") + "&to=" + quote("$(reboot)"))
    assert "rm -rf" not in text.split("<code>")[1] and "<code>zuan transfer TO 1 --account YOURS" in text


def test_nobody_acts_in_the_past(reader):
    answer = reader.get("/act/redeem?amount=5&block=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/act/redeem?amount=5")


def test_refusals_are_told_in_chinese(held, reader):
    text = reader.text("/act/redeem?account=alice&amount=1001&lang=zh")
    assert "持有 1,000 钻，不足 1,001。" in text
