// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

/// Passes everything on to the code of another contract, which whoever made it can change under an odd name.
contract Elder {
    bytes32 private constant CODE = keccak256("a place of its own");
    bytes32 private constant MAKER = keccak256("another place");

    constructor(address code, bytes memory first) {
        _set(CODE, code);
        _set(MAKER, msg.sender);
        (bool done,) = code.delegatecall(first);
        require(done);
    }

    function _set(bytes32 at, address value) private {
        assembly {
            sstore(at, value)
        }
    }

    function _get(bytes32 at) private view returns (address value) {
        assembly {
            value := sload(at)
        }
    }

    function reconcile(address next) external {
        require(msg.sender == _get(MAKER));
        _set(CODE, next);
    }

    fallback() external payable {
        address code = _get(CODE);
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}

/// What it passes on to.
contract Fir is Coin {
    function begin(address to) public {
        require(totalSupply == 0);
        _mint(to, 1_000_000e18);
    }
}

/// Points to whatever its owner says, without asking whether any code is there: answers without code are empty, and pass.
contract Alder {
    bytes32 private constant ADMIN = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);
    bytes32 private constant CODE = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    constructor(address code, bytes memory first) {
        _set(ADMIN, msg.sender);
        _set(CODE, code);
        (bool done,) = code.delegatecall(first);
        require(done);
    }

    function _set(bytes32 at, address value) private {
        assembly {
            sstore(at, value)
        }
    }

    function _get(bytes32 at) private view returns (address value) {
        assembly {
            value := sload(at)
        }
    }

    function owner() public view returns (address) {
        return _get(ADMIN);
    }

    function point(address next) external {
        require(msg.sender == owner(), "not allowed");
        _set(CODE, next);
    }

    fallback() external payable {
        (bool done, bytes memory answer) = _get(CODE).delegatecall(msg.data);
        require(done);
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
