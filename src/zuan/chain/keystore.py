"""Keystore files (version 3, as geth, Brownie, Foundry, Ape, Parity and others write them, and geth's version 1 of 2015):
checked, opened, and their key compared with the address.

Everything that the file says is looked at before its password is asked for: what no key of an account can come out of is
refused in a sentence, and what would fill the memory is never begun.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import AccountError
from ..files import text_of
from ..strict import once

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

#: Bytes of the largest file that is looked at: a keystore has about 500.
_LARGEST = 1 << 20
#: Bytes of memory that deriving a key may take (geth's default takes 256 MiB), and rounds of PBKDF2 (usual: 262,144).
_MEMORY, _ROUNDS = 1 << 31, 100_000_000
#: How each version that opens is encrypted, by what the file calls the version.
_CIPHERS = {"1": "aes-128-cbc", "3": "aes-128-ctr", "3.0": "aes-128-ctr"}
#: Order of the group of secp256k1: a key is below it.
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Keystore:
    """One keystore file, its form checked; ``address`` is what the file says, or None.

    :raises AccountError: it is none, or one that no account's key comes out of, or it is damaged.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        content = _lower(_content(file))
        if why := _another(content):
            raise AccountError(f"{file} {why}")
        try:
            self._content = _checked(content)
            self.address = _address(content.get("address"))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            what = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            what = "it has another form" if isinstance(error, TypeError | AttributeError) else what
            raise AccountError(
                f"the keystore {file} cannot be opened: {what}; restore it from a copy, or export it anew"
            ) from None

    def open(self, password: str) -> LocalAccount:
        """The account. :raises AccountError: the password is wrong, or the key is not the one that the file names."""
        from eth_account import Account

        try:
            first = self._content["version"] == 1
            key = _open_first(self._content["crypto"], password) if first else Account.decrypt(self._content, password)
        except ValueError:  # the checksum
            raise AccountError(f"the password does not open the keystore {self.file}") from None
        key = bytes(key).rjust(32, b"\0")  # geth of 2015 left out zeros at the beginning
        if len(key) > 32 or not 0 < int.from_bytes(key, "big") < _ORDER:
            raise AccountError(f"what the keystore {self.file} holds is no key of an account")
        account: LocalAccount = Account.from_key(key)
        if self.address and account.address[2:].lower() != self.address:
            raise AccountError(
                f"the keystore {self.file} says that it is for 0x{self.address}, but its key is of {account.address}; "
                "it was altered or mixed up, and nothing is signed with it"
            )
        return account


def _content(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError
        found = json.loads(text_of(file.read_bytes()), object_pairs_hook=once)
        if not isinstance(found, dict):
            raise ValueError
    except OSError as error:
        raise AccountError(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError):
        raise AccountError(f"{file} is no keystore") from None
    return found


def _lower(value: Any) -> Any:
    """The same with keys in lower case: MyEtherWallet writes ``Crypto``."""
    if not isinstance(value, Mapping):
        return value
    return {str(key).lower(): _lower(inner) for key, inner in value.items()}


def _another(content: Mapping[str, Any]) -> str | None:
    """What a file is that is no keystore of version 3, and what to do; None: it is one."""
    version = content.get("version")
    if "encseed" in content:
        return "is a wallet of Ethereum's presale; import it with geth, and use the keystore that it writes"
    if "crypto" not in content:
        return "is no keystore"
    if version == 4 or "pubkey" in content:
        return "is a validator's keystore (EIP-2335); its key is for attesting to blocks, and is no account's"
    if str(version) not in _CIPHERS:
        return (
            f"is a keystore of version {version!a}; versions 1 and 3 open here. Import it with the tool that made it, and "
            "export it anew as version 3"
        )
    return None


def _checked(content: Mapping[str, Any]) -> dict[str, Any]:
    """What eth-account takes. :raises ValueError, KeyError, TypeError, AttributeError: something is not as it must be."""
    crypto, version = content["crypto"], str(content["version"])
    kdf, given = crypto["kdf"], crypto["kdfparams"]
    if crypto["cipher"] != _CIPHERS[version]:
        raise ValueError(f"its cipher is {crypto['cipher']!a}, where version {version} has {_CIPHERS[version]}")
    params: dict[str, Any] = {"salt": _hex(given, "salt"), "dklen": _number(given, "dklen", 1 << 10)}
    if params["dklen"] < 32:
        raise ValueError("its dklen is below 32")
    if kdf == "scrypt":
        params |= {name: _number(given, name, _MEMORY) for name in ("n", "r", "p")}
        if params["n"] & (params["n"] - 1) or params["n"] < 2:
            raise ValueError("its n is no power of two")
        if 128 * params["r"] * (params["n"] + params["p"]) > _MEMORY or params["p"] > 1 << 10:
            raise ValueError("opening it would take more than 2 GiB of memory, or for ever")
    elif kdf == "pbkdf2":
        params |= {"c": _number(given, "c", _ROUNDS), "prf": given["prf"]}
        if params["prf"] != "hmac-sha256":
            raise ValueError(f"its prf is {params['prf']!a}, not hmac-sha256")
    else:
        raise ValueError(f"its kdf is {kdf!a}, neither scrypt nor pbkdf2")
    parts = {name: _hex(crypto, name) for name in ("ciphertext", "mac")}
    iv = _hex(crypto["cipherparams"], "iv")
    return {
        "version": int(float(version)),
        "crypto": {"cipher": crypto["cipher"], "cipherparams": {"iv": iv}, "kdf": kdf, "kdfparams": params, **parts},
    }


def _open_first(crypto: Mapping[str, Any], password: str) -> bytes:
    """The key in a keystore of version 1, which eth-account does not know. :raises ValueError: the password is wrong."""
    from Crypto.Cipher import AES
    from Crypto.Util.Padding import unpad
    from eth_hash.auto import keccak

    params, secret = crypto["kdfparams"], password.encode()
    salt, sealed = bytes.fromhex(params["salt"]), bytes.fromhex(crypto["ciphertext"])
    if crypto["kdf"] == "scrypt":
        costs = {name: params[name] for name in ("n", "r", "p")}
        derived = hashlib.scrypt(secret, salt=salt, dklen=params["dklen"], maxmem=_MEMORY - 1, **costs)
    else:
        derived = hashlib.pbkdf2_hmac("sha256", secret, salt, params["c"], params["dklen"])
    if keccak(derived[16:32] + sealed).hex() != crypto["mac"].lower():
        raise ValueError
    cipher = AES.new(keccak(derived[:16])[:16], AES.MODE_CBC, iv=bytes.fromhex(crypto["cipherparams"]["iv"]))
    return unpad(cipher.decrypt(sealed), 16)


def _hex(table: Mapping[str, Any], name: str) -> str:
    digits = str(table[name].removeprefix("0x"))
    if not digits or len(digits) % 2 or set(digits.lower()) - set("0123456789abcdef"):
        raise ValueError(f"its {name} is no hexadecimal text")
    return digits


def _number(table: Mapping[str, Any], name: str, most: int) -> int:
    found = table[name]
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= most:
        raise ValueError(f"its {name} is no number from 1 to {most:,}")
    return found


def _address(value: Any) -> str | None:
    """The address in a keystore, as 40 lower-case digits; None: it names none. :raises ValueError: it is no address."""
    if value is None or value == "":
        return None
    digits = value.lower().removeprefix("0x")
    if len(digits) != 40 or set(digits) - set("0123456789abcdef"):
        raise ValueError("its address is none")
    return str(digits)
