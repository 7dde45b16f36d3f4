// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Whose signature it is: of a key, or of a wallet that is a contract
/// @dev OpenZeppelin's SignatureChecker needs a later EVM than the target, and never tries the key of an account that has
///      code: an account with EIP-7702 code has both.
library Signatures {
    /// @dev Whether `account` signed `hash`: with its key (65 bytes r, s, v; OpenZeppelin refuses malleable ones), or by the
    ///      word of its code (ERC-1271).
    function signed(address account, bytes32 hash, bytes memory signature) internal view returns (bool) {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(hash, signature);
        if (err == ECDSA.RecoverError.NoError && signer == account) return true;
        return account.code.length != 0 && _approves(account, hash, signature);
    }

    /// @dev One word is read of the answer, however long it is: a wallet cannot make the caller pay for copying it.
    function _approves(address wallet, bytes32 hash, bytes memory signature) private view returns (bool approved) {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (hash, signature));
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            let ok := staticcall(gas(), wallet, add(question, 0x20), mload(question), 0x00, 0x20)
            approved := and(and(ok, gt(returndatasize(), 0x1f)), eq(mload(0x00), yes))
        }
    }
}
