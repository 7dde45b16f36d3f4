// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet that is a contract (ERC-1271), with every bad habit it may have, each to be switched on
contract TestWallet {
    enum Habit {
        None, // approves of what its owner's key signed
        Anything, // approves of whatever it is asked
        Refuses,
        Reverts,
        ShortAnswer, // the right four bytes and no more
        DirtyAnswer, // the right four bytes and others behind them
        LongAnswer, // the right word and a megabyte behind it
        BurnsGas,
        Acts // moves diamonds and opens the door while it is asked
    }

    address public immutable owner;
    Habit public habit;
    address public target;
    bytes public action;

    constructor(address owner_) {
        owner = owner_;
    }

    function setHabit(Habit to) external {
        habit = to;
    }

    function setAction(address target_, bytes calldata action_) external {
        (target, action) = (target_, action_);
    }

    function run(address to, bytes calldata data) external {
        (bool ok, bytes memory answer) = to.call(data);
        if (!ok) {
            assembly {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external returns (bytes4) {
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector);
        if (habit == Habit.Anything) return bytes4(yes);
        if (habit == Habit.Refuses) return 0xffffffff;
        if (habit == Habit.Reverts) revert("no");
        if (habit == Habit.Acts) {
            // A view in name only: the call is made all the same, and the EVM refuses what it would change.
            address to = target;
            bytes memory data = action;
            assembly {
                if iszero(call(gas(), to, 0, add(data, 0x20), mload(data), 0, 0)) { revert(0, 0) }
            }
            return bytes4(yes);
        }
        assembly {
            mstore(0, yes)
            switch sload(habit.slot)
            case 4 { return(0, 4) }
            case 5 {
                mstore8(31, 1)
                return(0, 32)
            }
            case 6 { return(0, 1048576) }
            case 7 { invalid() }
        }
        (address signer,,) = ECDSA.tryRecover(hash, signature);
        return signer == owner ? bytes4(yes) : bytes4(0xffffffff);
    }
}
