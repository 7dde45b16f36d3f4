"""A holder's balance and signed messages, as a platform's backend asks for them."""

import pytest
from eth_account.messages import encode_defunct

import zuan
from zuan.chain.accounts import test_account as account
from zuan.errors import InputError, RpcError

ALICE = account(6)
TEXT = "shop.example wants you to sign in; number used once: 8f14e45f"
# Contracts that answer ERC-1271's word, four bytes of it, nothing, or that revert.
YES, SHORT, EMPTY, NO = "631626ba7e60e01b60005260206000f3", "631626ba7e60e01b60005260046000f3", "00", "60006000fd"


def signed(message, who=ALICE):
    return bytes(who.sign_message(message).signature)


@pytest.fixture
def connection(system):
    return system.connection


def test_a_balance_is_read_at_any_block(system, sender):
    zuan.mint(system, sender("minter"), ALICE.address, 500, "SALE-1")
    before = system.connection.block().number
    sender("alice").run(system.token.transfer(account(7).address, 20))
    assert zuan.read_balance(system, ALICE.address.lower()) == 480
    assert zuan.read_balance(system, ALICE.address, before) == 500
    for wrong in ("alice", "0x12", ALICE.address.replace("E", "e", 1)):
        with pytest.raises(InputError):
            zuan.read_balance(system, wrong)


def test_a_message_is_the_holders_in_every_form(connection):
    made = signed(encode_defunct(text=TEXT))
    for form in (made, "0x" + made.hex(), made.hex(), made[:64] + bytes([made[64] - 27])):
        assert zuan.verify_message(connection, ALICE.address, TEXT, form)
    assert zuan.verify_message(connection, ALICE.address.lower(), TEXT.encode(), made)
    typed = {
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}],
            "Login": [{"name": "nonce", "type": "uint256"}],
        },
        "primaryType": "Login",
        "domain": {"name": "shop"},
        "message": {"nonce": "7"},
    }
    login = bytes(ALICE.sign_typed_data(full_message=typed).signature)
    assert zuan.verify_message(connection, ALICE.address, typed, login)
    assert not zuan.verify_message(connection, ALICE.address, {**typed, "message": {"nonce": "8"}}, login)


def test_a_message_of_somebody_else_or_another_message_is_not(connection):
    made = signed(encode_defunct(text=TEXT))
    assert not zuan.verify_message(connection, account(7).address, TEXT, made)
    assert not zuan.verify_message(connection, ALICE.address, TEXT + ".", made)
    for rubbish in (b"", b"\x01" * 65, "zz", None, 7, {}, made[:-1], made + b"\0"):
        assert not zuan.verify_message(connection, ALICE.address, TEXT, rubbish), rubbish
    for message in ({}, {"types": 7}, "\ud800", 7):
        with pytest.raises(InputError, match="no message to sign"):
            zuan.verify_message(connection, ALICE.address, message, made)
    with pytest.raises(InputError, match="no address|not 0x"):
        zuan.verify_message(connection, "alice", TEXT, made)


def test_a_contract_wallet_speaks_for_itself(zuan_chain, connection, monkeypatch):
    set_code = {"anvil": "anvil_setCode", "ganache": "evm_setAccountCode"}[zuan_chain.kind]
    wallet = "0x" + "5a" * 20
    for code, accepted in ((YES, True), (SHORT, False), (EMPTY, False), (NO, False)):
        connection.rpc(set_code, wallet, "0x" + code)
        assert zuan.verify_message(connection, wallet, TEXT, b"anything that it takes") is accepted, code
    # A node that is busy has not refused the signature.
    ask = connection.rpc

    def busy(method, *params):
        if method == "eth_call":
            raise RpcError(-32005, "limit exceeded")
        return ask(method, *params)

    monkeypatch.setattr(connection, "rpc", busy)
    with pytest.raises(RpcError):
        zuan.verify_message(connection, wallet, TEXT, b"anything")
