// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
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
import {IReserveVault} from "./interfaces/IReserveVault.sol";
import {Gate} from "./interfaces/Types.sol";

/// @title Lens
/// @notice Documented in ILens.
contract Lens is ILens {
    uint256 private constant BPS = 10_000;

    /// @inheritdoc ILens
    function disclosure(IIssuer issuer, IOrderDesk desk, IGovernance governance)
        external
        view
        returns (Disclosure memory d)
    {
        (IDiamondToken token, IReserveOracle oracle, IReserveVault vault) =
            (issuer.token(), issuer.oracle(), issuer.vault());
        d.blockNumber = block.number;
        d.timestamp = block.timestamp;
        d.supply = _supply(issuer, token, desk);
        d.attestation = _attestation(oracle);
        d.vault = _vault(vault, d.attestation);
        d.reserves = _reserves(oracle, vault, d.supply.supply);
        d.desk = _desk(desk);
        d.governance = _governance(issuer, oracle, vault, desk, governance);
    }

    function _supply(IIssuer issuer, IDiamondToken token, IOrderDesk desk)
        private
        view
        returns (SupplyFigures memory f)
    {
        f.cap = token.cap();
        f.issued = issuer.issued();
        f.supply = token.totalSupply();
        f.burned = f.issued - f.supply;
        f.escrowed = token.balanceOf(address(desk));
        f.headroom = issuer.headroom();
    }

    function _reserves(IReserveOracle oracle, IReserveVault vault, uint256 supply)
        private
        view
        returns (ReserveFigures memory f)
    {
        uint256 waiting;
        (, f.vault,, waiting) = vault.cashState();
        f.attested = oracle.attested();
        f.kinds = oracle.kinds();
        f.reserves = f.vault + f.attested;
        f.outstanding = supply + waiting;
        f.coverageBps = f.outstanding == 0 ? type(uint256).max : f.reserves * BPS / f.outstanding;
        f.liabilities = oracle.liabilities();
    }

    function _attestation(IReserveOracle oracle) private view returns (AttestationFigures memory f) {
        Gate memory gate = oracle.gate();
        f.epoch = gate.epoch;
        f.asOf = oracle.asOf();
        f.age = f.asOf == 0 ? 0 : block.timestamp - f.asOf;
        f.freshUntil = gate.freshUntil;
        f.suspendedUntil = gate.suspendedUntil;
        f.open = block.timestamp <= gate.freshUntil && block.timestamp >= gate.suspendedUntil;
        f.silentSince = oracle.silentSince();
        f.shortfallSince = oracle.shortfallSince();
        f.auditors = oracle.auditors();
        f.quorum = oracle.quorum();
        f.maxAge = oracle.maxAge();
        f.suspensionTime = oracle.suspensionTime();
    }

    function _vault(IReserveVault vault, AttestationFigures memory attestation)
        private
        view
        returns (VaultFigures memory f)
    {
        f.asset = address(vault.asset());
        f.unitsPerDiamond = vault.unitsPerDiamond();
        (f.cash,, f.owed, f.waiting) = vault.cashState();
        f.tickets = vault.ticketCount();
        f.treasury = vault.treasury();
        (f.surplusUnits, f.surplusReadyAt) = vault.surplus();
        f.surplusAt = vault.surplusAt();
        f.rules = vault.rules();
        f.windDown = vault.windDown();
        f.silenceEndsAt = attestation.silentSince + f.rules.maxSilence;
        f.shortfallEndsAt = attestation.shortfallSince == 0 ? 0 : attestation.shortfallSince + f.rules.maxShortfall;
    }

    function _desk(IOrderDesk desk) private view returns (DeskFigures memory) {
        return DeskFigures(
            desk.listingCount(),
            desk.orderCount(),
            desk.arbiter(),
            desk.notice(),
            desk.confirmationTime(),
            desk.arbitrationTime()
        );
    }

    function _governance(
        IIssuer issuer,
        IReserveOracle oracle,
        IReserveVault vault,
        IOrderDesk desk,
        IGovernance governance
    ) private view returns (GovernanceFigures memory f) {
        address owner = address(governance);
        f.ownsAll = _owner(address(issuer)) == owner && _owner(address(oracle)) == owner
            && _owner(address(vault)) == owner && _owner(address(desk)) == owner;
        f.delay = TimelockController(payable(owner)).getMinDelay();
        f.delayFloor = governance.delayFloor();
        f.pending = governance.pending();
        f.proposalDelay = issuer.proposalDelay();
    }

    function _owner(address part) private view returns (address) {
        return Ownable(part).owner();
    }
}
