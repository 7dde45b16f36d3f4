"""What to deploy: read from TOML, checked before anything is sent."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ..chain.networks import configuration
from ..errors import InputError
from ..quoting import did_you_mean, visible

#: Seconds for which a proposal or an announced surplus can be carried out once it is ready, as the contracts have it.
PROPOSAL_LIFETIME = 7 * 86_400

#: Rules that are taken from what the package ships where zuan.toml does not give them, by their table. Who plays which
#: part, what the token is, and what the auditors count has no default.
RULES = {
    "governance": ("delay", "delay_floor"),
    "vault": ("surplus_delay", "coverage_floor", "cash_floor", "max_wait", "max_silence", "max_shortfall"),
    "oracle": ("max_age", "suspension_time"),
    "issuer": ("proposal_delay",),
    "desk": ("notice", "confirmation_time", "arbitration_time"),
}

#: Gives an account's address by its name or address.
Resolve = Callable[[str], str]


@dataclass(frozen=True)
class MinterLimits:
    """What one minter may mint: ``capacity`` diamonds at once and per ``period`` seconds; ``instant_limit`` in one go."""

    minter: str
    capacity: int
    period: int
    instant_limit: int


@dataclass(frozen=True)
class VaultRules:
    """The vault's immutable rules, in the contract's order: seconds, and floors in 1/10,000 of the liabilities."""

    surplus_delay: int
    coverage_floor: int
    cash_floor: int
    max_wait: int
    max_silence: int
    max_shortfall: int


@dataclass(frozen=True)
class DeployConfig:
    """All parameters of a deployment. Addresses are checksummed; amounts are diamonds, times seconds.

    ``asset`` is None where a test asset is to be deployed too; ``haircuts`` maps kinds of asset to 1/10,000, and
    ``ring_fenced`` names those of them that can leave only into the vault.
    """

    proposers: tuple[str, ...]
    governance_delay: int
    governance_floor: int
    name: str
    symbol: str
    cap: int
    asset: str | None
    units_per_diamond: int
    treasury: str
    vault_rules: VaultRules
    auditors: tuple[str, ...]
    quorum: int
    haircuts: Mapping[str, int]
    ring_fenced: tuple[str, ...]
    max_age: int
    suspension_time: int
    proposal_delay: int
    minters: tuple[MinterLimits, ...]
    arbiter: str
    notice: int
    confirmation_time: int
    arbitration_time: int

    @classmethod
    def from_toml(cls, table: Mapping[str, Any], resolve: Resolve) -> DeployConfig:
        """Reads the ``[deploy]`` table; ``resolve`` turns account names into addresses.

        :raises InputError: listing all that is missing, unknown or out of range.
        """
        reader = _Reader(resolve)
        reader.known(table, "deploy", reader.shipped)
        token, vault = reader.table(table, "token"), reader.table(table, "vault")
        oracle, issuer = reader.table(table, "oracle"), reader.table(table, "issuer")
        governance, desk = reader.table(table, "governance"), reader.table(table, "desk")
        asset = vault.get("asset")
        config = cls(
            proposers=reader.addresses(governance, "proposers", "deploy.governance"),
            governance_delay=reader.number(governance, "delay", "deploy.governance", 86_400, 366 * 86_400),
            governance_floor=reader.number(governance, "delay_floor", "deploy.governance", 86_400, 366 * 86_400),
            name=reader.text(token, "name", "deploy.token"),
            symbol=reader.text(token, "symbol", "deploy.token"),
            cap=reader.number(token, "cap", "deploy.token", 1, 2**128 - 1),
            asset=None if asset == "test" else reader.address(vault, "asset", "deploy.vault"),
            units_per_diamond=reader.number(vault, "units_per_diamond", "deploy.vault", 1, 2**64 - 1),
            treasury=reader.address(vault, "treasury", "deploy.vault"),
            vault_rules=VaultRules(
                reader.span(vault, "surplus_delay", "deploy.vault"),
                reader.number(vault, "coverage_floor", "deploy.vault", 10_000, 100_000),
                reader.number(vault, "cash_floor", "deploy.vault", 1, 10_000),
                reader.span(vault, "max_wait", "deploy.vault"),
                reader.span(vault, "max_silence", "deploy.vault"),
                reader.span(vault, "max_shortfall", "deploy.vault"),
            ),
            auditors=reader.addresses(oracle, "auditors", "deploy.oracle"),
            quorum=reader.number(oracle, "quorum", "deploy.oracle", 2, 32),
            haircuts=reader.haircuts(oracle),
            ring_fenced=reader.texts(oracle, "ring_fenced", "deploy.oracle") if "ring_fenced" in oracle else (),
            max_age=reader.span(oracle, "max_age", "deploy.oracle"),
            suspension_time=reader.span(oracle, "suspension_time", "deploy.oracle"),
            proposal_delay=reader.number(issuer, "proposal_delay", "deploy.issuer", 3_600, 30 * 86_400),
            minters=reader.minters(reader.table(table, "minters")),
            arbiter=reader.address(desk, "arbiter", "deploy.desk"),
            notice=reader.span(desk, "notice", "deploy.desk"),
            confirmation_time=reader.span(desk, "confirmation_time", "deploy.desk"),
            arbitration_time=reader.span(desk, "arbitration_time", "deploy.desk"),
        )
        if config.auditors and not len(config.auditors) < 2 * config.quorum <= 2 * len(config.auditors):
            reader.problem(
                f"deploy.oracle.quorum is {config.quorum} of {len(config.auditors)} auditors; "
                "it must be more than half of them, and no more than there are"
            )
        if config.governance_delay < config.governance_floor:
            reader.problem("deploy.governance.delay is below deploy.governance.delay_floor")
        for kind in set(config.ring_fenced) - set(config.haircuts):
            reader.problem(f"deploy.oracle.ring_fenced names {kind!r}, which has no haircut in deploy.oracle.haircuts")
        if 2 * config.suspension_time > min(config.max_age, PROPOSAL_LIFETIME):
            reader.problem(
                "deploy.oracle.suspension_time must be at most half of deploy.oracle.max_age, and half a week: else one "
                "auditor could keep minting shut"
            )
        if config.vault_rules.max_silence <= config.max_age:
            reader.problem(
                "deploy.vault.max_silence must be longer than deploy.oracle.max_age: a wind-down would be possible while "
                "the attestation is fresh"
            )
        if reader.problems:
            raise InputError("the deployment's configuration has faults", reader.problems)
        return config


def local_config(resolve: Resolve) -> DeployConfig:
    """``[deploy]`` of the working directory's ``zuan.toml``, or what the package ships for local chains."""
    table = configuration().get("deploy")
    if table is None:
        table = tomllib.loads(local_toml())["deploy"]
    return DeployConfig.from_toml(table, resolve)


