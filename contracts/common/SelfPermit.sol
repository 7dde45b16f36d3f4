// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title One transaction instead of two: `multicall` a `permit` and what needs its allowance
/// @dev OpenZeppelin's Multicall keeps the caller, and nothing here is payable.
abstract contract SelfPermit is Multicall {
    IERC20Permit private immutable _diamonds;

    constructor(IERC20Permit diamonds) {
        _diamonds = diamonds;
    }

    /// @notice Lets this contract take `amount` of the caller's diamonds, by the caller's ERC-2612 signature.
    /// @dev A permit that somebody else submitted first has given the allowance already, so a failure here is none: what
    ///      follows in the multicall finds the allowance or reverts.
    function permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        try _diamonds.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }
}
