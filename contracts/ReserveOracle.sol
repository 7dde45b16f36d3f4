// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Auditors} from "./common/Auditors.sol";
import {Durations} from "./common/Durations.sol";
import {Governed} from "./common/Governed.sol";
import {IAggregatorV3} from "./interfaces/IAggregatorV3.sol";
import {IIssuer} from "./interfaces/IIssuer.sol";
import {Attestation, IReserveOracle, Kind, Line, Signature} from "./interfaces/IReserveOracle.sol";
import {Gate} from "./interfaces/Types.sol";

/// @title ReserveOracle
/// @notice Documented in IReserveOracle.
contract ReserveOracle is Auditors, IAggregatorV3, EIP712, Governed {
    struct Asset {
        bool known;
        uint16 haircutBps;
        uint16 appliedBps;
        uint32 epoch;
        uint128 value;
    }

    /// @dev What the newest attestation said, beyond the gate: one slot.
    struct Newest {
        uint72 attested;
        uint40 asOf;
        uint40 shortfallSince;
        uint40 appointedAt;
    }

    // ---------------------------------------------------------------- constants and immutables

    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_KINDS = 32;

    bytes32 private constant LINE_TYPEHASH = keccak256("Line(bytes32 kind,uint128 value)");
    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(uint64 epoch,uint64 asOf,uint128 issued,uint128 supply,uint128 vault,Line[] lines,bytes32 report)Line(bytes32 kind,uint128 value)"
    );

    /// @notice The Issuer whose mints this oracle stands behind.
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
    /// @param kinds_ Kinds of off-chain asset.
    /// @param haircutsBps Their haircuts in 1/10,000, in the same order.
    /// @param maxAge_ Seconds for which an attestation allows minting.
    /// @param suspensionTime_ Seconds for which one suspension stops minting.
    constructor(
        address owner_,
        IIssuer issuer_,
        address[] memory auditors_,
        uint256 quorum_,
        bytes32[] memory kinds_,
        uint256[] memory haircutsBps,
        uint256 maxAge_,
        uint256 suspensionTime_
    ) EIP712("Zuan ReserveOracle", "1") Governed(owner_) {
        if (kinds_.length != haircutsBps.length) {
            revert KindsWithoutHaircut(kinds_.length, haircutsBps.length);
        }
        issuer = issuer_;
        suspensionTime = Durations.check(suspensionTime_);
        deployedAt = block.timestamp;
        // The block before: a first statement may speak of the deployment's own second.
        _newest.appointedAt = uint40(block.timestamp - 1);
        _setAuditors(auditors_, quorum_);
        for (uint256 i = 0; i < kinds_.length; ++i) {
            _setKind(kinds_[i], haircutsBps[i]);
        }
        _setMaxAge(maxAge_);
    }

    // ---------------------------------------------------------------- attesting, by anybody who has a quorum's signatures

    /// @inheritdoc IReserveOracle
    function attest(Attestation calldata statement, Signature[] calldata signatures) external {
        _checkTime(statement);
        _checkLiabilities(statement);
        address[] memory signers = _checkSignatures(digest(statement), signatures);
        uint256 reserves = _recordLines(statement.lines, statement.epoch);

        uint256 ceiling = reserves + statement.issued - statement.supply;
        _gate.ceiling = _fit(ceiling);
        // NOTE: the mint gate takes the lesser of this and the vault's cash, so saturating only ever gives less room.
        _gate.vault = uint72(Math.min(statement.vault, type(uint72).max));
        _gate.freshUntil = uint40(statement.asOf + maxAge);
        _gate.epoch = uint32(statement.epoch);

        // NOTE: reserves <= ceiling, which fits.
        _newest.attested = uint72(reserves);
        _newest.asOf = uint40(statement.asOf);
        if (reserves + statement.vault >= statement.supply) {
            _newest.shortfallSince = 0;
        } else if (_newest.shortfallSince == 0) {
            _newest.shortfallSince = uint40(block.timestamp);
        }

        emit Attested(
            statement.epoch,
            statement.asOf,
            statement.issued,
            statement.supply,
            statement.vault,
            statement.lines,
            statement.report,
            reserves,
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
    function setAuditors(address[] calldata auditors_, uint256 quorum_) external onlyOwner {
        _gate.freshUntil = 0;
        // What former auditors signed and nobody submitted yet must not open the gate again.
        _newest.appointedAt = uint40(block.timestamp);
        _setAuditors(auditors_, quorum_);
    }

    /// @inheritdoc IReserveOracle
    function setKind(bytes32 kind, uint256 haircutBps) external onlyOwner {
        _setKind(kind, haircutBps);
    }

    /// @inheritdoc IReserveOracle
    function removeKind(bytes32 kind) external onlyOwner {
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
    function setMaxAge(uint256 maxAge_) external onlyOwner {
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
    function liabilities() external view returns (uint256) {
        uint256 burned = _gate.ceiling - _newest.attested;
        return issuer.issued() - burned;
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
        return _newest.shortfallSince;
    }

    /// @inheritdoc IReserveOracle
    function kinds() external view returns (Kind[] memory list) {
        list = new Kind[](_kinds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            Asset memory asset = _asset[_kinds[i]];
            uint256 value = asset.epoch == _gate.epoch ? asset.value : 0;
            list[i] = Kind(_kinds[i], asset.haircutBps, uint128(value), _afterHaircut(value, asset.appliedBps));
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

    /// @notice The newest attestation: its epoch, reserves (attested after haircuts + vault at `asOf`), and `asOf` as
    ///         both times, so that a reader's staleness check measures the age of the data, not of its delivery.
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

    function _recordLines(Line[] calldata lines, uint64 epoch) private returns (uint256 reserves) {
        if (lines.length == 0) revert NoLines();
        bytes32 previous;
        for (uint256 i = 0; i < lines.length; ++i) {
            bytes32 kind = lines[i].kind;
            uint128 value = lines[i].value;
            Asset storage asset = _asset[kind];
            if (i != 0 && kind <= previous) revert LinesUnsorted(previous, kind);
            if (!asset.known) revert UnknownKind(kind);
            reserves += _afterHaircut(value, asset.haircutBps);
            asset.appliedBps = asset.haircutBps;
            asset.epoch = uint32(epoch);
            asset.value = value;
            previous = kind;
        }
    }

    function _setKind(bytes32 kind, uint256 haircutBps) private {
        Asset storage asset = _asset[kind];
        if (kind == 0) revert KindIsZero();
        if (haircutBps > BPS) revert HaircutOutOfRange(haircutBps);
        emit KindSet(kind, asset.known, asset.haircutBps, haircutBps);
        if (!asset.known) {
            if (_kinds.length == MAX_KINDS) revert TooManyKinds(MAX_KINDS + 1, MAX_KINDS);
            _kinds.push(kind);
            asset.known = true;
        }
        asset.haircutBps = uint16(haircutBps);
    }

    function _setMaxAge(uint256 maxAge_) private {
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
        if (epoch == 0) revert NoSuchRound(0, 0);
        uint256 time = _newest.asOf;
        return (epoch, int256(uint256(_newest.attested) + _gate.vault), time, time, epoch);
    }
}
