// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDiamondToken} from "./IDiamondToken.sol";
import {IReserveOracle} from "./IReserveOracle.sol";
import {Authorization} from "./Types.sol";

/// @notice Why a wind-down may begin.
/// @param Waiting A ticket has waited for cash longer than `maxWait`.
/// @param Silence No attestation has spoken of a time within `maxSilence`.
/// @param Shortfall Attestations have shown too few reserves for longer than `maxShortfall`, and still there are too few.
enum Cause {
    None,
    Waiting,
    Silence,
    Shortfall
}

/// @notice The vault's rules, all immutable. Times in seconds, floors in 1/10,000 of the liabilities.
/// @param surplusDelay Between the announcement of a surplus and its withdrawal.
/// @param coverageFloorBps Reserves that a surplus withdrawal must leave; at least 10,000.
/// @param cashFloorBps Free cash that it must leave in the vault; 1 to 10,000. Also the reserve requirement of every mint: no
///        less than that of the supply after it.
/// @param maxWait How long a ticket may wait for cash before anybody may start the wind-down.
/// @param maxSilence How old the newest attestation's `asOf` may become before anybody may.
/// @param maxShortfall How long attestations may show too few reserves before anybody may.
struct VaultRules {
    uint256 surplusDelay;
    uint256 coverageFloorBps;
    uint256 cashFloorBps;
    uint256 maxWait;
    uint256 maxSilence;
    uint256 maxShortfall;
}

/// @notice A redemption whose diamonds are burned already.
/// @param holder Who is owed; chooses where each payment goes.
/// @param payee Where anybody may have it paid; 0 where only the holder may.
/// @param requestedAt When it was requested, UTC seconds.
/// @param start Diamonds in all tickets before it: its place in the queue.
/// @param diamonds What is owed at par (in a wind-down, once converted: only what was funded).
/// @param funded What cash was set aside for; never falls. (Where the asset itself has taken cash away since, funded tickets
///        are paid in the order of their withdrawal.)
/// @param paid What has been paid.
struct Ticket {
    address holder;
    address payee;
    uint40 requestedAt;
    uint256 start;
    uint256 diamonds;
    uint256 funded;
    uint256 paid;
}

/// @notice The wind-down.
/// @param cause Why it began; `None` before.
/// @param startedAt When, UTC seconds.
/// @param outstanding Diamonds that share: those outstanding at its start and those in tickets without cash.
/// @param pot Units of the asset that there ever were for them: paid out on claims, or still there.
/// @param paid Units paid out on claims.
struct WindDown {
    Cause cause;
    uint40 startedAt;
    uint256 outstanding;
    uint256 pot;
    uint256 paid;
}

/// @title The reserve vault: redeems diamonds at par, in one settlement ERC-20
/// @notice Anybody redeems, at any time, without permission or fee, whatever the state of oracle, roles and clock: at once
///         where there is cash, else through a ticket that is funded in its turn. No role can stop it, reorder it or
///         reach the cash of redeemers. The treasury takes what is too much: late, announced and only above the floors.
///         When the operator fails by one of three rules, anybody starts the wind-down: every diamond then outstanding
///         gets the same share, early or late. Amounts are diamonds, `units` are base units of the asset.
/// @dev What the asset's `balanceOf` says is what counts: fees on deposits and rebases are counted as they arrive. An
///      asset that takes a fee from its receivers does so with payments from here too; one that freezes the vault has no
///      remedy here, but tickets still record who is owed, minting stops, and the wind-down does not. An asset that moves other
///      amounts than it is asked to, by a rounding of its own, or that refuses a transfer of one unit to where it is, is
///      unsuitable: payments that move less are refused, and tickets are not funded.
interface IReserveVault {
    /// @notice The asset held here was counted: it is not what it was after the vault's own last payment.
    event CashCounted(uint256 oldCash, uint256 cash);

    /// @notice Diamonds were redeemed at once.
    event Redeemed(address indexed holder, address to, uint256 amount, uint256 units);

