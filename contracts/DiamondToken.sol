// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20, IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {Authorizations} from "./common/Authorizations.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {Order} from "./interfaces/Types.sol";

/// @title DiamondToken
/// @notice Documented in IDiamondToken.
/// @dev OpenZeppelin's ERC20 with its own books: balances and supply are kept here, so that a batch writes the supply once
///      and not once per order (docs/decisions/0004). Allowances, transfer's checks and their errors are OpenZeppelin's; its
///      `_mint` and `_burn`, which know other books, are not used, nor its permit, which knows keys only.
contract DiamondToken is ERC20, Authorizations, Nonces, IDiamondToken {
    // ---------------------------------------------------------------- constants

    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant BURN_TYPEHASH = keccak256("Burn(bytes32 orderRef,bytes32 salt)");

    // ---------------------------------------------------------------- immutables

    /// @inheritdoc IDiamondToken
    uint256 public immutable cap;

    /// @inheritdoc IDiamondToken
    address public immutable issuer;

    // ---------------------------------------------------------------- storage

    mapping(address account => uint256) private _balance;
    uint256 private _supply;

    // ---------------------------------------------------------------- construction

    /// @param name_ Name shown by wallets; also the EIP-712 domain of all that holders sign.
    /// @param symbol_ Symbol shown by wallets.
    /// @param cap_ Largest supply ever, 1 to 2^128 - 1 diamonds.
    /// @param issuer_ The Issuer's address, known before the Issuer is deployed.
    constructor(string memory name_, string memory symbol_, uint256 cap_, address issuer_)
        ERC20(name_, symbol_)
        EIP712(name_, "1")
    {
        if (cap_ == 0 || cap_ > type(uint128).max) revert CapOutOfRange(cap_);
        if (issuer_ == address(0)) revert IssuerIsZero();
        cap = cap_;
        issuer = issuer_;
    }

    // ---------------------------------------------------------------- minting, by the Issuer

    /// @inheritdoc IDiamondToken
    function mint(Order calldata order, uint256 firstSerial, uint256 epoch, address minter) external returns (uint256) {
        _onlyIssuer();
        return _raiseSupply(_credit(order, firstSerial, epoch, minter));
    }

    /// @inheritdoc IDiamondToken
    function mintBatch(Order[] calldata orders, uint256 firstSerial, uint256 epoch, address minter)
        external
        returns (uint256)
    {
        _onlyIssuer();
        uint256 serial = firstSerial;
        uint256 count = orders.length;
        for (uint256 i = 0; i < count; ++i) {
            // NOTE: calldata cannot hold the 2^128 orders that would overflow it.
            unchecked {
                serial += _credit(orders[i], serial, epoch, minter);
            }
        }
        return _raiseSupply(serial - firstSerial);
    }

    // ---------------------------------------------------------------- burning, by holders and spenders

    /// @inheritdoc IDiamondToken
    function burn(uint256 amount, bytes32 orderRef) external {
        _burnFor(msg.sender, amount, orderRef);
    }

    /// @inheritdoc IDiamondToken
    function burnFrom(address from, uint256 amount, bytes32 orderRef) external {
        // A burn of nothing needs no allowance: it would be an event in the holder's name by anybody.
        if (amount == 0) revert ZeroBurn();
        _spendAllowance(from, msg.sender, amount);
        _burnFor(from, amount, orderRef);
    }

    /// @inheritdoc IDiamondToken
    function burnWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 orderRef,
        bytes32 salt,
        bytes memory signature
    ) external {
        bytes32 nonce = keccak256(abi.encode(BURN_TYPEHASH, orderRef, salt));
        _useReceipt(from, address(this), amount, validAfter, validBefore, nonce, signature);
        _burnFor(from, amount, orderRef);
        emit AuthorizationUsed(from, nonce);
    }

    /// @inheritdoc IDiamondToken
    function burnReceivable(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 orderRef,
        bytes32 nonce,
        bytes memory signature
    ) external {
        _useReceipt(from, msg.sender, amount, validAfter, validBefore, nonce, signature);
        _burnFor(from, amount, orderRef);
        emit AuthorizationUsed(from, nonce);
    }

    // ---------------------------------------------------------------- allowances by signature

    /// @inheritdoc IDiamondToken
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes memory signature) public {
        if (block.timestamp > deadline) revert ERC2612ExpiredSignature(deadline);
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline));
        _checkSigned(owner, structHash, signature);
        _approve(owner, spender, value);
    }

    /// @inheritdoc IERC20Permit
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        permit(owner, spender, value, deadline, abi.encodePacked(r, s, v));
    }

    // ---------------------------------------------------------------- views

    /// @notice Diamonds outstanding.
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _supply;
    }

    /// @notice Diamonds that `account` holds.
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return _balance[account];
    }

    /// @notice 0: a diamond cannot be divided.
    function decimals() public pure override(ERC20, IERC20Metadata) returns (uint8) {
        return 0;
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(Nonces, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IERC20Permit
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        public
        view
        override(EIP712, IERC5267)
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return super.eip712Domain();
    }

    // ---------------------------------------------------------------- internals

    /// @dev Where OpenZeppelin's transfers end, having refused address 0 on either side.
    function _update(address from, address to, uint256 amount) internal override {
        uint256 balance = _balance[from];
        if (balance < amount) revert ERC20InsufficientBalance(from, balance, amount);
        // NOTE: amount <= balance, and the sum of balances is the supply: below 2^128.
        unchecked {
            _balance[from] = balance - amount;
            _balance[to] += amount;
        }
        emit Transfer(from, to, amount);
    }

    function _move(address from, address to, uint256 value) internal override {
        _transfer(from, to, value);
    }

    function _burnFor(address from, uint256 amount, bytes32 orderRef) private {
        uint256 balance = _balance[from];
        if (balance < amount) revert ERC20InsufficientBalance(from, balance, amount);
        uint256 supply = _supply;
        // NOTE: amount <= balance <= supply.
        unchecked {
            _balance[from] = balance - amount;
            _supply = supply -= amount;
        }
        emit Transfer(from, address(0), amount);
        emit Burned(from, orderRef, amount, supply);
    }

    /// @dev Gives one order its diamonds; the caller raises the supply, which is what the cap bounds.
    function _credit(Order calldata order, uint256 serial, uint256 epoch, address minter)
        private
        returns (uint256 amount)
    {
        address to = order.to;
        amount = order.amount;
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        // NOTE: cannot overflow: two numbers below 2^128, and a supply above the cap reverts all of it.
        unchecked {
            _balance[to] += amount;
        }
        emit Transfer(address(0), to, amount);
        emit Minted(serial, to, order.ref, amount, epoch, minter);
    }

    function _raiseSupply(uint256 amount) private returns (uint256 supply) {
        supply = _supply;
        if (amount > cap - supply) revert CapExceeded(amount, cap - supply);
        // NOTE: at most the cap.
        unchecked {
            supply += amount;
        }
        _supply = supply;
    }

    function _onlyIssuer() private view {
        if (msg.sender != issuer) revert NotIssuer(msg.sender);
    }
}
