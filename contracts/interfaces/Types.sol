// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One sale to be minted.
/// @param to Buyer who receives the diamonds.
/// @param amount Diamonds, at least 1.
/// @param ref Order reference, keccak256 of the platform's order id; never 0.
struct Order {
    address to;
    uint128 amount;
    bytes32 ref;
}

/// @notice The standing attestation as the mint path reads it: one storage slot.
/// @param ceiling Diamonds that attested reserves allow ever to be issued, before the vault is added:
///        attested reserves after haircut + diamonds burned up to `asOf`.
/// @param vault Vault reserves at `asOf`, diamonds at par; a later, larger vault gives no room.
/// @param freshUntil Last second (UTC) at which it allows minting; 0 when no attestation stands.
/// @param suspendedUntil First second (UTC) at which minting may go on after a suspension.
/// @param epoch Number of the newest attestation; 0 before the first.
struct Gate {
    uint72 ceiling;
    uint72 vault;
    uint40 freshUntil;
    uint40 suspendedUntil;
    uint32 epoch;
}

/// @dev All parts of a whole are in 1/10,000.
uint256 constant BPS = 10_000;

/// @notice Whether an attestation allows minting at this moment: fresh and not suspended.
function isOpen(Gate memory gate) view returns (bool) {
    return block.timestamp <= gate.freshUntil && block.timestamp >= gate.suspendedUntil;
}

/// @notice What a holder signed for vault or desk to receive: a `ReceiveWithAuthorization` of the token (EIP-3009) whose
///         `to` is the contract that is called, and whose nonce is a hash of what the contract shall do and of `salt`. So
///         the diamonds move only for that, once. Money that comes of it goes to the signer.
/// @param from Who signed; whose diamonds they are.
/// @param value Diamonds.
/// @param validAfter May be used only after this second (UTC).
/// @param validBefore May be used only before this second (UTC).
/// @param salt Any 32 bytes that make it another than those before.
/// @param signature Of the key of `from` (65 bytes r, s, v), or what its code approves of (ERC-1271).
struct Authorization {
    address from;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 salt;
    bytes signature;
}
