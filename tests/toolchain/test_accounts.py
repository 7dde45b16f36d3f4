import hashlib
import json
from importlib import import_module

import pytest
from eth_account import Account

from zuan.chain.accounts import TEST_NAMES, load_account
from zuan.chain.accounts import test_account as account
from zuan.errors import AccountError

KEY = b"\x07" * 32
ADDRESS = Account.from_key(KEY).address


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


def sealed(key=KEY, r=8, p=1, name="crypto", **more):
    """A keystore of version 3 around any bytes, as a tool may have written it."""
    from Crypto.Cipher import AES
    from Crypto.Protocol.KDF import scrypt
    from Crypto.Util import Counter
    from eth_hash.auto import keccak

    derived = scrypt("right", b"salt" * 8, 32, 2, r, p)
    sealed = AES.new(derived[:16], AES.MODE_CTR, counter=Counter.new(128, initial_value=1)).encrypt(key)
    crypto = {
        **{"cipher": "aes-128-ctr", "cipherparams": {"iv": f"{1:032x}"}, "ciphertext": sealed.hex()},
        **{"kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 2, "r": r, "p": p, "salt": (b"salt" * 8).hex()}},
        "mac": keccak(derived[16:] + sealed).hex(),
    }
    return {name: crypto, "version": 3, **more}


def first(kdf="scrypt", mac=None, **more):
    """A keystore of version 1, as geth wrote them in 2015."""
    from Crypto.Cipher import AES
    from Crypto.Util.Padding import pad
    from eth_hash.auto import keccak

    salt = b"salt" * 8
    derived = (
        hashlib.scrypt(b"right", salt=salt, n=2, r=8, p=1, dklen=32)
        if kdf == "scrypt"
        else hashlib.pbkdf2_hmac("sha256", b"right", salt, 2, 32)
    )
    sealed = AES.new(keccak(derived[:16])[:16], AES.MODE_CBC, iv=bytes(16)).encrypt(pad(KEY, 16))
    costs = {"n": 2, "r": 8, "p": 1} if kdf == "scrypt" else {"c": 2, "prf": "hmac-sha256"}
    crypto = {
        **{"cipher": "aes-128-cbc", "cipherparams": {"iv": bytes(16).hex()}, "ciphertext": sealed.hex()},
        **{"kdf": kdf, "kdfparams": {"dklen": 32, "salt": salt.hex(), **costs}, "version": "1"},
        "mac": mac or keccak(derived[16:] + sealed).hex(),
    }
    return {"Crypto": crypto, "version": "1", "address": ADDRESS[2:].lower(), **more}


def changed(**more):
    """A keystore with entries of its ``crypto``, or of the parameters, changed (None: left out)."""
    found = sealed()
    for name, value in more.items():
        table = found["crypto"]["kdfparams"] if name in ("n", "r", "p", "dklen", "salt") else found["crypto"]
        table[name] = value
        if value is None:
            del table[name]
    return found


@pytest.mark.parametrize(
    "content",
    [
        sealed(address=ADDRESS),
        sealed(address=ADDRESS[2:].lower()),
        sealed(address=""),
        sealed(name="Crypto", version=3, address=ADDRESS.lower()),
        sealed(r=1, p=8),
        sealed(version="3", name="crypto"),
        Account.encrypt(KEY, "right", kdf="pbkdf2", iterations=1),
        first(),
        first(kdf="pbkdf2", version=1),
    ],
    ids=[
        *("geth", "no 0x", "Parity", "MyEtherWallet", "r and p as Brownie has them", "version as text", "pbkdf2"),
        *("version 1", "version 1, pbkdf2"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_keystores_of_every_tool_open(home, content, encoding):
    (home / "k.json").write_text(json.dumps(content), encoding=encoding)
    assert load_account(str(home / "k.json"), local=False, ask=lambda _: "right").key == KEY


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (sealed() | {"version": 1}, "its cipher is 'aes-128-ctr', where version 1 has aes-128-cbc"),
        (sealed() | {"version": "2"}, "a keystore of version '2'; versions 1 and 3 open here. Import it with the tool"),
        (first(mac="00" * 32), "the password does not open"),
        (first(address="12" * 20), "its key is of " + ADDRESS),
        ({"crypto": {"kdf": {}}, "pubkey": "aa", "version": 4}, "a validator's keystore"),
        ({"encseed": "aa", "ethaddr": "00"}, "presale"),
        (changed(cipher="aes-128-cbc"), "its cipher is 'aes-128-cbc'"),
        (changed(kdf="argon2"), "its kdf is 'argon2'"),
        (changed(n=2**40), "its n is no number from 1 to"),
        (changed(n=2**26), "more than 2 GiB of memory"),
        (changed(n=1000), "its n is no power of two"),
        (changed(n="2"), "its n is no number"),
        (changed(dklen=16), "its dklen is below 32"),
        (changed(salt=None), "it lacks 'salt'"),
        (changed(ciphertext="zz"), "its ciphertext is no hexadecimal text"),
        (changed(kdfparams=[1]), "it has another form"),
        (sealed() | {"crypto": None}, "it has another form"),
        (sealed(address="0x12"), "its address is none"),
        (sealed(address="0x" + "12" * 20), "its key is of " + ADDRESS),
        (sealed(key=bytes(32)), "is no key of an account"),
        (sealed(key=b"\xff" * 32), "is no key of an account"),
        (sealed(key=b"\x07" * 33), "is no key of an account"),
    ],
)
def test_keystores_of_other_kinds_and_damaged_ones_are_one_sentence(home, content, why):
    (home / "k.json").write_text(json.dumps(content))
    with pytest.raises(AccountError) as caught:
        load_account(str(home / "k.json"), local=False, ask=lambda _: "right")
    assert why in str(caught.value) and KEY.hex() not in str(caught.value)


def test_a_key_whose_leading_zeros_were_left_out_opens(home):
    short = b"\x22" * 31
    (home / "k.json").write_text(json.dumps(sealed(short, address=Account.from_key(b"\0" + short).address)))
    assert load_account(str(home / "k.json"), local=False, ask=lambda _: "right").key == b"\0" + short


def test_no_password_is_asked_for_what_cannot_be_opened(home):
    (home / "k.json").write_text(json.dumps(changed(kdf="argon2")))
    with pytest.raises(AccountError, match="argon2"):
        load_account(str(home / "k.json"), local=False, ask=lambda _: pytest.fail("asked"))


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


def test_brownies_accounts_are_never_in_a_folder_that_is_cleaned(home, tmp_path, monkeypatch):
    hook = import_module("brownie_hook")
    monkeypatch.setattr(hook, "ROOT", tmp_path / "repository")
    old = tmp_path / "repository/build/.brownie/accounts"
    for file in (old / "k.json", old / "other.json", home / ".brownie/accounts/k.json"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(file.relative_to(tmp_path)))
    for _ in range(2):
        hook.keep_keys()
        assert old.is_symlink() and old.resolve() == (home / ".brownie/accounts").resolve()
        assert {path.name: path.read_text(encoding="utf-8") for path in (home / ".brownie/accounts").iterdir()} == {
            "k.json": ".brownie/accounts/k.json",
            "k-2.json": "repository/build/.brownie/accounts/k.json",
            "other.json": "repository/build/.brownie/accounts/other.json",
        }
