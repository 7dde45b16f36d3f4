"""A deployed system: a connection, where its contracts are, whether they are genuine, and a handle for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .chain.connection import Connection
from .contracts.artifacts import checksum
from .contracts.handles import (
    Governance,
    Issuer,
    Lens,
    OrderDesk,
    ReserveOracle,
    ReserveVault,
    TestStablecoin,
    Token,
)
from .creation import with_creations
from .deploy.manifest import Deployed, Manifest
from .discovery import discover
from .errors import DeploymentError, InputError, NotGenuineError
from .genuine import Check, examine


@dataclass(frozen=True)
class System:
    """A connection and the contracts of one deployment; ``folder`` is where manifests lie (None: it came from no file), and
    ``check`` what the chain says of the contracts' code (None: it was not asked).
    """

    connection: Connection
    manifest: Manifest
    folder: Path | None = None
    check: Check | None = None

    @classmethod
    def open(cls, connection: Connection, folder: Path | str, doubts: bool = False) -> System:
        """Opens the deployment whose manifest lies in ``folder``, once the chain has confirmed that it is genuine.

        :param doubts: open it also where a part beside the core is not genuine; ``check`` says which.
        :raises DeploymentError: there is none, or its contracts are not on the chain.
        :raises WrongChainError: the manifest belongs to another chain of the same id (not a local one).
        :raises NotGenuineError: a contract is not what Zuan ships, or they do not belong together.
        """
        folder = Path(folder)
        manifest = Manifest.find(folder, connection)
        codes = manifest.verify(connection)
        check = examine(connection, {name: d.address for name, d in manifest.contracts.items()}, codes=codes)
        check.expect(core_only=doubts)
        return cls(connection, manifest, folder, check)

    @classmethod
    def at(cls, connection: Connection, address: str, doubts: bool = False) -> System:
        """The system to which a checksummed address belongs: any of its contracts, found and checked without a manifest.

        Nobody vouches for it, so how the contracts were created is looked at too, where the node knows.

        :param doubts: as in :meth:`open`.
        :raises InputError: there is no contract at the address.
        :raises NotGenuineError: it is no part of a Zuan system, or not of a genuine one.
        """
        found = discover(connection, address)
        check = with_creations(connection, examine(connection, found))
        check.expect(core_only=doubts)
        token = Token(connection.rpc, found["DiamondToken"])
        contracts = {name: Deployed(at, "") for name, at in found.items()}
        config = {"name": token.read("name")}
        manifest = Manifest(
            chain_id=connection.chain_id,
            genesis=connection.genesis,
            block=found.block,
            deployer=found.creator or "",
            contracts=contracts,
            config=config,
            node=connection.rpc.where if connection.is_local else None,
        )
        return cls(connection, manifest, None, check)

    @property
    def token(self) -> Token:
        """The diamonds."""
        return Token(self.connection.rpc, self._address("DiamondToken"))

    @property
    def issuer(self) -> Issuer:
        """The mint gate."""
        return Issuer(self.connection.rpc, self._address("Issuer"))

    @property
    def oracle(self) -> ReserveOracle:
        """The reserve oracle."""
        return ReserveOracle(self.connection.rpc, self._address("ReserveOracle"))

    @property
    def vault(self) -> ReserveVault:
        """The reserve vault."""
        return ReserveVault(self.connection.rpc, self._address("ReserveVault"))

    @property
    def desk(self) -> OrderDesk:
        """Diamonds for goods."""
        return OrderDesk(self.connection.rpc, self._address("OrderDesk"))

    @property
    def governance(self) -> Governance:
        """The timelock that owns the others."""
        return Governance(self.connection.rpc, self._address("Governance"))

    @property
    def lens(self) -> Lens:
        """The disclosure."""
        return Lens(self.connection.rpc, self._address("Lens"))

    @property
    def asset(self) -> TestStablecoin:
        """The settlement asset; only on a local chain is it one that can be minted."""
        return TestStablecoin(self.connection.rpc, checksum(self.vault.read("asset")))

    def refuse_own(self, address: str) -> None:
        """Refuses a contract of the deployment as a receiver: diamonds there would be lost.

        :raises InputError: it is one.
        """
        for name, deployed in self.manifest.contracts.items():
            if deployed.address == address:
                raise InputError(f"{address} is the deployment's own {name}; diamonds sent there would be lost")

    def _address(self, name: str) -> str:
        found = self.manifest.contracts.get(name)
        if found is None:
            raise DeploymentError(
                f"the {name} of this system is not known: an earlier version deployed it, or it was not found from the "
                "address given; give its own address with --token, or use the operator's manifest"
            )
        if self.check and name in self.check.doubted:
            raise NotGenuineError(f"the {name} at {found.address} is not genuine", self.check.problems)
        return found.address
