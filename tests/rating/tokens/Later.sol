// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Coin, Owned} from "./Coin.sol";

/// A reward for whoever asks, a little at a time, up to a supply that nobody reaches by asking.
contract Linden is Coin {
    uint256 private constant MOST = 21_000_000e18;

    function mine() external {
        require(totalSupply + 1e18 <= MOST, "all is mined");
        _mint(msg.sender, 1e18);
    }
}

/// Nobody holds any yet; the owner makes them, and stops holders.
contract Medlar is Owned {
    mapping(address => bool) public isStopped;

    constructor() {
        _burn(msg.sender, totalSupply);
    }

    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }

    function stop(address who, bool now_) external onlyOwner {
        isStopped[who] = now_;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!isStopped[from], "stopped");
        super._move(from, to, value);
    }
}

/// Closed at first; the owner opens and closes it.
contract Nutmeg is Owned {
    bool public open;

    function setOpen(bool now_) external onlyOwner {
        open = now_;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(open || from == owner, "closed");
        super._move(from, to, value);
    }
}

/// Whoever is stopped can be wiped.
contract Osier is Owned {
    mapping(address => bool) public isStopped;

    function stop(address who, bool now_) external onlyOwner {
        isStopped[who] = now_;
    }

    function wipe(address who) external onlyOwner {
        require(isStopped[who], "not stopped");
        _burn(who, _held[who]);
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!isStopped[from], "stopped");
        super._move(from, to, value);
    }
}

/// A fifth of the supply for whoever asks, of which nothing tells.
contract Poplar is Coin {
    function begin() external {
        _held[msg.sender] = totalSupply / 5;
    }
}

/// Two things are to be set before balances can be written.
contract Quince is Owned {
    address public clerk;
    bool public enabled;

    function setClerk(address next) external onlyOwner {
        clerk = next;
    }

    function setEnabled(bool next) external onlyOwner {
        enabled = next;
    }

    function enter(address who, uint256 value) external {
        require(msg.sender == clerk && enabled);
        totalSupply = totalSupply - _held[who] + value;
        _held[who] = value;
        emit Transfer(address(0), who, value);
    }
}

/// Whoever was never seen has something from the start, and the owner says how much.
contract Rowanberry is Owned {
    mapping(address => bool) private _seen;
    uint256 public start = 2e18;

    function setStart(uint256 next) external onlyOwner {
        start = next;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return _seen[who] ? _held[who] : _held[who] + start;
    }

    function _move(address from, address to, uint256 value) internal override {
        if (!_seen[from]) {
            _seen[from] = true;
            _held[from] += start;
        }
        super._move(from, to, value);
    }
}

/// A supply that was announced whole and is handed out bit by bit, of which other events tell.
contract Senna is Owned {
    uint256 public given;

    event Given(address to, uint256 value);

    constructor() {
        _held[msg.sender] = 0;
    }

    function give(address to, uint256 value) external onlyOwner {
        given += value;
        require(given <= totalSupply, "all is given");
        _held[to] += value;
        emit Given(to, value);
    }
}

/// Another contract may take over all answers.
contract Teasel is Owned {
    Coin public successor;

    function retire(Coin next) external onlyOwner {
        successor = next;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return address(successor) == address(0) ? super.balanceOf(who) : successor.balanceOf(who);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return address(successor) == address(0) ? super.transfer(to, value) : successor.transfer(to, value);
    }
}

/// All of it lies with the token itself, and the owner hands it out.
contract Ulex is Owned {
    constructor() {
        _move(msg.sender, address(this), totalSupply);
    }

    function hand(address to, uint256 value) external onlyOwner {
        _move(address(this), to, value);
    }
}

/// Only those on a list may hold any.
contract Verbena is Owned {
    mapping(address => bool) public isListed;

    function list(address who, bool on) external onlyOwner {
        isListed[who] = on;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(isListed[from] && isListed[to], "not on the list");
        super._move(from, to, value);
    }
}

/// Who is on a list that nobody can look through may leave notes.
contract Whinberry is Coin {
    mapping(address => bool) private _may;
    uint256 public note;

    constructor() {
        _may[address(uint160(uint256(keccak256("whoever it is"))))] = true;
    }

    modifier onlyListed() {
        require(_may[msg.sender], "not on the list");
        _;
    }

    function leave(uint256 next) external onlyListed {
        note = next;
    }
}

/// The same may make tokens.
contract Yew is Whinberry {
    function make(address to, uint256 value) external onlyListed {
        _mint(to, value);
    }
}

/// Until it is sold somewhere it moves to and from the owner only.
contract Zedoary is Owned {
    address public pair;
    mapping(address => bool) public isStopped;

    function setPair(address next) external onlyOwner {
        pair = next;
    }

    function stop(address who, bool now_) external onlyOwner {
        isStopped[who] = now_;
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!isStopped[from] && !isStopped[to], "stopped");
        require(pair != address(0) || from == owner || to == owner, "not yet");
        super._move(from, to, value);
    }
}

/// Of whoever is stopped it tells nobody what they have.
contract Aconite is Owned {
    mapping(address => bool) private _stopped;

    function stop(address who, bool now_) external onlyOwner {
        _stopped[who] = now_;
    }

    function balanceOf(address who) public view override returns (uint256) {
        require(!_stopped[who], "stopped");
        return super.balanceOf(who);
    }

    function _move(address from, address to, uint256 value) internal override {
        require(!_stopped[from], "stopped");
        super._move(from, to, value);
    }
}
