"""A deployed system: a connection, the manifest that the chain has confirmed, and a handle for each contract."""

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
from .deploy.manifest import Manifest
from .errors import DeploymentError, InputError


@dataclass(frozen=True)
class System:
    """A connection and the contracts of one deployment; ``folder`` is where manifests lie (None: it came from no file)."""

    connection: Connection
    manifest: Manifest
    folder: Path | None = None

    @classmethod
    def open(cls, connection: Connection, folder: Path) -> System:
        """Opens the deployment whose manifest lies in ``folder``, once the chain has confirmed it.

        :raises DeploymentError: there is none, or its contracts are not on the chain.
        :raises WrongChainError: the manifest belongs to another chain of the same id.
        """
        manifest = Manifest.load(folder, connection.chain_id)
        manifest.verify(connection)
        return cls(connection, manifest, folder)

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
            raise DeploymentError(f"this deployment has no {name}: it was made by an earlier version; deploy again")
        return found.address
