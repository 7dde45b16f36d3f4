"""Is it Zuan? The runtime code of each contract against what this package ships, and what each says of the others.

The code of a contract, with its immutables masked, must be the shipped one. Getters then answer what the immutables hold, so
the wiring is read out of the code itself: each part must name the others, and they it. What the code cannot tell is what
another constructor than Zuan's wrote into the storage: :mod:`zuan.creation` looks at that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .chain import shapes
from .chain.connection import Connection
from .contracts.artifacts import artifact, checksum
from .contracts.codes import code_of, recognised
from .errors import NotGenuineError, count

#: Without these there are no figures: each of them calls the others.
CORE = ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault")
#: All parts of a system, as reports list them.
PARTS = (*CORE, "Governance", "OrderDesk", "Lens")

#: Which immutable of which part holds the address of which other.
POINTERS = {
    "DiamondToken": {"issuer": "Issuer"},
    "Issuer": {"token": "DiamondToken", "oracle": "ReserveOracle", "vault": "ReserveVault", "owner": "Governance"},
    "ReserveOracle": {"issuer": "Issuer", "owner": "Governance"},
    "ReserveVault": {
        **{"token": "DiamondToken", "_diamonds": "DiamondToken", "oracle": "ReserveOracle", "owner": "Governance"}
    },
    "Governance": {},
    "OrderDesk": {"token": "DiamondToken", "_diamonds": "DiamondToken", "owner": "Governance"},
    "Lens": {
        **{"issuer": "Issuer", "desk": "OrderDesk", "governance": "Governance"},
        **{"_token": "DiamondToken", "_oracle": "ReserveOracle", "_vault": "ReserveVault"},
    },
}
_HOUR, _DAY = 3_600, 86_400
_SPAN = (_HOUR, 366 * _DAY)
# What the constructors accept (contracts/): times in seconds, floors in 1/10,000.
_BOUNDS = {
    "DiamondToken": {"cap": (1, 2**128 - 1)},
    "Issuer": {"proposalDelay": (_HOUR, 30 * _DAY)},
    "ReserveOracle": {"suspensionTime": _SPAN},
    "ReserveVault": {
        **{"unitsPerDiamond": (1, 2**64 - 1), "_coverageFloorBps": (10_000, 100_000), "_cashFloorBps": (1, 10_000)},
        **dict.fromkeys(("_surplusDelay", "_maxWait", "_maxSilence", "_maxShortfall"), _SPAN),
    },
    "Governance": {"delayFloor": (_DAY, 366 * _DAY)},
    "OrderDesk": dict.fromkeys(("notice", "confirmationTime", "arbitrationTime"), _SPAN),
}
# The Issuer's copies of what the vault has.
_COPIES = {"_cashFloorBps": "_cashFloorBps", "_unitsPerDiamond": "unitsPerDiamond"}
_CREATED = {
    None: "",
    True: ", created by its own constructors",
    False: " by its code (the node does not know how it was created: ask an archive node)",
}
_DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
# The names under which holders and auditors sign; the token's is its own.
_SIGNED_AS = {"DiamondToken": None, "ReserveOracle": b"Zuan ReserveOracle"}


@dataclass(frozen=True)
class SystemPart:
    """One contract of a system: where it is (None: it was not found), and all that is not as it should be."""

    name: str
    address: str | None
    faults: tuple[str, ...]

    @property
    def genuine(self) -> bool:
        """Whether it is there, and all is as it should be."""
        return self.address is not None and not self.faults


@dataclass(frozen=True)
class Check:
    """What was found of a system: its parts in the order of :data:`PARTS`; version and edition are this package's.

    ``created`` says whether Zuan's constructors are known to have created all that keep anything (None: nobody looked).
    """

    parts: tuple[SystemPart, ...]
    version: str
    edition: int
    created: bool | None = None

    @cached_property
    def doubted(self) -> frozenset[str]:
        """Parts of which no figure may be shown: not genuine, or not found."""
        return frozenset(part.name for part in self.parts if not part.genuine)

    @property
    def genuine(self) -> bool:
        """Whether nothing that was found is wrong. Desk and Lens may be absent: no other part names them."""
        return not self.problems

    @property
    def core(self) -> bool:
        """Whether token, Issuer, oracle and vault are genuine and belong together."""
        return self.doubted.isdisjoint(CORE)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Every fault of every part, a line each."""
        return tuple(
            f"{p.name}{' ' * bool(p.address)}{p.address or ''}: {fault}" for p in self.parts for fault in p.faults
        )

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.genuine:
            absent = ", ".join(part.name for part in self.parts if part.address is None)
            return (
                f"genuine Zuan {self.version}, edition {self.edition}"
                + _CREATED[self.created]
                + (f" ({absent} not found)" if absent else "")
            )
        wrong = [part.name for part in self.parts if part.faults]
        return f"not genuine Zuan: {', '.join(wrong)}"

    def expect(self, core_only: bool = False) -> None:
        """:raises NotGenuineError: a part (one of the core, if told) is not genuine; it lists which, and how."""
        if not (self.core if core_only else self.genuine):
            raise NotGenuineError(f"this is {self.sentence}; do not rely on it", self.problems)

    def as_dict(self) -> dict[str, Any]:
        """The verdict for JSON."""
        parts = {p.name: {"address": p.address, "genuine": p.genuine, "faults": list(p.faults)} for p in self.parts}
        verdict = {"genuine": self.genuine, "version": self.version, "edition": self.edition, "created": self.created}
        return {**verdict, "parts": parts}


