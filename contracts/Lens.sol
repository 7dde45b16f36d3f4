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
import {BPS, Gate, isOpen} from "./interfaces/Types.sol";

/// @title Lens
/// @notice Documented in ILens.
contract Lens is ILens {
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
        d.reserves = _reserveFigures(d.supply, d.vault);
        d.desk = _deskFigures();
        d.governance = _governanceFigures();
    }

    function _supplyFigures() private view returns (SupplyFigures memory f) {
        f.cap = _token.cap();
        f.issued = issuer.issued();
        f.supply = _token.totalSupply();
        f.burned = f.issued - f.supply;
        f.escrowed = desk.escrowed();
        f.headroom = issuer.headroom();
    }

    function _reserveFigures(SupplyFigures memory supply, VaultFigures memory vault)
        private
        view
        returns (ReserveFigures memory f)
    {
        (f.vault,, f.drained) = _vault.cashNow();
        f.attested = _oracle.attested();
        f.kinds = _oracle.kinds();
        f.spendable = f.attested;
        for (uint256 i = 0; i < f.kinds.length; ++i) {
            if (f.kinds[i].ringFenced) f.spendable -= f.kinds[i].counted;
        }
        WindDown memory end = vault.windDown;
        if (end.cause == Cause.None) {
            f.reserves = _oracle.reserves();
            f.liabilities = _oracle.liabilities();
        } else {
            // What was attested has ended: cash is what all share, and at most par is owed. Rounded against the platform.
            f.reserves = f.vault;
            f.liabilities = Math.ceilDiv(end.outstanding * vault.unitsPerDiamond - end.paid, vault.unitsPerDiamond);
        }
        f.outstanding = supply.supply + vault.waiting;
        f.coverageBps = f.liabilities == 0 ? type(uint256).max : f.reserves * BPS / f.liabilities;
        f.drainable = Math.min(Math.min(supply.headroom, f.vault), _mintable());
    }

    /// @dev What all minters together may mint now by their own limits.
    function _mintable() private view returns (uint256 total) {
        address[] memory minters = issuer.minters();
        for (uint256 i = 0; i < minters.length; ++i) {
            total += issuer.minter(minters[i]).available;
        }
    }

    function _attestationFigures() private view returns (AttestationFigures memory f) {
        Gate memory gate = _oracle.gate();
        f.epoch = gate.epoch;
        f.asOf = _oracle.asOf();
        f.age = f.asOf == 0 ? 0 : block.timestamp - f.asOf;
        f.freshUntil = gate.freshUntil;
        f.suspendedUntil = gate.suspendedUntil;
        f.open = isOpen(gate);
        f.silentSince = _oracle.silentSince();
        f.shortfallSince = _oracle.shortfallSince();
        f.shortfallTime = _oracle.shortfallTime();
        f.changedAt = _oracle.changedAt();
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
        f.drainedAt = _vault.drainedAt();
        f.stuckSince = _vault.stuckSince();
        f.rules = _vault.rules();
        f.windDown = _vault.windDown();
        f.silenceEndsAt = attestation.silentSince + f.rules.maxSilence;
        f.shortfallEndsAt = attestation.shortfallSince == 0 ? 0 : attestation.shortfallSince + f.rules.maxShortfall - 1;
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