    /// @notice Diamonds were burned for a ticket.
    /// @param start Diamonds in all tickets before it.
    event TicketOpened(uint256 indexed ticket, address indexed holder, address payee, uint256 amount, uint256 start);

    /// @notice The asset was shown not to answer or not to move, or to do both again.
    event StuckChanged(bool stuck);

    /// @notice Cash is now set aside for tickets up to this place of the queue.
    event TicketsFunded(uint256 upTo);

    /// @notice A ticket was paid, in whole or as far as it was funded.
    event TicketPaid(uint256 indexed ticket, address to, uint256 amount, uint256 units);

    /// @notice The treasury wants to take `units`, not before `readyAt`.
    event SurplusAnnounced(uint256 units, uint256 readyAt);

    /// @notice An announced surplus will not be taken.
    event SurplusVoided(uint256 units);

    /// @notice The treasury took surplus; until an attestation of a later time nothing is minted.
    event SurplusWithdrawn(address indexed treasury, uint256 units);

    /// @notice The owner changed who receives surplus.
    event TreasuryChanged(address indexed oldTreasury, address indexed newTreasury);

    /// @notice Minting has ended for good; every outstanding diamond gets the same share of what there is and will be.
    /// @param outstanding Diamonds that share.
    /// @param pot Units there are for them now.
    event WindDownStarted(Cause indexed cause, address indexed by, uint256 outstanding, uint256 pot);

    /// @notice What a ticket still waited for became a claim of its holder.
    event TicketConverted(uint256 indexed ticket, address indexed holder, uint256 amount);

    /// @notice A holder burned diamonds for their share, or collected what came in later.
    event Claimed(address indexed holder, address to, uint256 amount, uint256 units);

    /// @notice A unit price of 0, or above 2^64, is no par.
    error ParOutOfRange(uint256 unitsPerDiamond);

    /// @notice A floor is outside its range.
    error FloorOutOfRange(uint256 bps);

    /// @notice Token and oracle belong to different Issuers.
    error MismatchedParts(address tokenIssuer, address oracleIssuer);

    /// @notice Nothing was asked for.
    error NothingAsked();

    /// @notice Neither address 0 nor the vault itself can be paid.
    error BadPayee(address to);

    /// @notice The asset was shown not to work: nothing is minted, and no ticket funded, until `probe` shows that it does.
    error AssetStuck();

    /// @notice The asset does not say what the vault holds.
    error AssetSilent();

    /// @notice The vault holds less than when it was last counted; `count` writes it down.
    error CashMissing(uint256 counted, uint256 held);

    /// @notice Cash has left the vault otherwise than to redeemers, and the newest attestation does not know it yet.
    error CashLeftSince(uint256 since);

    /// @notice Less cash than that is free now; a ticket waits for it.
    error ShortOfCash(uint256 requested, uint256 available);

    /// @notice The asset reported success but moved less.
    error AssetKept(uint256 units, uint256 moved);

    /// @notice There is no such ticket.
    error NoSuchTicket(uint256 ticket);

    /// @notice Only the ticket's holder says where it is paid to, other than to the payee that it named.
    error NotTicketHolder(address caller, address holder);

    /// @notice The ticket has no cash that it has not been paid yet.
    error TicketNotFunded(uint256 ticket);

    /// @notice The ticket waits for nothing.
    error TicketNotWaiting(uint256 ticket);

    /// @notice In a wind-down diamonds are claimed, not redeemed.
    error WindDownBegun();

    /// @notice There is no wind-down.
    error NoWindDown();

    /// @notice The cause named has not lasted long enough, or is none.
    error WindDownTooEarly(Cause cause, uint256 notBefore);

    /// @notice The shortfall named does not exist: never attested, or cured by cash since.
    error NoShortfall();

    /// @notice Nothing more is owed to the account now.
    error NothingToClaim(address account);

    /// @notice Only the treasury.
    error NotTreasury(address caller);

