// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDiamondToken} from "./IDiamondToken.sol";
import {IReserveOracle} from "./IReserveOracle.sol";
import {IReserveVault} from "./IReserveVault.sol";
import {Order} from "./Types.sol";

/// @notice What a minter may mint at once and over time: a token bucket.
/// @param capacity Most diamonds at once, and in each `period` once it is empty; 0 means the account may not mint.
/// @param period Seconds in which an empty bucket fills.
/// @param instantLimit Largest mint, or batch in total, that needs no proposal and delay. Several in a row may still
///        empty the bucket: `capacity` is what a stolen key can mint at once.
/// @param available Diamonds the bucket holds now.
struct MinterInfo {
    uint256 capacity;
    uint256 period;
    uint256 instantLimit;
    uint256 available;
}

/// @notice What a minter may mint, as it is set; see `MinterInfo`.
struct MinterLimits {
    address minter;
    uint56 capacity;
    uint24 period;
    uint56 instantLimit;
}

/// @title The mint gate: diamonds come into being here or nowhere
/// @notice A mint passes only with a fresh, unsuspended attestation, enough reserves, enough of them cash in the vault (the
///         reserve requirement), room under the cap, no redeemer waiting, no wind-down, an asset that works, and on exactly
///         the issuance history that its planner saw: `head` is a hash chain over all mints and proposals, so that a retry, a
///         reordered plan, a second minter or a reorganisation never mints an order twice. (It also lets one minter's mint
///         overtake another's: use one at a time.)
interface IIssuer {
    enum ProposalState {
        None,
        Pending,
        Executed,
        Cancelled
    }

    /// @notice The owner changed what a minter may mint.
    event MinterSet(address indexed minter, MinterLimits oldLimits, MinterLimits newLimits);

    /// @notice A mint too large to happen at once was announced.
    /// @param id Names it; never used again.
    /// @param readyAt First second (UTC) at which anybody may execute it.
    /// @param expiresAt Last second (UTC) at which it can be executed.
    event Proposed(
        bytes32 indexed id,
        address indexed minter,
        uint256 total,
        uint256 readyAt,
        uint256 expiresAt,
        bytes32 salt,
        Order[] orders
    );

    /// @notice A proposed mint was carried out.
    event Executed(bytes32 indexed id, address indexed executor);

    /// @notice A proposed mint was cancelled by its minter or by an auditor. (What a minter had proposed ends with its
    ///         dismissal too, without this event: `MinterSet` with a capacity of 0.)
    /// @param moved Whether it moved `head`: not once the proposal had expired.
    event Cancelled(bytes32 indexed id, address indexed by, bool moved);

    /// @notice The plan was made on another issuance history.
    error HeadMismatch(bytes16 expected, bytes16 actual);

    /// @notice No attestation allows minting: none yet, or none since the auditors changed.
    error NoStandingAttestation();

    /// @notice The standing attestation is too old.
    error AttestationStale(uint256 freshUntil, uint256 now_);

    /// @notice An auditor has suspended minting.
    error MintingSuspended(uint256 until);

    /// @notice Reserves do not cover that many more diamonds.
    error HeadroomExceeded(uint256 requested, uint256 available);

    /// @notice The reserve requirement: after the mint the vault's free cash would be less than `cashFloorBps` of the supply.
    /// @param free Diamonds' worth of free cash now.
    /// @param required What there must be.
    /// @param units A deposit of so many units of the asset cures it.
    error ReserveRequirement(uint256 free, uint256 required, uint256 units);

    /// @notice More orders than one transaction could carry out later.
    error TooManyOrders(uint256 given, uint256 most);

    /// @notice So many minters that nobody could watch them; dismiss some.
    error TooManyMinters(uint256 max);

    /// @notice Two suspensions must not outlast a proposal, or a surplus that is ready.
    error SuspensionTooLong(uint256 twiceSuspension, uint256 lifetime);

    /// @notice An attestation must be stale before silence allows a wind-down.
    error MaxAgeTooLong(uint256 maxAge, uint256 maxSilence);

    /// @notice The account may not mint.
    error NotMinter(address account);

    /// @notice The minter's bucket does not hold that many diamonds now.
    error RateLimited(uint256 requested, uint256 available);

    /// @notice So large a mint must be proposed and wait.
    error AboveInstantLimit(uint256 requested, uint256 limit);

    /// @notice The order at `index` mints nothing.
    error ZeroAmount(uint256 index);

    /// @notice The order at `index` has no buyer.
    error ZeroRecipient(uint256 index);

