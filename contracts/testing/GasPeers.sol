// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20 as OpenZeppelinERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20 as SoladyERC20} from "solady/src/tokens/ERC20.sol";

/// @title OpenZeppelin's bare ERC-20, measured beside the diamond
contract OpenZeppelinPeer is OpenZeppelinERC20("Peer", "PEER") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }
}

/// @title Solady's bare ERC-20, measured beside the diamond
contract SoladyPeer is SoladyERC20 {
    function name() public pure override returns (string memory) {
        return "Peer";
    }

    function symbol() public pure override returns (string memory) {
        return "PEER";
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }
}
