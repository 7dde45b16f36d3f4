// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin} from "./Coin.sol";

/// Moves, and says that it did not.
contract Rowan is Coin {
    function transfer(address to, uint256 value) public override returns (bool) {
        super.transfer(to, value);
        return false;
    }
}

/// Moves, and says nothing.
contract Sorrel {
    uint256 public constant totalSupply = 1_000_000;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor() {
        balanceOf[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    function approve(address spender, uint256 value) external {
        require(value == 0 || allowance[msg.sender][spender] == 0, "first to zero");
        allowance[msg.sender][spender] = value;
    }

    function transfer(address to, uint256 value) external {
        _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

/// Several keys that act together, as far as the rating looks at them.
contract Council {
    address[] private _owners;
    uint256 public constant getThreshold = 2;

    constructor(address[] memory owners) {
        _owners = owners;
    }

    function getOwners() external view returns (address[] memory) {
        return _owners;
    }
}

/// A proxy of many parts (EIP-2535), as small as it goes.
contract Tansy {
    struct Cut {
        address facet;
        uint8 action;
        bytes4[] selectors;
    }

    // The facet's own storage comes first.
    uint256[64] private _gap;
    mapping(bytes4 => address) private _facets;
    address[] private _all;
    address private immutable _keeper;

    constructor(address first, bytes4[] memory selectors, bytes memory data) {
        _keeper = msg.sender;
        _all.push(first);
        for (uint256 n = 0; n < selectors.length; n++) {
            _facets[selectors[n]] = first;
        }
        (bool done,) = first.delegatecall(data);
        require(done);
    }

    function facetAddresses() external view returns (address[] memory) {
        return _all;
    }

    function diamondCut(Cut[] calldata cuts, address, bytes calldata) external {
        require(msg.sender == _keeper);
        for (uint256 n = 0; n < cuts.length; n++) {
            for (uint256 m = 0; m < cuts[n].selectors.length; m++) {
                _facets[cuts[n].selectors[m]] = cuts[n].facet;
            }
        }
    }

    fallback() external payable {
        address code = _facets[msg.sig];
        require(code != address(0));
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}
