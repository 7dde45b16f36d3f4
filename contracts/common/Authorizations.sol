// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC3009} from "../interfaces/IERC3009.sol";
import {Signatures} from "./Signatures.sol";

/// @title What a holder signs and others carry (EIP-3009)
/// @dev `AuthorizationUsed` comes after the movement: an order's event and its escrow's stay next to each other in the log.
abstract contract Authorizations is IERC3009, EIP712 {
    // ---------------------------------------------------------------- constants and storage

    bytes32 private constant TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    mapping(address authorizer => mapping(bytes32 nonce => bool)) private _spent;

    // ---------------------------------------------------------------- moving, by anybody and by the payee

    /// @inheritdoc IERC3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) public {
        _use(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature);
        _move(from, to, value);
        emit AuthorizationUsed(from, nonce);
    }

    /// @inheritdoc IERC3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        transferWithAuthorization(from, to, value, validAfter, validBefore, nonce, abi.encodePacked(r, s, v));
    }

    /// @inheritdoc IERC3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) public {
        if (msg.sender != to) revert CallerNotPayee(msg.sender, to);
        _useReceipt(from, to, value, validAfter, validBefore, nonce, signature);
        _move(from, to, value);
        emit AuthorizationUsed(from, nonce);
    }

    /// @inheritdoc IERC3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        receiveWithAuthorization(from, to, value, validAfter, validBefore, nonce, abi.encodePacked(r, s, v));
    }

    // ---------------------------------------------------------------- cancelling, by anybody

    /// @inheritdoc IERC3009
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) public {
        _spend(authorizer, nonce);
        _checkSigned(authorizer, keccak256(abi.encode(CANCEL_TYPEHASH, authorizer, nonce)), signature);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    /// @inheritdoc IERC3009
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        cancelAuthorization(authorizer, nonce, abi.encodePacked(r, s, v));
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IERC3009
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        return _spent[authorizer][nonce];
    }

    // ---------------------------------------------------------------- internals

    /// @dev Moves diamonds; reverts where that cannot be.
    function _move(address from, address to, uint256 value) internal virtual;

    /// @dev Uses up what `from` signed for `to` to receive; the caller does with it what `to` may.
    function _useReceipt(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) internal {
        _use(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature);
    }

    /// @dev Reverts unless `account` signed this struct for this contract on this chain.
    function _checkSigned(address account, bytes32 structHash, bytes memory signature) internal view {
        if (!Signatures.signed(account, _hashTypedDataV4(structHash), signature)) revert InvalidSignature(account);
    }

    function _use(
        bytes32 typeHash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) private {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(validBefore);
        _spend(from, nonce);
        bytes32 structHash = keccak256(abi.encode(typeHash, from, to, value, validAfter, validBefore, nonce));
        _checkSigned(from, structHash, signature);
    }

    function _spend(address authorizer, bytes32 nonce) private {
        if (_spent[authorizer][nonce]) revert AuthorizationSpent(authorizer, nonce);
        _spent[authorizer][nonce] = true;
    }
}
