// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Balances} from "./common/Balances.sol";
import {Governed} from "./common/Governed.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IIssuer} from "./interfaces/IIssuer.sol";
import {
    AttestationFigures,
    DeskFigures,
    Disclosure,
    GovernanceFigures,
    ILens,
    ReserveFigures,
    SupplyFigures,
    VaultFigures
} from "./interfaces/ILens.sol";
import {IOrderDesk} from "./interfaces/IOrderDesk.sol";
import {IReserveOracle} from "./interfaces/IReserveOracle.sol";
import {Cause, IReserveVault, WindDown} from "./interfaces/IReserveVault.sol";
import {Gate} from "./interfaces/Types.sol";

/// @title Lens
/// @notice Documented in ILens.
contract Lens is ILens {
    uint256 private constant BPS = 10_000;

    /// @inheritdoc ILens
    IIssuer public immutable issuer;

    /// @inheritdoc ILens
    IOrderDesk public immutable desk;

    /// @inheritdoc ILens
    IGovernance public immutable governance;

    IDiamondToken private immutable _token;
    IReserveOracle private immutable _oracle;
    IReserveVault private immutable _vault;

    /// @param issuer_ The mint gate.
    /// @param desk_ The order desk.
    /// @param governance_ The timelock.
    constructor(IIssuer issuer_, IOrderDesk desk_, IGovernance governance_) {
        (issuer, desk, governance) = (issuer_, desk_, governance_);
        (_token, _oracle, _vault) = (issuer_.token(), issuer_.oracle(), issuer_.vault());
    }

    /// @inheritdoc ILens
    function disclosure() external view returns (Disclosure memory d) {
        d.blockNumber = block.number;
        d.timestamp = block.timestamp;
        d.supply = _supplyFigures();
        d.attestation = _attestationFigures();
        d.vault = _vaultFigures(d.attestation);
        d.reserves = _reserveFigures(d.supply.supply, d.vault);
        d.desk = _deskFigures();
        d.governance = _governanceFigures();
    }

    function _supplyFigures() private view returns (SupplyFigures memory f) {
        f.cap = _token.cap();
        f.issued = issuer.issued();
        f.supply = _token.totalSupply();
        f.burned = f.issued - f.supply;
        f.escrowed = _token.balanceOf(address(desk));
        f.headroom = issuer.headroom();
    }

    function _reserveFigures(uint256 supply, VaultFigures memory vault) private view returns (ReserveFigures memory f) {
        (, f.vault,,) = _vault.cashState();
        f.attested = _oracle.attested();
        f.kinds = _oracle.kinds();
        f.reserves = f.vault + f.attested;
        WindDown memory end = vault.windDown;
        // NOTE: a wind-down pays at most par, so nothing underflows. Rounded up: against the platform.
        f.outstanding = end.cause == Cause.None
            ? supply + vault.waiting
            : Math.ceilDiv(end.outstanding * vault.unitsPerDiamond - end.paid, vault.unitsPerDiamond);
        f.coverageBps = f.outstanding == 0 ? type(uint256).max : f.reserves * BPS / f.outstanding;
        f.liabilities = _oracle.liabilities();
    }

    function _attestationFigures() private view returns (AttestationFigures memory f) {
        Gate memory gate = _oracle.gate();
        f.epoch = gate.epoch;
        f.asOf = _oracle.asOf();
        f.age = f.asOf == 0 ? 0 : block.timestamp - f.asOf;
        f.freshUntil = gate.freshUntil;
        f.suspendedUntil = gate.suspendedUntil;
        f.open = block.timestamp <= gate.freshUntil && block.timestamp >= gate.suspendedUntil;
        f.silentSince = _oracle.silentSince();
        f.shortfallSince = _oracle.shortfallSince();
        f.auditors = _oracle.auditors();
        f.quorum = _oracle.quorum();
        f.maxAge = _oracle.maxAge();
        f.suspensionTime = _oracle.suspensionTime();
    }

    function _vaultFigures(AttestationFigures memory attestation) private view returns (VaultFigures memory f) {
        f.asset = address(_vault.asset());
        f.unitsPerDiamond = _vault.unitsPerDiamond();
        (f.cash,, f.owed, f.waiting) = _vault.cashState();
        (bool answered, uint256 held) = Balances.ask(_vault.asset(), address(_vault));
        f.held = answered ? held : f.cash;
        f.tickets = _vault.ticketCount();
        f.treasury = _vault.treasury();
        (f.surplusUnits, f.surplusReadyAt) = _vault.surplus();
        f.surplusAt = _vault.surplusAt();
        f.rules = _vault.rules();
        f.windDown = _vault.windDown();
        f.silenceEndsAt = attestation.silentSince + f.rules.maxSilence;
        f.shortfallEndsAt = attestation.shortfallSince == 0 ? 0 : attestation.shortfallSince + f.rules.maxShortfall;
    }

    function _deskFigures() private view returns (DeskFigures memory f) {
        f.listings = desk.listingCount();
        f.orders = desk.orderCount();
        f.arbiter = desk.arbiter();
        f.notice = desk.notice();
        f.confirmationTime = desk.confirmationTime();
        f.arbitrationTime = desk.arbitrationTime();
    }

    function _governanceFigures() private view returns (GovernanceFigures memory f) {
        f.ownsAll = _governed(address(issuer)) && _governed(address(_oracle)) && _governed(address(_vault))
            && _governed(address(desk));
        f.delay = TimelockController(payable(address(governance))).getMinDelay();
        f.delayFloor = governance.delayFloor();
        f.pending = governance.pending();
        f.proposalDelay = issuer.proposalDelay();
    }

    function _governed(address part) private view returns (bool) {
        return Governed(part).owner() == address(governance);
    }
}
