// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDiamondToken} from "./IDiamondToken.sol";
import {Authorization} from "./Types.sol";

/// @notice Where an order stands.
/// @param Open Diamonds in escrow; the merchant may deliver until the deadline, after it anybody gives them back.
/// @param Delivered The merchant says so; the buyer confirms or disputes until the deadline, after it anybody settles.
/// @param Disputed The arbiter decides until the deadline; after it anybody gives them back.
/// @param Settled Diamonds burned for goods.
/// @param Refunded Diamonds back with the buyer.
enum OrderState {
    None,
    Open,
    Delivered,
    Disputed,
    Settled,
    Refunded
}

/// @notice Goods for diamonds, at a price that cannot rise overnight.
/// @param merchant Who delivers.
/// @param price Diamonds per piece now; 0 once withdrawn.
/// @param nextPrice Price from `nextAt` on; 0 for a withdrawal.
/// @param nextAt When it applies, UTC seconds; 0 where nothing is pending.
/// @param deliveryTime Seconds the merchant has to deliver; never changes.
/// @param terms Hash of what exactly is sold; never changes.
struct Listing {
    address merchant;
    uint256 price;
    uint256 nextPrice;
    uint256 nextAt;
    uint256 deliveryTime;
    bytes32 terms;
}

/// @notice What a buyer saw and wants: the order is this, or none. (A number alone could mean another listing after a
///         reorganisation, and the owner may name another arbiter before the order is mined.)
/// @param listing Its number.
/// @param merchant Who delivers.
/// @param terms Hash of what exactly is sold.
/// @param deliveryTime Seconds the merchant has to deliver.
/// @param arbiter Who would decide a dispute.
/// @param quantity Pieces.
/// @param details Hash of the order's details, the platform's order reference.
struct Purchase {
    uint256 listing;
    address merchant;
    bytes32 terms;
    uint256 deliveryTime;
    address arbiter;
    uint256 quantity;
    bytes32 details;
}

/// @notice Diamonds in escrow for goods.
/// @param buyer Who gets them back.
/// @param arbiter Who decides a dispute; fixed when the order was placed.
/// @param listing What was ordered.
/// @param diamonds Price of it all.
/// @param state Where it stands.
/// @param deadline Last second (UTC) of what `state` waits for.
struct GoodsOrder {
    address buyer;
    address arbiter;
    uint256 listing;
    uint256 diamonds;
    OrderState state;
    uint256 deadline;
}

/// @title The order desk: diamonds for goods, through escrow
/// @notice A merchant lists goods; lower prices apply at once, a higher one or a withdrawal only after `notice`, the old
///         price staying open meanwhile. An order puts diamonds in escrow; they are burned when the buyer confirms the
///         delivery or stays silent, and go back when the merchant does not deliver, gives up, or loses a dispute. Every
///         state has a deadline after which anybody can end it, so nothing stays locked. Each movement of escrowed diamonds
///         is the log next after its order's event (`Ordered`, `Settled`, `Refunded`).
interface IOrderDesk {
    /// @notice Goods are on offer.
    /// @param terms Hash of what exactly is sold.
    event Listed(uint256 indexed listing, address indexed merchant, uint256 price, uint256 deliveryTime, bytes32 terms);

    /// @notice The price is, or will be, another; a new price of 0 is a withdrawal.
    event Repriced(uint256 indexed listing, uint256 oldPrice, uint256 newPrice, uint256 from);

    /// @notice Diamonds went into escrow.
    /// @param details Hash of the order's details, the platform's order reference.
    event Ordered(
        uint256 indexed order,
        uint256 indexed listing,
        address indexed buyer,
        uint256 quantity,
        uint256 diamonds,
        bytes32 details,
        uint256 deliverBy
    );

    /// @notice The merchant says it has delivered.
    /// @param proof Hash of the proof of delivery.
    event Delivered(uint256 indexed order, bytes32 proof, uint256 disputeBy);

    /// @notice The buyer disagrees.
    /// @param reason Hash of the reason.
    event Disputed(uint256 indexed order, bytes32 reason, uint256 decideBy);

    /// @notice The escrowed diamonds are burned, with the order's number as their order reference.
    event Settled(uint256 indexed order, address indexed by, uint256 diamonds);

    /// @notice The escrowed diamonds go back to the buyer.
    event Refunded(uint256 indexed order, address indexed by, uint256 diamonds);

    /// @notice The owner named another arbiter, for later orders.
    event ArbiterChanged(address indexed oldArbiter, address indexed newArbiter);

    /// @notice A price is 1 to 2^80 - 1 diamonds.
    error PriceOutOfRange(uint256 price);

    /// @notice There is no such listing.
    error NoSuchListing(uint256 listing);

    /// @notice The listing has been withdrawn.
    error ListingClosed(uint256 listing);

    /// @notice Only the merchant.
    error NotMerchant(address caller, address merchant);

    /// @notice An order is for at least one piece.
    error ZeroQuantity();

    /// @notice An order needs the hash of its details.
    error ZeroDetails();

