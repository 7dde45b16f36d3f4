// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The bounds of every configurable time span: long enough to act in, short enough to live through
library Durations {
    /// @notice A time span is outside 1 hour to 366 days.
    error DurationOutOfRange(uint256 duration);

    uint256 internal constant LEAST = 1 hours;
    uint256 internal constant MOST = 366 days;

    /// @dev Returns what it was given, or reverts.
    function check(uint256 duration) internal pure returns (uint256) {
        if (duration < LEAST || duration > MOST) revert DurationOutOfRange(duration);
        return duration;
    }
}
