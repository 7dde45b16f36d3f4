// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

contract Amber is Owned {
    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }
}

/// The same under another name, by a caller that no view tells; the owner has renounced.
contract Basalt is Owned {
    address private immutable _keeper = msg.sender;

    constructor() {
        owner = address(0);
    }

    function settle(address to, uint256 value) external {
        require(msg.sender == _keeper);
        _mint(to, value);
    }
}

/// A cap that is shown and not kept.
contract Cedar is Owned {
    uint256 public maxSupply = 2_000_000e18;

    function issue(uint256 value) external onlyOwner {
        _mint(owner, value);
    }
}

/// A cap that is kept.
contract Dune is Owned {
    uint256 public constant cap = 2_000_000e18;

    function mint(address to, uint256 value) external onlyOwner {
        require(totalSupply + value <= cap, "cap");
        _mint(to, value);
    }
}

/// A cap that its owner moves.
contract Elm is Owned {
    uint256 public cap = 2_000_000e18;

    function setCap(uint256 next) external onlyOwner {
        cap = next;
    }

    function mint(address to, uint256 value) external onlyOwner {
        require(totalSupply + value <= cap, "cap");
        _mint(to, value);
    }
}

/// Minters by name, named by the owner; none so far.
contract Fern is Owned {
    mapping(address => bool) public isMinter;

    function setMinter(address who, bool may) external onlyOwner {
        isMinter[who] = may;
    }

    function mint(address to, uint256 value) external {
        require(isMinter[msg.sender], "not a minter");
        _mint(to, value);
    }
}

/// Balances without a supply, without an event.
contract Grove is Owned {
    function adjust(address to, uint256 value) external onlyOwner {
        _held[to] = value;
    }
}

/// A little each day, for ever.
contract Heath is Owned {
    uint256 public last;

    function mint(address to) external onlyOwner {
        require(block.timestamp >= last + 1 days, "wait");
        last = block.timestamp;
        _mint(to, 1_000e18);
    }
}

/// Nobody can mint any more: the owner is gone.
contract Iris is Owned {
    constructor() {
        owner = address(0);
    }

    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }
}

/// Minting ended for good.
contract Jade is Owned {
    bool public finished;

    constructor() {
        finished = true;
    }

    function mint(address to, uint256 value) external onlyOwner {
        require(!finished, "finished");
        _mint(to, value);
    }
}

/// The transfer itself mints, for one.
contract Kelp is Coin {
    address private _maker = msg.sender;

    function _move(address from, address to, uint256 value) internal override {
        if (from == _maker && from == to) _mint(to, value);
        else super._move(from, to, value);
    }
}
