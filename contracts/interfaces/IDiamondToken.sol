// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC3009} from "./IERC3009.sol";
import {Order} from "./Types.sol";

/// @title The diamond: an ERC-20 without decimals, capped, minted by one Issuer, burned by its holders
/// @notice It has no owner, pause, freeze, seize, fee, upgrade or admin burn: a balance falls only by an act of its
///         holder, of a spender within the holder's allowance, or as the holder signed. Amounts are whole diamonds
///         (`decimals` is 0). Permits and authorisations are those of keys and of contract wallets (ERC-1271).
interface IDiamondToken is IERC20Metadata, IERC20Permit, IERC3009, IERC5267 {
    /// @notice Diamonds `firstSerial` to `firstSerial + amount - 1` came into being.
    /// @param firstSerial Lowest serial number of this mint; serials start at 1 and are never used again.
    /// @param to Buyer who received them.
    /// @param orderRef keccak256 of the platform's order id.
    /// @param amount Diamonds minted.
    /// @param epoch Attestation that allowed the mint.
    /// @param minter Account that asked the Issuer for it.
    event Minted(
        uint256 indexed firstSerial,
        address indexed to,
        bytes32 indexed orderRef,
        uint256 amount,
        uint256 epoch,
        address minter
    );

    /// @notice `from` destroyed `amount` diamonds.
    /// @param from Holder whose balance fell.
    /// @param orderRef What the burner says it was for; 0 for nothing in particular. Anybody may claim any reference.
    /// @param amount Diamonds burned.
    /// @param supply Total supply after it.
    event Burned(address indexed from, bytes32 indexed orderRef, uint256 amount, uint256 supply);

    /// @notice The mint would lift the supply above the cap.
    error CapExceeded(uint256 requested, uint256 available);

    /// @notice Only the Issuer mints.
    error NotIssuer(address caller);

    /// @notice Burning nothing in somebody else's name.
    error ZeroBurn();

    /// @notice A cap is 1 to 2^128 - 1.
    error CapOutOfRange(uint256 cap);

    /// @notice The Issuer cannot be address 0: nothing could ever be minted.
    error IssuerIsZero();

    /// @notice The permit could be used until this second (UTC).
    error ERC2612ExpiredSignature(uint256 deadline);

    /// @notice Largest supply there can ever be, in diamonds.
    function cap() external view returns (uint256);

    /// @notice The only account that mints.
    function issuer() external view returns (address);

    /// @notice Mints one order. Only for the Issuer, which has checked it against the reserves.
    /// @param order Buyer, diamonds and order reference.
    /// @param firstSerial Serial of the first diamond minted.
    /// @param epoch Attestation that allows it.
    /// @param minter Account that asked the Issuer.
    /// @return supply Diamonds outstanding after it.
    function mint(Order calldata order, uint256 firstSerial, uint256 epoch, address minter)
        external
        returns (uint256 supply);

    /// @notice Mints many orders, in their order; serials run on from `firstSerial`. Only for the Issuer.
    /// @return supply Diamonds outstanding after it.
    function mintBatch(Order[] calldata orders, uint256 firstSerial, uint256 epoch, address minter)
        external
        returns (uint256 supply);

    /// @notice Destroys diamonds of the caller. Always open.
    /// @param amount Diamonds.
    /// @param orderRef What it is for; 0 for nothing in particular.
    function burn(uint256 amount, bytes32 orderRef) external;

    /// @notice Destroys diamonds of `from`, at least 1, within the caller's allowance. Always open.
    function burnFrom(address from, uint256 amount, bytes32 orderRef) external;

    /// @notice Destroys diamonds of `from` as it signed: a `ReceiveWithAuthorization` whose `to` is this token and whose
    ///         nonce is `keccak256(abi.encode(keccak256("Burn(bytes32 orderRef,bytes32 salt)"), orderRef, salt))`, which
    ///         nothing else can carry out. Anybody.
    /// @param salt Any 32 bytes that make it another burn than those before.
    function burnWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 orderRef,
        bytes32 salt,
        bytes memory signature
    ) external;

    /// @notice Destroys diamonds of `from` that it signed for the caller to receive (`to` is the caller): what the payee
    ///         could do in two steps without ever holding them.
    function burnReceivable(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 orderRef,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice A permit (ERC-2612) with its signature in one piece, as contract wallets have it.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes memory signature) external;
}
