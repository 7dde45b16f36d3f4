"""What a token is set to: the answers of all views without arguments, and the events of its roles, for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eth_hash.auto import keccak

from .surface import Surface, selector
from .world import Log, World

#: Events that name those who rule, as the common libraries and issuers write them; those that end a rule too.
ROLE_EVENTS = (
    *("OwnershipTransferred(address,address)", "OwnershipTransferStarted(address,address)"),
    *("RoleGranted(bytes32,address,address)", "RoleRevoked(bytes32,address,address)"),
    *("RoleGranted(uint64,address,uint32,uint48,bool)", "RoleRevoked(uint64,address)"),
    *("AdminChanged(address,address)", "Upgraded(address)", "BeaconUpgraded(address)"),
    *("MinterAdded(address)", "MinterRemoved(address)", "MinterConfigured(address,uint256)"),
    *("PauserAdded(address)", "PauserRemoved(address)", "PauserChanged(address)", "BlacklisterChanged(address)"),
    *("MasterMinterChanged(address)", "SupplyControllerSet(address,address)", "Rely(address)", "Deny(address)"),
    *("AuthorityUpdated(address,address)", "OwnerUpdated(address,address)", "AdminTransferred(address,address)"),
    *("LogSetAuthority(address)", "NewOwner(address,address)", "OwnerChanged(address,address)", "BridgeAdded(address)"),
)
#: Events that tell of holders who are stopped, or no more.
FREEZE_EVENTS = (
    *("Blacklisted(address)", "UnBlacklisted(address)", "AddedBlackList(address)", "RemovedBlackList(address)"),
    *("AddressFrozen(address)", "AddressUnfrozen(address)", "FreezeAddress(address)", "UnfreezeAddress(address)"),
    *("FrozenFunds(address,bool)", "Frozen(address)", "Unfrozen(address)", "Frozen(address,uint256)"),
    *("AccountFrozen(address)", "AccountUnfrozen(address)", "UserBlocked(address)", "UserUnblocked(address)"),
    *("UserRestrictionsUpdated(address,uint8)", "BlockPlaced(address)", "BlockReleased(address)"),
)
FREEZE_TOPICS = frozenset(bytes(keccak(signature.encode())) for signature in FREEZE_EVENTS)
_EVENTS = {bytes(keccak(signature.encode())): signature.partition("(")[0] for signature in ROLE_EVENTS}
_ROLES = {0: "DEFAULT_ADMIN_ROLE"} | {
    int.from_bytes(keccak(name.encode()), "big"): name
    for name in (
        *("MINTER_ROLE", "PAUSER_ROLE", "BURNER_ROLE", "UPGRADER_ROLE", "FREEZER_ROLE", "LIMITER_ROLE", "ADMIN_ROLE"),
        *("BLACKLISTER_ROLE", "RECOVERY_ROLE", "OPERATOR_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"),
        *("SUPPLY_CONTROLLER_ROLE", "ASSET_PROTECTION_ROLE", "PAUSE_ROLE", "TRANSFER_ROLE", "MANAGER_ROLE"),
    )
}
#: Names of views that contracts share; others are told by their selector.
_VIEWS = {
    selector(f"{name}()"): name
    for name in (
        *("pendingOwner", "admin", "governance", "authority", "minter", "masterMinter", "pauser", "operator"),
        *("cap", "maxSupply", "MAX_SUPPLY", "paused", "tradingOpen", "tradingActive", "swapEnabled", "limitsInEffect"),
        *("fee", "taxFee", "buyFee", "sellFee", "buyTax", "sellTax", "basisPointsRate", "maximumFee", "feeRecipient"),
        *("maxTransactionAmount", "maxWallet", "_maxTxAmount", "_maxWalletSize", "maxTxAmount", "mintingFinished"),
        *("implementation", "treasury", "rebaser", "blacklister", "supplyController", "deprecated", "upgradedAddress"),
    )
}
#: Views that answer otherwise in each block, or are told elsewhere in a report.
_ELSEWHERE = frozenset(
    map(
        selector,
        ("totalSupply()", "circulatingSupply()", "clock()", "owner()", "name()", "symbol()", "decimals()"),
    )
)
_MOST = 120


def settings(world: World, surface: Surface) -> dict[str, str]:
    """What each view without arguments answers, by its name or selector: a number, an address, or hex."""
    found = {}
    for function in surface.functions[:_MOST]:
        if function.types or not function.view or function.selector in _ELSEWHERE:
            continue
        answer = world.view(surface.address, function.selector)
        if answer.success and 0 < len(answer.output) <= 160:
            found[_VIEWS.get(function.selector, "0x" + function.selector.hex())] = _told(answer.output)
    return found


def of_zuan(figures: Mapping[str, Any]) -> dict[str, str]:
    """The rules of a genuine Zuan system by the names of its disclosure."""
    gov, surplus = figures["gov"], figures["surplus"]
    found = {name: figures[name] for name in ("cap", "unitsPerDiamond", "quorum", "auditors", "asset")}
    found |= {f"surplus {name}": surplus[name] for name in ("treasury", "coverageFloorBps", "cashFloorBps")}
    found |= {f"haircutBps {line['kind']}": line["haircutBps"] for line in figures["lines"]}
    found |= {"maxWait": figures["windDown"]["maxWait"], "notice": figures["desk"]["notice"]}
    found |= {"delay": gov["delay"], "pending": [one["id"] for one in gov["pending"] or ()]}
    return {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in found.items()}


def roles(logs: Iterable[Log]) -> tuple[str, ...]:
    """Events of roles, owners and code in their order, in words."""
    found = []
    for log in logs:
        name = _EVENTS.get(log.topics[0]) if log.topics else None
        if name:
            words = [*log.topics[1:], *(log.data[n : n + 32] for n in range(0, min(len(log.data), 96), 32))]
            said = ", ".join(_role(name, n, int.from_bytes(w, "big")) for n, w in enumerate(words))
            found.append(f"{log.address} {name}({said})")
    return tuple(found)


def _role(event: str, place: int, value: int) -> str:
    if event in ("RoleGranted", "RoleRevoked") and not place:
        return _ROLES.get(value) or f"0x{value:064x}"
    return _word(value)


def _told(output: bytes) -> str:
    return _word(int.from_bytes(output, "big")) if len(output) == 32 else "0x" + output.hex()


def _word(value: int) -> str:
    return f"0x{value:040x}" if 1 << 100 < value < 1 << 160 else f"0x{value:064x}" if value >> 160 else str(value)
