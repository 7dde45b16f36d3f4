// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {
    TransparentUpgradeableProxy
} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20Pausable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Pausable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {Fir} from "./Proxies.sol";

/// Roles, a pause and a mint, as the wizard makes them.
contract Garnet is ERC20, ERC20Pausable, AccessControl, ERC20Permit {
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    constructor(address admin) ERC20("Garnet", "GRN") ERC20Permit("Garnet") {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(PAUSER_ROLE, admin);
        _grantRole(MINTER_ROLE, admin);
        _mint(msg.sender, 1_000_000e18);
    }

    function pause() public onlyRole(PAUSER_ROLE) {
        _pause();
    }

    function unpause() public onlyRole(PAUSER_ROLE) {
        _unpause();
    }

    function mint(address to, uint256 amount) public onlyRole(MINTER_ROLE) {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Pausable) {
        super._update(from, to, value);
    }
}

/// A cap of the library's, minted through a contract that keeps no other rule.
contract Hazel is ERC20, ERC20Capped, Ownable {
    constructor(address owner) ERC20("Hazel", "HZL") ERC20Capped(3_000_000e18) Ownable(owner) {
        _mint(msg.sender, 1_000_000e18);
    }

    function mint(address to, uint256 amount) public onlyOwner {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Capped) {
        super._update(from, to, value);
    }
}

/// A mint that belongs to whoever owns it.
contract Ivory is ERC20, Ownable {
    constructor(address owner) ERC20("Ivory", "IVR") Ownable(owner) {
        _mint(msg.sender, 1_000_000e18);
    }

    function mint(address to, uint256 amount) public onlyOwner {
        _mint(to, amount);
    }
}

/// Owns a token and mints for its own owner only, no more than a little in all.
contract Warden is Ownable(msg.sender) {
    uint256 public given;

    function grant(Ivory token, address to, uint256 amount) external onlyOwner {
        given += amount;
        require(given <= 1_000e18, "enough");
        token.mint(to, amount);
    }
}

/// Owns a token and passes on whatever its owner says.
contract Steward is Ownable(msg.sender) {
    function pass(address to, bytes calldata data) external onlyOwner {
        (bool done,) = to.call(data);
        require(done);
    }

    function make(Ivory token, address to, uint256 amount) external onlyOwner {
        token.mint(to, amount);
    }
}

/// Upgraded by its owner, in its own code (EIP-1822).
contract Juniper is Fir, UUPSUpgradeable {
    address public keeper;

    function start(address to) external {
        require(keeper == address(0));
        keeper = to;
        begin(to);
    }

    function _authorizeUpgrade(address) internal view override {
        require(msg.sender == keeper);
    }
}

contract Proxy1967 is ERC1967Proxy {
    constructor(address code, bytes memory data) payable ERC1967Proxy(code, data) {}
}

contract ProxyTransparent is TransparentUpgradeableProxy {
    constructor(address code, address owner, bytes memory data)
        payable
        TransparentUpgradeableProxy(code, owner, data)
    {}
}

contract Beacon is UpgradeableBeacon {
    constructor(address code, address owner) UpgradeableBeacon(code, owner) {}
}

contract ProxyBeacon is BeaconProxy {
    constructor(address beacon, bytes memory data) payable BeaconProxy(beacon, data) {}
}

contract Timelock is TimelockController {
    constructor(uint256 delay, address[] memory proposers)
        TimelockController(delay, proposers, proposers, address(0))
    {}
}
