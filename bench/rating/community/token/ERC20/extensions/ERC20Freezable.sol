// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A stand-in, by its interface, for the extension that the wizard imports from a package that is on no registry.
abstract contract ERC20Freezable is ERC20 {
    mapping(address => uint256) private _frozen;

    function frozen(address user) public view virtual returns (uint256) {
        return _frozen[user];
    }

    function _setFrozen(address user, uint256 amount) internal virtual {
        _frozen[user] = amount;
    }

    function _update(address from, address to, uint256 value) internal virtual override {
        if (from != address(0)) require(balanceOf(from) >= _frozen[from] + value, "frozen");
        super._update(from, to, value);
    }
}
