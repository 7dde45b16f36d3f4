// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What the mint gate asks of the reserve vault
interface IReserveVault {
    /// @notice All that a mint needs to know, in one call.
    /// @return reserves Cash that belongs to no ticket, in diamonds at par, rounded down.
    /// @return waiting Diamonds in tickets that are not funded yet; minting is closed unless it is 0.
    /// @return windDown Whether minting has ended for good.
    function mintState() external view returns (uint256 reserves, uint256 waiting, bool windDown);
}
