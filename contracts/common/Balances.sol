// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Asking an asset that may be broken
/// @dev `try` would not do: it does not catch an answer that cannot be decoded, or an asset whose code has gone, and it
///      copies whatever comes back. Here a call gets a fixed allowance of gas, and 32 bytes of its answer are read.
library Balances {
    /// @notice A call that decides whether the asset works was given too little gas to decide it; send more.
    error TooLittleGas(uint256 left, uint256 needed);

    /// @dev More than the balance or the transfer of any asset in use takes; what burns more counts as broken.
    uint256 internal constant ALLOWANCE = 300_000;

    /// @return answered Whether the asset said anything that is a number.
    /// @return held Units that `account` holds.
    function ask(IERC20 asset, address account) internal view returns (bool answered, uint256 held) {
        bytes memory call_ = abi.encodeCall(IERC20.balanceOf, (account));
        assembly ("memory-safe") {
            // NOTE: the scratch space takes the answer; what is longer is never copied.
            answered := staticcall(ALLOWANCE, asset, add(call_, 32), mload(call_), 0, 32)
            answered := and(answered, gt(returndatasize(), 31))
            if answered { held := mload(0) }
        }
    }

    /// @dev Whether one unit can be moved to where it is: what an asset that froze this account refuses. A call that
    ///      returns nothing has moved it, one that returns anything but `true` has not.
    function movesToSelf(IERC20 asset) internal returns (bool moved) {
        bytes memory call_ = abi.encodeCall(IERC20.transfer, (address(this), 1));
        assembly ("memory-safe") {
            moved := call(ALLOWANCE, asset, 0, add(call_, 32), mload(call_), 0, 32)
            moved := and(moved, or(iszero(returndatasize()), and(gt(returndatasize(), 31), eq(mload(0), 1))))
        }
    }

    /// @dev Before a call whose failure is a verdict: whoever sends too little gas must not bring one about. A call gets at
    ///      most 63/64 of what is left.
    function needGas() internal view {
        uint256 needed = ALLOWANCE * 64 / 63 + 5_000;
        if (gasleft() < needed) revert TooLittleGas(gasleft(), needed);
    }
}
