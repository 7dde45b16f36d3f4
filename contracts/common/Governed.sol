// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An owner for ever: what only governance may do
/// @notice The owner cannot be changed or given up. OpenZeppelin's Ownable lets an owner hand itself on; a timelock that
///         could hand its contracts to a plain key would have no floor under its delay. (The errors are Ownable's own.)
abstract contract Governed {
    /// @notice The caller is not the owner.
    error OwnableUnauthorizedAccount(address account);

    /// @notice Address 0 cannot own.
    error OwnableInvalidOwner(address owner);

    /// @notice The timelock whose scheduled calls may change what can be changed here.
    address public immutable owner;

    constructor(address owner_) {
        if (owner_ == address(0)) revert OwnableInvalidOwner(owner_);
        owner = owner_;
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
        _;
    }
}
