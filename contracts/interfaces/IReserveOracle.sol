// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IIssuer} from "./IIssuer.sol";
import {Gate} from "./Types.sol";

/// @notice One kind of off-chain asset and what it is worth.
/// @param kind What it is, e.g. "goods" or "escrowed cash", as bytes32 text.
/// @param value Diamonds at par, before the haircut.
struct Line {
    bytes32 kind;
    uint128 value;
}

/// @notice What the auditors sign, all the same. `issued`, `supply` and `vault` are the chain's own figures at `asOf`:
///         those of `Issuer.totals` and the `free` of the vault's `cashState`.
/// @param epoch Number of this attestation: the last one + 1.
/// @param asOf Moment it speaks of, UTC seconds.
/// @param issued Diamonds ever minted.
/// @param supply Diamonds outstanding, those in unfunded tickets among them: the cash for these is attested still.
/// @param vault Reserves in the vault, diamonds at par.
/// @param lines Off-chain assets, strictly ascending by kind; at least one.
/// @param report Hash of the published audit report.
struct Attestation {
    uint64 epoch;
    uint64 asOf;
    uint128 issued;
    uint128 supply;
    uint128 vault;
    Line[] lines;
    bytes32 report;
}

/// @notice An ECDSA signature in the compact form of EIP-2098.
struct Signature {
    bytes32 r;
    bytes32 vs;
}

/// @notice What the owner says of a kind of asset.
/// @param kind What it is, as bytes32 text; not 0.
/// @param haircutBps Part of its value that does not count, in 1/10,000.
/// @param ringFenced Whether assets of this kind can leave only into the vault (or against diamonds burned): what the
///        operator can sell or spend otherwise is not.
struct KindRule {
    bytes32 kind;
    uint16 haircutBps;
    bool ringFenced;
}

/// @notice A kind of asset as the oracle knows it.
/// @param kind What it is.
/// @param haircutBps Part of its value that will not count in the next attestation, in 1/10,000.
/// @param ringFenced Whether what counts now was ring-fenced when it was attested; where nothing does, whether it will be.
/// @param value Standing value before the haircut, diamonds at par; 0 where the newest attestation has no such line.
/// @param counted What of it counts, after the haircut that applied when the attestation was accepted. All kinds together
///        are `attested`, unless the owner has removed one since.
struct Kind {
    bytes32 kind;
    uint16 haircutBps;
    bool ringFenced;
    uint128 value;
    uint256 counted;
}

/// @title The reserve oracle: what independent auditors say stands behind the diamonds
/// @notice A quorum of auditors signs one EIP-712 statement about reserves and liabilities at one moment; anybody may
///         submit it. It takes a quorum to attest and one auditor to stop minting for a while. Nothing here can touch a
///         balance. Also a Chainlink-style feed (`latestRoundData`), whose answer is `reserves()`; compare it with
///         `liabilities()`, never with the token's `totalSupply()`.
interface IReserveOracle {
    /// @notice An attestation was accepted.
    /// @param attested Off-chain reserves after haircuts, diamonds at par.
    /// @param signers The auditors who signed, ascending.
    event Attested(
        uint64 indexed epoch,
        uint64 asOf,
        uint128 issued,
        uint128 supply,
        uint128 vault,
        Line[] lines,
        bytes32 report,
        uint256 attested,
        address[] signers
    );

    /// @notice `auditor` stopped minting until `until` (UTC seconds).
    event Suspended(address indexed auditor, uint64 indexed epoch, uint256 until);

    /// @notice An auditor replaced its own key.
    event AuditorRotated(address indexed from, address indexed to);

    /// @notice The owner replaced the auditors; the standing attestation no longer allows minting.
    event AuditorsChanged(address[] oldAuditors, uint256 oldQuorum, address[] newAuditors, uint256 newQuorum);

    /// @notice The owner added a kind of asset or changed its rules.
    event KindSet(
        bytes32 indexed kind,
        bool known,
        uint256 oldHaircutBps,
        uint256 newHaircutBps,
        bool oldRingFenced,
        bool newRingFenced
    );

    /// @notice The owner removed a kind of asset.
    event KindRemoved(bytes32 indexed kind, uint256 oldHaircutBps);

