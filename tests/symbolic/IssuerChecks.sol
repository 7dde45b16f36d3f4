// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Issuer} from "contracts/Issuer.sol";
import {IDiamondToken} from "contracts/interfaces/IDiamondToken.sol";
import {MinterInfo, MinterLimits} from "contracts/interfaces/IIssuer.sol";
import {IReserveOracle} from "contracts/interfaces/IReserveOracle.sol";
import {IReserveVault} from "contracts/interfaces/IReserveVault.sol";
import {Gate, Order} from "contracts/interfaces/Types.sol";
import {Halmos} from "./Halmos.sol";

/// @dev Token, oracle and vault of the Issuer, in any state: its storage is symbolic.
contract AnyParts {
    Gate private _gate;
    uint256 public backing;
    uint256 public waiting;
    bool public windDown;
    uint256 public epochOfMint;

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

    function mintState() external view returns (uint256, uint256, bool) {
        return (backing, waiting, windDown);
    }

    function mint(Order calldata, uint256, uint256 epoch, address) external {
        epochOfMint = epoch;
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
        uint256 cash = parts.backing() < gate.vault ? parts.backing() : gate.vault;
        assert(issued + order.amount <= gate.ceiling + cash);
        assert(issuer.issued() == issued + order.amount);
    }

    function check_mint_needs_a_fresh_attestation_and_an_open_vault(address caller, Order memory order) public {
        Gate memory gate = parts.gate();
        _mint(caller, order);
        assert(_and(block.timestamp <= gate.freshUntil, block.timestamp >= gate.suspendedUntil));
        assert(_and(parts.waiting() == 0, !parts.windDown()));
        assert(parts.epochOfMint() == gate.epoch);
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