def defaults_of(table: Mapping[str, Any]) -> list[str]:
    """The rules that a ``[deploy]`` table leaves out, each with what is taken, e.g. ``vault.max_wait = 604,800``."""
    shipped = tomllib.loads(local_toml())["deploy"]
    return [
        f"{part}.{rule} = {shipped[part][rule]:,}"
        for part, rules in RULES.items()
        for rule in rules
        if rule not in table.get(part, {})
    ]


def local_toml() -> str:
    """Text of the configuration that the package ships for local chains."""
    return (resources.files(__package__) / "local.toml").read_text(encoding="utf-8")


class _Reader:
    """Takes values out of TOML tables and collects what is wrong with them."""

    def __init__(self, resolve: Resolve) -> None:
        self.problems: list[str] = []
        self.shipped: Mapping[str, Any] = tomllib.loads(local_toml())["deploy"]
        self._resolve = resolve

    def problem(self, text: str) -> None:
        self.problems.append(text)

    def known(self, table: Mapping[str, Any], where: str, keys: Iterable[str]) -> None:
        """A key that is not read is a mistake: what it was meant for would be another value silently."""
        self.problems += [
            f"{where}.{visible(key)} is not known{did_you_mean(key, keys)}" for key in table if key not in keys
        ]

    def table(self, parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """A table of [deploy], with the rules that it leaves out."""
        value = parent.get(key, {})
        if not isinstance(value, dict):
            self.problem(f"deploy.{key} is no table")
            value = {}
        if key != "minters":
            self.known(value, f"deploy.{key}", self.shipped[key])
        elif not value:
            self.problem("deploy.minters is missing: a table for each minter, such as [deploy.minters.minter]")
        return {rule: self.shipped[key][rule] for rule in RULES.get(key, ())} | value

    def _missing(self, table: Mapping[str, Any], key: str, where: str, what: str) -> bool:
        """Says that a value is missing, where it is."""
        if key not in table:
            self.problem(f"{where}.{key} is missing: {what}")
        return key not in table

    def number(self, table: Mapping[str, Any], key: str, where: str, least: int, most: int) -> int:
        value, what = table.get(key), f"a whole number from {least:,} to {most:,}"
        if self._missing(table, key, where, what):
            return least
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.problem(f"{where}.{key} must be {what}, not {value!r}")
            return least
        return value

    def span(self, table: Mapping[str, Any], key: str, where: str) -> int:
        """Seconds, within what the contracts accept."""
        return self.number(table, key, where, 3_600, 366 * 86_400)

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if self._missing(table, key, where, "a text"):
            return ""
        if not isinstance(value, str) or not value.strip():
            self.problem(f"{where}.{key} must be a text, not {value!r}")
            return ""
        return value

    def texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(f"{where}.{key} must be a list of texts, not {value!r}")
            return ()
        return tuple(value)

    def address(self, table: Mapping[str, Any], key: str, where: str) -> str:
        if self._missing(table, key, where, "an account"):
            return ""
        return self._one_address(table[key], f"{where}.{key}")

    def addresses(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key)
        if self._missing(table, key, where, "a list of accounts"):
            return ()
        if not isinstance(value, list) or not value:
            self.problem(f"{where}.{key} must be a list of accounts")
            return ()
        found = tuple(self._one_address(item, f"{where}.{key}") for item in value)
        if len(set(found)) < len(found) and all(found):
            self.problem(f"{where}.{key} names an account twice")
        return found

    def haircuts(self, oracle: Mapping[str, Any]) -> dict[str, int]:
        where = "deploy.oracle.haircuts"
        table = oracle.get("haircuts")
        if not isinstance(table, dict) or not table:
            self.problem(f"{where} is missing: a table of the kinds of asset, such as goods = 2_000")
            return {}
        for kind in table:
            if not kind or len(kind.encode()) > 32:
                self.problem(f"{where}: the kind {kind!r} must have 1 to 32 bytes")
        return {kind: self.number(table, kind, where, 0, 10_000) for kind in table}

    def minters(self, table: Mapping[str, Any]) -> tuple[MinterLimits, ...]:
        found = []
        for name, limits in table.items():
            where = f"deploy.minters.{name}"
            if not isinstance(limits, dict):
                self.problem(f"{where} must be a table")
                continue
            self.known(limits, where, self.shipped["minters"]["minter"])
            capacity = self.number(limits, "capacity", where, 1, 2**56 - 1)
            found.append(
                MinterLimits(
                    self._one_address(name, where),
                    capacity,
                    self.number(limits, "period", where, 1, 2**24 - 1),
                    self.number(limits, "instant_limit", where, 1, capacity),
                )
            )
        return tuple(found)

    def _one_address(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            self.problem(f"{where} must name an account, not {value!r}")
            return ""
        try:
            return self._resolve(value)
        except Exception as error:  # whatever is wrong with the name is a fault of the file
            self.problem(f"{where}: {error}")
            return ""
