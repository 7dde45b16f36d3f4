// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IReserveVault} from "./interfaces/IReserveVault.sol";

/// @title ReserveVault: holds the settlement asset and reports it
/// @notice This first version only holds and reports: nothing leaves it yet. Redemption, surplus and wind-down come with
///         the next version behind the same `mintState`. It is for local chains and test networks.
contract ReserveVault is IReserveVault {
    using SafeERC20 for IERC20;

    /// @notice The settlement asset counted here rose or fell to `cash` units.
    event CashCounted(uint256 oldCash, uint256 cash);

    /// @notice A unit price of 0, or above 2^64, is no par.
    error ParOutOfRange(uint256 unitsPerDiamond);

    /// @notice The settlement ERC-20.
    IERC20 public immutable asset;

    /// @notice Par: units of the asset that one diamond redeems for.
    uint256 public immutable unitsPerDiamond;

    /// @notice Units of the asset held, as last counted.
    uint256 public cash;

    constructor(IERC20 asset_, uint256 unitsPerDiamond_) {
        if (unitsPerDiamond_ == 0 || unitsPerDiamond_ > type(uint64).max) revert ParOutOfRange(unitsPerDiamond_);
        asset = asset_;
        unitsPerDiamond = unitsPerDiamond_;
        _count();
    }

    /// @notice Moves `units` of the asset from the caller into the vault; what arrived counts, not what was sent.
    function deposit(uint256 units) external {
        asset.safeTransferFrom(msg.sender, address(this), units);
        _count();
    }

    /// @notice Counts what the vault holds, after a plain transfer into it. Anybody may call it.
    function count() external {
        _count();
    }

    /// @inheritdoc IReserveVault
    function mintState() external view returns (uint256 reserves, uint256 waiting, bool windDown) {
        // NOTE: rounded down: a part of a diamond's par backs no diamond.
        return (cash / unitsPerDiamond, 0, false);
    }

    function _count() private {
        uint256 held = Math.min(asset.balanceOf(address(this)), type(uint128).max);
        emit CashCounted(cash, held);
        cash = held;
    }
}
