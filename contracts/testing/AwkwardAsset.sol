// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Called before and after an awkward asset moves, as ERC-777 does.
interface IHook {
    function onMove(bool before, address from, address to, uint256 units) external;
}

/// @title Every bad habit a settlement ERC-20 may have, each to be switched on
contract AwkwardAsset {
    enum Habit {
        None,
        ReceiverFee, // takes 1 % from what arrives
        SenderFee, // takes 1 % more from the sender
        NoReturn, // returns nothing
        ReturnsFalse, // moves nothing and returns false
        ReturnsTrueMovesNothing,
        Hooks, // calls `hook` before and after, as ERC-777 does
        Paused, // every movement reverts
        ReturnsRubbish, // moves, and returns what is neither true nor false
        MoveBurnsGas, // every movement burns all gas it is given
        MoveBomb, // moves, and returns false in 320,000 bytes
        BalanceReverts,
        BalanceSaysNothing,
        BalanceSaysTooLittle, // 31 bytes
        BalanceBurnsGas,
        BalanceBomb // the truth, in 320,000 bytes
    }

    error Frozen(address account);
    error Stopped();

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @dev As many bytes as the vault's allowance of gas lets an answer have; whoever copies them pays for them again.
    uint256 private constant BOMB = 320_000;

    string public constant name = "Awkward";
    string public constant symbol = "AWK";
    uint8 public immutable decimals;

    Habit public habit;
    IHook public hook;
    uint256 public totalSupply;
    mapping(address => uint256) private _balance;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => bool) public frozen;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function setHabit(Habit to) external {
        habit = to;
    }

    function setHook(IHook to) external {
        hook = to;
    }

    function freeze(address account, bool yes) external {
        frozen[account] = yes;
    }

    function mint(address to, uint256 units) external {
        _balance[to] += units;
        totalSupply += units;
        emit Transfer(address(0), to, units);
    }

    /// @notice What a rebase does to one account.
    function setBalance(address account, uint256 units) external {
        totalSupply = totalSupply - _balance[account] + units;
        _balance[account] = units;
    }

    function balanceOf(address account) external view returns (uint256 held) {
        held = _balance[account];
        uint256 size = 32;
        if (habit == Habit.BalanceReverts) revert Stopped();
        if (habit == Habit.BalanceBurnsGas) _burnGas();
        if (habit == Habit.BalanceSaysNothing) size = 0;
        if (habit == Habit.BalanceSaysTooLittle) size = 31;
        if (habit == Habit.BalanceBomb) size = BOMB;
        assembly {
            mstore(0, held)
            return(0, size)
        }
    }

    function approve(address spender, uint256 units) external returns (bool) {
        allowance[msg.sender][spender] = units;
        emit Approval(msg.sender, spender, units);
        return true;
    }

    function transfer(address to, uint256 units) external returns (bool) {
        return _answer(_move(msg.sender, to, units));
    }

    function transferFrom(address from, address to, uint256 units) external returns (bool) {
        allowance[from][msg.sender] -= units;
        return _answer(_move(from, to, units));
    }

    function _move(address from, address to, uint256 units) private returns (bool) {
        if (habit == Habit.Paused) revert Stopped();
        if (habit == Habit.MoveBurnsGas) _burnGas();
        if (frozen[from]) revert Frozen(from);
        if (frozen[to]) revert Frozen(to);
        if (habit == Habit.ReturnsFalse) return false;
        if (habit == Habit.ReturnsTrueMovesNothing) return true;
        if (habit == Habit.Hooks && address(hook) != address(0)) hook.onMove(true, from, to, units);
        uint256 fee = units / 100;
        _balance[from] -= units + (habit == Habit.SenderFee ? fee : 0);
        _balance[to] += units - (habit == Habit.ReceiverFee ? fee : 0);
        emit Transfer(from, to, units);
        if (habit == Habit.Hooks && address(hook) != address(0)) hook.onMove(false, from, to, units);
        return true;
    }

    function _answer(bool moved) private view returns (bool) {
        if (habit == Habit.NoReturn) {
            assembly {
                return(0, 0)
            }
        }
        if (habit == Habit.ReturnsRubbish) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        if (habit == Habit.MoveBomb) {
            assembly {
                mstore(0, 0)
                return(0, BOMB)
            }
        }
        return moved;
    }

    function _burnGas() private pure {
        assembly {
            invalid()
        }
    }
}

/// @title A thief in the asset's hook: calls the vault again, in the middle of a payment or a deposit
contract ReentrantHook is IHook {
    address public target;
    bytes public data;
    bool public before;
    bool public succeeded;
    bytes public answer;

    function arm(address target_, bytes calldata data_, bool before_) external {
        (target, data, before) = (target_, data_, before_);
    }

    function onMove(bool before_, address, address, uint256) external {
        if (target == address(0) || before_ != before) return;
        address to = target;
        target = address(0);
        (succeeded, answer) = to.call(data);
    }

    /// @notice Lets this contract act as a holder.
    function act(address to, bytes calldata call_) external {
        (bool ok, bytes memory reason) = to.call(call_);
        if (!ok) {
            assembly {
                revert(add(reason, 32), mload(reason))
            }
        }
    }
}
