// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Coin} from "./Coin.sol";

/// A timelock whose keeper can set the delay at once.
contract Hawthorn {
    bytes32 public constant PROPOSER_ROLE = keccak256("PROPOSER_ROLE");
    uint256 public getMinDelay = 2 days;
    address private immutable _keeper = msg.sender;

    function updateDelay(uint256 delay) external {
        require(msg.sender == _keeper);
        getMinDelay = delay;
    }
}

/// Asks for one signature of two.
contract Trio {
    address[] private _owners;
    uint256 public constant getThreshold = 1;

    constructor(address[] memory owners) {
        _owners = owners;
    }

    function getOwners() external view returns (address[] memory) {
        return _owners;
    }
}

/// Shares of an asset, paid out less one percent and not below ten units.
contract Larder is ERC20("Larder", "LRD") {
    ERC20 public immutable asset;

    constructor(ERC20 asset_) {
        asset = asset_;
        _mint(msg.sender, 1_000e18);
    }

    function convertToAssets(uint256 shares) external pure returns (uint256) {
        return shares;
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 paid) {
        require(owner == msg.sender && shares >= 10);
        _burn(owner, shares);
        paid = shares * 99 / 100;
        asset.transfer(receiver, paid);
    }
}

/// Shares that only its maker can turn into the asset.
contract Pantry is ERC20("Pantry", "PTY") {
    ERC20 public immutable asset;
    address private immutable _maker = msg.sender;

    constructor(ERC20 asset_) {
        asset = asset_;
        _mint(msg.sender, 1_000e18);
    }

    function redeem(uint256 shares, address receiver, address owner) external {
        require(msg.sender == _maker);
        _burn(owner, shares);
        asset.transfer(receiver, shares);
    }
}

/// The chain's own money, as a token.
contract Sleeve is ERC20("Sleeve", "SLV") {
    constructor() payable {
        _mint(msg.sender, 1_000e18);
    }

    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        payable(msg.sender).transfer(amount);
    }
}
