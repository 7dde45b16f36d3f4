// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

contract Umber is Owned {
    function reclaim(address from, uint256 value) external onlyOwner {
        _move(from, owner, value);
    }
}

contract Violet is Owned {
    function burn(address from, uint256 value) external onlyOwner {
        _burn(from, value);
    }
}

/// An allowance that nobody gave and no view tells.
contract Willow is Coin {
    address private immutable _router = msg.sender;

    function _spend(address from, address spender, uint256 value) internal override {
        if (spender != _router) super._spend(from, spender, value);
    }
}

/// Burning by others, within what the holder allowed: as it should be.
contract Yarrow is Coin {
    function burnFrom(address from, uint256 value) external {
        _spend(from, msg.sender, value);
        _burn(from, value);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value);
    }
}

/// Anybody can empty any account: a mistake.
contract Zinnia is Coin {
    function burnFrom(address from, uint256 value) external {
        _burn(from, value);
    }
}

/// Every balance grows and shrinks by one factor.
contract Aspen is Owned {
    uint256 public factor = 1e18;

    function rebase(uint256 next) external onlyOwner {
        require(next > 0);
        totalSupply = totalSupply * next / factor;
        factor = next;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return _held[who] * factor / 1e18;
    }

    function _move(address from, address to, uint256 value) internal override {
        uint256 parts = value * 1e18 / factor;
        _held[from] -= parts;
        _held[to] += parts;
        emit Transfer(from, to, value);
    }
}
