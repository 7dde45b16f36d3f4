// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Governed} from "./common/Governed.sol";
import {IDiamondToken} from "./interfaces/IDiamondToken.sol";
import {IIssuer, MinterInfo, MinterLimits} from "./interfaces/IIssuer.sol";
import {IReserveOracle} from "./interfaces/IReserveOracle.sol";
import {IReserveVault, VaultRules} from "./interfaces/IReserveVault.sol";
import {BPS, Gate, Order, isOpen} from "./interfaces/Types.sol";

/// @title Issuer
/// @notice Documented in IIssuer.
contract Issuer is IIssuer, Governed {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @dev The issuance history: one slot.
    struct History {
        bytes16 head;
        uint128 issued;
    }

    /// @dev A token bucket: one slot, exact. `level` counts diamond-seconds (diamonds x period), so that no fraction of
    ///      a diamond is lost however often the bucket is used.
    struct Bucket {
        uint56 capacity;
        uint56 instantLimit;
        uint24 period;
        uint40 updatedAt;
        uint80 level;
    }

    struct Proposal {
        address minter;
        ProposalState state;
        uint40 readyAt;
    }

    // ---------------------------------------------------------------- constants and immutables

    uint256 private constant MIN_DELAY = 1 hours;
    uint256 private constant MAX_DELAY = 30 days;
    uint256 private constant MAX_MINTERS = 64;

    /// @dev What a transaction may cost on any chain (EIP-7825), and what an order to a newcomer costs, with room to spare.
    uint256 private constant MOST_GAS = 1 << 24;
    uint256 private constant ORDER_GAS = 50_000;

    /// @notice Seconds for which a proposal can be executed once its delay has passed.
    uint256 public constant PROPOSAL_LIFETIME = 7 days;

    /// @inheritdoc IIssuer
    IDiamondToken public immutable token;

    /// @inheritdoc IIssuer
    IReserveOracle public immutable oracle;

    /// @inheritdoc IIssuer
    IReserveVault public immutable vault;

    /// @inheritdoc IIssuer
    uint256 public immutable proposalDelay;

    uint256 private immutable _cashFloorBps;
    uint256 private immutable _unitsPerDiamond;

    // ---------------------------------------------------------------- storage

    History private _history;
    mapping(address account => Bucket) private _bucket;
    mapping(bytes32 id => Proposal) private _proposal;
    mapping(address account => uint256) private _dismissedAt;
    EnumerableSet.AddressSet private _minters;

    // ---------------------------------------------------------------- construction

    /// @param owner_ Governance, for ever.
    /// @param token_ The token, whose issuer is this contract.
    /// @param oracle_ The oracle, whose issuer is this contract.
    /// @param vault_ The reserve vault.
    /// @param proposalDelay_ Seconds between a large mint's proposal and its execution.
    /// @param minters_ First minters and their limits.
    constructor(
        address owner_,
        IDiamondToken token_,
        IReserveOracle oracle_,
        IReserveVault vault_,
        uint256 proposalDelay_,
        MinterLimits[] memory minters_
    ) Governed(owner_) {
        if (proposalDelay_ < MIN_DELAY || proposalDelay_ > MAX_DELAY) {
            revert DelayOutOfRange(proposalDelay_);
        }
        // The parts were deployed with this address computed in advance: a wrong one must not go live.
        if (token_.issuer() != address(this)) revert MiswiredPart(address(token_));
        if (oracle_.issuer() != this) revert MiswiredPart(address(oracle_));
        if (vault_.token() != token_ || vault_.oracle() != oracle_) revert MiswiredPart(address(vault_));
        // The oracle checks its times against the vault's at every change; its first ones came before this contract.
        VaultRules memory rules = vault_.rules();
        uint256 twice = 2 * oracle_.suspensionTime();
        uint256 lifetime = Math.min(PROPOSAL_LIFETIME, vault_.SURPLUS_LIFETIME());
        if (twice > lifetime) revert SuspensionTooLong(twice, lifetime);
        if (oracle_.maxAge() >= rules.maxSilence) revert MaxAgeTooLong(oracle_.maxAge(), rules.maxSilence);
        token = token_;
        oracle = oracle_;
        vault = vault_;
        proposalDelay = proposalDelay_;
        _cashFloorBps = rules.cashFloorBps;
        _unitsPerDiamond = vault_.unitsPerDiamond();
        _history.head = bytes16(keccak256(abi.encode(block.chainid, address(this))));
        for (uint256 i = 0; i < minters_.length; ++i) {
            _setMinter(minters_[i]);
        }
    }

    // ---------------------------------------------------------------- minting, by a minter within its limits

    /// @inheritdoc IIssuer
    function mint(bytes16 expectedHead, Order calldata order) external {
        History memory history = _history;
        if (history.head != expectedHead) revert HeadMismatch(expectedHead, history.head);
        uint256 amount = order.amount;
        _spend(msg.sender, amount, true);
        (uint256 epoch, uint256 free) = _pass(history.issued, amount);
        _history = History(_link(history.head, order, 0), _sum(history.issued, amount));
        _checkCash(free, token.mint(order, uint256(history.issued) + 1, epoch, msg.sender));
    }

    /// @inheritdoc IIssuer
    function mintBatch(bytes16 expectedHead, Order[] calldata orders) external {
        _checkHead(expectedHead);
        _mintBatch(msg.sender, orders, true);
    }

    // ---------------------------------------------------------------- large mints: propose, wait, execute

    /// @inheritdoc IIssuer
    function propose(bytes16 expectedHead, Order[] calldata orders, bytes32 salt) external returns (bytes32 id) {
        _checkHead(expectedHead);
        uint256 capacity = _bucket[msg.sender].capacity;
        if (capacity == 0) revert NotMinter(msg.sender);
        (uint256 total,) = _linkAll(0, orders);
        // What could never be executed must not be announced.
        uint256 most = Math.min(block.gaslimit, MOST_GAS) / ORDER_GAS;
        if (orders.length > most) revert TooManyOrders(orders.length, most);
        if (total > capacity) revert RateLimited(total, capacity);
        if (total > token.cap()) revert IDiamondToken.CapExceeded(total, token.cap());
        id = proposalId(msg.sender, orders, salt);
        if (_proposal[id].state != ProposalState.None) revert ProposalExists(id);

        uint256 readyAt = block.timestamp + proposalDelay;
        _proposal[id] = Proposal(msg.sender, ProposalState.Pending, uint40(readyAt));
        _history.head = _link(expectedHead, id);
        emit Proposed(id, msg.sender, total, readyAt, readyAt + PROPOSAL_LIFETIME, salt, orders);
    }

    /// @inheritdoc IIssuer
    function execute(address minter_, Order[] calldata orders, bytes32 salt) external {
        bytes32 id = proposalId(minter_, orders, salt);
        Proposal storage pending = _pending(id);
        uint256 readyAt = pending.readyAt;
        if (block.timestamp < readyAt) revert ProposalNotReady(id, readyAt);
        if (_expired(pending)) revert ProposalExpired(id, readyAt + PROPOSAL_LIFETIME);

        pending.state = ProposalState.Executed;
        emit Executed(id, msg.sender);
        _mintBatch(minter_, orders, false);
    }

    /// @inheritdoc IIssuer
    function cancel(bytes32 id) external {
        Proposal storage pending = _pending(id);
        if (msg.sender != pending.minter && !oracle.isAuditor(msg.sender)) revert NotCanceller(msg.sender);
        // What cannot be executed any more binds no plan: nobody's mint is in its way.
        bool moved = !_expired(pending);
        pending.state = ProposalState.Cancelled;
        if (moved) _history.head = _link(_history.head, id);
        emit Cancelled(id, msg.sender, moved);
    }

    // ---------------------------------------------------------------- owner functions

    /// @inheritdoc IIssuer
    function setMinter(MinterLimits calldata limits) external onlyOwner {
        _setMinter(limits);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IIssuer
    function head() external view returns (bytes16) {
        return _history.head;
    }

    /// @inheritdoc IIssuer
    function issued() external view returns (uint256) {
        return _history.issued;
    }

    /// @inheritdoc IIssuer
    function totals() external view returns (uint256 issued_, uint256 supply) {
        (,,, uint256 waiting) = vault.cashState();
        return (_history.issued, token.totalSupply() + waiting);
    }

    /// @inheritdoc IIssuer
    function headroom() external view returns (uint256) {
        Gate memory gate = oracle.gate();
        if (!isOpen(gate)) return 0;
        try vault.cashForMint() returns (uint256 free) {
            uint256 supply = token.totalSupply();
            uint256 room = Math.saturatingSub(gate.ceiling + Math.min(free, gate.vault), _history.issued);
            uint256 bearable = Math.saturatingSub(free * BPS / _cashFloorBps, supply);
            return Math.min(Math.min(room, bearable), token.cap() - supply);
        } catch {
            return 0;
        }
    }

    /// @inheritdoc IIssuer
    function minters() external view returns (address[] memory) {
        return _minters.values();
    }

    /// @inheritdoc IIssuer
    function minter(address account) external view returns (MinterInfo memory) {
        Bucket memory bucket = _bucket[account];
        uint256 available = bucket.capacity == 0 ? 0 : _level(bucket) / bucket.period;
        return MinterInfo(bucket.capacity, bucket.period, bucket.instantLimit, available);
    }

    /// @inheritdoc IIssuer
    function proposal(bytes32 id) external view returns (address, ProposalState, uint256, uint256) {
        Proposal storage p = _proposal[id];
        return (p.minter, _state(p), p.readyAt, p.readyAt == 0 ? 0 : p.readyAt + PROPOSAL_LIFETIME);
    }

    /// @inheritdoc IIssuer
    function proposalId(address minter_, Order[] calldata orders, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(minter_, orders, salt));
    }

    // ---------------------------------------------------------------- internals

    function _mintBatch(address minter_, Order[] calldata orders, bool instant) private {
        (uint256 firstSerial, uint256 epoch, uint256 free) = _admit(minter_, orders, instant);
        _checkCash(free, token.mintBatch(orders, firstSerial, epoch, minter_));
    }

    /// @dev Lets `orders` pass the gate and writes them into the history, before the token mints them.
    function _admit(address minter_, Order[] calldata orders, bool instant)
        private
        returns (uint256 firstSerial, uint256 epoch, uint256 free)
    {
        History memory history = _history;
        (uint256 total, bytes16 head_) = _linkAll(history.head, orders);
        _spend(minter_, total, instant);
        (epoch, free) = _pass(history.issued, total);
        _history = History(head_, _sum(history.issued, total));
        firstSerial = uint256(history.issued) + 1;
    }

    function _setMinter(MinterLimits memory to) private {
        if (to.period == 0 || to.instantLimit > to.capacity) revert BadLimits(to.capacity, to.period, to.instantLimit);
        Bucket memory old = _bucket[to.minter];
        // NOTE: rounded down. Leaving and coming back refills nothing: only an account's first bucket starts full.
        uint256 available = old.updatedAt == 0 ? to.capacity : Math.min(_level(old) / old.period, to.capacity);
        _bucket[to.minter] =
            Bucket(to.capacity, to.instantLimit, to.period, uint40(block.timestamp), uint80(available * to.period));
        if (to.capacity == 0) {
            _dismissedAt[to.minter] = block.timestamp;
            _minters.remove(to.minter);
        } else if (_minters.add(to.minter) && _minters.length() > MAX_MINTERS) {
            revert TooManyMinters(MAX_MINTERS);
        }
        emit MinterSet(to.minter, MinterLimits(to.minter, old.capacity, old.period, old.instantLimit), to);
    }

    /// @dev Takes `amount` out of a minter's bucket.
    function _spend(address minter_, uint256 amount, bool instant) private {
        Bucket memory bucket = _bucket[minter_];
        if (bucket.capacity == 0) revert NotMinter(minter_);
        if (instant && amount > bucket.instantLimit) revert AboveInstantLimit(amount, bucket.instantLimit);
        uint256 level = _level(bucket);
        if (amount * bucket.period > level) revert RateLimited(amount, level / bucket.period);
        bucket.level = uint80(level - amount * bucket.period);
        bucket.updatedAt = uint40(block.timestamp);
        _bucket[minter_] = bucket;
    }

    /// @dev Diamond-seconds in the bucket now: it gains `capacity` of them each second, up to capacity x period.
    function _level(Bucket memory bucket) private view returns (uint256) {
        uint256 gained = uint256(bucket.capacity) * (block.timestamp - bucket.updatedAt);
        return Math.min(bucket.level + gained, uint256(bucket.capacity) * bucket.period);
    }

    /// @dev The gate: attestation, redeemers, wind-down and reserves (the token itself checks the cap).
    /// @return epoch The attestation that allows it.
    /// @return free Diamonds' worth of the vault's free cash, as it is now.
    function _pass(uint256 issued_, uint256 amount) private view returns (uint256 epoch, uint256 free) {
        Gate memory gate = oracle.gate();
        if (gate.freshUntil == 0) revert NoStandingAttestation();
        if (block.timestamp > gate.freshUntil) revert AttestationStale(gate.freshUntil, block.timestamp);
        if (block.timestamp < gate.suspendedUntil) revert MintingSuspended(gate.suspendedUntil);

        free = vault.cashForMint();
        uint256 ceiling = gate.ceiling + Math.min(free, gate.vault);
        if (issued_ + amount > ceiling) revert HeadroomExceeded(amount, Math.saturatingSub(ceiling, issued_));
        return (gate.epoch, free);
    }

    /// @dev The reserve requirement, on the supply after the mint.
    function _checkCash(uint256 free, uint256 supply) private view {
        if (free * BPS >= _cashFloorBps * supply) return;
        uint256 required = Math.ceilDiv(_cashFloorBps * supply, BPS);
        revert ReserveRequirement(free, required, (required - free) * _unitsPerDiamond);
    }

    function _linkAll(bytes16 head_, Order[] calldata orders) private pure returns (uint256 total, bytes16) {
        uint256 count = orders.length;
        if (count == 0) revert EmptyBatch();
        for (uint256 i = 0; i < count; ++i) {
            Order calldata order = orders[i];
            head_ = _link(head_, order, i);
            // NOTE: calldata cannot hold the 2^128 orders that would overflow it.
            unchecked {
                total += order.amount;
            }
        }
        return (total, head_);
    }

    function _link(bytes16 head_, Order calldata order, uint256 index) private pure returns (bytes16) {
        (address to, uint128 amount, bytes32 ref) = (order.to, order.amount, order.ref);
        if (amount == 0) revert ZeroAmount(index);
        if (to == address(0)) revert ZeroRecipient(index);
        if (ref == 0) revert ZeroRef(index);
        return bytes16(keccak256(abi.encode(head_, ref, to, amount)));
    }

    function _link(bytes16 head_, bytes32 id) private pure returns (bytes16) {
        return bytes16(keccak256(abi.encode(head_, id)));
    }

    function _checkHead(bytes16 expected) private view {
        if (_history.head != expected) revert HeadMismatch(expected, _history.head);
    }

    function _pending(bytes32 id) private view returns (Proposal storage pending) {
        pending = _proposal[id];
        ProposalState state = _state(pending);
        if (state != ProposalState.Pending) revert ProposalNotPending(id, state);
    }

    /// @dev A minter's dismissal cancels what it had proposed, for good.
    function _state(Proposal storage p) private view returns (ProposalState) {
        bool dismissed = p.state == ProposalState.Pending && p.readyAt - proposalDelay <= _dismissedAt[p.minter];
        return dismissed ? ProposalState.Cancelled : p.state;
    }

    function _expired(Proposal storage p) private view returns (bool) {
        return block.timestamp > p.readyAt + PROPOSAL_LIFETIME;
    }

    /// @dev NOTE: cannot overflow: the gate has bounded the sum by a figure of 73 bits.
    function _sum(uint256 issued_, uint256 amount) private pure returns (uint128) {
        return uint128(issued_ + amount);
    }
}
