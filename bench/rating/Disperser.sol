// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

interface Token {
    function transfer(address to, uint256 value) external returns (bool);
}

/// Sends what it holds of a token to a thousand accounts in turn, one transfer each.
contract Disperser {
    function disperse(Token token, uint256 first, uint256 count) external {
        for (uint256 i = first; i < first + count; ++i) token.transfer(address(uint160(1 << 159 | i % 1000)), 1);
    }
}
