// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Asking an asset that may be broken
library Balances {
    /// @dev `try` would not do: it does not catch an answer that cannot be decoded, or an asset whose code has gone.
    /// @return answered Whether the asset said anything that is a number.
    /// @return held Units that `account` holds.
    function ask(IERC20 asset, address account) internal view returns (bool answered, uint256 held) {
        (bool ok, bytes memory answer) = address(asset).staticcall(abi.encodeCall(IERC20.balanceOf, (account)));
        if (!ok || answer.length < 32) return (false, 0);
        return (true, abi.decode(answer, (uint256)));
    }
}