    /// @notice The treasury cannot be address 0.
    error TreasuryIsZero();

    /// @notice No surplus is announced.
    error NoSurplusAnnounced();

    /// @notice The announced surplus must wait.
    error SurplusNotReady(uint256 readyAt);

    /// @notice The announcement has lapsed.
    error SurplusExpired(uint256 expiredAt);

    /// @notice Surplus needs an attestation that would allow a mint, of a time after the announcement and after cash last
    ///         left otherwise than to redeemers.
    error SurplusUnattested();

    /// @notice The rules of attestations changed since the announcement (or in the same second): announce again.
    error SurplusBeforeChange(uint256 announcedAt, uint256 changedAt);

    /// @notice Redeemers wait for cash; they come first.
    error RedeemersWaiting(uint256 diamonds);

    /// @notice Reserves or cash would be below the floor. All in diamonds.
    error BelowFloor(uint256 left, uint256 liabilities, uint256 floorBps);

    /// @notice Burns the caller's diamonds (by allowance) and pays par at once; reverts where free cash is short.
    /// @param to Where the money goes.
    /// @return units What was paid: amount x `unitsPerDiamond`.
    function redeem(uint256 amount, address to) external returns (uint256 units);

    /// @notice The same for a holder who signed it; the money goes to the signer. Anybody.
    /// @param signed With the nonce `keccak256(abi.encode(keccak256("Redeem(bytes32 salt)"), salt))`.
    function redeemWithAuthorization(Authorization calldata signed) external returns (uint256 units);

    /// @notice Burns the caller's diamonds (by allowance) for a ticket. Final. It does without an answer of the asset: it works
    ///         while that is paused or broken. Funded at once as far as there is free cash that moves.
    /// @param payee Where anybody may have the ticket paid; 0 for none.
    /// @return ticket Its number, from 1.
    function request(uint256 amount, address payee) external returns (uint256 ticket);

    /// @notice The same for a holder who signed it; the ticket names the signer as its payee. Anybody.
    /// @param signed With the nonce `keccak256(abi.encode(keccak256("Request(bytes32 salt)"), salt))`.
    function requestWithAuthorization(Authorization calldata signed) external returns (uint256 ticket);

    /// @notice Pays a ticket as far as it is funded. Its holder, to any account; anybody, to the payee that it named.
    function withdraw(uint256 ticket_, address to) external returns (uint256 units);

    /// @notice Moves units of the asset from the caller into the vault; what arrives counts, not what was sent.
    function deposit(uint256 units) external;

    /// @notice Counts what the vault holds, after a plain transfer into it, and funds tickets. Anybody. Where it finds cash
    ///         missing, nothing is minted and no surplus leaves before an attestation with a later `asOf`.
    function count() external;

    /// @notice Shows whether the asset works: asks for the vault's balance and moves one unit to the vault itself. Anybody.
    ///         While it does not, nothing is minted, no ticket is funded, and tickets funded before wait again. Success lifts it.
    function probe() external;

    /// @notice Announces that `units` shall leave to the treasury; replaces an earlier announcement. Treasury only.
    function announceSurplus(uint256 units) external;

    /// @notice Takes an announcement back. Treasury only.
    function voidSurplus() external;

    /// @notice Takes the announced surplus, if the delay has passed, the rules of attestations have not changed since the
    ///         announcement, the newest attestation allows minting and speaks of a time after the announcement and the last
    ///         surplus, no ticket waits, and both floors hold after it, coverage by `ReserveOracle.reserves`. Treasury only.
    function withdrawSurplus() external returns (uint256 units);

    /// @notice Changes who receives surplus, and voids an announced one. Owner only.
    function setTreasury(address to) external;

    /// @notice Ends minting for good, if `cause` holds once all cash is counted and allocated. Anybody.
    ///         It does without an answer of the asset.
    /// @param ticket_ For `Waiting`: any ticket that has waited too long, a funded one from when its cash was shown not to
    ///        move. Else ignored.
    function startWindDown(Cause cause, uint256 ticket_) external;

