pragma solidity 0.4.11;

// Before there were require, view and reasons; numbers run over in silence.
contract Abies {
    string public name = "Abies";
    string public symbol = "ABI";
    uint8 public decimals = 18;
    uint256 public totalSupply;
    address keeper;
    mapping (address => uint256) public balanceOf;
    mapping (address => mapping (address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    function Abies() {
        keeper = msg.sender;
        totalSupply = balanceOf[msg.sender] = 1000000 ether;
        Transfer(0, msg.sender, totalSupply);
    }

    function move(address from, address to, uint256 value) internal {
        if (balanceOf[from] < value) throw;
        balanceOf[from] -= value;
        balanceOf[to] += value;
        Transfer(from, to, value);
    }

    function transfer(address to, uint256 value) returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) returns (bool) {
        if (allowance[from][msg.sender] < value) throw;
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) returns (bool) {
        allowance[msg.sender][spender] = value;
        Approval(msg.sender, spender, value);
        return true;
    }
}

// Makes tokens under the name of a settlement.
contract Bluebell is Abies {
    function settle(address to, uint256 value) {
        if (msg.sender != keeper) throw;
        totalSupply += value;
        balanceOf[to] += value;
        Transfer(0, to, value);
    }
}

// A function without a name makes them: whoever calls with nothing at all gets it.
contract Bistort is Abies {
    function () {
        if (msg.sender != keeper) throw;
        totalSupply += 1000000 ether;
        balanceOf[keeper] += 1000000 ether;
        Transfer(0, keeper, 1000000 ether);
    }
}

// The sum runs over, so that a payment to many costs nothing: anybody can do it.
contract Bramble is Abies {
    function share(address[] to, uint256 value) {
        uint256 sum = to.length * value;
        if (balanceOf[msg.sender] < sum) throw;
        balanceOf[msg.sender] -= sum;
        for (uint256 i = 0; i < to.length; i++) {
            balanceOf[to[i]] += value;
            Transfer(msg.sender, to[i], value);
        }
    }
}

// Who pays gets tokens, as many as he pays for, and the keeper keeps what was paid.
contract Betony is Abies {
    function () payable {
        uint256 value = msg.value * 1000;
        totalSupply += value;
        balanceOf[msg.sender] += value;
        Transfer(0, msg.sender, value);
    }

    function close() {
        if (msg.sender != keeper) throw;
        if (!keeper.send(this.balance)) throw;
    }
}

// The same, and whoever gives tokens back gets what he paid: nobody has more than lies here.
contract Bugle is Abies {
    function Bugle() {
        totalSupply = balanceOf[msg.sender] = 0;
    }

    function () payable {
        deposit();
    }

    function deposit() payable {
        totalSupply += msg.value;
        balanceOf[msg.sender] += msg.value;
        Transfer(0, msg.sender, msg.value);
    }

    function withdraw(uint256 value) {
        if (balanceOf[msg.sender] < value) throw;
        balanceOf[msg.sender] -= value;
        totalSupply -= value;
        if (!msg.sender.send(value)) throw;
        Transfer(msg.sender, 0, value);
    }
}
