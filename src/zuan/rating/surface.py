"""What a contract can be asked to do: the functions in its code, and in all code that it borrows (proxies)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from eth_hash.auto import keccak

from .world import World

_LOW = (1 << 160) - 1
#: BASEFEE and BLOBBASEFEE: 0 in a simulation, never on a chain.
_UNLIKE = (0x48, 0x4A)
_DESTROYING = (0xFF,)
#: So many addresses of events are looked at for borrowed code, and so many functions of each.
_MOST_NAMED, _MOST_ASKED = 24, 6


@cache
def selector(signature: str) -> bytes:
    """The four bytes that call a function."""
    return bytes(keccak(signature.encode())[:4])


def call(signature: str, *values: int | str) -> bytes:
    """Call data of a function whose parameters are all of one word each."""
    return selector(signature) + b"".join(word(value) for value in values)


def word(value: int | str) -> bytes:
    """A number or an address as 32 bytes."""
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def address(value: int) -> str:
    """An address from a number."""
    return f"0x{value & _LOW:040x}"


#: Slots in which proxies keep what they are made of.
IMPLEMENTATION = int.from_bytes(keccak(b"eip1967.proxy.implementation"), "big") - 1
ADMIN = int.from_bytes(keccak(b"eip1967.proxy.admin"), "big") - 1
BEACON = int.from_bytes(keccak(b"eip1967.proxy.beacon"), "big") - 1
PROXIABLE = int.from_bytes(keccak(b"PROXIABLE"), "big")
_OLD_IMPLEMENTATION = int.from_bytes(keccak(b"org.zeppelinos.proxy.implementation"), "big")
_OLD_ADMIN = int.from_bytes(keccak(b"org.zeppelinos.proxy.admin"), "big")
SLOTS = {
    "EIP-1967": IMPLEMENTATION,
    "EIP-1967 beacon": BEACON,
    "EIP-1822": PROXIABLE,
    "ZeppelinOS": _OLD_IMPLEMENTATION,
}
_CLONE = bytes.fromhex("363d3d373d3d3d363d73")

#: Calls of upgrades and sweeps whose parameters cannot be read out of a fallback's code, tried on every proxy.
_PROXY_FUNCTIONS = {
    "upgradeTo(address)": "address",
    "upgradeToAndCall(address,bytes)": "address,bytes",
    "setImplementation(address)": "address",
    "changeAdmin(address)": "address",
}
#: ERC-20's own, by which it is seen whether parameters are read well.
_OWN = {
    selector("transfer(address,uint256)"): ("address", "uint256"),
    selector("transferFrom(address,address,uint256)"): ("address", "address", "uint256"),
    selector("approve(address,uint256)"): ("address", "uint256"),
    selector("mint(address,uint256)"): ("address", "uint256"),
}
#: ERC-20's own, which somebody may call in any token: found by effect all the same, in code that evmole cannot read too.
_USUAL = {
    "mint(address,uint256)": "address,uint256",
    "mint(uint256)": "uint256",
    "burn(address,uint256)": "address,uint256",
    "burnFrom(address,uint256)": "address,uint256",
    "issue(uint256)": "uint256",
    "redeem(uint256)": "uint256",
    "pause()": "",
    "setPaused(bool)": "bool",
    "blacklist(address)": "address",
    "addBlackList(address)": "address",
    "freeze(address)": "address",
    "transferOwnership(address)": "address",
    "setOwner(address)": "address",
}


@dataclass(frozen=True)
class Function:
    """A function by its selector; ``types`` as evmole reads them from the code, e.g. ``("address", "uint256")``.

    A contract's function without a name has no selector and is called with nothing; ``payable``: it takes money.
    """

    selector: bytes
    types: tuple[str, ...]
    view: bool
    payable: bool = False


#: What a call without data does.
NAMELESS = Function(b"", (), False, True)


@dataclass(frozen=True)
class Surface:
    """A contract: where its code comes from, and the functions in it.

    ``sources`` are the addresses whose code it runs, its own first; ``kinds`` the ways in which it is a proxy.
    ``readable`` is false where the functions could not be told from the code (Vyper, hand-written). ``others`` are contracts
    that it asks; ``asks`` whether it looks at what a simulation answers otherwise than a chain (the base fee);
    ``destroys`` whether it can reach an instruction that destroys code, ``delegates`` whether it runs other code as its own.
    """

    address: str
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    functions: tuple[Function, ...]
    constants: tuple[int, ...]
    readable: bool
    others: tuple[str, ...] = ()
    asks: bool = False
    destroys: bool = False
    delegates: bool = False

    @property
    def is_proxy(self) -> bool:
        """Whether it runs code of others."""
        return len(self.sources) > 1


def survey(world: World, target: str, named: Sequence[str] = ()) -> Surface:
    """Finds the functions of a contract and of all code that it borrows, by standard slots and by watching it.

    :param named: addresses that its events name: whose code answers for some function of it is borrowed too.
    """
    sources, kinds = [target], []
    code = world.code(target)
    if code.startswith(_CLONE):
        sources.append("0x" + code[10:30].hex())
        kinds.append("EIP-1167")
    for kind, slot in SLOTS.items():
        found = world.storage(target, slot)
        if not found or found >> 160 or not world.code(address(found)):
            continue
        kinds.append(kind)
        if slot == BEACON:
            found = world.view(address(found), selector("implementation()")).number or 0
        sources.append(address(found))
    answer = world.view(target, selector("facetAddresses()"))
    if answer.success and len(answer.output) >= 64:
        words = [int.from_bytes(answer.output[n : n + 32], "big") for n in range(0, len(answer.output), 32)]
        facets = [address(w) for w in words[2 : 2 + min(words[1], 100)] if 0 < w <= _LOW]
        if facets and all(map(world.code, facets)):
            kinds.append("EIP-2535")
            sources += facets
    near = _neighbours(world, target, code)
    if 0xF4 in _operations(code):
        readable = _functions([code], False)[2]
        for other in near:
            # Code that is not in the contract itself but answers for it: a proxy of whatever kind.
            if other not in sources and not readable and _functions([world.code(other)], False)[2]:
                sources.append(other)
                kinds.append("delegating")
    if 0xF4 in _operations(b"".join(world.code(source) for source in sources)):
        borrowed = [a for a in _facets(world, target, named) if a not in sources]
        sources += borrowed
        kinds += ["facets"] if borrowed else []
    sources = list(dict.fromkeys(sources))
    codes = [world.code(source) for source in sources]
    functions, constants, readable = _functions(codes, len(sources) > 1)
    functions = (*functions, NAMELESS)
    asks, destroys = (any(_reaches(code, what) for code in codes) for what in (_UNLIKE, _DESTROYING))
    delegates = any(0xF4 in _operations(code) for code in codes)
    others = tuple(n for n in near if n not in sources)
    ways = tuple(dict.fromkeys(kinds))
    return Surface(target, tuple(sources), ways, functions, constants, readable, others, asks, destroys, delegates)


def _facets(world: World, target: str, named: Sequence[str]) -> list[str]:
    """Contracts whose functions the target runs as its own: facets of a diamond that does not list them."""
    import evmole

    found = []
    for other in list(dict.fromkeys(named))[:_MOST_NAMED]:
        code = world.code(other) if other != target else b""
        if not code or not (functions := evmole.contract_info(code, selectors=True).functions):
            continue
        for function in functions[:_MOST_ASKED]:
            asked = bytes.fromhex(function.selector) + bytes(32 * 8)
            if other in world.borrowed(target, asked):
                found.append(other)
                break
    return found


def _neighbours(world: World, target: str, code: bytes) -> list[str]:
    """Contracts that the usual questions and a transfer bring in, and those named in places that the code names."""
    for data in (selector("totalSupply()"), call("balanceOf(address)", 1), call("transfer(address,uint256)", 1, 0)):
        world.view(target, data)
    found = dict.fromkeys(world.contracts())
    for slot in constants(code):
        value = world.storage(target, slot)
        if 0 < value <= _LOW and value >> 100:
            found[address(value)] = None
    return [a for a in found if a != target and world.code(a)]


def _functions(codes: Iterable[bytes], proxy: bool) -> tuple[tuple[Function, ...], tuple[int, ...], bool]:
    import evmole

    found: dict[bytes, Function] = {}
    written: set[int] = set()
    readable = misread = False
    for code in codes:
        written |= constants(code)
        # What passes calls on may change anything, whatever its own code says.
        passes = 0xF4 in _operations(code)
        info = evmole.contract_info(code, selectors=True, arguments=True, state_mutability=True)
        for f in info.functions or ():
            types = tuple(split(f.arguments or ""))
            raw = bytes.fromhex(f.selector)
            if raw in _OWN and len(types) < len(_OWN[raw]):
                misread, types = True, _OWN[raw]
            pays = f.state_mutability == "payable"
            found[raw] = Function(raw, types, f.state_mutability in ("view", "pure") and not passes, pays)
            readable = readable or raw == selector("transfer(address,uint256)")
    if misread:
        # Old Vyper: where the standard's own functions are read with fewer parameters than they have, others are too.
        found = {
            raw: f if raw in _OWN or f.view else replace(f, types=(*f.types, "uint256")) for raw, f in found.items()
        }
    guesses = dict(_PROXY_FUNCTIONS) if proxy else {}
    guesses |= {} if readable else _USUAL
    for signature, types_ in guesses.items():
        found.setdefault(selector(signature), Function(selector(signature), tuple(split(types_)), False))
    return tuple(found.values()), tuple(sorted(written)), readable


def split(types: str) -> list[str]:
    """The parameters of a signature: commas within brackets do not part them."""
    parts, depth, begin = [], 0, 0
    for at, sign in enumerate(types):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(types[begin:at])
            begin = at + 1
    return [part for part in [*parts, types[begin:]] if part]


def constants(code: bytes) -> set[int]:
    """Numbers of 20 and 32 bytes that stand in code: addresses, names of roles, places of storage."""
    return {value for op, value in _walk(code) if op in (0x73, 0x7F) and value >> 100}


def _operations(code: bytes) -> set[int]:
    return {op for op, _ in _walk(code)}


def _reaches(code: bytes, what: tuple[int, ...]) -> bool:
    """Whether code that can be reached has one of these instructions."""
    import evmole

    if not _operations(code) & set(what):
        return False
    blocks = evmole.contract_info(code, basic_blocks=True).basic_blocks or ()
    return any(op in what for first, last in blocks for op, _ in _walk(code[first : last + 1]))


def _walk(code: bytes) -> Iterator[tuple[int, int]]:
    """Each instruction of a code and the number that it carries. What follows the code (metadata) is read as code too."""
    at = 0
    while at < len(code):
        op = code[at]
        more = op - 0x5F if 0x60 <= op <= 0x7F else 0
        yield op, int.from_bytes(code[at + 1 : at + 1 + more], "big")
        at += 1 + more


__all__ = ["NAMELESS", "Function", "Surface", "address", "call", "selector", "split", "survey", "word"]