    /// @notice In a wind-down: makes what a ticket still waits for a claim of its holder. Anybody, once per ticket.
    function convert(uint256 ticket_) external;

    /// @notice In a wind-down: burns `amount` of the caller's diamonds (by allowance; 0 for none) and pays what is owed now
    ///         for all that the caller ever claimed: claimed x min(par, pot / outstanding) - paid, rounded down per account.
    ///         Cash beyond par for all outstanding diamonds, and the shares of diamonds that are never claimed, stay here.
    function claim(uint256 amount, address to) external returns (uint256 units);

    /// @notice The same for a holder who signed it; the money goes to the signer. Anybody.
    /// @param signed With the nonce `keccak256(abi.encode(keccak256("Claim(bytes32 salt)"), salt))`.
    function claimWithAuthorization(Authorization calldata signed) external returns (uint256 units);

    /// @notice What a mint may rest on: free cash, diamonds at par, as booked and no more than the asset says now. Reverts with
    ///         the reason where nothing may be minted: wind-down, an asset that is stuck, silent or short, redeemers waiting, or
    ///         cash that has left otherwise than to redeemers since the newest attestation's `asOf`.
    function cashForMint() external view returns (uint256 free);

    /// @notice What stands in the one comparison (`ReserveOracle.reserves`), in diamonds at par; never reverts.
    /// @return free Free cash: the lesser of what is booked and what the asset says now; 0 where it does not work.
    /// @return waiting Diamonds in tickets without cash.
    /// @return drained What has left otherwise than to redeemers since the newest attestation's `asOf`: surplus, and cash
    ///         that is missing.
    function cashNow() external view returns (uint256 free, uint256 waiting, uint256 drained);

    /// @notice The cash, as last counted.
    /// @return cash Units held.
    /// @return free Diamonds that could be redeemed at once (0 while the asset is stuck); what a statement calls `vault`.
    /// @return owed Diamonds in tickets that are not paid yet.
    /// @return waiting Those of them without cash.
    function cashState() external view returns (uint256 cash, uint256 free, uint256 owed, uint256 waiting);

    /// @notice A ticket, with `funded` as of the last count.
    function ticket(uint256 id) external view returns (Ticket memory);

    /// @notice Tickets ever opened.
    function ticketCount() external view returns (uint256);

    /// @notice The wind-down, with `pot` as last counted.
    function windDown() external view returns (WindDown memory);

    /// @notice What `account` has claimed in the wind-down.
    /// @return claimed Diamonds.
    /// @return paid Units paid for them.
    /// @return due Units that `claim(0, to)` would pay now.
    function claimOf(address account) external view returns (uint256 claimed, uint256 paid, uint256 due);

    /// @notice The announced surplus: units, and when it may be taken; 0 if none.
    function surplus() external view returns (uint256 units, uint256 readyAt);

    /// @notice When cash last left otherwise than to redeemers (surplus, or cash found missing), UTC seconds; 0 if never.
    function drainedAt() external view returns (uint256);

    /// @notice Since when the asset has been known not to work, UTC seconds; 0 while it does.
    function stuckSince() external view returns (uint256);

    /// @notice Seconds for which an announced surplus may be taken once its delay has passed.
    function SURPLUS_LIFETIME() external view returns (uint256);

    /// @notice Who receives surplus.
    function treasury() external view returns (address);

    /// @notice The immutable rules.
    function rules() external view returns (VaultRules memory);

    /// @notice Par: units of the asset that one diamond redeems for.
    function unitsPerDiamond() external view returns (uint256);

    /// @notice The settlement ERC-20.
    function asset() external view returns (IERC20);

    /// @notice The diamonds.
    function token() external view returns (IDiamondToken);

    /// @notice The oracle whose silence or shortfall lets a wind-down begin.
    function oracle() external view returns (IReserveOracle);
}
