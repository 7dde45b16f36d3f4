"""Names for addresses: from the address book in zuan.toml, the system's contracts and roles, and local chains' accounts.

People read names, so a name stands beside its short address, never alone; programs get full addresses only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .chain.networks import configuration
from .contracts.artifacts import NAMES as CONTRACTS
from .contracts.artifacts import checksum
from .errors import InputError
from .quoting import visible

if TYPE_CHECKING:
    from .circulation.store.catalog import Catalog
    from .deploy.manifest import Manifest

MOST_LETTERS = 40
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{40}\b")
#: Of the test accounts, in the order of their names (written out: deriving them takes too long; a test compares).
TEST_ADDRESSES = (
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
    "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
    "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
    "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
    "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
    "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
    "0xBcd4042DE499D14e55001CcbB24a551F3b954096",
    "0x71bE63f3384f5fb98995898A86B02Fb2426c5788",
)


class Names:
    """Names by address; of several the first given counts."""

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._by_address: dict[str, str] = {}
        for source in sources:
            for address, name in source.items():
                self._by_address.setdefault(address.lower(), name)

    def of(self, address: str) -> str | None:
        """The name of an address, or None."""
        return self._by_address.get(address.lower())

    def addresses(self, name: str) -> list[str]:
        """The addresses, in lower case, that go by a name."""
        return [address for address, known in self._by_address.items() if known == name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_address.values())

    def short(self, address: str) -> str:
        """An address for a narrow column: its name and its two ends, or these alone."""
        name, ends = self.of(address), f"{address[:8]}…{address[-4:]}"
        return f"{name} ({ends})" if name else ends

    def in_text(self, text: str) -> str:
        """A text in which each address that has a name is shown by it; others stay whole."""
        return _ADDRESS.sub(lambda found: self.short(found[0]) if self.of(found[0]) else found[0], text)


#: Where nobody has a name.
NO_NAMES = Names()


def book(config: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Checksummed addresses by name: ``[names]`` in zuan.toml.

    :raises InputError: an entry is no address, or its name could be taken for something else.
    """
    table = (configuration() if config is None else config).get("names", {})
    if not isinstance(table, dict):
        raise InputError('[names] in zuan.toml takes lines such as shop = "0x..."')
    problems = [problem for name, address in table.items() for problem in _problems(name, address)]
    if problems:
        raise InputError("[names] in zuan.toml cannot be used", problems)
    return {name: checksum(address) for name, address in table.items()}


def _problems(name: str, address: Any) -> Iterator[str]:
    from .chain.accounts import TEST_NAMES

    shown = visible(name[:MOST_LETTERS])
    if len(name) > MOST_LETTERS or not name.isprintable() or name != " ".join(name.split()):
        yield f"{shown!r}: a name has 1 to {MOST_LETTERS} letters, no line ends, no marks that cannot be seen"
    elif not name or set(name) & set("()…,") or name.lower().startswith("0x") or name.isdigit():
        yield f"{shown!r}: a name is no number and no address, and has no comma, bracket or dots of omission"
    if name in CONTRACTS or name in TEST_NAMES or re.fullmatch(r"test\d+", name):
        yield f"{shown!r} is the name of a contract or of a test account already"
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        yield f"{shown!r}: {visible(str(address)[:50])!r} is no address (0x and 40 hexadecimal digits)"
    elif address not in (address.lower(), checksum(address)):
        yield f"{shown!r}: {address} fails its checksum; a digit is wrong (or write it in lower case)"


def known_names(contracts: dict[str, str], local: bool, manifest: Manifest | None = None) -> Names:
    """Names on one chain: the address book's first, then contracts, the test accounts, and a manifest's roles.

    :param contracts: addresses by the contracts' names.
    :param local: whether it is a local chain, where the test accounts are somebody.
    """
    from .chain.accounts import TEST_NAMES

    tests = dict(zip(TEST_ADDRESSES, TEST_NAMES, strict=True)) if local else {}
    own = {address: name for name, address in book().items()}
    return Names(own, {a: n for n, a in contracts.items() if n != "Token"}, tests, _roles(manifest))


def names_of_store(catalog: Catalog, deployments: Path) -> Names:
    """The same for a store's token; a manifest of it, where there is one, names the others."""
    from .deploy.manifest import of_token

    manifest = of_token(deployments, catalog.chain_id, catalog.genesis, catalog.token, catalog.node)
    if manifest is None:
        return known_names(catalog.contracts, catalog.node is not None)
    at = {name: deployed.address for name, deployed in manifest.contracts.items()}
    return known_names(catalog.contracts | at, manifest.node is not None, manifest)


def _roles(manifest: Manifest | None) -> dict[str, str]:
    """Whom a manifest's configuration gave which part to play. It may play another since: `zuan whois` asks the chain."""
    if manifest is None:
        return {}
    config = manifest.config
    several = {
        "auditor": config.get("auditors", ()),
        "minter": [m["minter"] for m in config.get("minters", ())],
        "proposer": config.get("proposers", ()),
    }
    named: list[tuple[Any, str]] = [
        (a, f"{role} {n}") for role, found in several.items() for n, a in enumerate(found, 1)
    ]
    named += [(config.get(role), role) for role in ("treasury", "arbiter")] + [(manifest.deployer, "deployer")]
    return {address: name for address, name in named if isinstance(address, str) and _ADDRESS.fullmatch(address)}
