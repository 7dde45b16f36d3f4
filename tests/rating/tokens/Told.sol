// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

/// Called as its owner likes.
contract Abelia is Owned {
    function setName(string calldata next) external onlyOwner {
        name = next;
    }
}

/// Ends when its owner likes.
contract Bryony is Owned {
    function end() external onlyOwner {
        selfdestruct(payable(owner));
    }
}

/// Stops holders and says so.
contract Campion is Owned {
    mapping(address => bool) public isStopped;

    event Frozen(address indexed who);
    event Unfrozen(address indexed who);

    function stop(address who, bool now_) external onlyOwner {
        isStopped[who] = now_;
        if (now_) emit Frozen(who);
        else emit Unfrozen(who);
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!isStopped[from], "stopped");
        super._move(from, to, value);
    }
}

/// Pays out another token.
contract Daphne is Coin {
    address public immutable asset;

    constructor(address asset_) {
        asset = asset_;
    }
}
