// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A change that waits.
/// @param id Its name; the `CallScheduled` events of that id say what it does.
/// @param readyAt First second (UTC) at which anybody may execute it.
struct PendingChange {
    bytes32 id;
    uint256 readyAt;
}

/// @title Governance: the one owner of everything that can be owned, and slow
/// @notice OpenZeppelin's TimelockController, administered by nobody but itself. Proposers schedule and cancel; after the
///         delay anybody executes. The delay can be changed only through itself, and never below `delayFloor`.
interface IGovernance {
    /// @notice The first delay, or its floor, is below what it may be.
    error DelayBelowFloor(uint256 delay, uint256 floor);

    /// @notice Least delay there can ever be, seconds; itself at least 1 day.
    function delayFloor() external view returns (uint256);

    /// @notice Changes scheduled, and neither executed nor cancelled.
    function pending() external view returns (PendingChange[] memory);
}
