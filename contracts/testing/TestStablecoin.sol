// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A settlement asset for local chains and test networks: anybody may mint it, so it is worth nothing
contract TestStablecoin is ERC20 {
    constructor() ERC20("Test CNY", "tCNY") {}

    /// @notice 2: one unit is a fen, so that par is 1.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @notice Gives `units` to `to`.
    function mint(address to, uint256 units) external {
        _mint(to, units);
    }
}
