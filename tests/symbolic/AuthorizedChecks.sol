// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {OrderDesk} from "contracts/OrderDesk.sol";
import {ReserveVault} from "contracts/ReserveVault.sol";
import {IDiamondToken} from "contracts/interfaces/IDiamondToken.sol";
import {GoodsOrder, Purchase} from "contracts/interfaces/IOrderDesk.sol";
import {IReserveOracle} from "contracts/interfaces/IReserveOracle.sol";
import {Ticket, VaultRules} from "contracts/interfaces/IReserveVault.sol";
import {Authorization} from "contracts/interfaces/Types.sol";
import {Halmos} from "./Halmos.sol";

/// @dev The diamonds, and the oracle: writes down what it was asked to take from whom, by which signature.
contract Taken {
    address public from;
    address public payee;
    uint256 public value;
    uint256 public validAfter;
    uint256 public validBefore;
    bytes32 public nonce;
    bytes32 public signature;
    uint256 public calls;

    uint128 public totalSupply;
    uint40 public asOf;

    function issuer() external view returns (address) {
        return address(this);
    }

    function burnReceivable(
        address from_,
        uint256 value_,
        uint256 validAfter_,
        uint256 validBefore_,
        bytes32,
        bytes32 nonce_,
        bytes calldata signature_
    ) external {
        receiveWithAuthorization(from_, address(0), value_, validAfter_, validBefore_, nonce_, signature_);
    }

    function receiveWithAuthorization(
        address from_,
        address payee_,
        uint256 value_,
        uint256 validAfter_,
        uint256 validBefore_,
        bytes32 nonce_,
        bytes calldata signature_
    ) public {
        (from, payee, value, nonce) = (from_, payee_, value_, nonce_);
        (validAfter, validBefore) = (validAfter_, validBefore_);
        signature = keccak256(signature_);
        ++calls;
    }
}

/// @dev The settlement asset while the vault is made: storage that is read then would not become symbolic.
contract NoCash {
    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }
}

/// @dev The settlement asset: one account's balance, and whom it paid last.
contract Cash {
    uint128 private _held;
    address public paid;
    uint256 public units;

    function balanceOf(address) external view returns (uint256) {
        return _held;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        // A unit moved to where it is shows that the asset works.
        if (to == msg.sender) return true;
        (paid, units) = (to, amount);
        _held -= uint128(amount);
        return true;
    }
}

/// @title What a holder has signed happens as signed, and money goes to nobody but the signer, whoever carries it
/// @notice From any state of vault, desk, asset and token. That the token takes nothing without the signature is proven in
///         DiamondTokenChecks.
contract AuthorizedChecks is Halmos {
    /// @dev `Authorization` with a signature of the usual length.
    struct Signed {
        address from;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 salt;
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    uint256 private constant PAR = 1;

    Taken private token;
    Cash private constant cash = Cash(address(0xca54));
    ReserveVault private vault;
    OrderDesk private desk;

    function setUp() public {
        token = new Taken();
        vm.etch(address(cash), address(new NoCash()).code);
        vm.warp(1_700_000_000);
        vault = new ReserveVault(
            address(this),
            IDiamondToken(address(token)),
            IReserveOracle(address(token)),
            IERC20(address(cash)),
            PAR,
            address(this),
            VaultRules(7 days, 10_000, 2_000, 7 days, 30 days, 30 days)
        );
        desk = new OrderDesk(address(this), IDiamondToken(address(token)), address(this), 1 days, 1 days, 1 days);
        vault = ReserveVault(_inAnyState(address(vault)));
        desk = OrderDesk(_inAnyState(address(desk)));
        svm.enableSymbolicStorage(address(token));
        vm.etch(address(cash), address(new Cash()).code);
        svm.enableSymbolicStorage(address(cash));
    }

    function check_redeeming_by_authorization_pays_the_signer(address caller, Signed calldata s) public {
        _strangers(s.from);
        uint256 calls = token.calls();
        vm.prank(caller);
        vault.redeemWithAuthorization(_whole(s));
        _took(calls, address(0), s, keccak256(abi.encode(keccak256("Redeem(bytes32 salt)"), s.salt)));
        assert(_and(cash.paid() == s.from, cash.units() == s.value * PAR));
    }

    function check_ticket_by_authorization_is_the_signers(address caller, Signed calldata s) public {
        _strangers(s.from);
        uint256 calls = token.calls();
        (address paid, uint256 units) = (cash.paid(), cash.units());
        vm.prank(caller);
        uint256 id = vault.requestWithAuthorization(_whole(s));
        _took(calls, address(0), s, keccak256(abi.encode(keccak256("Request(bytes32 salt)"), s.salt)));
        Ticket memory ticket = vault.ticket(id);
        assert(_and(ticket.holder == s.from, _and(ticket.payee == s.from, ticket.diamonds == s.value)));
        assert(_and(cash.paid() == paid, cash.units() == units));
    }

    function check_claiming_by_authorization_pays_nobody_but_the_signer(address caller, Signed calldata s) public {
        _strangers(s.from);
        uint256 calls = token.calls();
        address paid = cash.paid();
        vm.prank(caller);
        uint256 units = vault.claimWithAuthorization(_whole(s));
        _took(calls, address(0), s, keccak256(abi.encode(keccak256("Claim(bytes32 salt)"), s.salt)));
        if (units == 0) assert(cash.paid() == paid);
        else assert(_and(cash.paid() == s.from, cash.units() == units));
    }

    function check_order_by_authorization_is_what_the_signer_saw(
        address caller,
        Purchase calldata wanted,
        Signed calldata s
    ) public {
        uint256 calls = token.calls();
        vm.prank(caller);
        uint256 id = desk.orderWithAuthorization(wanted, _whole(s));
        bytes32 nonce = keccak256(
            abi.encode(
                keccak256(
                    "Order(uint256 listing,address merchant,bytes32 terms,uint256 deliveryTime,address arbiter,uint256 quantity,bytes32 details,bytes32 salt)"
                ),
                wanted,
                s.salt
            )
        );
        _took(calls, address(desk), s, nonce);
        GoodsOrder memory placed = desk.orderOf(id);
        assert(_and(placed.buyer == s.from, placed.diamonds == s.value));
        assert(_and(placed.arbiter == wanted.arbiter, desk.listing(wanted.listing).merchant == wanted.merchant));
    }

    /// @dev Exactly what was signed was taken, once.
    function _took(uint256 callsBefore, address payee, Signed calldata s, bytes32 nonce) private view {
        assert(_and(token.calls() == callsBefore + 1, token.payee() == payee));
        assert(_and(token.from() == s.from, token.value() == s.value));
        assert(_and(token.validAfter() == s.validAfter, token.validBefore() == s.validBefore));
        assert(_and(token.nonce() == nonce, token.signature() == keccak256(abi.encodePacked(s.r, s.s, s.v))));
    }

    /// @dev The vault signs nothing.
    function _strangers(address signer) private view {
        vm.assume(signer != address(vault));
        vm.assume(token.calls() != type(uint256).max);
    }

    function _whole(Signed calldata s) private pure returns (Authorization memory) {
        return Authorization(s.from, s.value, s.validAfter, s.validBefore, s.salt, abi.encodePacked(s.r, s.s, s.v));
    }
}
