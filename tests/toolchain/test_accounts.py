import json

import pytest
from eth_account import Account

from zuan.chain.accounts import TEST_NAMES, load_account
from zuan.chain.accounts import test_account as account
from zuan.errors import AccountError

KEY = b"\x07" * 32


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ZUAN_KEYSTORE_PASSWORD", raising=False)
    return tmp_path


def keystore(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(Account.encrypt(KEY, "right", kdf="pbkdf2", iterations=1)))


@pytest.mark.parametrize(
    "place", [".zuan/keystores/k", ".brownie/accounts/k.json", ".foundry/keystores/k", ".ape/accounts/k.json"]
)
def test_keystores_are_found_where_other_tools_keep_them(home, place):
    keystore(home / place)
    assert load_account("k", local=False, ask=lambda _: "right").key == KEY


def test_the_variable_goes_before_asking(home, monkeypatch):
    keystore(home / "k.json")
    monkeypatch.setenv("ZUAN_KEYSTORE_PASSWORD", "right")
    assert load_account(str(home / "k.json"), local=False).key == KEY


def test_a_wrong_password_names_the_keystore_and_no_secret(home):
    keystore(home / "k.json")
    with pytest.raises(AccountError, match="does not open the keystore") as caught:
        load_account(str(home / "k.json"), local=False, ask=lambda _: "wr0ng")
    assert "wr0ng" not in str(caught.value) and KEY.hex() not in str(caught.value)


def test_no_password_says_how_to_give_one(home):
    keystore(home / "k.json")
    with pytest.raises(AccountError, match="ZUAN_KEYSTORE_PASSWORD"):
        load_account(str(home / "k.json"), local=False)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"crypto": {}}'])
def test_what_is_no_keystore_is_one_sentence(home, text):
    (home / "k.json").write_text(text)
    with pytest.raises(AccountError):
        load_account(str(home / "k.json"), local=False, ask=lambda _: "right")


def test_test_accounts_by_name_and_number_on_local_chains_only(home):
    for index, name in enumerate(TEST_NAMES):
        assert load_account(name, local=True) is load_account(str(index), local=True) is account(index)
    # The first of everybody's test mnemonic.
    assert account(0).address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    with pytest.raises(AccountError, match="whose key everybody knows"):
        load_account("alice", local=False)
    for name in ("20", "test20", "-1", "١"):
        with pytest.raises(AccountError, match="there is no account"):
            load_account(name, local=True)


def test_a_keystore_named_like_a_test_account_is_used_on_a_public_chain(home):
    keystore(home / ".brownie/accounts/deployer.json")
    assert load_account("deployer", local=False, ask=lambda _: "right").key == KEY
    assert load_account("deployer", local=True) is account(0)


@pytest.mark.parametrize("prefix", ["", "0x"])
def test_a_private_key_given_as_a_name_is_not_repeated(home, prefix):
    with pytest.raises(AccountError, match="never a private key") as caught:
        load_account(prefix + KEY.hex(), local=True)
    assert KEY.hex() not in str(caught.value)
