// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Issuer} from "contracts/Issuer.sol";
import {IDiamondToken} from "contracts/interfaces/IDiamondToken.sol";
import {MinterInfo, MinterLimits} from "contracts/interfaces/IIssuer.sol";
import {IReserveOracle} from "contracts/interfaces/IReserveOracle.sol";
import {IReserveVault, VaultRules} from "contracts/interfaces/IReserveVault.sol";
import {Gate, Order} from "contracts/interfaces/Types.sol";
import {Halmos} from "./Halmos.sol";

/// @dev Token, oracle and vault of the Issuer, in any state: its storage is symbolic.
contract AnyParts {
    uint256 public constant SURPLUS_LIFETIME = 7 days;
    uint256 public constant suspensionTime = 1 days;
    uint256 public constant maxAge = 7 days;
    uint256 public constant unitsPerDiamond = 1;

    Gate private _gate;
    uint128 public free;
    uint128 public supply;
    bool public closed;
    uint256 public epochOfMint;

    error Closed();

    function issuer() external view returns (address) {
        return msg.sender;
    }

    function token() external view returns (address) {
        return address(this);
    }

    function oracle() external view returns (address) {
        return address(this);
    }

    function gate() external view returns (Gate memory) {
        return _gate;
    }

    function rules() external pure returns (VaultRules memory) {
        return VaultRules(7 days, 10_000, 2_000, 7 days, 30 days, 30 days);
    }

    function cashForMint() external view returns (uint256) {
        if (closed) revert Closed();
        return free;
    }

    function mint(Order calldata order, uint256, uint256 epoch, address) external returns (uint256) {
        epochOfMint = epoch;
        return uint256(supply) + order.amount;
    }
}

/// @title What must be true of reserves and limits when a mint passes, from any state of all contracts
contract IssuerChecks is Halmos {
    Issuer private issuer;
    AnyParts private parts;

    function setUp() public {
        parts = new AnyParts();
        vm.warp(1_700_000_000);
        issuer = new Issuer(
            address(this),
            IDiamondToken(address(parts)),
            IReserveOracle(address(parts)),
            IReserveVault(address(parts)),
            1 days,
            new MinterLimits[](0)
        );
        issuer = Issuer(_inAnyState(address(issuer)));
        svm.enableSymbolicStorage(address(parts));
    }

    function check_mint_is_covered(address caller, Order memory order) public {
        uint256 issued = issuer.issued();
        Gate memory gate = parts.gate();
        _mint(caller, order);
        uint256 cash = parts.free() < gate.vault ? parts.free() : gate.vault;
        assert(issued + order.amount <= gate.ceiling + cash);
        assert(issuer.issued() == issued + order.amount);
    }

    function check_mint_needs_a_fresh_attestation_and_an_open_vault(address caller, Order memory order) public {
        Gate memory gate = parts.gate();
        _mint(caller, order);
        assert(_and(block.timestamp <= gate.freshUntil, block.timestamp >= gate.suspendedUntil));
        assert(!parts.closed());
        assert(parts.epochOfMint() == gate.epoch);
    }

    /// @dev In the terms of the code, products on both sides: the solver cannot divide what was multiplied.
    function check_mint_leaves_the_cash_that_the_requirement_asks_for(address caller, Order memory order) public {
        _mint(caller, order);
        assert(uint256(parts.free()) * 10_000 >= 2_000 * (uint256(parts.supply()) + order.amount));
    }

    /// @dev The bucket's own arithmetic is beyond the solver, which cannot divide what it has multiplied.
    function check_mint_is_within_the_instant_limit_of_a_minter(address caller, Order memory order) public {
        MinterInfo memory limits = issuer.minter(caller);
        _mint(caller, order);
        assert(_and(limits.capacity != 0, order.amount <= limits.instantLimit));
    }

    function check_mint_is_refused_on_another_head(address caller, bytes16 head, Order memory order) public {
        vm.assume(head != issuer.head());
        vm.prank(caller);
        try issuer.mint(head, order) {
            assert(false);
        } catch {}
    }

    function _mint(address caller, Order memory order) private {
        bytes16 head = issuer.head();
        vm.prank(caller);
        issuer.mint(head, order);
    }
}
