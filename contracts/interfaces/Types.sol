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
