"""The accounts that a node holds unlocked (``eth_accounts``): it signs and sends for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import AccountError, RpcError
from . import shapes
from .accounts import Ask, load_account, test_account_at
from .connection import Connection
from .keystore_folders import find_keystore, is_address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


class NodeAccount:
    """An account whose key the node has. ``address`` is checksummed."""

    def __init__(self, connection: Connection, address: str) -> None:
        self._rpc, self.address = connection.rpc, address

    def __repr__(self) -> str:
        return f"NodeAccount({self.address})"

    def sign_typed_data(self, typed_data: dict[str, Any]) -> Any:
        """Has the node sign typed data (EIP-712). :raises AccountError: it does not."""
        try:
            return self._rpc("eth_signTypedData_v4", self.address, typed_data)
        except RpcError as error:
            raise AccountError(
                f"the node signs nothing for {self.address} ({error.message}); use an account whose key is here"
            ) from None

    def send(self, fields: dict[str, Any]) -> str:
        """Has the node sign and send a transaction (integers, as eth-account takes them); returns its hash."""
        raw = {key: hex(value) if isinstance(value, int) else value for key, value in fields.items()}
        return shapes.hash_(self._rpc("eth_sendTransaction", {"from": self.address, **raw}), "a transaction's hash")


if TYPE_CHECKING:
    #: Who signs: a key of ours, or the node.
    Signer = LocalAccount | NodeAccount


def node_addresses(connection: Connection) -> list[str]:
    """Checksummed addresses that the node says it holds; none where it does not say."""
    from ..contracts.artifacts import checksum

    try:
        found = connection.rpc("eth_accounts")
    except RpcError:
        return []
    held = [shapes.data(each, "an account", 20) for each in found] if isinstance(found, list) else []
    return [checksum("0x" + each.hex()) for each in held]


def account_of(connection: Connection, name: str, ask: Ask | None = None) -> Signer:
    """The account that ``--account`` names on this chain.

    :param name: a keystore's name, address or path, or the address of an account that the node holds; on a local chain also
        a test account's name or address, or the number of one of the node's accounts. Where the node holds any, a number
        means no other account: neither a test account nor a keystore that is called so.
    :raises AccountError: there is no such account, or the password is wrong.
    """
    local = connection.is_local
    if local and name.isascii() and name.isdigit() and len(name) < 5:
        held = node_addresses(connection)
        if int(name) < len(held):
            return test_account_at(held[int(name)]) or NodeAccount(connection, held[int(name)])
        if held:
            raise AccountError(
                f"the node's accounts are numbered 0 to {len(held) - 1}, and {name} is none of them; a test account goes by "
                "its name, a keystore with such a name by its address or path"
            )
    # What needs no password goes first where everything is a test; elsewhere a key of the user's own.
    if is_address(name) and not (test_account_at(name) if local else find_keystore(name)):
        for address in node_addresses(connection):
            if address.lower() == name.lower():
                return NodeAccount(connection, address)
    return load_account(name, local, ask)
