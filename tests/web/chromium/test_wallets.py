"""Holders act with their own wallets: whatever a wallet does, nothing happens but what was shown."""

import json

import pytest

from tests.web.chromium.scene import drain
from tests.web.chromium.wallets import Wallet, install
from zuan.authorization import read_authorization
from zuan.redemption import read_ticket
from zuan.relaying import refusal, relay
from zuan.testing import sender


@pytest.fixture
def alice(shown):
    return Wallet("Good Wallet", "alice", shown.connection.chain_id)


@pytest.fixture
def carol(shown):
    return Wallet("Carol's", "carol", shown.connection.chain_id)


def address(shown, name):
    return sender(shown.system, name).address


def opened(tab, shown, path, *wallets):
    page = tab()
    install(page.page, shown.connection, *wallets)
    page.open(path)
    return page


def press(page, text):
    page.page.locator("#wallet").get_by_role("button", name=text, exact=True).click()


def carry_out(page, wallet, button="Send it with the wallet"):
    press(page, wallet.name)
    page.tells("is ready with")
    press(page, button)


def ask(shown, act, account="alice", **query):
    said = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/act/{act}?account={address(shown, account)}&{said}"


def test_a_transfer_is_sent_and_moves_just_what_was_shown(tab, restored, alice):
    token, bob = restored.system.token, address(restored, "bob")
    before = token.balance_of(bob)
    page = opened(tab, restored, ask(restored, "transfer", amount=70, to=bob), alice)
    assert "70 diamonds go from alice" in page.page.inner_text("main")
    carry_out(page, alice)
    page.tells("Done: transaction 0x")
    assert token.balance_of(bob) == before + 70
    assert [method for method, _ in alice.asked if "send" in method or "sign" in method] == ["eth_sendTransaction"]


def test_a_redemption_is_permitted_and_sent_in_one_transaction(tab, restored, alice):
    system = restored.system
    before = system.asset.read("balanceOf", alice.address)
    page = opened(tab, restored, ask(restored, "redeem", amount=300), alice)
    carry_out(page, alice)
    page.tells("Done: transaction 0x")
    assert system.asset.read("balanceOf", alice.address) == before + 300
    asked = [(method, params) for method, params in alice.asked if "send" in method or "sign" in method]
    assert [method for method, _ in asked] == ["eth_signTypedData_v4", "eth_sendTransaction"]
    permit = json.loads(asked[0][1][1])
    assert permit["primaryType"] == "Permit" and permit["message"]["value"] == "300"
    assert permit["message"]["spender"] == system.vault.address
    # The allowance was for this act and is used up.
    assert system.token.read("allowance", alice.address, system.vault.address) == 0


def test_a_ticket_is_opened_and_names_its_holder_as_payee(tab, restored, carol):
    drain(restored.system)
    restored.settle()
    carry_out(page := opened(tab, restored, ask(restored, "ticket", "carol", amount=500), carol), carol)
    page.tells("Done: transaction 0x")
    ticket = read_ticket(restored.system, 3)
    assert (ticket.diamonds, ticket.holder, ticket.payee, ticket.funded) == (500, carol.address, carol.address, 0)


def test_a_funded_ticket_is_paid(tab, restored):
    bob = Wallet("Bob's", "bob", restored.connection.chain_id)
    carry_out(page := opened(tab, restored, ask(restored, "withdraw", "bob", number=1), bob), bob)
    page.tells("Done: transaction 0x")
    assert read_ticket(restored.system, 1).status == "paid"


def test_an_order_that_is_late_is_taken_back(tab, restored, alice):
    before = restored.system.token.balance_of(alice.address)
    carry_out(page := opened(tab, restored, ask(restored, "refund", number=1), alice), alice)
    page.tells("Done: transaction 0x")
    assert restored.system.token.balance_of(alice.address) == before + 100


def test_a_share_is_claimed_in_the_wind_down_and_is_what_was_said(tab, restored, carol):
    system = restored.system
    drain(system)
    restored.connection.mine(seconds=40 * 86_400)
    bob = sender(system, "bob")
    bob.run(system.vault.start_wind_down(2))
    # What the court finds of the operator's.
    bob.run(system.asset.mint(system.vault.address, 50_000))
    bob.run(system.vault.count())
    restored.settle()
    over = opened(tab, restored, ask(restored, "redeem", "carol", amount=1_000), carol)
    assert "nothing is paid at par any more" in over.page.content()
    page = opened(tab, restored, ask(restored, "claim", "carol", amount=1_000), carol)
    said = page.page.locator("#happens + p").inner_text()
    carry_out(page, carol)
    page.tells("Done: transaction 0x")
    paid = system.vault.read("claimOf", carol.address)[1]
    assert 0 < paid < 1_000 and f"is paid {paid:,} units" in said


@pytest.mark.parametrize(("act", "more"), [("transfer", {"to": "bob"}), ("redeem", {}), ("ticket", {})])
def test_what_is_signed_for_others_is_the_file_that_relay_carries(tab, restored, alice, tmp_path, act, more):
    query = {name: address(restored, who) for name, who in more.items()}
    page = opened(tab, restored, ask(restored, act, amount=40, how="sign", **query), alice)
    press(page, alice.name)
    page.tells("is ready with")
    with page.page.expect_download() as download:
        press(page, "Sign it with the wallet")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    made = read_authorization(path)
    assert (made.action, made.holder, made.value) == (act, alice.address, 40)
    assert refusal(restored.system, made) is None
    (carried,) = relay(restored.system, sender(restored.system, "deployer"), [(path.name, made)])
    assert carried.state == "carried"
    assert not any("send" in method.lower() for method, _ in alice.asked)


