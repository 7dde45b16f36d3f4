// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

contract Birch is Owned {
    uint256 public fee = 100;
    uint256 internal immutable _most;

    constructor(uint256 most) {
        _most = most;
    }

    function setFee(uint256 next) external onlyOwner {
        require(next <= _most, "too high");
        fee = next;
    }

    function _move(address from, address to, uint256 value) internal override {
        uint256 part = from == owner || to == owner ? 0 : value * fee / 10_000;
        super._move(from, to, value - part);
        if (part > 0) super._move(from, owner, part);
    }
}

/// A fee that nobody can change.
contract Clover is Coin {
    address private immutable _maker = msg.sender;

    function _move(address from, address to, uint256 value) internal override {
        uint256 part = from == _maker ? 0 : value / 50;
        super._move(from, to, value - part);
        if (part > 0) super._move(from, _maker, part);
    }
}

/// Only sales to a market pay, and the owner says what a market is.
contract Dahlia is Owned {
    mapping(address => bool) public isMarket;
    uint256 public sellFee = 90;

    function setMarket(address who, bool is_) external onlyOwner {
        isMarket[who] = is_;
    }

    function _move(address from, address to, uint256 value) internal override {
        uint256 part = isMarket[to] && from != owner ? value * sellFee / 100 : 0;
        super._move(from, to, value - part);
        if (part > 0) super._move(from, owner, part);
    }
}
