// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// An ERC-20 token whose transactions do many transfers each, to build a long history quickly. It keeps true books:
/// `balanceOf` and `totalSupply` are what the events add up to.
contract BenchToken {
    string public constant name = "Bench";
    string public constant symbol = "BNCH";
    uint8 public constant decimals = 0;
    uint256 public constant ACCOUNTS = 20_000;

    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// The i-th account: an address that looks like any other.
    function account(uint256 i) public pure returns (address a) {
        assembly ("memory-safe") {
            mstore(0, i)
            a := shr(96, keccak256(0, 32))
        }
    }

    /// Mints to the accounts from `first` on, one event each.
    function mintMany(uint256 first, uint256 count, uint256 value) external {
        for (uint256 i = first; i < first + count; ++i) {
            address to = account(i % ACCOUNTS);
            balanceOf[to] += value;
            emit Transfer(address(0), to, value);
        }
        totalSupply += count * value;
    }

    /// Transfers between pseudo-random accounts: less than 256 each, or all that the sender has.
    function transferMany(uint256 seed, uint256 count) external {
        uint256 random = seed;
        for (uint256 i = 0; i < count; ++i) {
            assembly ("memory-safe") {
                mstore(0, random)
                random := keccak256(0, 32)
            }
            _transfer(account((random >> 64) % ACCOUNTS), account((random >> 128) % ACCOUNTS), random & 255);
        }
    }

    function transfer(address to, uint256 value) external returns (bool) {
        require(balanceOf[msg.sender] >= value, "balance too low");
        _transfer(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        require(balanceOf[from] >= value, "balance too low");
        _transfer(from, to, value);
        return true;
    }

    function _transfer(address from, address to, uint256 value) private {
        uint256 held = balanceOf[from];
        if (value > held) value = held;
        balanceOf[from] = held - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
