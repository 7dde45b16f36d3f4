// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReserveOracle} from "contracts/ReserveOracle.sol";
import {IIssuer} from "contracts/interfaces/IIssuer.sol";
import {Attestation, KindRule, Line, Signature} from "contracts/interfaces/IReserveOracle.sol";
import {VaultRules} from "contracts/interfaces/IReserveVault.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Halmos} from "./Halmos.sol";

/// @dev Counts whatever makes the statement pass: these checks are about signatures.
contract AnyIssuer {
    function totals() external pure returns (uint256, uint256) {
        return (type(uint128).max, 0);
    }

    function vault() external view returns (address) {
        return address(this);
    }

    function rules() external pure returns (VaultRules memory) {
        return VaultRules(7 days, 10_000, 2_000, 7 days, 30 days, 30 days);
    }
}

/// @title What signatures an accepted attestation has, from any state of the oracle
contract ReserveOracleChecks is Halmos {
    /// @dev One of any state, and one as it was deployed, whose list of auditors has a length.
    ReserveOracle private oracle;
    ReserveOracle private fresh;

    function setUp() public {
        address[] memory auditors = new address[](3);
        (auditors[0], auditors[1], auditors[2]) = (address(0xa1), address(0xa2), address(0xa3));
        IIssuer issuer = IIssuer(address(new AnyIssuer()));
        vm.warp(1_700_000_000);
        oracle = _deployed(issuer, auditors);
        fresh = _deployed(issuer, auditors);
        oracle = ReserveOracle(_inAnyState(address(oracle)));
    }

    function check_one_signature_is_never_enough(Attestation memory said, Line memory line, Signature memory only)
        public
    {
        vm.assume(oracle.quorum() >= 2);
        Signature[] memory signatures = new Signature[](1);
        signatures[0] = only;
        assert(!_accepted(said, line, signatures));
    }

    function check_no_signature_is_never_enough(Attestation memory said, Line memory line) public {
        vm.assume(oracle.quorum() >= 2);
        assert(!_accepted(said, line, new Signature[](0)));
    }

    function check_two_signatures_are_of_two_auditors_in_order_and_a_quorum(
        Attestation memory said,
        Line memory line,
        Signature memory first,
        Signature memory second
    ) public {
        Signature[] memory signatures = new Signature[](2);
        (signatures[0], signatures[1]) = (first, second);
        if (!_accepted(said, line, signatures)) return;
        bytes32 digest = oracle.digest(said);
        address one = ECDSA.recover(digest, first.r, first.vs);
        address two = ECDSA.recover(digest, second.r, second.vs);
        assert(oracle.quorum() <= 2);
        assert(uint160(one) < uint160(two));
        assert(_and(oracle.isAuditor(one), oracle.isAuditor(two)));
    }

    function check_epoch_moves_by_one_and_time_forwards(
        Attestation memory said,
        Line memory line,
        Signature memory first,
        Signature memory second
    ) public {
        Signature[] memory signatures = new Signature[](2);
        (signatures[0], signatures[1]) = (first, second);
        (uint256 epoch, uint256 asOf) = (oracle.gate().epoch, oracle.asOf());
        vm.assume(epoch < type(uint32).max);
        if (!_accepted(said, line, signatures)) return;
        assert(oracle.gate().epoch == epoch + 1);
        assert(_and(oracle.asOf() > asOf, oracle.asOf() <= block.timestamp));
    }

    function check_nobody_but_the_owner_changes_auditors_but_for_its_own_key(address caller, address account) public {
        bool before = fresh.isAuditor(account);
        bytes memory data = svm.createCalldata("ReserveOracle");
        vm.assume(caller != address(this));
        vm.prank(caller);
        (bool passed,) = address(fresh).call(data);
        vm.assume(passed);
        assert(fresh.quorum() == 2);
        assert(_or(fresh.isAuditor(account) == before, bytes4(data) == fresh.rotate.selector));
        assert(_or(_or(!before, fresh.isAuditor(account)), caller == account));
        assert(_or(bytes4(data) != fresh.rotate.selector, !fresh.isAuditor(caller)));
    }

    function _deployed(IIssuer issuer, address[] memory auditors) private returns (ReserveOracle) {
        return new ReserveOracle(address(this), issuer, auditors, 2, new KindRule[](0), 2 hours, 1 hours);
    }

    /// @dev With one line, whose kind is one that the oracle may know.
    function _accepted(Attestation memory said, Line memory line, Signature[] memory signatures)
        private
        returns (bool)
    {
        said.lines = new Line[](1);
        said.lines[0] = line;
        try oracle.attest(said, signatures) {
            return true;
        } catch {
            return false;
        }
    }
}
