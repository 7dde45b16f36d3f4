"""What an address is: its code, its name, and the parts that it plays in a system, as the chain says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .chain import shapes
from .chain.connection import Connection
from .contracts.artifacts import checksum
from .contracts.codes import recognised
from .contracts.handles import read_all
from .creation import with_creations
from .errors import InputError, NotGenuineError, count
from .genuine import Check, runs_elsewhere
from .goods import read_goods_orders, read_listings
from .names import Names
from .redemption import read_tickets
from .system import System

# Where proxies keep what they run, and whoever may change it, by EIP-1967.
_IMPLEMENTATION = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
_BEACON = "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"
_SHOWN = 10
_NO_CODE = "an account without code"


@dataclass(frozen=True)
class Identity:
    """An address: its name (None: it has none), what stands there, the parts that it plays, diamonds that it holds (None: no
    system is known), and the verdict on the system that it leads to.
    """

    address: str
    name: str | None
    code: str
    roles: tuple[str, ...]
    balance: int | None
    check: Check | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "address": self.address,
            "name": self.name,
            "code": self.code,
            "roles": list(self.roles),
            "balance": None if self.balance is None else str(self.balance),
            "system": self.check.as_dict() if self.check else None,
        }


def whois(connection: Connection, address: str, system: System | None, names: Names) -> Identity:
    """What a checksummed address is, on its own and in a system, if one is known.

    :param system: the system that is meant; of another the address may be a part too, and then that one is judged.
    :raises NotGenuineError: it belongs, or claims to belong, to a system whose core is not genuine.
    """
    stands, zuans = code_at(connection, address)
    own = {} if system is None else {d.address: name for name, d in system.manifest.contracts.items()}
    if address not in own and (zuans or (system is None and stands != _NO_CODE)):
        try:
            system = System.at(connection, address, doubts=True)
            own = {d.address: name for name, d in system.manifest.contracts.items()}
        except NotGenuineError as error:
            # A contract that names no part of a system is just another contract.
            if error.problems:
                raise
        except InputError:
            pass
    if system is None:
        return Identity(address, names.of(address), stands, (), None, None)
    roles = [f"the {own[address]} of the system"] if address in own else []
    check = system.check
    if check and address in own and check.created is None:
        check = with_creations(connection, check)
    roles += _roles(system, address)
    balance = system.token.balance_of(address)
    return Identity(address, names.of(address), stands, tuple(roles), balance, check)


def code_at(connection: Connection, address: str) -> tuple[str, bool]:
    """What stands at an address, in words; and whether it is the code of a contract of Zuan's."""
    answer, *slots = connection.rpc.batch(
        [("eth_getCode", (address, "latest"))]
        + [("eth_getStorageAt", (address, slot, "latest")) for slot in (_IMPLEMENTATION, _BEACON)]
    )
    code = shapes.data(answer or "0x", "code")
    if not code:
        return _NO_CODE, False
    known = recognised(code)
    if known:
        return f"the code of {known.name}, Zuan {known.version}, edition {known.edition}", True
    runs, beacon = (shapes.data(slot or "0x", "storage").rjust(32, b"\0")[-20:] for slot in slots)
    for target, what in ((runs, "a proxy, which now runs the code at"), (beacon, "a proxy, which asks the beacon")):
        if any(target):
            return f"{what} {checksum('0x' + target.hex())}; that can be changed", False
    return runs_elsewhere(code) or f"a contract that is none of Zuan's ({count(len(code))} bytes)", False


def _roles(system: System, address: str) -> list[str]:
    """The parts that an address plays now; of parts of the system that are not genuine nothing is asked."""
    doubted = system.check.doubted if system.check else frozenset()
    oracle, issuer, vault = system.oracle, system.issuer, system.vault
    auditors, minters, treasury, asset, tickets = read_all(
        [
            (oracle, "auditors", ()),
            (issuer, "minters", ()),
            (vault, "treasury", ()),
            (vault, "asset", ()),
            (vault, "ticketCount", ()),
        ]
    )
    low, roles = address.lower(), []
    if low in auditors:
        roles.append(f"an auditor, one of {len(auditors)}")
    if low in minters:
        limits = issuer.read("minter", address)
        roles.append(
            f"a minter, of {count(limits.available)} diamonds now, {count(limits.capacity)} at most in a period"
        )
    roles += ["the treasury, which receives surplus"] * (low == treasury) + ["the settlement asset"] * (low == asset)
    if "Governance" not in doubted:
        roles += _in_governance(system, address)
    if address == system.manifest.deployer:
        roles.append("the deployer, which keeps no role")
    if tickets and (mine := read_tickets(system, address)):
        roles.append(f"holder of {_list('ticket', [t.id for t in mine])}")
    if "OrderDesk" not in doubted:
        roles += _at_the_desk(system, address)
    return roles


def _in_governance(system: System, address: str) -> list[str]:
    from eth_hash.auto import keccak

    wanted = {"PROPOSER_ROLE": "a proposer", "CANCELLER_ROLE": "a canceller"}
    answers = read_all([(system.governance, "hasRole", (keccak(role.encode()), address)) for role in wanted])
    return [f"{what} in governance" for what, has in zip(wanted.values(), answers, strict=True) if has]


def _at_the_desk(system: System, address: str) -> list[str]:
    desk, roles = system.desk, []
    arbiter, listings, orders, escrowed = read_all(
        [(desk, "arbiter", ()), (desk, "listingCount", ()), (desk, "orderCount", ()), (desk, "escrowed", ())]
    )
    if address.lower() == arbiter:
        roles.append("the arbiter of orders to come")
    if address == desk.address:
        roles.append(f"the escrow of all open orders, {count(escrowed)} diamonds")
    if listings and (own := [n.id for n in read_listings(system) if n.merchant == address]):
        roles.append(f"the merchant of {_list('listing', own)}")
    if orders and (bought := read_goods_orders(system, address)):
        roles.append(f"the buyer of {_list('order', [o.id for o in bought])}")
    return roles


def _list(noun: str, numbers: list[int]) -> str:
    shown = ", ".join(map(count, numbers[:_SHOWN]))
    more = f" and {count(len(numbers) - _SHOWN)} more" if len(numbers) > _SHOWN else ""
    return f"{noun}{'s' if len(numbers) > 1 else ''} {shown}{more}"