    /// @notice The order at `index` has no reference.
    error ZeroRef(uint256 index);

    /// @notice A batch needs at least one order.
    error EmptyBatch();

    /// @notice Limits that contradict each other: a period of 0, or an instant limit above the capacity.
    error BadLimits(uint256 capacity, uint256 period, uint256 instantLimit);

    /// @notice The proposal was made before; choose another salt.
    error ProposalExists(bytes32 id);

    /// @notice There is no such pending proposal.
    error ProposalNotPending(bytes32 id, ProposalState state);

    /// @notice The proposal's delay has not passed.
    error ProposalNotReady(bytes32 id, uint256 readyAt);

    /// @notice The proposal waited too long.
    error ProposalExpired(bytes32 id, uint256 expiredAt);

    /// @notice Only the proposal's minter or an auditor cancels it.
    error NotCanceller(address account);

    /// @notice A part of the system points at another Issuer than this one.
    error MiswiredPart(address part);

    /// @notice The proposal delay is outside 1 hour to 30 days.
    error DelayOutOfRange(uint256 delay);

    /// @notice Mints one order.
    /// @param expectedHead `head` as the planner saw it.
    /// @param order Buyer, diamonds (at least 1) and order reference (not 0).
    function mint(bytes16 expectedHead, Order calldata order) external;

    /// @notice Mints many orders, all or none, in their order.
    function mintBatch(bytes16 expectedHead, Order[] calldata orders) external;

    /// @notice Announces a mint that is too large to happen at once. It moves `head`: a plan that does not know of the
    ///         proposal cannot mint its orders beside it. Refused where it could never be carried out: above the minter's
    ///         capacity or the cap, or with more orders than fit a transaction.
    /// @param expectedHead `head` as the planner saw it.
    /// @param orders All orders of it.
    /// @param salt Tells two otherwise equal proposals apart.
    /// @return id Its name: `proposalId(caller, orders, salt)`.
    function propose(bytes16 expectedHead, Order[] calldata orders, bytes32 salt) external returns (bytes32 id);

    /// @notice Carries out a proposal whose delay has passed, on the head of this moment. Anybody may call it.
    function execute(address minter, Order[] calldata orders, bytes32 salt) external;

    /// @notice Ends a pending proposal, and moves `head` unless the proposal had expired. Its minter or any auditor.
    function cancel(bytes32 id) external;

    /// @notice Sets what a minter may mint; a capacity of 0 dismisses it, and cancels for good what it had proposed. Owner
    ///         only. What the bucket gained so far is settled at the old rate; an account's first bucket starts full, later
    ///         changes never add to it.
    function setMinter(MinterLimits calldata limits) external;

    /// @notice Hash chain over the issuance history, beginning with `bytes16(keccak256(abi.encode(chain id, this)))`. Each
    ///         mint makes it `bytes16(keccak256(abi.encode(head, ref, to, amount)))`, each proposal made, or cancelled before
    ///         it expired, `bytes16(keccak256(abi.encode(head, id)))`.
    function head() external view returns (bytes16);

    /// @notice Diamonds ever minted.
    function issued() external view returns (uint256);

    /// @notice Diamonds ever minted, and outstanding now: in circulation or in a ticket that no cash is set aside for.
    function totals() external view returns (uint256 issued_, uint256 supply);

    /// @notice Diamonds that could be minted now by the reserves, the reserve requirement, the cap and the state of oracle
    ///         and vault, before any minter's own limit; 0 whenever minting is closed.
    function headroom() external view returns (uint256);

    /// @notice All accounts that may mint.
    function minters() external view returns (address[] memory);

    /// @notice Limits of an account and what its bucket holds now.
    function minter(address account) external view returns (MinterInfo memory);

    /// @notice State of a proposal and when it may be executed; `Cancelled` also where its minter was dismissed since.
    function proposal(bytes32 id)
        external
        view
        returns (address minter_, ProposalState state, uint256 readyAt, uint256 expiresAt);

    /// @notice Name of a proposal.
    function proposalId(address minter_, Order[] calldata orders, bytes32 salt) external pure returns (bytes32);

    /// @notice Seconds between a proposal and its execution.
    function proposalDelay() external view returns (uint256);

    /// @notice The token this gate mints.
    function token() external view returns (IDiamondToken);

    /// @notice The oracle it asks.
    function oracle() external view returns (IReserveOracle);

    /// @notice The vault it asks.
    function vault() external view returns (IReserveVault);
}
