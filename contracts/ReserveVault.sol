// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Balances} from "./common/Balances.sol";
import {Durations} from "./common/Durations.sol";
import {Governed} from "./common/Governed.sol";
import {SelfPermit} from "./common/SelfPermit.sol";
import {VaultBooks} from "./common/VaultBooks.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {IReserveOracle} from "./interfaces/IReserveOracle.sol";
import {Cause, IReserveVault, VaultRules, WindDown} from "./interfaces/IReserveVault.sol";
import {Authorization, BPS, Gate, isOpen} from "./interfaces/Types.sol";

/// @title ReserveVault
/// @notice Documented in IReserveVault.
/// @dev Cash and tickets are kept in VaultBooks; here is what may be done with them.
contract ReserveVault is VaultBooks, SelfPermit, Governed, ReentrancyGuard {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    struct Ending {
        Cause cause;
        uint40 startedAt;
        uint80 outstanding;
        uint128 paid;
    }

    struct Claim {
        uint80 claimed;
        uint128 paid;
    }

    struct Announcement {
        uint128 units;
        uint40 readyAt;
    }

    // ---------------------------------------------------------------- constants and immutables

    bytes32 private constant REDEEM_TYPEHASH = keccak256("Redeem(bytes32 salt)");
    bytes32 private constant REQUEST_TYPEHASH = keccak256("Request(bytes32 salt)");
    bytes32 private constant CLAIM_TYPEHASH = keccak256("Claim(bytes32 salt)");

    /// @inheritdoc IReserveVault
    uint256 public constant SURPLUS_LIFETIME = 7 days;

    uint256 private immutable _surplusDelay;
    uint256 private immutable _coverageFloorBps;
    uint256 private immutable _cashFloorBps;
    uint256 private immutable _maxWait;
    uint256 private immutable _maxSilence;
    uint256 private immutable _maxShortfall;

    // ---------------------------------------------------------------- storage

    Announcement private _surplus;
    Ending private _ending;
    mapping(address account => Claim) private _claim;

    /// @inheritdoc IReserveVault
    address public treasury;

    // ---------------------------------------------------------------- construction

    /// @param owner_ Governance, for ever; all it can change is the treasury.
    /// @param token_ The diamonds.
    /// @param oracle_ The oracle.
    /// @param asset_ The settlement ERC-20.
    /// @param unitsPerDiamond_ Par, in units of the asset.
    /// @param treasury_ Who receives surplus.
    /// @param rules_ The immutable rules.
    constructor(
        address owner_,
        IDiamondToken token_,
        IReserveOracle oracle_,
        IERC20 asset_,
        uint256 unitsPerDiamond_,
        address treasury_,
        VaultRules memory rules_
    ) VaultBooks(token_, oracle_, asset_, unitsPerDiamond_) Governed(owner_) SelfPermit(token_) {
        if (rules_.coverageFloorBps < BPS || rules_.coverageFloorBps > 10 * BPS) {
            revert FloorOutOfRange(rules_.coverageFloorBps);
        }
        if (rules_.cashFloorBps == 0 || rules_.cashFloorBps > BPS) revert FloorOutOfRange(rules_.cashFloorBps);
        address tokenIssuer = token_.issuer();
        address oracleIssuer = address(oracle_.issuer());
        if (tokenIssuer != oracleIssuer) revert MismatchedParts(tokenIssuer, oracleIssuer);
        _surplusDelay = Durations.check(rules_.surplusDelay);
        _coverageFloorBps = rules_.coverageFloorBps;
        _cashFloorBps = rules_.cashFloorBps;
        _maxWait = Durations.check(rules_.maxWait);
        _maxSilence = Durations.check(rules_.maxSilence);
        _maxShortfall = Durations.check(rules_.maxShortfall);
        _setTreasury(treasury_);
        _count();
    }

    // ---------------------------------------------------------------- redeeming at par, by holders

    /// @inheritdoc IReserveVault
    function redeem(uint256 amount, address to) external nonReentrant returns (uint256 units) {
        uint256 held = _countFor(amount);
        token.burnFrom(msg.sender, amount, 0);
        return _payRedeemer(msg.sender, to, amount, held);
    }

    /// @inheritdoc IReserveVault
    function redeemWithAuthorization(Authorization calldata signed) external nonReentrant returns (uint256 units) {
        uint256 held = _countFor(signed.value);
        _burnSigned(REDEEM_TYPEHASH, signed);
        return _payRedeemer(signed.from, signed.from, signed.value, held);
    }

    /// @inheritdoc IReserveVault
    function request(uint256 amount, address payee) external nonReentrant returns (uint256 ticket_) {
        ticket_ = _open(msg.sender, payee, amount);
        token.burnFrom(msg.sender, amount, 0);
        _fund();
    }

    /// @inheritdoc IReserveVault
    function requestWithAuthorization(Authorization calldata signed) external nonReentrant returns (uint256 ticket_) {
        ticket_ = _open(signed.from, signed.from, signed.value);
        _burnSigned(REQUEST_TYPEHASH, signed);
        _fund();
    }

    /// @inheritdoc IReserveVault
    function withdraw(uint256 ticket_, address to) external nonReentrant returns (uint256 units) {
        uint256 held = _count();
        TicketRecord storage record = _existing(ticket_);
        if (msg.sender != record.holder && (to != _payee[ticket_] || to == address(0))) {
            revert NotTicketHolder(msg.sender, record.holder);
        }
        // NOTE: the lesser matters only where the asset itself has taken cash out of the vault.
        uint256 due = Math.min(_fundedPart(record) - record.paid, held / unitsPerDiamond);
        if (due == 0) revert TicketNotFunded(ticket_);

        record.paid += uint80(due);
        _books.owed -= uint80(due);
        units = due * unitsPerDiamond;
        emit TicketPaid(ticket_, to, due, units);
        _pay(to, units, held);
    }

    // ---------------------------------------------------------------- bringing cash, by anybody

    /// @inheritdoc IReserveVault
    function deposit(uint256 units) external nonReentrant {
        asset.safeTransferFrom(msg.sender, address(this), units);
        _count();
    }

    /// @inheritdoc IReserveVault
    function count() external nonReentrant {
        _count();
    }

    /// @inheritdoc IReserveVault
    function probe() external nonReentrant {
        _countIfAnswered();
        if (!_books.stuck) _try(_books.cash);
        if (_books.owed != 0) _fund();
    }

    // ---------------------------------------------------------------- surplus, by the treasury

    /// @inheritdoc IReserveVault
    function announceSurplus(uint256 units) external {
        _onlyTreasury();
        if (_books.windDown) revert WindDownBegun();
        if (units == 0) revert NothingAsked();
        _voidSurplus();
        uint256 readyAt = block.timestamp + _surplusDelay;
        _surplus = Announcement(units.toUint128(), uint40(readyAt));
        emit SurplusAnnounced(units, readyAt);
    }

    /// @inheritdoc IReserveVault
    function voidSurplus() external {
        _onlyTreasury();
        if (_surplus.units == 0) revert NoSurplusAnnounced();
        _voidSurplus();
    }

    /// @inheritdoc IReserveVault
    function withdrawSurplus() external nonReentrant returns (uint256 units) {
        _onlyTreasury();
        uint256 held = _count();
        Announcement memory announced = _surplus;
        units = announced.units;
        uint256 expiresAt = announced.readyAt + SURPLUS_LIFETIME;
        if (_books.windDown) revert WindDownBegun();
        if (units == 0) revert NoSurplusAnnounced();
        if (block.timestamp < announced.readyAt) revert SurplusNotReady(announced.readyAt);
        if (block.timestamp > expiresAt) revert SurplusExpired(expiresAt);
        // Delays add up: what a change of rules makes possible is announced after it, and attested after that.
        uint256 announcedAt = announced.readyAt - _surplusDelay;
        uint256 changedAt = oracle.changedAt();
        if (announcedAt <= changedAt) revert SurplusBeforeChange(announcedAt, changedAt);
        if (oracle.asOf() <= announcedAt) revert SurplusUnattested();
        uint256 taken = _diamonds(units);
        _checkFloors(taken);

        delete _surplus;
        _noteDrain(taken);
        emit SurplusWithdrawn(msg.sender, units);
        _pay(msg.sender, units, held);
    }

    // ---------------------------------------------------------------- wind-down, by anybody

    /// @inheritdoc IReserveVault
    function startWindDown(Cause cause, uint256 ticket_) external nonReentrant {
        if (_books.windDown) revert WindDownBegun();
        _countIfAnswered();
        uint256 notBefore = _causeHoldsAfter(cause, ticket_);
        if (block.timestamp <= notBefore) revert WindDownTooEarly(cause, notBefore);

        uint256 unfunded = _queue.queued - _queue.funded;
        uint256 outstanding = token.totalSupply() + unfunded;
        // From here on the tickets are owed just what was funded; the rest shares with all others.
        _books.owed -= uint80(unfunded);
        _books.windDown = true;
        _ending = Ending(cause, uint40(block.timestamp), outstanding.toUint80(), 0);
        _voidSurplus();
        emit WindDownStarted(cause, msg.sender, outstanding, _pool(_books));
    }

    /// @inheritdoc IReserveVault
    function convert(uint256 ticket_) external {
        if (!_books.windDown) revert NoWindDown();
        TicketRecord storage record = _existing(ticket_);
        uint256 funded = _fundedPart(record);
        uint256 rest = record.diamonds - funded;
        if (rest == 0) revert TicketNotWaiting(ticket_);
        record.diamonds = uint80(funded);
        _claim[record.holder].claimed += uint80(rest);
        emit TicketConverted(ticket_, record.holder, rest);
    }

    /// @inheritdoc IReserveVault
    function claim(uint256 amount, address to) external nonReentrant returns (uint256 units) {
        if (!_books.windDown) revert NoWindDown();
        uint256 held = _count();
        if (amount != 0) token.burnFrom(msg.sender, amount, 0);
        return _payClaim(msg.sender, to, amount, held);
    }

    /// @inheritdoc IReserveVault
    function claimWithAuthorization(Authorization calldata signed) external nonReentrant returns (uint256 units) {
        if (!_books.windDown) revert NoWindDown();
        uint256 held = _count();
        _burnSigned(CLAIM_TYPEHASH, signed);
        return _payClaim(signed.from, signed.from, signed.value, held);
    }

    // ---------------------------------------------------------------- owner functions

    /// @inheritdoc IReserveVault
    function setTreasury(address to) external onlyOwner {
        _voidSurplus();
        _setTreasury(to);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IReserveVault
    function windDown() external view returns (WindDown memory) {
        Ending memory e = _ending;
        uint256 pot = e.cause == Cause.None ? 0 : _pool(_books) + e.paid;
        return WindDown(e.cause, e.startedAt, e.outstanding, pot, e.paid);
    }

    /// @inheritdoc IReserveVault
    function claimOf(address account) external view returns (uint256 claimed, uint256 paid, uint256 due) {
        Claim storage c = _claim[account];
        return (c.claimed, c.paid, _due(c));
    }

    /// @inheritdoc IReserveVault
    function surplus() external view returns (uint256 units, uint256 readyAt) {
        return (_surplus.units, _surplus.readyAt);
    }

    /// @inheritdoc IReserveVault
    function rules() external view returns (VaultRules memory) {
        return VaultRules(_surplusDelay, _coverageFloorBps, _cashFloorBps, _maxWait, _maxSilence, _maxShortfall);
    }

    // ---------------------------------------------------------------- internals

    /// @dev Counts the cash; reverts where it is no time to redeem, or there is too little for `amount` diamonds.
    function _countFor(uint256 amount) private returns (uint256 held) {
        held = _count();
        Books memory books = _books;
        (uint256 free,) = _split(books);
        if (books.windDown) revert WindDownBegun();
        if (amount == 0) revert NothingAsked();
        if (amount > free) revert ShortOfCash(amount, free);
    }

    function _payRedeemer(address holder, address to, uint256 amount, uint256 held) private returns (uint256 units) {
        // NOTE: no more than the cash, which has 128 bits.
        unchecked {
            units = amount * unitsPerDiamond;
        }
        emit Redeemed(holder, to, amount, units);
        _pay(to, units, held);
    }

    /// @dev A ticket in all but its diamonds, which the caller burns next, and its cash, which it then sets aside.
    function _open(address holder, address payee, uint256 amount) private returns (uint256 ticket_) {
        if (_books.windDown) revert WindDownBegun();
        if (amount == 0) revert NothingAsked();
        if (payee == address(this)) revert BadPayee(payee);
        // A ticket must not be funded with cash that has gone; but an asset that is broken must not stop it.
        _countIfAnswered();
        uint80 diamonds = amount.toUint80();
        Queue memory queue = _queue;
        ticket_ = ++queue.tickets;
        _ticket[ticket_] = TicketRecord(holder, uint40(block.timestamp), queue.queued, diamonds, 0);
        if (payee != address(0)) _payee[ticket_] = payee;
        emit TicketOpened(ticket_, holder, payee, amount, queue.queued);
        queue.queued += diamonds;
        _queue = queue;
        _books.owed += diamonds;
    }

    function _payClaim(address holder, address to, uint256 amount, uint256 held) private returns (uint256 units) {
        Claim storage account = _claim[holder];
        account.claimed += amount.toUint80();
        units = _due(account);
        if (amount == 0 && units == 0) revert NothingToClaim(holder);

        account.paid += uint128(units);
        _ending.paid += uint128(units);
        emit Claimed(holder, to, amount, units);
        if (units != 0) _pay(to, units, held);
    }

    /// @dev Burns what a holder signed for this vault to receive, for the action that its nonce commits to.
    function _burnSigned(bytes32 typeHash, Authorization calldata signed) private {
        bytes32 nonce = keccak256(abi.encode(typeHash, signed.salt));
        token.burnReceivable(
            signed.from, signed.value, signed.validAfter, signed.validBefore, 0, nonce, signed.signature
        );
    }

    function _voidSurplus() private {
        if (_surplus.units == 0) return;
        emit SurplusVoided(_surplus.units);
        delete _surplus;
    }

    function _setTreasury(address to) private {
        if (to == address(0)) revert TreasuryIsZero();
        emit TreasuryChanged(treasury, to);
        treasury = to;
    }

    /// @dev Whether `taken` diamonds' worth may leave: all that the mint gate asks, and the floors after it.
    function _checkFloors(uint256 taken) private view {
        Gate memory gate = oracle.gate();
        if (!isOpen(gate) || oracle.asOf() <= _books.drainedAt) revert SurplusUnattested();
        if (_books.stuck) revert AssetStuck();
        (uint256 free, uint256 waiting) = _split(_books);
        if (waiting != 0) revert RedeemersWaiting(waiting);
        if (taken > free) revert ShortOfCash(taken, free);

        uint256 liabilities = oracle.liabilities();
        uint256 reserves = Math.saturatingSub(oracle.reserves(), taken);
        if (reserves * BPS < liabilities * _coverageFloorBps) {
            revert BelowFloor(reserves, liabilities, _coverageFloorBps);
        }
        if ((free - taken) * BPS < liabilities * _cashFloorBps) {
            revert BelowFloor(free - taken, liabilities, _cashFloorBps);
        }
    }

    /// @dev The last second at which `cause` does not yet allow a wind-down; reverts where cash has cured it.
    function _causeHoldsAfter(Cause cause, uint256 ticket_) private view returns (uint256) {
        if (cause == Cause.Waiting) {
            TicketRecord storage record = _existing(ticket_);
            bool funded = _fundedPart(record) == record.diamonds;
            // What was funded waits too, once its cash was shown not to move.
            if (funded && (!_books.stuck || record.paid == record.diamonds)) revert TicketNotWaiting(ticket_);
            return Math.max(record.requestedAt, funded ? _queue.stuckSince : 0) + _maxWait;
        }
        if (cause == Cause.Silence) return oracle.silentSince() + _maxSilence;
        if (cause == Cause.None) return type(uint256).max;
        uint256 since = oracle.shortfallSince();
        (uint256 free, uint256 waiting) = _split(_books);
        // What was attested speaks of another moment than the cash: only cash alone can cure what a statement has shown.
        if (since == 0 || free >= token.totalSupply() + waiting) revert NoShortfall();
        // The clock stops at `maxShortfall`: then it is time.
        return since + _maxShortfall - 1;
    }

    /// @dev What `account` is owed now in the wind-down.
    function _due(Claim storage account) private view returns (uint256) {
        uint256 claimed = account.claimed;
        if (claimed == 0) return 0;
        uint256 outstanding = _ending.outstanding;
        uint256 pool = _pool(_books);
        uint256 shared = Math.min(pool + _ending.paid, outstanding * unitsPerDiamond);
        // NOTE: rounded down, so that all shares together never exceed what there is; a later claim loses nothing by it.
        uint256 entitled = Math.mulDiv(claimed, shared, outstanding);
        return Math.min(Math.saturatingSub(entitled, account.paid), pool);
    }

    function _onlyTreasury() private view {
        if (msg.sender != treasury) revert NotTreasury(msg.sender);
    }
}
