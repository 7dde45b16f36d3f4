// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Auditors} from "./common/Auditors.sol";
import {Durations} from "./common/Durations.sol";
import {Governed} from "./common/Governed.sol";
import {IAggregatorV3} from "./interfaces/IAggregatorV3.sol";
import {IIssuer} from "./interfaces/IIssuer.sol";
import {Attestation, IReserveOracle, Kind, KindRule, Line, Signature} from "./interfaces/IReserveOracle.sol";
import {Cause} from "./interfaces/IReserveVault.sol";
import {BPS, Gate} from "./interfaces/Types.sol";

/// @title ReserveOracle
/// @notice Documented in IReserveOracle.
contract ReserveOracle is Auditors, IAggregatorV3, EIP712, Governed {
    /// @dev A kind of asset: its rules for the next attestation, those that applied to the newest, and the haircut by which
    ///      the shortfall clock measures it: the highest since the clock last stood at zero.
    struct Asset {
        bool known;
        bool ringFenced;
        bool appliedRingFenced;
        uint16 haircutBps;
        uint16 appliedBps;
        uint16 clockBps;
        uint32 epoch;
        uint128 value;
    }

    /// @dev What the newest attestation said, beyond the gate, and when rules changed last: one slot. `short` and
    ///      `shortfallTime` are the shortfall clock: whether it runs, and seconds on it at `asOf`.
    struct Newest {
        uint72 attested;
        uint40 asOf;
        uint32 shortfallTime;
        bool short;
        uint40 appointedAt;
        uint40 changedAt;
    }

    // ---------------------------------------------------------------- constants and immutables

    uint256 private constant MAX_KINDS = 32;

    bytes32 private constant LINE_TYPEHASH = keccak256("Line(bytes32 kind,uint128 value)");
    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(uint64 epoch,uint64 asOf,uint128 issued,uint128 supply,uint128 vault,Line[] lines,bytes32 report)Line(bytes32 kind,uint128 value)"
    );

    /// @inheritdoc IReserveOracle
    IIssuer public immutable issuer;

    /// @inheritdoc IReserveOracle
    uint256 public immutable suspensionTime;

    /// @notice When this oracle was deployed, UTC seconds.
    uint256 public immutable deployedAt;

    // ---------------------------------------------------------------- storage

    Gate private _gate;
    Newest private _newest;
    bytes32[] private _kinds;
    mapping(bytes32 kind => Asset) private _asset;

    /// @inheritdoc IReserveOracle
    uint256 public maxAge;

    // ---------------------------------------------------------------- construction

    /// @param owner_ Governance, for ever.
    /// @param issuer_ The Issuer's address, known before the Issuer is deployed.
    /// @param auditors_ First auditors.
    /// @param quorum_ Signatures an attestation needs: at least 2 and more than half of the auditors.
    /// @param kinds_ Kinds of off-chain asset and their rules.
    /// @param maxAge_ Seconds for which an attestation allows minting.
    /// @param suspensionTime_ Seconds for which one suspension stops minting.
    constructor(
        address owner_,
        IIssuer issuer_,
        address[] memory auditors_,
        uint256 quorum_,
        KindRule[] memory kinds_,
        uint256 maxAge_,
        uint256 suspensionTime_
    ) EIP712("Zuan ReserveOracle", "1") Governed(owner_) {
        issuer = issuer_;
        suspensionTime = Durations.check(suspensionTime_);
        _newest.changedAt = uint40(block.timestamp);
        deployedAt = block.timestamp;
        // The block before: a first statement may speak of the deployment's own second.
        _newest.appointedAt = uint40(block.timestamp - 1);
        _setAuditors(auditors_, quorum_);
        for (uint256 i = 0; i < kinds_.length; ++i) {
            _setKind(kinds_[i]);
        }
        _setMaxAge(maxAge_);
    }

    /// @dev A surplus announced before a change of what it is measured by is void (docs/decisions/0018).
    modifier changing() {
        _newest.changedAt = uint40(block.timestamp);
        _;
    }

    // ---------------------------------------------------------------- attesting, by anybody who has a quorum's signatures

    /// @inheritdoc IReserveOracle
    function attest(Attestation calldata statement, Signature[] calldata signatures) external {
        _checkTime(statement);
        _checkLiabilities(statement);
        address[] memory signers = _checkSignatures(digest(statement), signatures);
        (uint256 reserves_, uint256 proven) = _recordLines(statement.lines, statement.epoch);
        _runClock(statement.asOf, proven + statement.vault < statement.supply);

        uint256 ceiling = reserves_ + statement.issued - statement.supply;
        _gate.ceiling = _fit(ceiling);
        // NOTE: the mint gate takes the lesser of this and the vault's cash, so saturating only ever gives less room.
        _gate.vault = uint72(Math.min(statement.vault, type(uint72).max));
        _gate.freshUntil = uint40(statement.asOf + maxAge);
        _gate.epoch = uint32(statement.epoch);

        // NOTE: reserves <= ceiling, which fits.
        _newest.attested = uint72(reserves_);
        _newest.asOf = uint40(statement.asOf);

        emit Attested(
            statement.epoch,
            statement.asOf,
            statement.issued,
            statement.supply,
            statement.vault,
            statement.lines,
            statement.report,
            reserves_,
            signers
        );
    }

    // ---------------------------------------------------------------- what one auditor can do

    /// @inheritdoc IReserveOracle
    function suspend() external {
        uint256 epoch = _gate.epoch;
        _takeSuspension(epoch, suspensionTime);
        uint256 until = block.timestamp + suspensionTime;
        // NOTE: suspensionTime is immutable, so no suspension in force can end later than this one.
        _gate.suspendedUntil = uint40(until);
        emit Suspended(msg.sender, uint64(epoch), until);
    }

    // ---------------------------------------------------------------- owner functions

    /// @inheritdoc IReserveOracle
    function setAuditors(address[] calldata auditors_, uint256 quorum_) external onlyOwner changing {
        _gate.freshUntil = 0;
        // What former auditors signed and nobody submitted yet must not open the gate again.
        _newest.appointedAt = uint40(block.timestamp);
        _setAuditors(auditors_, quorum_);
    }

    /// @inheritdoc IReserveOracle
    function setKind(KindRule calldata rule) external onlyOwner changing {
        _setKind(rule);
    }

    /// @inheritdoc IReserveOracle
    function removeKind(bytes32 kind) external onlyOwner changing {
        if (!_asset[kind].known) revert UnknownKind(kind);
        emit KindRemoved(kind, _asset[kind].haircutBps);
        delete _asset[kind];
        uint256 last = _kinds.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (_kinds[i] == kind) _kinds[i] = _kinds[last];
        }
        _kinds.pop();
    }

    /// @inheritdoc IReserveOracle
    function setMaxAge(uint256 maxAge_) external onlyOwner changing {
        uint256 maxSilence = issuer.vault().rules().maxSilence;
        if (maxAge_ >= maxSilence) revert MaxAgeTooLong(maxAge_, maxSilence);
        _setMaxAge(maxAge_);
        uint256 freshUntil = _newest.asOf + maxAge_;
        if (freshUntil < _gate.freshUntil) _gate.freshUntil = uint40(freshUntil);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IReserveOracle
    function gate() external view returns (Gate memory) {
        return _gate;
    }

    /// @inheritdoc IReserveOracle
    function attested() external view returns (uint256) {
        return _newest.attested;
    }

    /// @inheritdoc IReserveOracle
    function asOf() external view returns (uint256) {
        return _newest.asOf;
    }

    /// @inheritdoc IReserveOracle
    function liabilities() public view returns (uint256) {
        uint256 burned = _gate.ceiling - _newest.attested;
        return issuer.issued() - burned;
    }

    /// @inheritdoc IReserveOracle
    function reserves() public view returns (uint256) {
        (uint256 free, uint256 waiting, uint256 drained) = issuer.vault().cashNow();
        // NOTE: saturating, as cash that the asset took from funded tickets makes more outstanding than was attested.
        uint256 burned = Math.saturatingSub(liabilities(), issuer.token().totalSupply() + waiting);
        uint256 cash = Math.min(free + burned + drained, _gate.vault);
        return Math.saturatingSub(_newest.attested + cash, drained);
    }

    /// @inheritdoc IReserveOracle
    function appointedAt() external view returns (uint256) {
        return _newest.appointedAt;
    }

    /// @inheritdoc IReserveOracle
    function silentSince() external view returns (uint256) {
        return _newest.asOf == 0 ? deployedAt : _newest.asOf;
    }

    /// @inheritdoc IReserveOracle
    function shortfallSince() external view returns (uint256) {
        return _newest.short ? _newest.asOf - _newest.shortfallTime : 0;
    }

    /// @inheritdoc IReserveOracle
    function shortfallTime() external view returns (uint256) {
        return _newest.shortfallTime;
    }

    /// @inheritdoc IReserveOracle
    function changedAt() external view returns (uint256) {
        return _newest.changedAt;
    }

    /// @inheritdoc IReserveOracle
    function kinds() external view returns (Kind[] memory list) {
        list = new Kind[](_kinds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            Asset memory asset = _asset[_kinds[i]];
            uint256 value = asset.epoch == _gate.epoch ? asset.value : 0;
            uint256 counted = _afterHaircut(value, asset.appliedBps);
            bool fenced = value == 0 ? asset.ringFenced : asset.appliedRingFenced;
            list[i] = Kind(_kinds[i], asset.haircutBps, fenced, uint128(value), counted);
        }
    }

    /// @inheritdoc IReserveOracle
    function digest(Attestation calldata statement) public view returns (bytes32) {
        bytes32[] memory lines = new bytes32[](statement.lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            lines[i] = keccak256(abi.encode(LINE_TYPEHASH, statement.lines[i].kind, statement.lines[i].value));
        }
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    ATTESTATION_TYPEHASH,
                    statement.epoch,
                    statement.asOf,
                    statement.issued,
                    statement.supply,
                    statement.vault,
                    keccak256(abi.encodePacked(lines)),
                    statement.report
                )
            )
        );
    }

    // ---------------------------------------------------------------- the feed

    /// @notice 0: reserves are whole diamonds at par.
    function decimals() external pure returns (uint8) {
        return 0;
    }

    /// @notice What the feed answers.
    function description() external pure returns (string memory) {
        return "Zuan reserves, in diamonds at par";
    }

    /// @notice Version of the feed.
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc IAggregatorV3
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (roundId != _gate.epoch) revert NoSuchRound(roundId, _gate.epoch);
        return _round();
    }

    /// @notice The newest attestation: its epoch, `reserves()`, and `asOf` as both times, so that a reader's staleness check
    ///         measures the age of the data, not of its delivery. Compare the answer with `liabilities()`, never with the
    ///         token's `totalSupply()`: both sides count diamonds burned since `asOf`, the supply does not. Reverts, as for
    ///         no round, once the standing attestation has ended: the auditors changed, or the wind-down began.
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _round();
    }

    // ---------------------------------------------------------------- internals

    function _checkTime(Attestation calldata statement) private view {
        uint256 given = statement.asOf;
        if (statement.epoch != uint256(_gate.epoch) + 1) revert WrongEpoch(statement.epoch, uint256(_gate.epoch) + 1);
        if (given <= _newest.asOf) revert AsOfNotNewer(given, _newest.asOf);
        if (given <= _newest.appointedAt) revert AsOfBeforeAuditors(given, _newest.appointedAt);
        if (given > block.timestamp) revert AsOfInFuture(given, block.timestamp);
        if (given + maxAge < block.timestamp) revert AsOfTooOld(given, block.timestamp - maxAge);
    }

    function _checkLiabilities(Attestation calldata statement) private view {
        (uint256 counted, uint256 outstanding) = issuer.totals();
        if (statement.issued > counted) revert IssuedAboveCount(statement.issued, counted);
        if (statement.supply > statement.issued) revert SupplyAboveIssued(statement.supply, statement.issued);
        // A diamond burned since `asOf` lowers what is outstanding, so an honest statement still passes.
        uint256 stated = statement.supply + (counted - statement.issued);
        if (stated < outstanding) revert LiabilitiesUnderstated(stated, outstanding);
    }

    /// @return reserves_ What the lines count by the haircuts of now.
    /// @return proven What they count by those of the shortfall clock.
    function _recordLines(Line[] calldata lines, uint64 epoch) private returns (uint256 reserves_, uint256 proven) {
        if (lines.length == 0) revert NoLines();
        bytes32 previous;
        for (uint256 i = 0; i < lines.length; ++i) {
            bytes32 kind = lines[i].kind;
            uint128 value = lines[i].value;
            Asset storage asset = _asset[kind];
            if (i != 0 && kind <= previous) revert LinesUnsorted(previous, kind);
            if (!asset.known) revert UnknownKind(kind);
            reserves_ += _afterHaircut(value, asset.haircutBps);
            proven += _afterHaircut(value, asset.clockBps);
            asset.appliedBps = asset.haircutBps;
            asset.appliedRingFenced = asset.ringFenced;
            asset.epoch = uint32(epoch);
            asset.value = value;
            previous = kind;
        }
    }

    function _setKind(KindRule memory rule) private {
        Asset storage asset = _asset[rule.kind];
        uint16 haircutBps = rule.haircutBps;
        if (rule.kind == 0) revert KindIsZero();
        if (haircutBps > BPS) revert HaircutOutOfRange(haircutBps);
        emit KindSet(rule.kind, asset.known, asset.haircutBps, haircutBps, asset.ringFenced, rule.ringFenced);
        bool added = !asset.known;
        if (added) {
            if (_kinds.length == MAX_KINDS) revert TooManyKinds(MAX_KINDS + 1, MAX_KINDS);
            _kinds.push(rule.kind);
            asset.known = true;
        }
        asset.haircutBps = haircutBps;
        asset.ringFenced = rule.ringFenced;
        // While the clock is not at zero nothing makes its ruler kinder: a new kind counts nothing, the highest haircut stays.
        if (!_clockAtZero()) haircutBps = added ? uint16(BPS) : uint16(Math.max(haircutBps, asset.clockBps));
        asset.clockBps = haircutBps;
    }

    /// @dev The shortfall clock counts `asOf` time. Between two statements it runs forward if either shows a shortfall, and
    ///      back only if neither does, by at most `maxAge`: a statement dressed up once a month does not stop it.
    function _runClock(uint256 asOf_, bool short) private {
        Newest memory newest = _newest;
        uint256 time = newest.shortfallTime;
        uint256 interval = newest.asOf == 0 ? 0 : asOf_ - newest.asOf;
        if (short || newest.short) time = Math.min(time + interval, issuer.vault().rules().maxShortfall);
        else time = Math.saturatingSub(time, Math.min(interval, maxAge));
        bool wasAtZero = _clockAtZero();
        _newest.shortfallTime = uint32(time);
        _newest.short = short;
        if (!wasAtZero && _clockAtZero()) _resetRuler();
    }

    function _resetRuler() private {
        uint256 count = _kinds.length;
        for (uint256 i = 0; i < count; ++i) {
            Asset storage asset = _asset[_kinds[i]];
            asset.clockBps = asset.haircutBps;
        }
    }

    /// @dev NOTE: a short statement is never the first, and ends an interval of a second at least: the clock then runs.
    function _clockAtZero() private view returns (bool) {
        return _newest.shortfallTime == 0;
    }

    function _setMaxAge(uint256 maxAge_) private {
        // Else one auditor could shut minting for as long as a statement lasts.
        if (maxAge_ < 2 * suspensionTime) revert MaxAgeTooShort(maxAge_, 2 * suspensionTime);
        emit MaxAgeChanged(maxAge, maxAge_);
        maxAge = Durations.check(maxAge_);
    }

    function _afterHaircut(uint256 value, uint256 haircutBps) private pure returns (uint256) {
        // NOTE: rounded down, against the platform.
        return value * (BPS - haircutBps) / BPS;
    }

    /// @dev 72 bits count 4.7e21 diamonds, thousands of times all the money there is.
    function _fit(uint256 figure) private pure returns (uint72) {
        if (figure > type(uint72).max) revert FigureTooLarge(figure, type(uint72).max);
        return uint72(figure);
    }

    function _round() private view returns (uint80, int256, uint256, uint256, uint80) {
        uint80 epoch = _gate.epoch;
        bool ended = _gate.freshUntil == 0 || issuer.vault().windDown().cause != Cause.None;
        if (ended) revert NoSuchRound(epoch, 0);
        uint256 time = _newest.asOf;
        return (epoch, int256(reserves()), time, time, epoch);
    }
}