    /// @notice The owner changed how long an attestation allows minting.
    event MaxAgeChanged(uint256 oldMaxAge, uint256 newMaxAge);

    /// @notice The epoch is not the last one + 1.
    error WrongEpoch(uint256 given, uint256 expected);

    /// @notice `asOf` is not newer than that of the last attestation.
    error AsOfNotNewer(uint256 asOf, uint256 last);

    /// @notice `asOf` lies in the future.
    error AsOfInFuture(uint256 asOf, uint256 now_);

    /// @notice `asOf` is older than `maxAge`.
    error AsOfTooOld(uint256 asOf, uint256 oldest);

    /// @notice The statement speaks of a time before these auditors were appointed (or before the deployment).
    error AsOfBeforeAuditors(uint256 asOf, uint256 appointed);

    /// @notice The statement has no line.
    error NoLines();

    /// @notice Lines must be strictly ascending by kind.
    error LinesUnsorted(bytes32 previous, bytes32 kind);

    /// @notice The oracle knows no such kind of asset.
    error UnknownKind(bytes32 kind);

    /// @notice A figure does not fit what the mint gate can count (72 bits).
    error FigureTooLarge(uint256 figure, uint256 max);

    /// @notice More issued than the Issuer has ever counted.
    error IssuedAboveCount(uint256 issued, uint256 counted);

    /// @notice More outstanding than ever issued.
    error SupplyAboveIssued(uint256 supply, uint256 issued);

    /// @notice The statement's supply, plus what was minted since, is less than what is outstanding now.
    error LiabilitiesUnderstated(uint256 stated, uint256 actual);

    /// @notice Fewer signatures than the quorum.
    error QuorumNotReached(uint256 given, uint256 required);

    /// @notice The signature is by nobody on the list (or for another statement, chain or contract).
    error NotAnAuditor(address signer);

    /// @notice One auditor signed twice.
    error SignerRepeated(address signer);

    /// @notice Signatures must come in ascending order of their signers.
    error SignersOutOfOrder(address previous, address signer);

    /// @notice This auditor has used its suspension of this epoch.
    error AlreadySuspended(address auditor, uint256 epoch);

    /// @notice This auditor must wait, so that suspensions by fewer than a quorum can never stop minting for good.
    error SuspensionTooSoon(address auditor, uint256 notBefore);

    /// @notice The address is an auditor already.
    error AuditorInUse(address auditor);

    /// @notice The key was rotated away: its owner may have lost it, and it signs no more.
    error AuditorRotatedAway(address auditor);

    /// @notice An attestation must last at least twice as long as a suspension.
    error MaxAgeTooShort(uint256 maxAge, uint256 twiceSuspension);

    /// @notice An attestation must be stale before silence allows a wind-down.
    error MaxAgeTooLong(uint256 maxAge, uint256 maxSilence);

    /// @notice Address 0 cannot sign.
    error AuditorIsZero();

    /// @notice A quorum is at least 2 and more than half of the auditors.
    error BadQuorum(uint256 quorum, uint256 auditors);

    /// @notice More auditors than one attestation can be expected to carry.
    error TooManyAuditors(uint256 given, uint256 max);

    /// @notice A haircut is 0 to 10,000 (in 1/10,000).
    error HaircutOutOfRange(uint256 haircutBps);

    /// @notice The kind of asset cannot be 0.
    error KindIsZero();

    /// @notice More kinds of asset than one attestation can be expected to carry.
    error TooManyKinds(uint256 given, uint256 max);

    /// @notice The feed keeps the newest round only (older ones are in the events), and not even that once its attestation
    ///         has ended: then `newest` is 0.
    error NoSuchRound(uint256 round, uint256 newest);

    /// @notice Accepts a statement signed by a quorum. Anybody may submit it.
    /// @param statement What the auditors signed.
    /// @param signatures At least a quorum, ascending by signer; every one of them must be valid.
    function attest(Attestation calldata statement, Signature[] calldata signatures) external;

