// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A change that waits.
/// @param id Its name; the `CallScheduled` events of that id say what it does.
/// @param readyAt First second (UTC) at which anybody may execute it.
/// @param expiresAt Last second at which it can be executed.
struct PendingChange {
    bytes32 id;
    uint256 readyAt;
    uint256 expiresAt;
}

/// @title Governance: the one owner of everything that can be owned, and slow
/// @notice OpenZeppelin's TimelockController, administered by nobody but itself. Proposers schedule and cancel; after the
///         delay anybody executes, within 14 days: what nobody carries out in time lapses, so that no change can be kept ready
///         until nobody remembers it. The delay can be changed only through itself, and is never below `delayFloor` or above
///         366 days.
interface IGovernance {
    /// @notice The first delay, or its floor, is below what it may be.
    error DelayBelowFloor(uint256 delay, uint256 floor);

    /// @notice A change cannot be scheduled for later than that.
    error DelayAboveMost(uint256 delay, uint256 most);

    /// @notice The change waited too long; schedule it again.
    error ChangeExpired(bytes32 id, uint256 expiredAt);

    /// @notice A change has at least one call, and no more than people read.
    error CallCountOutOfRange(uint256 calls, uint256 max);

    /// @notice A call names a function (4 bytes), and is no larger than people read.
    error CallSizeOutOfRange(uint256 bytes_, uint256 max);

    /// @notice There is no contract to be called.
    error NoContract(address target);

    /// @notice So many changes are pending that nobody could follow; execute or cancel some.
    error TooManyPending(uint256 max);

    /// @notice Least delay there can ever be, seconds; itself at least 1 day.
    function delayFloor() external view returns (uint256);

    /// @notice Changes scheduled, and neither executed nor cancelled (lapsed ones too, until they are cancelled).
    function pending() external view returns (PendingChange[] memory);
}