def test_without_a_wallet_the_command_stands_there(tab, shown):
    page = opened(tab, shown, ask(shown, "redeem", amount=5))
    page.tells("No wallet was found in this browser")
    assert "zuan redeem 5 --account YOURS --token" in page.page.inner_text("main")


def test_of_two_wallets_of_one_name_each_says_whose_it_is(tab, shown, alice):
    twin = Wallet(alice.name, "bob", shown.connection.chain_id, rdns="evil.twin")
    page = opened(tab, shown, ask(shown, "redeem", amount=5), alice, twin)
    page.tells("Choose one of your wallets")
    names = page.page.locator("[data-wallets] button").all_inner_texts()
    assert names == ["Good Wallet (test.wallet)", "Good Wallet (evil.twin)"]
    press(page, names[1])
    page.tells("this was prepared for")
    assert page.page.locator("#wallet a", has_text="Show it for").get_attribute("href").count(twin.address) == 1


def test_a_wallet_fills_its_account_into_the_empty_form(tab, shown, alice):
    page = opened(tab, shown, "/act/redeem", alice)
    press(page, alice.name)
    page.tells("Fill in the rest")
    assert page.page.input_value("#account") == alice.address


def test_a_wallet_on_another_chain_is_asked_to_switch(tab, restored, alice):
    alice.chain_id = 5
    page = opened(tab, restored, ask(restored, "transfer", amount=1, to=address(restored, "bob")), alice)
    press(page, alice.name)
    page.tells("The wallet is on chain 5; this is on chain")
    press(page, f"Switch to chain {restored.connection.chain_id}")
    page.tells("is ready with")
    press(page, "Send it with the wallet")
    page.tells("Done: transaction 0x")


def test_a_wallet_that_does_not_know_the_chain_says_so(tab, shown, alice):
    alice.chain_id, alice.knows = 5, False
    page = opened(tab, shown, ask(shown, "redeem", amount=5), alice)
    press(page, alice.name)
    press(page, f"Switch to chain {shown.connection.chain_id}")
    page.tells("does not know this chain")


@pytest.mark.parametrize(
    ("method", "code", "said"),
    [
        ("eth_requestAccounts", 4001, "You declined in the wallet. Nothing was sent."),
        ("eth_requestAccounts", -32002, "has a question open already"),
        ("eth_signTypedData_v4", 4001, "You declined in the wallet. Nothing was sent."),
        ("eth_sendTransaction", 4001, "You declined in the wallet. Nothing was sent."),
        ("eth_signTypedData_v4", 4200, "The wallet cannot do this"),
        ("eth_sendTransaction", -32603, "The wallet says: refused"),
    ],
)
def test_a_refusal_is_told_and_can_be_tried_again(tab, restored, alice, method, code, said):
    token = restored.system.token
    before = token.balance_of(alice.address)
    alice.refuses[method] = code
    page = opened(tab, restored, ask(restored, "redeem", amount=5), alice)
    press(page, alice.name)
    if method != "eth_requestAccounts":
        page.tells("is ready with")
        press(page, "Send it with the wallet")
    page.tells(said)
    assert token.balance_of(alice.address) == before
    alice.refuses.clear()
    if method == "eth_requestAccounts":
        press(page, alice.name)
        page.tells("is ready with")
    press(page, "Send it with the wallet")
    page.tells("Done: transaction 0x")
    assert token.balance_of(alice.address) == before - 5


def test_a_locked_wallet_is_told_apart(tab, shown, alice):
    alice.locked = True
    page = opened(tab, shown, ask(shown, "redeem", amount=5), alice)
    press(page, alice.name)
    page.tells("The wallet is locked")
    alice.locked = False
    press(page, alice.name)
    page.tells("is ready with")


@pytest.mark.parametrize(
    ("event", "value", "said"),
    [("disconnect", None, "The wallet went away"), ("accountsChanged", [], "The wallet is locked")],
)
def test_a_wallet_that_goes_away_takes_the_buttons_with_it(tab, shown, alice, event, value, said):
    page = opened(tab, shown, ask(shown, "redeem", amount=5), alice)
    press(page, alice.name)
    page.tells("is ready with")
    page.page.evaluate(
        "([id, name, value]) => window.wallets[id].emit(name, value)", [alice.info["uuid"], event, value]
    )
    page.tells(said)
    assert page.page.locator("[data-steps] button").count() == 0
    press(page, alice.name)
    page.tells("is ready with")


def test_figures_that_changed_since_are_shown_again_before_anything_is_signed(tab, restored, alice):
    page = opened(tab, restored, ask(restored, "redeem", amount=5), alice)
    press(page, alice.name)
    page.tells("is ready with")
    bob = sender(restored.system, "bob")
    bob.run(restored.system.token.transfer(alice.address, 1))
    restored.settle()
    press(page, "Send it with the wallet")
    page.tells("Figures have changed since this was shown")
    assert not any("sign" in method for method, _ in alice.asked)
    page.page.locator("#wallet a", has_text="Look again").click()
    assert page.page.locator("#happens").is_visible()


def test_a_wallet_that_signs_with_another_key_does_nothing(tab, restored, alice):
    impostor = Wallet("Impostor", "bob", restored.connection.chain_id)
    answers = impostor.answer
    impostor.answer = lambda connection, method, params: (
        [alice.address]
        if method == "eth_requestAccounts"
        else answers(connection, method, [impostor.address, *params[1:]] if "sign" in method else params)
    )
    page = opened(tab, restored, ask(restored, "redeem", amount=5), impostor)
    press(page, impostor.name)
    page.tells("is ready with")
    press(page, "Send it with the wallet")
    page.tells("is allowed 0 diamonds, not 5")
    assert not any("send" in method for method, _ in impostor.asked)