    /// @notice Stops minting for `suspensionTime`. Any one auditor, once per epoch, and again only after
    ///         quorum x `suspensionTime`: while a fresh attestation always stands, one auditor shuts minting for at most
    ///         1/quorum of the time, k of them for at most k/quorum. (Auditors without whom there is no quorum can end it, by
    ///         not signing.)
    function suspend() external;

    /// @notice Replaces the caller's key by another. Its used-up suspensions go with it, and stay with the old one, which can
    ///         never be an auditor again.
    function rotate(address to) external;

    /// @notice Replaces all auditors and the quorum. Owner only. Ends the standing attestation for minting; the next one
    ///         must speak of a later time.
    /// @param auditors_ New auditors in any order, without repeats.
    /// @param quorum_ Signatures that an attestation needs: at least 2 and more than half.
    function setAuditors(address[] calldata auditors_, uint256 quorum_) external;

    /// @notice Adds a kind of asset or changes its rules, from the next attestation on. Owner only. The shortfall clock goes
    ///         on measuring by the highest haircut a kind has had since the clock last stood at zero, and counts nothing of a
    ///         kind added since.
    function setKind(KindRule calldata rule) external;

    /// @notice Removes a kind of asset, from the next attestation on. Owner only.
    function removeKind(bytes32 kind) external;

    /// @notice Changes how long an attestation allows minting: at least 2 x `suspensionTime`, and less than the vault's
    ///         `maxSilence`. Owner only. A shorter time applies to the standing attestation too, a longer one only to later ones.
    function setMaxAge(uint256 maxAge_) external;

    /// @notice What the mint path reads.
    function gate() external view returns (Gate memory);

    /// @notice Off-chain reserves of the newest attestation after haircuts, diamonds at par.
    function attested() external view returns (uint256);

    /// @notice Moment of which the newest attestation speaks, UTC seconds; 0 before the first.
    function asOf() external view returns (uint256);

    /// @notice Diamonds outstanding at `asOf` plus all issued since: what reserves must cover before another mint.
    function liabilities() external view returns (uint256);

    /// @notice What stands against `liabilities()`, in diamonds at par: the one comparison of coverage, surplus and feed,
    ///         `attested + min(cash + burned + drained, cash at asOf) - drained`.
    ///         `cash` is the vault's free cash now, `burned` what was burned since `asOf` (it counts on both sides: its par was
    ///         paid out of the cash), `drained` what left the vault since `asOf` otherwise than to redeemers. So cash that
    ///         came from an attested account since counts once, and so does what passed through the vault.
    function reserves() external view returns (uint256);

    /// @notice When the auditors were appointed: only statements about later times are accepted.
    function appointedAt() external view returns (uint256);

    /// @notice Since when auditors have been silent: `asOf`, or the deployment before the first attestation.
    function silentSince() external view returns (uint256);

    /// @notice Since when reserves have been too few by the shortfall clock: `asOf - shortfallTime()` while the newest
    ///         attestation shows a shortfall by its own figures, else 0.
    function shortfallSince() external view returns (uint256);

    /// @notice Seconds on the shortfall clock at `asOf`. Between two statements it runs forward if either shows a shortfall,
    ///         else back by at most `maxAge`; it stays between 0 and the vault's `maxShortfall`.
    function shortfallTime() external view returns (uint256);

    /// @notice When auditors, quorum, kinds, their rules or `maxAge` changed last (a rotation is no change), UTC seconds.
    function changedAt() external view returns (uint256);

    /// @notice All auditors.
    function auditors() external view returns (address[] memory);

    /// @notice Whether `account` is an auditor.
    function isAuditor(address account) external view returns (bool);

    /// @notice Signatures that an attestation needs.
    function quorum() external view returns (uint256);

    /// @notice All kinds of asset, with their rules and standing value.
    function kinds() external view returns (Kind[] memory);

    /// @notice Seconds after `asOf` for which an attestation allows minting.
    function maxAge() external view returns (uint256);

    /// @notice Seconds for which one suspension stops minting.
    function suspensionTime() external view returns (uint256);

    /// @notice The Issuer whose mints this oracle stands behind.
    function issuer() external view returns (IIssuer);

    /// @notice The EIP-712 digest that auditors sign.
    function digest(Attestation calldata statement) external view returns (bytes32);
}
