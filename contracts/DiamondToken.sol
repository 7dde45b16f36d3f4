// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20, IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit, IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {Order} from "./interfaces/Types.sol";

/// @title DiamondToken
/// @notice Documented in IDiamondToken.
contract DiamondToken is ERC20, ERC20Permit, IDiamondToken {
    // ---------------------------------------------------------------- immutables

    /// @inheritdoc IDiamondToken
    uint256 public immutable cap;

    /// @inheritdoc IDiamondToken
    address public immutable issuer;

    // ---------------------------------------------------------------- construction

    /// @param name_ Name shown by wallets; also the EIP-712 domain of permits.
    /// @param symbol_ Symbol shown by wallets.
    /// @param cap_ Largest supply ever, 1 to 2^128 - 1 diamonds.
    /// @param issuer_ The Issuer's address, known before the Issuer is deployed.
    constructor(string memory name_, string memory symbol_, uint256 cap_, address issuer_)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
    {
        if (cap_ == 0 || cap_ > type(uint128).max) revert CapOutOfRange(cap_);
        if (issuer_ == address(0)) revert IssuerIsZero();
        cap = cap_;
        issuer = issuer_;
    }

    // ---------------------------------------------------------------- minting, by the Issuer

    /// @inheritdoc IDiamondToken
    function mint(Order calldata order, uint256 firstSerial, uint256 epoch, address minter) external {
        _onlyIssuer();
        _mintOrder(order, firstSerial, epoch, minter);
        _checkCap(order.amount);
    }

    /// @inheritdoc IDiamondToken
    function mintBatch(Order[] calldata orders, uint256 firstSerial, uint256 epoch, address minter) external {
        _onlyIssuer();
        uint256 serial = firstSerial;
        for (uint256 i = 0; i < orders.length; ++i) {
            _mintOrder(orders[i], serial, epoch, minter);
            // NOTE: amounts are uint128, and the supply itself would overflow first.
            unchecked {
                serial += orders[i].amount;
            }
        }
        _checkCap(serial - firstSerial);
    }

    // ---------------------------------------------------------------- burning, by holders and spenders

    /// @inheritdoc IDiamondToken
    function burn(uint256 amount, bytes32 orderRef) external {
        _burnFor(msg.sender, amount, orderRef);
    }

    /// @inheritdoc IDiamondToken
    function burnFrom(address from, uint256 amount, bytes32 orderRef) external {
        _spendAllowance(from, msg.sender, amount);
        _burnFor(from, amount, orderRef);
    }

    // ---------------------------------------------------------------- views

    /// @notice 0: a diamond cannot be divided.
    function decimals() public pure override(ERC20, IERC20Metadata) returns (uint8) {
        return 0;
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    // ---------------------------------------------------------------- internals

    function _onlyIssuer() private view {
        if (msg.sender != issuer) revert NotIssuer(msg.sender);
    }

    function _burnFor(address from, uint256 amount, bytes32 orderRef) private {
        _burn(from, amount);
        emit Burned(from, orderRef, amount, totalSupply());
    }

    function _mintOrder(Order calldata order, uint256 serial, uint256 epoch, address minter) private {
        _mint(order.to, order.amount);
        emit Minted(serial, order.to, order.ref, order.amount, epoch, minter);
    }

    /// @dev Checked after the fact, on a slot already read: a revert undoes the mint.
    function _checkCap(uint256 minted) private view {
        uint256 supply = totalSupply();
        if (supply > cap) revert CapExceeded(minted, cap - (supply - minted));
    }
}
