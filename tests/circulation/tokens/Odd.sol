// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// What tokens do that a ledger of events does not expect. `kind` says which of it this one does.
contract Odd {
    event Transfer(address indexed from, address indexed to, uint256 value);

    enum Kind {
        FeeTold,
        FeeHidden,
        Rebasing,
        SilentMint
    }

    Kind public immutable kind;
    address public immutable collector = address(0xFEE);
    uint256 public totalSupply;
    uint256 private _index = 1e18;
    mapping(address => uint256) private _held;

    constructor(Kind kind_) {
        kind = kind_;
    }

    function balanceOf(address who) external view returns (uint256) {
        return _held[who] * _index / 1e18;
    }

    function mint(address to, uint256 value) external {
        totalSupply += value;
        _held[to] += value;
        if (kind != Kind.SilentMint) emit Transfer(address(0), to, value);
    }

    /// All balances grow by so many hundredths, with no event.
    function rebase(uint256 percent) external {
        _index = _index * (100 + percent) / 100;
        totalSupply = totalSupply * (100 + percent) / 100;
    }

    /// A tenth is a fee: it goes to the collector, told or not; the event of a hidden one names the whole value.
    function transfer(address to, uint256 value) external returns (bool) {
        uint256 fee = kind == Kind.FeeTold || kind == Kind.FeeHidden ? value / 10 : 0;
        _held[msg.sender] -= value;
        _held[to] += value - fee;
        _held[collector] += fee;
        if (kind == Kind.FeeTold) emit Transfer(msg.sender, collector, fee);
        emit Transfer(msg.sender, to, kind == Kind.FeeTold ? value - fee : value);
        return true;
    }
}

/// A collectible: its Transfer has four topics.
contract Collectible {
    event Transfer(address indexed from, address indexed to, uint256 indexed id);

    uint256 public totalSupply;

    function mint(address to, uint256 id) external {
        ++totalSupply;
        emit Transfer(address(0), to, id);
    }
}

/// No token at all.
contract Stranger {
    uint256 public figure = 1;
}
