// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

interface IVm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function etch(address account, bytes memory code) external;
}

interface ISvm {
    function createUint256(string memory name) external pure returns (uint256);
    function createCalldata(string memory contractName) external pure returns (bytes memory);
    function enableSymbolicStorage(address account) external;
}

/// @title What the checks share: halmos's cheat codes
/// @notice A function `check_...` is a theorem: halmos tries to find arguments and storage for which an assert in it fails,
///         and reports that there are none.
abstract contract Halmos {
    IVm internal constant vm = IVm(address(uint160(uint256(keccak256("hevm cheat code")))));
    ISvm internal constant svm = ISvm(address(uint160(uint256(keccak256("svm cheat code")))));

    /// @dev The same contract in any state. At another address, because storage that a constructor has touched, if only to
    ///      read it, would not become symbolic. (Its immutables must be known numbers.)
    function _inAnyState(address made) internal returns (address) {
        address copy = address(uint160(made) ^ (1 << 80));
        vm.etch(copy, made.code);
        svm.enableSymbolicStorage(copy);
        return copy;
    }

    /// @dev `||` without a branch: each branch doubles what has to be proven.
    function _or(bool a, bool b) internal pure returns (bool c) {
        assembly {
            c := or(a, b)
        }
    }

    /// @dev `&&` without a branch.
    function _and(bool a, bool b) internal pure returns (bool c) {
        assembly {
            c := and(a, b)
        }
    }
}
