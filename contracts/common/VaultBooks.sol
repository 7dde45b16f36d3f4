// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDiamondToken} from "../interfaces/IDiamondToken.sol";
import {IReserveOracle} from "../interfaces/IReserveOracle.sol";
import {IReserveVault, Ticket} from "../interfaces/IReserveVault.sol";

/// @title The vault's books: the cash, and the queue of tickets that it is set aside for
/// @dev One queue for all tickets, measured in diamonds: a ticket stands at [start, start + diamonds), and is funded as far
///      as `_queue.funded` has come. Funding any number of tickets is one sum.
abstract contract VaultBooks is IReserveVault {
    using SafeERC20 for IERC20;

    /// @dev All that the mint gate asks: one slot. Cash in units as last counted, the rest in diamonds.
    struct Books {
        uint128 cash;
        uint80 owed;
        uint40 surplusAt;
        bool windDown;
    }

    /// @dev Diamonds ever put into tickets, and those of them for which there is or was cash: one slot.
    struct Queue {
        uint80 queued;
        uint80 funded;
        uint96 tickets;
    }

    struct TicketRecord {
        address holder;
        uint40 requestedAt;
        uint80 start;
        uint80 diamonds;
        uint80 paid;
    }

    // ---------------------------------------------------------------- immutables and storage

    /// @inheritdoc IReserveVault
    IDiamondToken public immutable token;

    /// @inheritdoc IReserveVault
    IReserveOracle public immutable oracle;

    /// @inheritdoc IReserveVault
    IERC20 public immutable asset;

    /// @inheritdoc IReserveVault
    uint256 public immutable unitsPerDiamond;

    Books internal _books;
    Queue internal _queue;
    mapping(uint256 ticket => TicketRecord) internal _ticket;

    // ---------------------------------------------------------------- construction

    constructor(IDiamondToken token_, IReserveOracle oracle_, IERC20 asset_, uint256 unitsPerDiamond_) {
        if (unitsPerDiamond_ == 0 || unitsPerDiamond_ > type(uint64).max) revert ParOutOfRange(unitsPerDiamond_);
        token = token_;
        oracle = oracle_;
        asset = asset_;
        unitsPerDiamond = unitsPerDiamond_;
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IReserveVault
    function cashState() external view returns (uint256 cash, uint256 free, uint256 owed, uint256 waiting) {
        Books memory books = _books;
        (free, waiting) = _split(books);
        return (books.cash, free, books.owed, waiting);
    }

    /// @inheritdoc IReserveVault
    function ticket(uint256 id) external view returns (Ticket memory) {
        TicketRecord storage t = _existing(id);
        return Ticket(t.holder, t.requestedAt, t.start, t.diamonds, _fundedPart(t), t.paid);
    }

    /// @inheritdoc IReserveVault
    function ticketCount() external view returns (uint256) {
        return _queue.tickets;
    }

    // ---------------------------------------------------------------- internals

    /// @dev Asks the asset what is here, writes it down, and funds tickets with it.
    function _count() internal returns (uint256 held) {
        held = asset.balanceOf(address(this));
        _setCash(held);
    }

    /// @dev NOTE: an asset with more than 2^128 units counts as 2^128 - 1.
    function _setCash(uint256 held) internal {
        uint256 old = _books.cash;
        uint256 cash = Math.min(held, type(uint128).max);
        if (cash == old) return;
        emit CashCounted(old, cash);
        _books.cash = uint128(cash);
        if (_books.owed != 0) _fund();
    }

    /// @dev Sets cash aside for tickets in their order. What is funded stays so, whatever the asset does.
    function _fund() internal {
        (, uint256 waiting) = _split(_books);
        uint256 upTo = _queue.queued - waiting;
        if (upTo <= _queue.funded || _books.windDown) return;
        _queue.funded = uint80(upTo);
        emit TicketsFunded(upTo);
    }

    /// @dev Pays out of `held` units, written down before the asset is called and counted after.
    function _pay(address to, uint256 units, uint256 held) internal {
        if (to == address(0) || to == address(this)) revert BadPayee(to);
        uint256 left;
        // NOTE: every caller has bounded units by the cash counted, which is no more than what is held.
        unchecked {
            left = held - units;
        }
        _books.cash = uint128(Math.min(left, type(uint128).max));
        asset.safeTransfer(to, units);
        uint256 held_ = asset.balanceOf(address(this));
        if (held_ > left) revert AssetKept(units, Math.saturatingSub(held, held_));
        // NOTE: less only where the asset takes a fee from its sender.
        if (held_ < left) _setCash(held_);
    }

    /// @dev Units that belong to no funded ticket.
    function _pool(Books memory books) internal view returns (uint256) {
        return Math.saturatingSub(books.cash, uint256(books.owed) * unitsPerDiamond);
    }

    /// @dev Cash in whole diamonds at par, beyond all tickets; and what the tickets lack.
    function _split(Books memory books) internal view returns (uint256 free, uint256 waiting) {
        // NOTE: rounded down: a part of a diamond's par backs no diamond.
        uint256 whole = books.cash / unitsPerDiamond;
        return (Math.saturatingSub(whole, books.owed), Math.saturatingSub(books.owed, whole));
    }

    function _fundedPart(TicketRecord storage record) internal view returns (uint256) {
        return Math.min(Math.saturatingSub(_queue.funded, record.start), record.diamonds);
    }

    function _existing(uint256 id) internal view returns (TicketRecord storage record) {
        record = _ticket[id];
        if (record.holder == address(0)) revert NoSuchTicket(id);
    }
}
