// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DiamondToken} from "contracts/DiamondToken.sol";
import {Order} from "contracts/interfaces/Types.sol";
import {Halmos} from "./Halmos.sol";

/// @title One step from any state: what holds before a call holds after it, whoever calls whatever
/// @notice The state is arbitrary storage in which the books are in order: supply <= cap, and no two accounts of those that
///         the call is about hold more than the supply together.
contract DiamondTokenChecks is Halmos {
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
        bool spent = _and(spends, _argument(data, 0) == holder);
        assert(_or(_or(token.balanceOf(holder) >= before, caller == holder), spent));
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
        bool permitted = _and(bytes4(data) == token.permit.selector, _argument(data, 0) == holder);
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
