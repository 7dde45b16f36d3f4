// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDiamondToken} from "../interfaces/IDiamondToken.sol";
import {IReserveOracle} from "../interfaces/IReserveOracle.sol";
import {IReserveVault, Ticket} from "../interfaces/IReserveVault.sol";
import {Balances} from "./Balances.sol";

/// @title The vault's books: the cash, and the queue of tickets that it is set aside for
/// @dev One queue for all tickets, measured in diamonds: a ticket stands at [start, start + diamonds), and is funded as far
///      as `_queue.funded` has come. Funding any number of tickets is one sum.
abstract contract VaultBooks is IReserveVault {
    using SafeERC20 for IERC20;

    /// @dev All that the mint gate asks: one slot. Cash in units as last counted, the rest in diamonds. `drainedAt`: when
    ///      cash last left otherwise than to redeemers. `stuck`: the asset was shown not to work.
    struct Books {
        uint120 cash;
        uint80 owed;
        uint40 drainedAt;
        bool stuck;
        bool windDown;
    }

    /// @dev Diamonds ever put into tickets, and those of them for which there is or was cash; since when the asset is stuck,
    ///      0 if it is not: one slot.
    struct Queue {
        uint80 queued;
        uint80 funded;
        uint56 tickets;
        uint40 stuckSince;
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
    mapping(uint256 ticket => address) internal _payee;

    /// @dev Diamonds' worth of cash that left otherwise than to redeemers since the newest attestation's `asOf` (if
    ///      `_books.drainedAt` is not before that).
    uint256 private _drained;

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
    function cashForMint() external view returns (uint256 free) {
        Books memory books = _books;
        uint256 waiting;
        (free, waiting) = _split(books);
        if (books.windDown) revert WindDownBegun();
        if (books.stuck) revert AssetStuck();
        if (waiting != 0) revert RedeemersWaiting(waiting);
        if (books.drainedAt != 0 && oracle.asOf() <= books.drainedAt) revert CashLeftSince(books.drainedAt);
        (bool answered, uint256 held) = Balances.ask(asset, address(this));
        if (!answered) revert AssetSilent();
        if (held < books.cash) revert CashMissing(books.cash, held);
    }

    /// @inheritdoc IReserveVault
    function cashNow() external view returns (uint256 free, uint256 waiting, uint256 drained) {
        Books memory books = _books;
        (bool answered, uint256 held) = Balances.ask(asset, address(this));
        uint256 missing = 0;
        if (!answered) {
            books.stuck = true;
        } else if (held < books.cash) {
            missing = _diamonds(books.cash - held);
            books.cash = uint120(held);
        }
        (free, waiting) = _split(books);
        return (free, waiting, missing + (_drainedSince(books) ? _drained : 0));
    }

    /// @inheritdoc IReserveVault
    function ticket(uint256 id) external view returns (Ticket memory) {
        TicketRecord storage t = _existing(id);
        return Ticket(t.holder, _payee[id], t.requestedAt, t.start, t.diamonds, _fundedPart(t), t.paid);
    }

    /// @inheritdoc IReserveVault
    function ticketCount() external view returns (uint256) {
        return _queue.tickets;
    }

    /// @inheritdoc IReserveVault
    function drainedAt() external view returns (uint256) {
        return _books.drainedAt;
    }

    /// @inheritdoc IReserveVault
    function stuckSince() external view returns (uint256) {
        return _queue.stuckSince;
    }

    // ---------------------------------------------------------------- internals

    /// @dev Asks the asset what is here, writes it down, and funds tickets with it. Reverts where it does not answer.
    function _count() internal returns (uint256 held) {
        bool answered;
        (answered, held) = Balances.ask(asset, address(this));
        if (!answered) revert AssetSilent();
        if (_books.stuck) _try(held);
        _setCash(held);
    }

    /// @dev The same, where a broken asset must stop nothing: then the cash stays as it was, and is stuck.
    function _countIfAnswered() internal {
        Balances.needGas();
        (bool answered, uint256 held) = Balances.ask(asset, address(this));
        if (!answered) return _setStuck(true);
        if (_books.stuck) _try(held);
        _setCash(held);
    }

    /// @dev Moves a unit to where it is, and so shows whether cash moves. Without cash nothing can be stuck.
    function _try(uint256 held) internal {
        Balances.needGas();
        _setStuck(held != 0 && !Balances.movesToSelf(asset));
    }

    /// @dev NOTE: an asset with more than 2^120 units counts as 2^120 - 1.
    function _setCash(uint256 held) internal {
        uint256 old = _books.cash;
        uint256 cash = Math.min(held, type(uint120).max);
        if (cash != old) {
            emit CashCounted(old, cash);
            _books.cash = uint120(cash);
            if (cash < old) _noteDrain(_diamonds(old - cash));
        }
        if (_books.owed != 0) _fund();
    }

    /// @dev Sets cash aside for tickets in their order. What is funded stays so, whatever the asset does; but cash that
    ///      cannot move funds nothing.
    function _fund() internal {
        if (_books.windDown) return;
        (, uint256 waiting) = _split(_books);
        uint256 upTo = _queue.queued - waiting;
        if (upTo <= _queue.funded) return;
        _try(_books.cash);
        if (_books.stuck) return;
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
        _books.cash = uint120(Math.min(left, type(uint120).max));
        asset.safeTransfer(to, units);
        (bool answered, uint256 held_) = Balances.ask(asset, address(this));
        if (!answered) revert AssetSilent();
        if (held_ > left) revert AssetKept(units, Math.saturatingSub(held, held_));
        // NOTE: less only where the asset takes a fee from its sender.
        if (held_ < left) _setCash(held_);
    }

    /// @dev Cash has left otherwise than to redeemers: what was attested may still count it.
    function _noteDrain(uint256 diamonds) internal {
        _drained = diamonds + (_drainedSince(_books) ? _drained : 0);
        _books.drainedAt = uint40(block.timestamp);
    }

    function _setStuck(bool stuck) private {
        if (_books.stuck == stuck) return;
        _books.stuck = stuck;
        _queue.stuckSince = stuck ? uint40(block.timestamp) : 0;
        emit StuckChanged(stuck);
    }

    /// @dev Whether the newest attestation does not know yet what left last.
    function _drainedSince(Books memory books) private view returns (bool) {
        return books.drainedAt != 0 && oracle.asOf() <= books.drainedAt;
    }

    /// @dev Diamonds' worth of `units`. NOTE: rounded up: a diamond's par that is broken backs no diamond.
    function _diamonds(uint256 units) internal view returns (uint256) {
        return Math.ceilDiv(units, unitsPerDiamond);
    }

    /// @dev Units that belong to no funded ticket.
    function _pool(Books memory books) internal view returns (uint256) {
        return Math.saturatingSub(books.cash, uint256(books.owed) * unitsPerDiamond);
    }

    /// @dev Cash in whole diamonds at par, beyond all tickets; and what the tickets lack. Stuck cash is none.
    function _split(Books memory books) internal view returns (uint256 free, uint256 waiting) {
        // NOTE: rounded down: a part of a diamond's par backs no diamond.
        uint256 whole = books.cash / unitsPerDiamond;
        if (!books.stuck) return (Math.saturatingSub(whole, books.owed), Math.saturatingSub(books.owed, whole));
        return (0, books.windDown ? 0 : _queue.queued - _queue.funded);
    }

    function _fundedPart(TicketRecord storage record) internal view returns (uint256) {
        return Math.min(Math.saturatingSub(_queue.funded, record.start), record.diamonds);
    }

    function _existing(uint256 id) internal view returns (TicketRecord storage record) {
        record = _ticket[id];
        if (record.holder == address(0)) revert NoSuchTicket(id);
    }
}
