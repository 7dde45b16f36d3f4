// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DiamondToken} from "contracts/DiamondToken.sol";
import {Order} from "contracts/interfaces/Types.sol";
import {Halmos} from "./Halmos.sol";

/// @title One step from any state: what holds before a call holds after it, whoever calls whatever
/// @notice The state is arbitrary storage in which the books are in order: supply <= cap, and no two accounts of those that
///         the call is about hold more than the supply together.
contract DiamondTokenChecks is Halmos {
    struct Move {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    struct Sig {
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    // Each with its signature in one piece and in three.
    bytes4 private constant MOVE = 0xcf092995;
    bytes4 private constant MOVE_PIECES = 0xe3ee160e;
    bytes4 private constant TAKE = 0x88b7ab63;
    bytes4 private constant TAKE_PIECES = 0xef55bec6;
    bytes4 private constant CANCEL = 0xb7b72899;
    bytes4 private constant CANCEL_PIECES = 0x5a049a70;
    bytes4 private constant PERMIT = 0x9fd5a6cf;
    bytes4 private constant PERMIT_PIECES = 0xd505accf;

    DiamondToken private token;
    address private constant ISSUER = address(0x15543);

    function setUp() public {
        uint256 cap = svm.createUint256("cap");
        vm.assume(cap != 0);
        vm.assume(cap <= type(uint128).max);
        token = new DiamondToken("Diamond", "DIA", cap, ISSUER);
        // Its constructor touches names only, and a symbolic cap in the code allows no copy.
        svm.enableSymbolicStorage(address(token));
    }

    function check_supply_stays_within_the_cap(address caller) public {
        _step(caller, caller);
        assert(token.totalSupply() <= token.cap());
    }

    function check_supply_rises_only_through_the_issuer(address caller) public {
        uint256 before = token.totalSupply();
        _step(caller, caller);
        assert(_or(token.totalSupply() <= before, caller == ISSUER));
    }

    function check_balance_falls_only_through_its_holder_or_a_spender(address caller, address holder) public {
        uint256 before = token.balanceOf(holder);
        bytes memory data = _step(caller, holder);
        bool spends = _or(bytes4(data) == token.transferFrom.selector, bytes4(data) == token.burnFrom.selector);
        bool named = _and(_or(spends, _signed(bytes4(data))), _argument(data, 0) == holder);
        assert(_or(_or(token.balanceOf(holder) >= before, caller == holder), named));
    }

    function check_authorization_moves_exactly_as_signed_and_is_used_up(Move calldata m, Sig calldata sig) public {
        _inOrder(m.from, m.to);
        vm.assume(m.from.code.length == 0);
        vm.assume(!token.authorizationState(m.from, m.nonce));
        (uint256 from0, uint256 to0, uint256 supply) = _books(m.from, m.to);
        _move(m, sig);
        (uint256 from1, uint256 to1, uint256 supply1) = _books(m.from, m.to);
        assert(_and(token.authorizationState(m.from, m.nonce), supply1 == supply));
        if (m.from == m.to) {
            assert(from1 == from0);
        } else {
            assert(_and(from1 == from0 - m.value, to1 == to0 + m.value));
        }
    }

    function check_authorization_needs_the_signature_and_its_time(Move calldata m, Sig calldata sig) public {
        _inOrder(m.from, m.to);
        vm.assume(m.from.code.length == 0);
        bool spent = token.authorizationState(m.from, m.nonce);
        _move(m, sig);
        assert(!spent);
        assert(_and(m.validAfter < block.timestamp, block.timestamp < m.validBefore));
        assert(_signer(keccak256(abi.encode(TRANSFER, m)), sig) == m.from);
    }

    function check_only_the_payee_receives_by_authorization(address caller, Move calldata m, Sig calldata sig) public {
        _inOrder(m.from, m.to);
        vm.assume(m.from.code.length == 0);
        bool spent = token.authorizationState(m.from, m.nonce);
        vm.prank(caller);
        token.receiveWithAuthorization(
            m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, sig.v, sig.r, sig.s
        );
        assert(_and(caller == m.to, _and(!spent, token.authorizationState(m.from, m.nonce))));
        assert(_signer(keccak256(abi.encode(RECEIVE, m)), sig) == m.from);
    }

    function check_burn_by_authorization_is_for_what_was_signed(
        address caller,
        address from,
        uint256 amount,
        bytes32 ref,
        bytes32 salt,
        Sig calldata sig
    ) public {
        _inOrder(from, from);
        vm.assume(from.code.length == 0);
        (uint256 held, uint256 supply) = (token.balanceOf(from), token.totalSupply());
        vm.prank(caller);
        token.burnWithAuthorization(from, amount, 0, type(uint256).max, ref, salt, _bytes(sig));
        bytes32 nonce = keccak256(abi.encode(keccak256("Burn(bytes32 orderRef,bytes32 salt)"), ref, salt));
        bytes32 struct_ = keccak256(abi.encode(RECEIVE, from, address(token), amount, 0, type(uint256).max, nonce));
        assert(_and(_signer(struct_, sig) == from, token.authorizationState(from, nonce)));
        assert(_and(token.balanceOf(from) == held - amount, token.totalSupply() == supply - amount));
    }

    function check_payee_burns_what_it_may_receive_and_nobody_else(
        address caller,
        address from,
        uint256 amount,
        bytes32 nonce,
        Sig calldata sig
    ) public {
        _inOrder(from, from);
        vm.assume(from.code.length == 0);
        (uint256 held, uint256 supply) = (token.balanceOf(from), token.totalSupply());
        vm.prank(caller);
        token.burnReceivable(from, amount, 0, type(uint256).max, 0, nonce, _bytes(sig));
        bytes32 struct_ = keccak256(abi.encode(RECEIVE, from, caller, amount, 0, type(uint256).max, nonce));
        assert(_and(_signer(struct_, sig) == from, token.authorizationState(from, nonce)));
        assert(_and(token.balanceOf(from) == held - amount, token.totalSupply() == supply - amount));
    }

    function check_spent_authorization_stays_so(address caller, address holder, bytes32 nonce) public {
        vm.assume(token.authorizationState(holder, nonce));
        _step(caller, holder);
        assert(token.authorizationState(holder, nonce));
    }

    function check_authorization_is_spent_only_by_its_holders_signature(address caller, address holder, bytes32 nonce)
        public
    {
        vm.assume(!token.authorizationState(holder, nonce));
        bytes memory data = _step(caller, holder);
        bytes4 selector = bytes4(data);
        bool cancels = _or(selector == CANCEL, selector == CANCEL_PIECES);
        bool named = _and(_or(cancels, _signed(selector)), _argument(data, 0) == holder);
        assert(_or(!token.authorizationState(holder, nonce), named));
    }

    function check_transfer_from_needs_and_uses_up_the_allowance(
        address caller,
        address from,
        address to,
        uint256 amount
    ) public {
        _inOrder(from, to);
        (uint256 held, uint256 allowance) = (token.balanceOf(from), token.allowance(from, caller));
        vm.prank(caller);
        token.transferFrom(from, to, amount);
        assert(token.balanceOf(from) == (from == to ? held : held - amount));
        _used(allowance, token.allowance(from, caller), amount);
    }

    function check_burn_from_needs_and_uses_up_the_allowance(address caller, address from, uint256 amount) public {
        _inOrder(from, from);
        (uint256 held, uint256 allowance) = (token.balanceOf(from), token.allowance(from, caller));
        vm.prank(caller);
        token.burnFrom(from, amount, 0);
        assert(token.balanceOf(from) == held - amount);
        _used(allowance, token.allowance(from, caller), amount);
    }

    function check_nothing_moves_the_balance_of_a_stranger(address caller, address holder) public {
        uint256 before = token.balanceOf(holder);
        bytes memory data = _step(caller, holder);
        bool named = _or(holder == caller, _or(holder == _argument(data, 0), holder == _argument(data, 1)));
        assert(_or(_or(token.balanceOf(holder) == before, named), caller == ISSUER));
    }

    function check_allowance_changes_only_by_its_holder_its_spender_or_a_permit(
        address caller,
        address holder,
        address spender
    ) public {
        uint256 before = token.allowance(holder, spender);
        bytes memory data = _step(caller, holder);
        uint256 after_ = token.allowance(holder, spender);
        bool permits = _or(bytes4(data) == PERMIT, bytes4(data) == PERMIT_PIECES);
        bool permitted = _and(permits, _argument(data, 0) == holder);
        bool spent = _and(caller == spender, after_ < before);
        assert(_or(_or(after_ == before, caller == holder), _or(permitted, spent)));
    }

    function check_transfer_moves_exactly(address caller, address to, uint256 amount) public {
        _inOrder(caller, to);
        (uint256 from0, uint256 to0, uint256 supply) = _books(caller, to);
        vm.prank(caller);
        token.transfer(to, amount);
        (uint256 from1, uint256 to1, uint256 supply1) = _books(caller, to);
        assert(_and(supply1 == supply, amount <= from0));
        if (caller == to) {
            assert(from1 == from0);
        } else {
            assert(_and(from1 == from0 - amount, to1 == to0 + amount));
        }
    }

    function check_burn_takes_exactly_from_the_holder_and_the_supply(address caller, uint256 amount, bytes32 ref)
        public
    {
        _inOrder(caller, caller);
        (uint256 held, uint256 supply) = (token.balanceOf(caller), token.totalSupply());
        vm.prank(caller);
        token.burn(amount, ref);
        assert(amount <= held);
        assert(_and(token.balanceOf(caller) == held - amount, token.totalSupply() == supply - amount));
    }

    function check_mint_batch_gives_exactly_what_the_supply_gains(Order memory first, Order memory second) public {
        _inOrder(first.to, second.to);
        (uint256 first0, uint256 second0, uint256 supply) = _books(first.to, second.to);
        Order[] memory orders = new Order[](2);
        (orders[0], orders[1]) = (first, second);
        vm.prank(ISSUER);
        token.mintBatch(orders, 1, 1, ISSUER);
        (uint256 first1, uint256 second1, uint256 supply1) = _books(first.to, second.to);
        uint256 total = uint256(first.amount) + second.amount;
        assert(_and(supply1 == supply + total, supply1 <= token.cap()));
        if (first.to == second.to) {
            assert(first1 == first0 + total);
        } else {
            assert(_and(first1 == first0 + first.amount, second1 == second0 + second.amount));
        }
    }

    /// @dev An unlimited allowance is not counted down.
    function _used(uint256 allowance, uint256 left, uint256 amount) private pure {
        assert(amount <= allowance);
        assert(left == (allowance == type(uint256).max ? allowance : allowance - amount));
    }

    /// @dev Any call by anybody in a state in order, seen from `holder`; a call that reverts changes nothing.
    function _step(address caller, address holder) private returns (bytes memory data) {
        data = svm.createCalldata("DiamondToken");
        _inOrder(caller, holder);
        _inOrder(_argument(data, 0), holder);
        _inOrder(_argument(data, 1), holder);
        vm.prank(caller);
        (bool passed,) = address(token).call(data);
        vm.assume(passed);
    }

    /// @dev Functions that move what somebody signed: their first argument did.
    function _signed(bytes4 selector) private view returns (bool) {
        bool moves = _or(selector == MOVE, selector == MOVE_PIECES);
        bool receives = _or(selector == TAKE, selector == TAKE_PIECES);
        bool burns =
            _or(selector == token.burnWithAuthorization.selector, selector == token.burnReceivable.selector);
        return _or(_or(moves, receives), burns);
    }

    function _move(Move calldata m, Sig calldata sig) private {
        token.transferWithAuthorization(
            m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, sig.v, sig.r, sig.s
        );
    }

    function _signer(bytes32 struct_, Sig calldata sig) private view returns (address) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), struct_));
        return ecrecover(digest, sig.v, sig.r, sig.s);
    }

    function _bytes(Sig calldata sig) private pure returns (bytes memory) {
        return abi.encodePacked(sig.r, sig.s, sig.v);
    }

    function _inOrder(address one, address other) private view {
        (uint256 a, uint256 b, uint256 supply) = _books(one, other);
        vm.assume(supply <= token.cap());
        vm.assume(a <= supply);
        vm.assume(b <= supply);
        unchecked {
            vm.assume(_or(one == other, a + b <= supply));
        }
    }

    function _books(address one, address other) private view returns (uint256, uint256, uint256) {
        return (token.balanceOf(one), token.balanceOf(other), token.totalSupply());
    }

    function _argument(bytes memory data, uint256 index) private pure returns (address argument) {
        assembly {
            argument := and(mload(add(add(data, 0x24), mul(index, 0x20))), 0xffffffffffffffffffffffffffffffffffffffff)
        }
    }
}