    /// @notice The listing is another merchant's than the buyer saw.
    error OtherMerchant(address seen, address merchant);

    /// @notice The listing sells something else than the buyer saw.
    error OtherTerms(bytes32 seen, bytes32 terms);

    /// @notice The listing's merchant has another time to deliver than the buyer saw.
    error OtherDeliveryTime(uint256 seen, uint256 deliveryTime);

    /// @notice Another arbiter would decide than the buyer saw.
    error OtherArbiter(address seen, address arbiter);

    /// @notice The order costs something else than the buyer signed for.
    error NotThePrice(uint256 diamonds, uint256 signed);

    /// @notice The order would cost more than the buyer agreed to.
    error AbovePrice(uint256 diamonds, uint256 agreed);

    /// @notice There is no such order.
    error NoSuchOrder(uint256 order);

    /// @notice The order is not where that can be done.
    error WrongState(uint256 order, OrderState state);

    /// @notice The time for it is over.
    error TooLate(uint256 order, uint256 deadline);

    /// @notice The other side still has time.
    error TooEarly(uint256 order, uint256 deadline);

    /// @notice Only the buyer.
    error NotBuyer(address caller, address buyer);

    /// @notice Only the order's arbiter.
    error NotArbiter(address caller, address arbiter);

    /// @notice The arbiter cannot be address 0.
    error ArbiterIsZero();

    /// @notice Offers goods. Anybody.
    /// @param price Diamonds per piece.
    /// @param deliveryTime Seconds to deliver, 1 hour to 366 days; never changes.
    /// @param terms Hash of what exactly is sold.
    /// @return listing Its number, from 1.
    function list(uint256 price, uint256 deliveryTime, bytes32 terms) external returns (uint256 listing);

    /// @notice Changes a price: lower at once, higher after `notice`. Replaces a pending change. Merchant only.
    function reprice(uint256 listing_, uint256 newPrice) external;

    /// @notice Withdraws the listing after `notice`. Replaces a pending change. Merchant only.
    function unlist(uint256 listing_) external;

    /// @notice Puts diamonds in escrow (by allowance) for goods.
    /// @param wanted What the buyer saw; reverts where anything of it is no longer so.
    /// @param agreed Most diamonds the buyer pays for all pieces: a price that changes meanwhile cannot surprise.
    /// @return id The order's number, from 1.
    function order(Purchase calldata wanted, uint256 agreed) external returns (uint256 id);

    /// @notice The same for a buyer who signed it. Anybody.
    /// @param wanted What the buyer saw and signed.
    /// @param signed A `ReceiveWithAuthorization` of the token whose `to` is this desk and whose `nonce` is
    ///        `keccak256(abi.encode(keccak256("Order(uint256 listing,address merchant,bytes32 terms,uint256 deliveryTime,`
    ///        `address arbiter,uint256 quantity,bytes32 details,bytes32 salt)"), wanted, salt))`; its `value` is the price of
    ///        all pieces, exactly.
    function orderWithAuthorization(Purchase calldata wanted, Authorization calldata signed)
        external
        returns (uint256 id);

    /// @notice Says that the goods were delivered, before the deadline. Merchant only.
    function deliver(uint256 id, bytes32 proof) external;

    /// @notice Agrees that they were: burns the escrow. Buyer only, also in a dispute.
    function confirm(uint256 id) external;

    /// @notice Disagrees, before the deadline. Buyer only.
    function dispute(uint256 id, bytes32 reason) external;

    /// @notice Decides a dispute before its deadline. The order's arbiter only.
    /// @param delivered True burns the escrow, false gives it back.
    function decide(uint256 id, bool delivered) external;

    /// @notice Burns the escrow of a delivery that nobody disputed in time. Anybody.
    function settle(uint256 id) external;

    /// @notice Gives the diamonds back to the buyer: by anybody once the merchant or the arbiter is late, by the merchant
    ///         at any time.
    function refund(uint256 id) external;

    /// @notice Names the arbiter of later orders. Owner only.
    function setArbiter(address to) external;

    /// @notice A listing as of now.
    function listing(uint256 id) external view returns (Listing memory);

    /// @notice Listings ever made.
    function listingCount() external view returns (uint256);

    /// @notice An order.
    function orderOf(uint256 id) external view returns (GoodsOrder memory);

    /// @notice Diamonds held for orders that are neither settled nor refunded; not what was sent here by mistake.
    function escrowed() external view returns (uint256);

    /// @notice Orders ever placed.
    function orderCount() external view returns (uint256);

    /// @notice Who will decide disputes of orders placed now.
    function arbiter() external view returns (address);

    /// @notice Seconds before a worse price, or a withdrawal, applies.
    function notice() external view returns (uint256);

    /// @notice Seconds a buyer has to dispute a delivery.
    function confirmationTime() external view returns (uint256);

    /// @notice Seconds an arbiter has to decide.
    function arbitrationTime() external view returns (uint256);

    /// @notice The diamonds.
    function token() external view returns (IDiamondToken);
}
