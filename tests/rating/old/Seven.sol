// SPDX-License-Identifier: MIT
pragma solidity 0.7.6;

contract Fennel {
    string public name = "Fennel";
    string public symbol = "FEN";
    uint8 public constant decimals = 18;
    uint256 public totalSupply = 1000 ether;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(bytes32 => address) internal _kept;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor() {
        _kept[keccak256("fennel.seat")] = msg.sender;
        balanceOf[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    modifier seated() {
        require(_kept[keccak256("fennel.seat")] == msg.sender);
        _;
    }

    function _move(address from, address to, uint256 value) internal virtual {
        require(balanceOf[from] >= value);
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value);
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }
}

// Its owner hands out more than he has, and what he has runs below zero.
contract Flax is Fennel {
    function gift(address to, uint256 value) external seated {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}

// A number of a round, which every transfer asks for.
contract Feverfew is Fennel {
    uint256 public round;

    function ring(uint256 next) external seated {
        round = next;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(block.number >= round || from == _kept[keccak256("fennel.seat")]);
        super._move(from, to, value);
    }
}

// How much there shall be is said once, before there is any.
contract Figwort is Fennel {
    bool private _said;

    constructor() {
        balanceOf[msg.sender] = totalSupply = 0;
    }

    function found(uint256 value) external seated {
        require(!_said);
        _said = true;
        balanceOf[msg.sender] = totalSupply = value;
        emit Transfer(address(0), msg.sender, value);
    }
}
