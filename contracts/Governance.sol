// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IGovernance, PendingChange} from "./interfaces/IGovernance.sol";

/// @title Governance
/// @notice Documented in IGovernance.
/// @dev Adds to OpenZeppelin's a floor of the delay, and a list of what is pending, so that nothing waits unseen.
contract Governance is IGovernance, TimelockController {
    using EnumerableSet for EnumerableSet.Bytes32Set;

    uint256 private constant LEAST_FLOOR = 1 days;
    uint256 private constant MOST_DELAY = 366 days;
    uint256 private constant MAX_PENDING = 64;
    uint256 private constant MAX_CALLS = 16;
    uint256 private constant MAX_CALL_BYTES = 4096;

    /// @notice Seconds for which a change can be executed once its delay has passed.
    uint256 public constant CHANGE_LIFETIME = 14 days;

    /// @inheritdoc IGovernance
    uint256 public immutable delayFloor;

    EnumerableSet.Bytes32Set private _pending;

    /// @param delay First delay, seconds.
    /// @param delayFloor_ Least delay there can ever be, seconds.
    /// @param proposers Who schedules and cancels.
    /// @param executors Who executes; address 0 lets anybody.
    constructor(uint256 delay, uint256 delayFloor_, address[] memory proposers, address[] memory executors)
        TimelockController(delay, proposers, executors, address(0))
    {
        if (delayFloor_ < LEAST_FLOOR) revert DelayBelowFloor(delayFloor_, LEAST_FLOOR);
        if (delay < delayFloor_) revert DelayBelowFloor(delay, delayFloor_);
        delayFloor = delayFloor_;
    }

    /// @inheritdoc IGovernance
    function pending() external view returns (PendingChange[] memory changes) {
        changes = new PendingChange[](_pending.length());
        for (uint256 i = 0; i < changes.length; ++i) {
            bytes32 id = _pending.at(i);
            changes[i] = PendingChange(id, getTimestamp(id), getTimestamp(id) + CHANGE_LIFETIME);
        }
    }

    /// @notice Seconds between scheduling and execution: what the last change of it said, within its bounds.
    function getMinDelay() public view override returns (uint256) {
        return Math.min(Math.max(super.getMinDelay(), delayFloor), MOST_DELAY);
    }

    /// @inheritdoc TimelockController
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        _checkDelay(delay);
        super.schedule(target, value, data, predecessor, salt, delay);
        _checkCall(target, data);
        _add(hashOperation(target, value, data, predecessor, salt));
    }

    /// @inheritdoc TimelockController
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        _checkDelay(delay);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, delay);
        if (targets.length == 0 || targets.length > MAX_CALLS) revert CallCountOutOfRange(targets.length, MAX_CALLS);
        for (uint256 i = 0; i < targets.length; ++i) {
            _checkCall(targets[i], payloads[i]);
        }
        _add(hashOperationBatch(targets, values, payloads, predecessor, salt));
    }

    /// @inheritdoc TimelockController
    function cancel(bytes32 id) public override {
        super.cancel(id);
        _pending.remove(id);
    }

    /// @inheritdoc TimelockController
    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt)
        public
        payable
        override
    {
        _remove(hashOperation(target, value, payload, predecessor, salt));
        super.execute(target, value, payload, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        _remove(hashOperationBatch(targets, values, payloads, predecessor, salt));
        super.executeBatch(targets, values, payloads, predecessor, salt);
    }

    /// @dev A change that is never ready would only hide others, and its time could not be added to.
    function _checkDelay(uint256 delay) private pure {
        if (delay > MOST_DELAY) revert DelayAboveMost(delay, MOST_DELAY);
    }

    /// @dev Every change can be shown whole: a call of a function of a contract, of a size that people read.
    function _checkCall(address target, bytes calldata data) private view {
        if (target.code.length == 0) revert NoContract(target);
        if (data.length < 4 || data.length > MAX_CALL_BYTES) revert CallSizeOutOfRange(data.length, MAX_CALL_BYTES);
    }

    function _add(bytes32 id) private {
        // More than anybody could follow; and a reader of the list must not run out of gas.
        if (_pending.length() == MAX_PENDING) revert TooManyPending(MAX_PENDING);
        _pending.add(id);
    }

    /// @dev Before it is executed, which reverts unless it is ready.
    function _remove(bytes32 id) private {
        uint256 expiresAt = getTimestamp(id) + CHANGE_LIFETIME;
        if (isOperationPending(id) && block.timestamp > expiresAt) revert ChangeExpired(id, expiresAt);
        _pending.remove(id);
    }
}
