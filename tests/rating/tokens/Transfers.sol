// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

contract Larch is Owned {
    mapping(address => bool) public isBlacklisted;

    function setBlacklisted(address who, bool listed) external onlyOwner {
        isBlacklisted[who] = listed;
    }

    function _move(address from, address to, uint256 value) internal virtual override {
        require(!isBlacklisted[from] && !isBlacklisted[to], "listed");
        super._move(from, to, value);
    }
}

contract Maple is Owned {
    bool public paused;

    function setPaused(bool now_) external onlyOwner {
        paused = now_;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!paused, "paused");
        super._move(from, to, value);
    }
}

/// Blacklist code that nobody reaches.
contract Nettle is Larch {
    constructor() {
        owner = address(0);
    }
}

/// A largest transfer that the owner sets as it likes.
contract Oak is Owned {
    uint256 public most = type(uint256).max;

    function setMost(uint256 next) external onlyOwner {
        most = next;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(value <= most || from == owner, "too much");
        super._move(from, to, value);
    }
}

/// Selling is for those on a list.
contract Pine is Owned {
    mapping(address => bool) private _may;

    constructor() {
        _may[msg.sender] = true;
    }

    function allow(address who) external onlyOwner {
        _may[who] = true;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(_may[from], "not yet");
        super._move(from, to, value);
    }
}

/// A launch that began closed, and was opened for good.
contract Quartz is Owned {
    bool public open;

    constructor() {
        open = true;
    }

    function launch() external onlyOwner {
        open = true;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(open || from == owner, "not open");
        super._move(from, to, value);
    }
}

/// A launch that has not begun.
contract Reed is Owned {
    bool public open;

    function launch() external onlyOwner {
        open = true;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(open || from == owner, "not open");
        super._move(from, to, value);
    }
}

/// Stops by itself, a month later.
contract Sage is Coin {
    uint256 private immutable _until = block.timestamp + 30 days;
    address private immutable _maker = msg.sender;

    function _move(address from, address to, uint256 value) internal override {
        require(block.timestamp < _until || from == _maker, "later");
        super._move(from, to, value);
    }
}

/// Refuses whoever pays no price for gas: a simulation that is free sees another token.
contract Thyme is Coin {
    address private immutable _maker = msg.sender;

    function _move(address from, address to, uint256 value) internal override {
        require(tx.gasprice == 0 || from == _maker, "gas");
        super._move(from, to, value);
    }
}

/// Whoever is listed keeps his tokens, and no spender moves them: a market cannot take them.
contract Sumac is Owned {
    mapping(address => bool) public isAway;

    function leave(address who, bool away) external onlyOwner {
        isAway[who] = away;
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        require(!isAway[from], "away");
        return super.transferFrom(from, to, value);
    }
}
