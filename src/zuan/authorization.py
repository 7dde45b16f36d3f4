"""What holders sign and others carry (EIP-3009): transfers, and actions of vault, desk and token by authorisation.

A holder needs no gas and no node: the file that it signs names chain, contracts and every figure, and anybody may carry it.
An action (redeem, ticket, claim, order, burn) is a ``ReceiveWithAuthorization`` of the token whose ``to`` is the contract
that acts and whose nonce commits to the action (``docs/decisions/0015-authorisations.md``): what was signed happens,
once, or nothing. Money goes to the signer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .contracts.handles import Call, Purchase, encode_arguments
from .deploy.manifest import Manifest
from .errors import InputError
from .files import text_of, write_atomically
from .signatures import DOMAIN, parse, recovered, settled, sign
from .strict import NewerVersion, address, hexadecimal, number, strict

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

    from .chain.node_accounts import Signer
    from .system import System

_VERSION = 1
_DOMAIN_VERSION = "1"
_KEYS = {"version", "chainId", "token", "tokenName", "action", "from", "to", "value", "validAfter", "validBefore"}
_KEYS |= {"salt", "signature"}

_MOVE = [("from", "address"), ("to", "address"), ("value", "uint256"), ("validAfter", "uint256")]
_MOVE += [("validBefore", "uint256"), ("nonce", "bytes32")]
_PURCHASE = [("listing", "uint256"), ("merchant", "address"), ("terms", "bytes32"), ("deliveryTime", "uint256")]
_PURCHASE += [("arbiter", "address"), ("quantity", "uint256"), ("details", "bytes32")]

#: Each action: the contract that carries it out, and the type whose hash begins its nonce, as the contracts have it.
_ACTS = {
    "burn": ("DiamondToken", "Burn(bytes32 orderRef,bytes32 salt)"),
    "redeem": ("ReserveVault", "Redeem(bytes32 salt)"),
    "ticket": ("ReserveVault", "Request(bytes32 salt)"),
    "claim": ("ReserveVault", "Claim(bytes32 salt)"),
    "order": ("OrderDesk", "Order(" + ",".join(f"{kind} {name}" for name, kind in _PURCHASE) + ",bytes32 salt)"),
}
#: Everything that can be authorised.
ACTIONS = ("transfer", *_ACTS)


@dataclass(frozen=True)
class Authorization:
    """One authorisation, signed or not.

    ``holder`` signs; ``to`` receives (a transfer's payee, else the acting contract); ``value`` is diamonds, the times are
    UTC seconds, both exclusive. ``salt`` is 32 bytes: a transfer's nonce itself, else what sets the action apart. ``ref`` is
    a burn's order reference, ``purchase`` what an order binds. ``signature`` is r, s, v, a contract wallet's own, or None.
    """

    chain_id: int
    token: str
    token_name: str
    action: str
    holder: str
    to: str
    value: int
    valid_after: int
    valid_before: int
    salt: bytes
    ref: bytes = bytes(32)
    purchase: Purchase | None = None
    signature: bytes | None = None

    @property
    def nonce(self) -> bytes:
        """EIP-3009's nonce: the salt of a transfer, else the hash that commits to the action."""
        if self.action == "transfer":
            return self.salt
        from eth_utils.crypto import keccak

        kinds = [kind for _, kind in _PURCHASE] if self.purchase else ["bytes32"] * (self.action == "burn")
        values: list[Any] = list(self.purchase) if self.purchase else [self.ref] * (self.action == "burn")
        inputs = [{"type": kind} for kind in ("bytes32", *kinds, "bytes32")]
        return keccak(encode_arguments(inputs, [keccak(text=_ACTS[self.action][1]), *values, self.salt]))

    @property
    def typed_data(self) -> dict[str, Any]:
        """What is signed, as wallets take it (EIP-712, ``eth_signTypedData_v4``)."""
        kind = "TransferWithAuthorization" if self.action == "transfer" else "ReceiveWithAuthorization"
        # Numbers as text: JavaScript would round large ones.
        numbers = map(str, (self.value, self.valid_after, self.valid_before))
        values = (self.holder, self.to, *numbers, "0x" + self.nonce.hex())
        return {
            "types": {
                "EIP712Domain": DOMAIN,
                kind: [{"name": name, "type": type_} for name, type_ in _MOVE],
            },
            "primaryType": kind,
            "domain": {
                "name": self.token_name,
                "version": _DOMAIN_VERSION,
                "chainId": self.chain_id,
                "verifyingContract": self.token,
            },
            "message": dict(zip((name for name, _ in _MOVE), values, strict=True)),
        }

    @cached_property
    def message(self) -> SignableMessage:
        """What is signed, as eth-account takes it."""
        from eth_account.messages import encode_typed_data

        data = self.typed_data
        data["message"] |= {"nonce": self.nonce}
        return encode_typed_data(full_message=data)

    @property
    def words(self) -> str:
        """What happens when it is carried, in words."""
        n = f"{self.value:,} diamonds of {self.holder}"
        wanted = self.purchase
        return {
            "transfer": f"transfer {n} to {self.to}",
            "burn": f"burn {n}" + f" for 0x{self.ref.hex()}" * any(self.ref),
            "redeem": f"redeem {n} at par, paid to them",
            "ticket": f"burn {n} for a ticket, to be paid to them in turn",
            "claim": f"claim the share of {n}, paid to them",
            "order": wanted and f"order {wanted.quantity:,} of listing {wanted.listing} of {wanted.merchant} for {n}",
        }[self.action] or ""

    def signed_by(self, account: Signer) -> Authorization:
        """Signs it with a key held here. :raises InputError: the key is not the holder's."""
        if account.address != self.holder:
            raise InputError(f"{account.address} cannot sign for {self.holder}")
        return replace(self, signature=sign(account, self.typed_data))

    def signed_with(self, signature: bytes) -> Authorization:
        """Takes a signature made elsewhere: 65 bytes with v 0, 1, 27 or 28, the 64 of EIP-2098, or a contract wallet's own.

        :raises InputError: there is none.
        """
        if not signature:
            raise InputError("the signature is empty")
        return replace(self, signature=settled(signature))

    def recovered(self) -> str | None:
        """Whose key made the signature; None where none can have made it (a contract wallet's own, or rubbish)."""
        return recovered(self.message, self.signature) if self.signature is not None else None

    def call(self, system: System) -> Call:
        """The transaction that carries it. :raises InputError: it is not signed."""
        if self.signature is None:
            raise InputError(f"the authorisation to {self.words} is not signed; see `zuan authorize sign`")
        move = (self.holder, self.value, self.valid_after, self.valid_before)
        if self.action == "transfer":
            given = (self.holder, self.to, *move[1:], self.salt, self.signature)
            return system.token.prepare("transferWithAuthorization", *given, what=self.words)
        if self.action == "burn":
            return system.token.prepare(
                "burnWithAuthorization", *move, self.ref, self.salt, self.signature, what=self.words
            )
        signed = (*move, self.salt, self.signature)
        if self.action == "order":
            return system.desk.prepare("orderWithAuthorization", self.purchase, signed, what=self.words)
        function = {"redeem": "redeem", "ticket": "request", "claim": "claim"}[self.action] + "WithAuthorization"
        return system.vault.prepare(function, signed, what=self.words)

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all. :raises WriteError: it cannot be written."""
        write_atomically(path, json.dumps(self.as_dict(), indent=2) + "\n", make_folder=False)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        found: dict[str, Any] = {
            "version": _VERSION,
            "chainId": self.chain_id,
            "token": self.token,
            "tokenName": self.token_name,
            "action": self.action,
            "from": self.holder,
            "to": self.to,
            "value": str(self.value),
            "validAfter": self.valid_after,
            "validBefore": self.valid_before,
            "salt": "0x" + self.salt.hex(),
        }
        if self.action == "burn":
            found["orderRef"] = "0x" + self.ref.hex()
        if self.purchase:
            values = (f"0x{v.hex()}" if isinstance(v, bytes) else v for v in self.purchase)
            found["order"] = dict(zip((name for name, _ in _PURCHASE), values, strict=True))
        return found | {"signature": None if self.signature is None else "0x" + self.signature.hex()}


def cancellation(system: System, made: Authorization, holder: Signer) -> Call:
    """The transaction that makes an authorisation void; anybody may send it.

    :raises InputError: the key is not the holder's.
    """
    if holder.address != made.holder:
        raise InputError(f"{holder.address} cannot cancel what {made.holder} authorised")
    fields = [{"name": "authorizer", "type": "address"}, {"name": "nonce", "type": "bytes32"}]
    typed_data = {
        "types": {"EIP712Domain": DOMAIN, "CancelAuthorization": fields},
        "primaryType": "CancelAuthorization",
        "domain": made.typed_data["domain"],
        "message": {"authorizer": made.holder, "nonce": "0x" + made.nonce.hex()},
    }
    signature = sign(holder, typed_data)
    return system.token.prepare(
        "cancelAuthorization", made.holder, made.nonce, signature, what=f"cancel the authorisation to {made.words}"
    )


def authorize(
    manifest: Manifest,
    action: str,
    holder: str,
    value: int,
    *,
    valid_before: int,
    valid_after: int = 0,
    to: str | None = None,
    ref: bytes = bytes(32),
    purchase: Purchase | None = None,
    salt: bytes | None = None,
) -> Authorization:
    """An unsigned authorisation for a deployment; no node is asked.

    :param action: one of :data:`ACTIONS`.
    :param to: a transfer's payee.
    :param salt: 32 bytes, at random unless told; the same twice is the same authorisation, which is used once.
    :raises InputError: something does not fit the action.
    """
    if action not in ACTIONS:
        raise InputError(f"{action} cannot be authorised; it must be one of {', '.join(ACTIONS)}")
    if (to is not None) != (action == "transfer") or (purchase is not None) != (action == "order"):
        raise InputError("a transfer names whom it goes to, an order what is bought, and nothing else does")
    if valid_after >= valid_before:
        raise InputError("the authorisation would run out before it begins")
    at = {name: deployed.address for name, deployed in manifest.contracts.items()}
    payee = to or at[_ACTS[action][0]]
    name = str(manifest.config["name"])
    salt = secrets.token_bytes(32) if salt is None else salt
    return Authorization(
        *(manifest.chain_id, at["DiamondToken"], name, action, holder, payee, value, valid_after, valid_before, salt),
        ref=ref,
        purchase=purchase,
    )


def read_authorization(path: Path) -> Authorization:
    """Reads an authorisation's file, strictly.

    :raises InputError: there is none, or it is damaged; the message says where.
    """
    try:
        return _parse(strict(text_of(path.read_bytes())))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except NewerVersion:
        raise InputError(f"{path} was written by a newer Zuan; upgrade this one") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise InputError(f"{path} is no authorisation: {error}") from None


def _parse(data: Mapping[str, Any]) -> Authorization:
    version = number(data.get("version"), 32, "version")
    if version > _VERSION:
        raise NewerVersion
    action = data.get("action")
    if not isinstance(action, str) or action not in ACTIONS:
        raise ValueError(f"its action {action!a} is none of {', '.join(ACTIONS)}")
    keys = _KEYS | {"burn": {"orderRef"}, "order": {"order"}}.get(action, set())
    if missing := keys - set(data):
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    if unknown := set(data) - keys:
        raise ValueError(f"it has an unknown entry {sorted(unknown)[0]!a}")
    if not isinstance(data["tokenName"], str):
        raise ValueError("tokenName is no text")
    return Authorization(
        chain_id=number(data["chainId"], 256, "chainId"),
        token=address(data["token"]),
        token_name=data["tokenName"],
        action=action,
        holder=address(data["from"]),
        to=address(data["to"]),
        value=number(data["value"], 256, "value"),
        valid_after=number(data["validAfter"], 256, "validAfter"),
        valid_before=number(data["validBefore"], 256, "validBefore"),
        salt=hexadecimal(data["salt"], 32, "salt"),
        ref=hexadecimal(data["orderRef"], 32, "orderRef") if action == "burn" else bytes(32),
        purchase=_purchase(data["order"]) if action == "order" else None,
        signature=None if data["signature"] is None else settled(parse(data["signature"])),
    )


def _purchase(data: Any) -> Purchase:
    names = {name for name, _ in _PURCHASE}
    if not isinstance(data, dict) or set(data) != names:
        raise ValueError(f"order must have {', '.join(sorted(names))}, and nothing else")
    return Purchase(
        listing=number(data["listing"], 256, "listing"),
        merchant=address(data["merchant"]),
        terms=hexadecimal(data["terms"], 32, "terms"),
        delivery_time=number(data["deliveryTime"], 256, "deliveryTime"),
        arbiter=address(data["arbiter"]),
        quantity=number(data["quantity"], 256, "quantity"),
        details=hexadecimal(data["details"], 32, "details"),
    )
