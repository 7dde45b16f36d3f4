// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReserveVault} from "contracts/ReserveVault.sol";
import {IDiamondToken} from "contracts/interfaces/IDiamondToken.sol";
import {IReserveOracle} from "contracts/interfaces/IReserveOracle.sol";
import {VaultRules, WindDown} from "contracts/interfaces/IReserveVault.sol";
import {Halmos} from "./Halmos.sol";

/// @dev Token, oracle and asset of the vault, as far as a wind-down asks them.
contract Surroundings {
    address public constant issuer = address(0x15543);
    uint256 public balance = 100;

    function balanceOf(address) external view returns (uint256) {
        return balance;
    }

    function give(uint256 units) external {
        balance += units;
    }
}

/// @title Shares in the wind-down: any par, any claims, any payments so far, and 100 units in the vault
/// @notice Products of 256 unknown bits are beyond the solver: figures are below 2^BITS, where all the roundings that there
///         are occur already.
contract WindDownChecks is Halmos {
    uint256 private constant BITS = 8;
    uint256 private unit;
    ReserveVault private vault;
    Surroundings private around;

    function setUp() public {
        around = new Surroundings();
        unit = svm.createUint256("unit");
        vm.assume(unit != 0 && unit < 2 ** 3);
        vm.warp(1_700_000_000);
        vault = new ReserveVault(
            address(this),
            IDiamondToken(address(around)),
            IReserveOracle(address(around)),
            IERC20(address(around)),
            unit,
            address(0x7ea),
            VaultRules(1 days, 10_000, 1, 1 days, 1 days, 1 days)
        );
        // The slot that the constructor has written stays: CASH, no ticket that is owed, and no surplus.
        svm.enableSymbolicStorage(address(vault));
    }

    function check_share_is_the_floor_of_the_claimed_part(address account) public view {
        (uint256 claimed, uint256 paid, uint256 due) = vault.claimOf(account);
        WindDown memory end = _ended();
        vm.assume(claimed <= end.outstanding && claimed != 0);
        uint256 entitled = claimed * _least(end.pot, end.outstanding * unit) / end.outstanding;
        uint256 left = entitled > paid ? entitled - paid : 0;
        assert(due == _least(left, end.pot - end.paid));
    }

    function check_nobody_gets_more_than_par(address account) public view {
        (uint256 claimed, uint256 paid, uint256 due) = vault.claimOf(account);
        WindDown memory end = _ended();
        vm.assume(claimed <= end.outstanding && _small(claimed) && _small(paid));
        assert(due == 0 || paid + due <= claimed * unit);
    }

    function check_two_shares_never_exceed_the_pot(address one, address two) public view {
        vm.assume(one != two);
        (uint256 claimed1, uint256 paid1, uint256 due1) = vault.claimOf(one);
        (uint256 claimed2, uint256 paid2, uint256 due2) = vault.claimOf(two);
        WindDown memory end = _ended();
        vm.assume(_small(claimed1) && _small(claimed2) && claimed1 + claimed2 <= end.outstanding);
        // What was paid out is what these two were paid, and something to others.
        vm.assume(_small(paid1) && _small(paid2) && paid1 + paid2 <= end.paid);
        // Nobody was paid more than a share in what there is.
        vm.assume(paid1 * end.outstanding <= claimed1 * end.pot && paid2 * end.outstanding <= claimed2 * end.pot);
        assert(paid1 + due1 + paid2 + due2 <= end.pot);
    }

    function check_more_cash_never_lowers_a_share(address account, uint256 more) public {
        WindDown memory end = _ended();
        (uint256 claimed,, uint256 before) = vault.claimOf(account);
        vm.assume(_small(more) && claimed <= end.outstanding);
        around.give(more);
        vault.count();
        (,, uint256 after_) = vault.claimOf(account);
        assert(after_ >= before);
    }

    /// @dev A wind-down with small figures.
    function _ended() private view returns (WindDown memory end) {
        end = vault.windDown();
        (uint256 cash,, uint256 owed,) = vault.cashState();
        vm.assume(uint8(end.cause) != 0 && end.outstanding != 0);
        vm.assume(_small(end.outstanding) && _small(end.paid) && _small(cash) && _small(owed));
    }

    function _small(uint256 figure) private pure returns (bool) {
        return figure < 2 ** BITS;
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
