// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

/// A token behind a proxy, as USDC is: the address and the storage stay, the code changes.
contract Proxy is ERC1967Proxy {
    constructor(address implementation) ERC1967Proxy(implementation, "") {}

    function upgrade(address implementation) external {
        ERC1967Utils.upgradeToAndCall(implementation, "");
    }

    receive() external payable {}
}

contract First {
    event Transfer(address indexed from, address indexed to, uint256 value);

    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function transfer(address to, uint256 value) external virtual returns (bool) {
        _move(to, value);
        return true;
    }

    function _move(address to, uint256 value) internal {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}

/// The second version emits an event of its own beside each transfer.
contract Second is First {
    event Noted(address indexed who, string what);

    function transfer(address to, uint256 value) external override returns (bool) {
        emit Noted(msg.sender, "upgraded");
        _move(to, value);
        return true;
    }
}
