"""Money for gas on local chains: test accounts that have nothing get some; and who could pay where somebody cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import AccountError, NetworkError, RpcError, count
from . import shapes
from .accounts import TEST_ACCOUNTS, TEST_NAMES, test_account
from .connection import Connection
from .keystore_folders import keystores
from .node_accounts import NodeAccount, node_addresses

ETHER = 10**18

# What a test account gets where it has less than the least: more than any test spends.
_LEAST, _GIVEN = ETHER, 100 * ETHER
# What sets a balance, by what the node calls itself.
_SETTERS = {"ganache": "evm_setAccountBalance", "anvil": "anvil_setBalance", "hardhat": "hardhat_setBalance"}


class Usable(NamedTuple):
    """An account that ``--account`` takes: its name, whose it is (``test``, ``node``, or the tool whose keystore it is), its
    address and balance in wei (None where a keystore does not say its address)."""

    name: str
    kind: str
    address: str | None
    balance: int | None


def usable(connection: Connection | None) -> list[Usable]:
    """All accounts that can be used on a chain: test accounts (local chains only), the node's own, keystores.

    :param connection: None: keystores only, without balances.
    """
    from ..contracts.artifacts import checksum

    found: list[tuple[str, str, str | None]] = []
    if connection and connection.is_local:
        found += [(name, "test", str(test_account(index).address)) for index, name in enumerate(TEST_NAMES)]
    if connection:
        known = {address for _, _, address in found}
        held = node_addresses(connection)
        rest = {str(test_account(i).address): f"test{i}" for i in range(TEST_ACCOUNTS)} if connection.is_local else {}
        for number, address in enumerate(held):
            if address not in known:
                name = rest.get(address) or (str(number) if connection.is_local else address)
                found.append((name, "test" if address in rest else "node", address))
    found += [(k.name, k.tool, k.address and checksum(k.address)) for k in keystores()]
    with_address = [address for _, _, address in found if address]
    balances = dict(zip(with_address, _balances(connection, with_address) if connection else [], strict=False))
    return [Usable(name, kind, address, balances.get(address or "")) for name, kind, address in found]


def fund(connection: Connection, addresses: Sequence[str] | None = None) -> None:
    """Gives accounts of a local chain money for gas where they have less than one ether.

    :param addresses: whom (default: the test accounts that have a role).
    :raises AccountError: the node neither sets balances nor holds an account that could pay.
    """
    if addresses is None:
        addresses = [str(test_account(index).address) for index in range(len(TEST_NAMES))]
    balances = _balances(connection, addresses)
    for address in [a for a, balance in zip(addresses, balances, strict=True) if balance < _LEAST]:
        client = connection.client.lower()
        setter = next((method for name, method in _SETTERS.items() if client.startswith(name)), None)
        try:
            if setter is None:
                raise RpcError(-32601, "it sets no balances")
            connection.rpc(setter, address, hex(_GIVEN))
        except RpcError as error:
            _pay(connection, address, error)


def cannot_pay(connection: Connection, address: str, wei: int | None = None) -> AccountError:
    """Says that an account cannot pay for gas (``wei`` at most, where that is known), what it has, and who could pay."""
    most = f" (up to {count(wei)} wei)" if wei else ""
    try:
        accounts = usable(connection)
        has = _balances(connection, [address])[0]
    except NetworkError:
        return AccountError(f"{address} cannot pay the gas{most}; fund it")
    name = next((f"{account.name} ({address})" for account in accounts if account.address == address), address)
    able = [account.name for account in accounts if (account.balance or 0) > max(wei or 0, has)][:4]
    others = f"; or use --account with one that can pay: {', '.join(able)}" if able else ""
    return AccountError(f"{name} cannot pay the gas{most}: it has {count(has)} wei; fund it{others}")


def _pay(connection: Connection, address: str, refused: RpcError) -> None:
    held = node_addresses(connection)
    balances = _balances(connection, held)
    balance, payer = max(zip(balances, held, strict=True), default=(0, ""))
    if balance < 2 * _LEAST:
        raise AccountError(
            f"{address} has nothing to pay gas with, the node sets no balance ({refused.message}) and holds no account that "
            "could pay; start the chain with funded accounts"
        )
    fields = {"to": address, "value": min(_GIVEN, balance // 20)}
    NodeAccount(connection, payer).send(fields)


def _balances(connection: Connection, addresses: Sequence[str]) -> list[int]:
    calls = [("eth_getBalance", (address, "latest")) for address in addresses]
    return [shapes.quantity(balance, "a balance") for balance in connection.rpc.batch(calls)]
