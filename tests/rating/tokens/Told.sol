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

/// Answers some questions at great length, and never ends with others; the rest is as usual.
contract Burdock {
    uint256 public totalSupply = 1_000_000e18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    address private immutable _maker = msg.sender;

    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor() {
        balanceOf[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    function name() external pure returns (string memory) {
        return new string(200_000);
    }

    function decimals() external pure returns (uint256 n) {
        while (true) n++;
    }

    function owner() external pure returns (address) {
        assembly {
            return(0, 100000)
        }
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
        return true;
    }

    function make(uint256 value) external {
        require(msg.sender == _maker);
        totalSupply += value;
        balanceOf[_maker] += value;
        emit Transfer(address(0), _maker, value);
    }

    function _move(address from, address to, uint256 value) private {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
