// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A stand-in, by its interface, for the extension that the wizard imports from a package that is on no registry.
abstract contract ERC20Restricted is ERC20 {
    enum Restriction {
        DEFAULT,
        BLOCKED,
        ALLOWED
    }

    mapping(address => Restriction) private _restrictions;

    function getRestriction(address user) public view virtual returns (Restriction) {
        return _restrictions[user];
    }

    function isUserAllowed(address user) public view virtual returns (bool) {
        return getRestriction(user) != Restriction.BLOCKED;
    }

    function _allowUser(address user) internal virtual {
        _restrictions[user] = Restriction.ALLOWED;
    }

    function _blockUser(address user) internal virtual {
        _restrictions[user] = Restriction.BLOCKED;
    }

    function _resetUser(address user) internal virtual {
        _restrictions[user] = Restriction.DEFAULT;
    }

    function _update(address from, address to, uint256 value) internal virtual override {
        if (from != address(0)) require(isUserAllowed(from), "restricted");
        if (to != address(0)) require(isUserAllowed(to), "restricted");
        super._update(from, to, value);
    }
}
