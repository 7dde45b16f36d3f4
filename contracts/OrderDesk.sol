// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Durations} from "./common/Durations.sol";
import {Governed} from "./common/Governed.sol";
import {SelfPermit} from "./common/SelfPermit.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {GoodsOrder, IOrderDesk, Listing, OrderState, Purchase} from "./interfaces/IOrderDesk.sol";
import {Authorization} from "./interfaces/Types.sol";

/// @title OrderDesk
/// @notice Documented in IOrderDesk.
/// @dev The token is Zuan's own: it has no hooks, and its transfers succeed or revert.
contract OrderDesk is IOrderDesk, SelfPermit, Governed {
    using SafeCast for uint256;

    /// @dev `nextPrice` applies from `nextAt` on; a `nextPrice` of 0 closes the listing.
    struct Offer {
        address merchant;
        uint40 deliveryTime;
        uint40 nextAt;
        uint80 price;
        uint80 nextPrice;
        bytes32 terms;
    }

    struct Escrow {
        address buyer;
        uint40 deadline;
        OrderState state;
        uint48 listing;
        address arbiter;
        uint80 diamonds;
    }

    // ---------------------------------------------------------------- constants and immutables

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "Order(uint256 listing,address merchant,bytes32 terms,uint256 deliveryTime,address arbiter,uint256 quantity,bytes32 details,bytes32 salt)"
    );

    /// @inheritdoc IOrderDesk
    IDiamondToken public immutable token;

    /// @inheritdoc IOrderDesk
    uint256 public immutable notice;

    /// @inheritdoc IOrderDesk
    uint256 public immutable confirmationTime;

    /// @inheritdoc IOrderDesk
    uint256 public immutable arbitrationTime;

    // ---------------------------------------------------------------- storage

    /// @inheritdoc IOrderDesk
    uint256 public listingCount;

    /// @inheritdoc IOrderDesk
    uint256 public orderCount;

    /// @inheritdoc IOrderDesk
    address public arbiter;

    /// @dev Beside the arbiter, which every order reads, in one slot.
    uint96 private _escrowed;

    mapping(uint256 listing => Offer) private _offer;
    mapping(uint256 order => Escrow) private _escrow;

    // ---------------------------------------------------------------- construction

    /// @param owner_ Governance, for ever; all it can change is the arbiter of later orders.
    /// @param token_ The diamonds.
    /// @param arbiter_ First arbiter.
    /// @param notice_ Seconds before a worse price, or a withdrawal, applies.
    /// @param confirmationTime_ Seconds a buyer has to dispute a delivery.
    /// @param arbitrationTime_ Seconds an arbiter has to decide.
    constructor(
        address owner_,
        IDiamondToken token_,
        address arbiter_,
        uint256 notice_,
        uint256 confirmationTime_,
        uint256 arbitrationTime_
    ) Governed(owner_) SelfPermit(token_) {
        token = token_;
        notice = Durations.check(notice_);
        confirmationTime = Durations.check(confirmationTime_);
        arbitrationTime = Durations.check(arbitrationTime_);
        _setArbiter(arbiter_);
    }

    // ---------------------------------------------------------------- listings, by merchants

    /// @inheritdoc IOrderDesk
    function list(uint256 price, uint256 deliveryTime, bytes32 terms) external returns (uint256 id) {
        id = ++listingCount;
        _offer[id] = Offer(msg.sender, uint40(Durations.check(deliveryTime)), 0, _checkPrice(price), 0, terms);
        emit Listed(id, msg.sender, price, deliveryTime, terms);
    }

    /// @inheritdoc IOrderDesk
    function reprice(uint256 listing_, uint256 newPrice) external {
        _change(listing_, _checkPrice(newPrice));
    }

    /// @inheritdoc IOrderDesk
    function unlist(uint256 listing_) external {
        _change(listing_, 0);
    }

    // ---------------------------------------------------------------- orders, by buyers

    /// @inheritdoc IOrderDesk
    function order(Purchase calldata wanted, uint256 agreed) external returns (uint256 id) {
        uint256 diamonds;
        (id, diamonds) = _place(wanted, msg.sender);
        if (diamonds > agreed) revert AbovePrice(diamonds, agreed);
        token.transferFrom(msg.sender, address(this), diamonds);
    }

    /// @inheritdoc IOrderDesk
    function orderWithAuthorization(Purchase calldata wanted, Authorization calldata signed)
        external
        returns (uint256 id)
    {
        uint256 diamonds;
        (id, diamonds) = _place(wanted, signed.from);
        if (diamonds != signed.value) revert NotThePrice(diamonds, signed.value);
        bytes32 nonce = keccak256(abi.encode(ORDER_TYPEHASH, wanted, signed.salt));
        token.receiveWithAuthorization(
            signed.from, address(this), diamonds, signed.validAfter, signed.validBefore, nonce, signed.signature
        );
    }

    /// @inheritdoc IOrderDesk
    function confirm(uint256 id) external {
        Escrow storage escrow = _placed(id);
        _only(escrow.state == OrderState.Delivered || escrow.state == OrderState.Disputed, id, escrow);
        if (msg.sender != escrow.buyer) revert NotBuyer(msg.sender, escrow.buyer);
        _settle(id, escrow);
    }

    /// @inheritdoc IOrderDesk
    function dispute(uint256 id, bytes32 reason) external {
        Escrow storage escrow = _placed(id);
        _only(escrow.state == OrderState.Delivered, id, escrow);
        if (msg.sender != escrow.buyer) revert NotBuyer(msg.sender, escrow.buyer);
        _inTime(id, escrow);
        uint256 decideBy = _advance(escrow, OrderState.Disputed, arbitrationTime);
        emit Disputed(id, reason, decideBy);
    }

    // ---------------------------------------------------------------- orders, by merchants and arbiters

    /// @inheritdoc IOrderDesk
    function deliver(uint256 id, bytes32 proof) external {
        Escrow storage escrow = _placed(id);
        _only(escrow.state == OrderState.Open, id, escrow);
        address merchant = _offer[escrow.listing].merchant;
        if (msg.sender != merchant) revert NotMerchant(msg.sender, merchant);
        _inTime(id, escrow);
        uint256 disputeBy = _advance(escrow, OrderState.Delivered, confirmationTime);
        emit Delivered(id, proof, disputeBy);
    }

    /// @inheritdoc IOrderDesk
    function decide(uint256 id, bool delivered) external {
        Escrow storage escrow = _placed(id);
        _only(escrow.state == OrderState.Disputed, id, escrow);
        if (msg.sender != escrow.arbiter) revert NotArbiter(msg.sender, escrow.arbiter);
        _inTime(id, escrow);
        if (delivered) _settle(id, escrow);
        else _refund(id, escrow);
    }

    // ---------------------------------------------------------------- orders, by anybody once somebody is late

    /// @inheritdoc IOrderDesk
    function settle(uint256 id) external {
        Escrow storage escrow = _placed(id);
        _only(escrow.state == OrderState.Delivered, id, escrow);
        _late(id, escrow);
        _settle(id, escrow);
    }

    /// @inheritdoc IOrderDesk
    function refund(uint256 id) external {
        Escrow storage escrow = _placed(id);
        OrderState state = escrow.state;
        bool byMerchant = msg.sender == _offer[escrow.listing].merchant;
        _only(
            state == OrderState.Open || state == OrderState.Disputed || (byMerchant && state == OrderState.Delivered),
            id,
            escrow
        );
        if (!byMerchant) _late(id, escrow);
        _refund(id, escrow);
    }

    // ---------------------------------------------------------------- owner functions

    /// @inheritdoc IOrderDesk
    function setArbiter(address to) external onlyOwner {
        _setArbiter(to);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IOrderDesk
    function escrowed() external view returns (uint256) {
        return _escrowed;
    }

    /// @inheritdoc IOrderDesk
    function listing(uint256 id) external view returns (Listing memory) {
        Offer memory o = _listed(id);
        bool pending = block.timestamp < o.nextAt;
        return Listing(
            o.merchant,
            _price(o),
            pending ? uint256(o.nextPrice) : 0,
            pending ? uint256(o.nextAt) : 0,
            o.deliveryTime,
            o.terms
        );
    }

    /// @inheritdoc IOrderDesk
    function orderOf(uint256 id) external view returns (GoodsOrder memory) {
        Escrow memory e = _placed(id);
        return GoodsOrder(e.buyer, e.arbiter, e.listing, e.diamonds, e.state, e.deadline);
    }

    // ---------------------------------------------------------------- internals

    /// @dev An order in all but its diamonds, which the caller moves next.
    function _place(Purchase calldata wanted, address buyer) private returns (uint256 id, uint256 diamonds) {
        Offer memory offer = _listed(wanted.listing);
        uint256 price = _price(offer);
        if (price == 0) revert ListingClosed(wanted.listing);
        if (wanted.merchant != offer.merchant) revert OtherMerchant(wanted.merchant, offer.merchant);
        if (wanted.terms != offer.terms) revert OtherTerms(wanted.terms, offer.terms);
        if (wanted.deliveryTime != offer.deliveryTime) {
            revert OtherDeliveryTime(wanted.deliveryTime, offer.deliveryTime);
        }
        address arbiter_ = arbiter;
        if (wanted.arbiter != arbiter_) revert OtherArbiter(wanted.arbiter, arbiter_);
        if (wanted.quantity == 0) revert ZeroQuantity();
        if (wanted.details == 0) revert ZeroDetails();
        diamonds = price * wanted.quantity;

        id = ++orderCount;
        // NOTE: at most the supply, whose transfer follows or reverts all of this.
        _escrowed += diamonds.toUint80();
        uint256 deliverBy = block.timestamp + offer.deliveryTime;
        _escrow[id] =
            Escrow(buyer, uint40(deliverBy), OrderState.Open, uint48(wanted.listing), arbiter_, diamonds.toUint80());
        emit Ordered(id, wanted.listing, buyer, wanted.quantity, diamonds, wanted.details, deliverBy);
    }

    function _change(uint256 listing_, uint80 newPrice) private {
        Offer storage offer = _listed(listing_);
        if (msg.sender != offer.merchant) revert NotMerchant(msg.sender, offer.merchant);
        uint80 price = _price(offer);
        if (price == 0) revert ListingClosed(listing_);
        bool worse = newPrice == 0 || newPrice > price;
        uint256 from = worse ? block.timestamp + notice : block.timestamp;
        offer.price = worse ? price : newPrice;
        offer.nextPrice = newPrice;
        offer.nextAt = worse ? uint40(from) : 0;
        emit Repriced(listing_, price, newPrice, from);
    }

    /// @dev Diamonds per piece now; 0 once withdrawn.
    function _price(Offer memory offer) private view returns (uint80) {
        bool changed = offer.nextAt != 0 && block.timestamp >= offer.nextAt;
        return changed ? offer.nextPrice : offer.price;
    }

    function _settle(uint256 id, Escrow storage escrow) private {
        escrow.state = OrderState.Settled;
        _escrowed -= escrow.diamonds;
        emit Settled(id, msg.sender, escrow.diamonds);
        token.burn(escrow.diamonds, bytes32(id));
    }

    function _refund(uint256 id, Escrow storage escrow) private {
        escrow.state = OrderState.Refunded;
        _escrowed -= escrow.diamonds;
        emit Refunded(id, msg.sender, escrow.diamonds);
        token.transfer(escrow.buyer, escrow.diamonds);
    }

    function _advance(Escrow storage escrow, OrderState to, uint256 time) private returns (uint256 deadline) {
        deadline = block.timestamp + time;
        escrow.state = to;
        escrow.deadline = uint40(deadline);
    }

    function _setArbiter(address to) private {
        if (to == address(0)) revert ArbiterIsZero();
        emit ArbiterChanged(arbiter, to);
        arbiter = to;
    }

    function _listed(uint256 id) private view returns (Offer storage offer) {
        offer = _offer[id];
        if (offer.merchant == address(0)) revert NoSuchListing(id);
    }

    function _placed(uint256 id) private view returns (Escrow storage escrow) {
        escrow = _escrow[id];
        if (escrow.state == OrderState.None) revert NoSuchOrder(id);
    }

    function _only(bool fits, uint256 id, Escrow storage escrow) private view {
        if (!fits) revert WrongState(id, escrow.state);
    }

    function _inTime(uint256 id, Escrow storage escrow) private view {
        if (block.timestamp > escrow.deadline) revert TooLate(id, escrow.deadline);
    }

    function _late(uint256 id, Escrow storage escrow) private view {
        if (block.timestamp <= escrow.deadline) revert TooEarly(id, escrow.deadline);
    }

    function _checkPrice(uint256 price) private pure returns (uint80) {
        if (price == 0 || price > type(uint80).max) revert PriceOutOfRange(price);
        return uint80(price);
    }
}
