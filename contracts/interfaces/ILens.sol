// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGovernance, PendingChange} from "./IGovernance.sol";
import {IIssuer} from "./IIssuer.sol";
import {IOrderDesk} from "./IOrderDesk.sol";
import {Kind} from "./IReserveOracle.sol";
import {VaultRules, WindDown} from "./IReserveVault.sol";

/// @notice Diamonds: what there are and what could be.
/// @param burned `issued - supply`.
/// @param escrowed Of the supply, held by the order desk for orders; not what was sent to it by mistake.
/// @param headroom What could be minted now, before any minter's own limit.
struct SupplyFigures {
    uint256 cap;
    uint256 issued;
    uint256 burned;
    uint256 supply;
    uint256 escrowed;
    uint256 headroom;
}

/// @notice What stands behind them, in diamonds at par.
/// @param vault Free cash in the vault: the lesser of what is booked and what the asset says now; 0 where it does not work.
/// @param attested Off-chain reserves of the newest attestation, after haircuts.
/// @param spendable Of these, kinds that are not ring-fenced: what the operator could dispose of off chain, for at most `maxAge`
///        before a statement shows it.
/// @param kinds The attested reserves by kind.
/// @param drained What has left the vault otherwise than to redeemers since `asOf`.
/// @param reserves What stands against `liabilities`: `ReserveOracle.reserves`, the one comparison; in a wind-down the cash.
/// @param liabilities What reserves must cover: outstanding at `asOf`, and all issued since; in a wind-down, what is not paid
///        yet of par for all that share.
/// @param coverageBps `reserves / liabilities` in 1/10,000, rounded down; the greatest number where there are none.
/// @param outstanding Diamonds in circulation or in tickets without cash, now; in a wind-down those still in circulation. Not to
///        be compared with `reserves`.
/// @param drainable Cash that the operator could take at once by minting to itself and redeeming: the least of headroom, free
///        cash as counted, and what all minters may mint now. Diamonds that it holds already come on top, and so does cash that came
///        by a plain transfer, once somebody counts it.
struct ReserveFigures {
    uint256 vault;
    uint256 attested;
    uint256 spendable;
    Kind[] kinds;
    uint256 drained;
    uint256 reserves;
    uint256 liabilities;
    uint256 coverageBps;
    uint256 outstanding;
    uint256 drainable;
}

/// @notice The newest attestation and the auditors. Times are UTC seconds, 0 where there is none.
/// @param age Seconds from `asOf` to now; 0 before the first.
/// @param freshUntil Last second at which it allows minting.
/// @param open Whether it allows minting now: fresh and not suspended.
/// @param shortfallSince Since when reserves have been too few, by the shortfall clock; 0 unless the newest attestation shows it.
/// @param shortfallTime Seconds on that clock at `asOf`.
/// @param changedAt When auditors, quorum, kinds, their rules or `maxAge` changed last.
struct AttestationFigures {
    uint256 epoch;
    uint256 asOf;
    uint256 age;
    uint256 freshUntil;
    uint256 suspendedUntil;
    bool open;
    uint256 silentSince;
    uint256 shortfallSince;
    uint256 shortfallTime;
    uint256 changedAt;
    address[] auditors;
    uint256 quorum;
    uint256 maxAge;
    uint256 suspensionTime;
}

/// @notice The vault: cash in units of its asset, the rest in diamonds.
/// @param cash As last counted.
/// @param held What the asset says now; `cash` where it does not answer.
/// @param tickets Tickets ever opened.
/// @param owed Diamonds in tickets that are not paid yet; `waiting` of them have no cash.
/// @param surplusUnits Announced surplus and when it may be taken.
/// @param drainedAt When cash last left otherwise than to redeemers; no mint before an attestation with a later `asOf`.
/// @param stuckSince Since when the asset has been known not to work; 0 while it does.
/// @param silenceEndsAt After this second silence allows a wind-down.
/// @param shortfallEndsAt After this second the attested shortfall does; 0 where none is attested.
struct VaultFigures {
    address asset;
    uint256 unitsPerDiamond;
    uint256 cash;
    uint256 held;
    uint256 tickets;
    uint256 owed;
    uint256 waiting;
    address treasury;
    uint256 surplusUnits;
    uint256 surplusReadyAt;
    uint256 drainedAt;
    uint256 stuckSince;
    uint256 silenceEndsAt;
    uint256 shortfallEndsAt;
    VaultRules rules;
    WindDown windDown;
}

/// @notice The order desk.
struct DeskFigures {
    uint256 listings;
    uint256 orders;
    address arbiter;
    uint256 notice;
    uint256 confirmationTime;
    uint256 arbitrationTime;
}

/// @notice Who may change what, and how slowly.
/// @param ownsAll Whether governance owns every part that has an owner.
/// @param proposalDelay Seconds that a large mint waits.
struct GovernanceFigures {
    bool ownsAll;
    uint256 delay;
    uint256 delayFloor;
    PendingChange[] pending;
    uint256 proposalDelay;
}

/// @notice Everything a holder would want to know, at one block.
struct Disclosure {
    uint256 blockNumber;
    uint256 timestamp;
    SupplyFigures supply;
    ReserveFigures reserves;
    AttestationFigures attestation;
    VaultFigures vault;
    DeskFigures desk;
    GovernanceFigures governance;
}

/// @title The lens: the whole disclosure in one call without arguments
/// @notice It reads other contracts and keeps nothing of its own, so anybody may deploy another and compare.
interface ILens {
    /// @notice All figures of the deployment.
    function disclosure() external view returns (Disclosure memory);

    /// @notice The mint gate; token, oracle and vault are those it names.
    function issuer() external view returns (IIssuer);

    /// @notice The order desk.
    function desk() external view returns (IOrderDesk);

    /// @notice The timelock.
    function governance() external view returns (IGovernance);
}
