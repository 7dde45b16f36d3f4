// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Transfers by authorisation (EIP-3009): the holder signs, anybody pays the gas
/// @notice An authorisation is used once or cancelled; which of them is used first does not matter, so a `nonce` is any 32
///         bytes. A signature is that of the account's key (65 bytes r, s, v), or whatever the account's code approves of by
///         ERC-1271. Each function comes with the signature in one piece, and in three for those who expect that.
interface IERC3009 {
    /// @notice An authorisation was carried out.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    /// @notice An authorisation will never be carried out.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice It may be used only after this second (UTC).
    error AuthorizationNotYetValid(uint256 validAfter);

    /// @notice It could be used only before this second (UTC).
    error AuthorizationExpired(uint256 validBefore);

    /// @notice It was used or cancelled before.
    error AuthorizationSpent(address authorizer, bytes32 nonce);

    /// @notice Only the payee may receive by authorisation.
    error CallerNotPayee(address caller, address payee);

    /// @notice The account did not sign this.
    error InvalidSignature(address account);

    /// @notice Moves diamonds as `from` signed. Anybody.
    /// @param validAfter May be used only after this second (UTC).
    /// @param validBefore May be used only before this second (UTC).
    /// @param nonce Any 32 bytes that `from` has not used.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice The same.
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
    ) external;

    /// @notice Moves diamonds to the caller as `from` signed: nobody else can send it, so a contract that does so knows what
    ///         comes of it.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice The same.
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
    ) external;

    /// @notice Makes an authorisation that was not used yet useless, as `authorizer` signed. Anybody.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external;

    /// @notice The same.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Whether an authorisation was used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
}