def examine(connection: Connection, addresses: Mapping[str, str], codes: Sequence[str] | None = None) -> Check:
    """Compares contracts with what this package ships, in one request.

    :param addresses: checksummed, by the parts' names; more than parts is left aside.
    :param codes: what ``eth_getCode`` answered for them in their order, where that is known already.
    """
    if codes is None:
        codes = connection.rpc.batch([("eth_getCode", (address, "latest")) for address in addresses.values()])
    found = {name: shapes.data(code or "0x", "code") for name, code in zip(addresses, codes, strict=True)}
    values = {n: code_of(n).values(found[n]) for n in PARTS if n in found and code_of(n).fits(found[n])}
    parts = []
    for name in PARTS:
        faults: tuple[str, ...] = ()
        if name in values:
            faults = tuple(_wrong(name, values, addresses))
        elif name in found:
            faults = (difference(name, found[name]),)
        elif name in (*CORE, "Governance"):
            faults = ("it was not found",)
        parts.append(SystemPart(name, addresses.get(name), faults))
    shipped = code_of("DiamondToken")
    return Check(tuple(parts), shipped.version, shipped.edition)


def difference(name: str, code: bytes) -> str:
    """In what code that is not the named contract's differs from it."""
    if not code:
        return "there is no contract (the node may be behind)"
    if elsewhere := runs_elsewhere(code):
        return f"it is {elsewhere}"
    known = recognised(code)
    if known:
        older = f" of edition {known.edition}; this zuan reads edition {code_of(name).edition}"
        return f"it has the code of {known.name}" + older * (known.edition != code_of(name).edition)
    expected = code_of(name)
    if len(code) != expected.size:
        return f"its code is another: {count(len(code))} bytes, where Zuan's has {count(expected.size)}"
    pairs = zip(expected.masked(code), artifact(name).code, strict=True)
    places = [place for place, (theirs, ours) in enumerate(pairs) if theirs != ours]
    return (
        f"its code is another: {count(len(places))} of {count(len(code))} bytes differ, the first at {count(places[0])}"
    )


def runs_elsewhere(code: bytes) -> str | None:
    """Code that only runs other code, in words: of an account that delegates (EIP-7702), or a minimal proxy (EIP-1167)."""
    if code.startswith(b"\xef\x01\x00") and len(code) == 23:
        return f"an account that runs the code at {checksum('0x' + code[3:].hex())}, as long as its holder likes"
    head, tail = bytes.fromhex("363d3d373d3d3d363d73"), bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
    if len(code) == 45 and code.startswith(head) and code.endswith(tail):
        return f"a proxy, which runs the code at {checksum('0x' + code[10:30].hex())}"
    return None


def _wrong(name: str, values: Mapping[str, Mapping[str, frozenset[bytes]]], at: Mapping[str, str]) -> Iterator[str]:
    """What the immutables of a part should not hold. A pointer that another part of the core does not return is a fault of
    the part that is not named: whoever points at a genuine system does not belong to it.
    """
    for variable, held in values[name].items():
        if len(held) > 1:
            yield f"its code holds {len(held)} values of {variable} at different places"
    mine = {variable: min(held) for variable, held in values[name].items()}
    if name not in CORE:
        for variable, other in POINTERS[name].items():
            if other in at and mine[variable] != word(at[other]):
                yield f"its {variable} is {_address(mine[variable])}, not the {other} {at[other]}"
    for caller in CORE:
        for variable, other in POINTERS[caller].items():
            for named in values[caller][variable] if other == name and caller in values else ():
                if named != word(at[name]):
                    yield f"the {caller} {at[caller]} has {_address(named)} as its {variable}"
    for variable, (least, most) in _BOUNDS.get(name, {}).items():
        number = int.from_bytes(mine[variable], "big")
        if not least <= number <= most:
            yield f"its {variable} is {count(number)}; Zuan's constructor takes {count(least)} to {count(most)}"
    if name == "Issuer" and "ReserveVault" in values:
        for variable, theirs in _COPIES.items():
            if values[name][variable] != values["ReserveVault"][theirs]:
                yield f"its {variable} is not the vault's"
    if name in _SIGNED_AS and not _signs_for_itself(mine, at[name], _SIGNED_AS[name]):
        yield "its domain is another's: what is signed for another contract would be valid here"


def _signs_for_itself(mine: Mapping[str, bytes], address: str, name: bytes | None) -> bool:
    """Whether the separator that binds signatures to a contract (EIP-712) is its own."""
    from eth_hash.auto import keccak

    length = mine["_name"][31]
    if name is None:
        # A name of more than 31 bytes is not in the code; the separator binds the contract's address all the same.
        named = length >= 32 or mine["_hashedName"] == keccak(mine["_name"][:length])
    else:
        named = mine["_hashedName"] == keccak(name) and mine["_name"] == name.ljust(31, b"\0") + bytes([len(name)])
    fields = keccak(_DOMAIN) + mine["_hashedName"] + mine["_hashedVersion"] + mine["_cachedChainId"] + word(address)
    return (
        named
        and mine["_hashedVersion"] == keccak(b"1")
        and mine["_version"] == b"1".ljust(31, b"\0") + b"\1"
        and mine["_cachedThis"] == word(address)
        and mine["_cachedDomainSeparator"] == keccak(fields)
    )


def word(address: str) -> bytes:
    """An address as 32 bytes."""
    return bytes.fromhex(address[2:]).rjust(32, b"\0")


def _address(value: bytes) -> str:
    return checksum("0x" + value[12:].hex()) if not any(value[:12]) else "0x" + value.hex()
