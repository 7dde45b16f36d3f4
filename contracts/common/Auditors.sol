// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IReserveOracle, Signature} from "../interfaces/IReserveOracle.sol";

/// @title Who may sign, how many must, and how often one of them may stop minting: the oracle's auditors
abstract contract Auditors is IReserveOracle {
    struct Auditor {
        bool active;
        bool rotatedAway;
        uint32 suspendedEpoch;
        uint40 suspendedAt;
        uint40 suspendAgainAt;
    }

    // ---------------------------------------------------------------- constants and storage

    uint256 private constant MAX_AUDITORS = 32;

    address[] private _auditors;
    mapping(address account => Auditor) private _auditor;

    /// @inheritdoc IReserveOracle
    uint256 public quorum;

    // ---------------------------------------------------------------- what one auditor can do to its own key

    /// @inheritdoc IReserveOracle
    function rotate(address to) external {
        Auditor memory auditor = _auditor[msg.sender];
        if (!auditor.active) revert NotAnAuditor(msg.sender);
        _checkNewAuditor(to);

        // The rest of the record stays with the old key too: re-appointing it renews no suspension.
        _auditor[msg.sender].active = false;
        _auditor[msg.sender].rotatedAway = true;
        _auditor[to] = auditor;
        for (uint256 i = 0; i < _auditors.length; ++i) {
            if (_auditors[i] == msg.sender) _auditors[i] = to;
        }
        emit AuditorRotated(msg.sender, to);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IReserveOracle
    function auditors() external view returns (address[] memory) {
        return _auditors;
    }

    /// @inheritdoc IReserveOracle
    function isAuditor(address account) external view returns (bool) {
        return _auditor[account].active;
    }

    // ---------------------------------------------------------------- internals

    function _checkSignatures(bytes32 hash, Signature[] calldata signatures)
        internal
        view
        returns (address[] memory signers)
    {
        if (signatures.length < quorum) revert QuorumNotReached(signatures.length, quorum);
        signers = new address[](signatures.length);
        address previous;
        for (uint256 i = 0; i < signers.length; ++i) {
            // OpenZeppelin refuses malleable signatures (s in the upper half).
            address signer = ECDSA.recover(hash, signatures[i].r, signatures[i].vs);
            if (!_auditor[signer].active) revert NotAnAuditor(signer);
            if (signer == previous) revert SignerRepeated(signer);
            if (signer < previous) revert SignersOutOfOrder(previous, signer);
            previous = signers[i] = signer;
        }
    }

    /// @dev Uses up the caller's suspension in this epoch.
    function _takeSuspension(uint256 epoch, uint256 suspensionTime_) internal {
        Auditor storage auditor = _auditor[msg.sender];
        if (!auditor.active) revert NotAnAuditor(msg.sender);
        // By the quorum of then and of now: a change of it gives nobody a larger share of the time.
        uint256 againAt = auditor.suspendedAt == 0 ? 0 : auditor.suspendedAt + quorum * suspensionTime_;
        againAt = Math.max(againAt, auditor.suspendAgainAt);
        if (block.timestamp < againAt) revert SuspensionTooSoon(msg.sender, againAt);
        if (auditor.suspendedEpoch == epoch + 1) revert AlreadySuspended(msg.sender, epoch);
        auditor.suspendedEpoch = uint32(epoch + 1);
        auditor.suspendedAt = uint40(block.timestamp);
        auditor.suspendAgainAt = uint40(block.timestamp + quorum * suspensionTime_);
    }

    function _setAuditors(address[] memory auditors_, uint256 quorum_) internal {
        uint256 count = auditors_.length;
        if (quorum_ < 2 || quorum_ > count || quorum_ * 2 <= count) revert BadQuorum(quorum_, count);
        if (count > MAX_AUDITORS) revert TooManyAuditors(count, MAX_AUDITORS);
        emit AuditorsChanged(_auditors, quorum, auditors_, quorum_);
        for (uint256 i = 0; i < _auditors.length; ++i) {
            // The rest of the record stays: leaving and coming back renews no suspension.
            _auditor[_auditors[i]].active = false;
        }
        for (uint256 i = 0; i < count; ++i) {
            _checkNewAuditor(auditors_[i]);
            _auditor[auditors_[i]].active = true;
        }
        _auditors = auditors_;
        quorum = quorum_;
    }

    function _checkNewAuditor(address auditor) private view {
        if (auditor == address(0)) revert AuditorIsZero();
        if (_auditor[auditor].active) revert AuditorInUse(auditor);
        // A change scheduled before a key was replaced must not bring it back: its owner may have lost it.
        if (_auditor[auditor].rotatedAway) revert AuditorRotatedAway(auditor);
    }
}
