"""A bug for each check, to see that it can fail: halmos must find it in a copy of the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Bug(NamedTuple):
    """A check, and the change of a contract that it must notice."""

    check: str
    contract: str
    old: str
    new: str

    def plant(self, contracts: Path) -> None:
        """Changes the contract in a folder of copies."""
        file = contracts / f"{self.contract}.sol"
        text = file.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.contract}.sol has {self.old!r} {text.count(self.old)} times"
        file.write_text(text.replace(self.old, self.new))


def _bugs(checks: str, contract: str, *bugs: tuple[str, str, str]) -> tuple[Bug, ...]:
    return tuple(Bug(f"{checks}.check_{check}", contract, old, new) for check, old, new in bugs)


#: Begins the last part of a contract: functions that should not be there are put before it.
_INTERNALS = "    // ---------------------------------------------------------------- internals\n"

BUGS = (
    *_bugs(
        "DiamondTokenChecks",
        "DiamondToken",
        ("supply_stays_within_the_cap", "if (amount > cap - supply)", "if (amount > cap - supply + 1)"),
        (
            "supply_rises_only_through_the_issuer",
            "if (msg.sender != issuer) revert",
            "if (msg.sender == address(0)) revert",
        ),
        (
            "balance_falls_only_through_its_holder_or_a_spender",
            _INTERNALS,
            "function seize(address from, address to) external { _update(from, to, 1); }\n" + _INTERNALS,
        ),
        (
            "transfer_from_needs_and_uses_up_the_allowance",
            _INTERNALS,
            "function _spendAllowance(address, address, uint256) internal override {}\n" + _INTERNALS,
        ),
        ("burn_from_needs_and_uses_up_the_allowance", "_spendAllowance(from, msg.sender, amount);", ""),
        (
            "nothing_moves_the_balance_of_a_stranger",
            "_balance[to] += amount;\n        }\n        emit Transfer(from",
            "_balance[to] += amount; _balance[address(0xfee)] += 1;\n        }\n        emit Transfer(from",
        ),
        (
            "allowance_changes_only_by_its_holder_its_spender_or_a_permit",
            _INTERNALS,
            "function allow(address holder, address spender) external { _approve(holder, spender, 1); }\n" + _INTERNALS,
        ),
        (
            "transfer_moves_exactly",
            "_balance[to] += amount;\n        }\n        emit Transfer(from",
            "_balance[to] += amount - amount / 100;\n        }\n        emit Transfer(from",
        ),
        ("burn_takes_exactly_from_the_holder_and_the_supply", "_supply = supply -= amount;", "_supply = supply;"),
        ("mint_batch_gives_exactly_what_the_supply_gains", "_raiseSupply(serial - firstSerial)", "_raiseSupply(1)"),
    ),
    *_bugs(
        "DiamondTokenChecks",
        "DiamondToken",
        (
            "burn_by_authorization_is_for_what_was_signed",
            "keccak256(abi.encode(BURN_TYPEHASH, orderRef, salt))",
            "keccak256(abi.encode(BURN_TYPEHASH, bytes32(0), salt))",
        ),
        (
            "payee_burns_what_it_may_receive_and_nobody_else",
            "_useReceipt(from, msg.sender, amount",
            "_useReceipt(from, address(this), amount",
        ),
    ),
    *_bugs(
        "DiamondTokenChecks",
        "common/Authorizations",
        (
            "authorization_moves_exactly_as_signed_and_is_used_up",
            "_move(from, to, value);\n        emit AuthorizationUsed(from, nonce);\n    }\n\n"
            "    /// @inheritdoc IERC3009\n    function transfer",
            "_move(from, to, value / 2);\n        emit AuthorizationUsed(from, nonce);\n    }\n\n"
            "    /// @inheritdoc IERC3009\n    function transfer",
        ),
        (
            "authorization_needs_the_signature_and_its_time",
            "if (block.timestamp >= validBefore)",
            "if (block.timestamp > validBefore)",
        ),
        ("authorization_needs_the_signature_and_its_time", "        _checkSigned(from, structHash, signature);\n", ""),
        (
            "only_the_payee_receives_by_authorization",
            "if (msg.sender != to) revert CallerNotPayee(msg.sender, to);",
            "",
        ),
        (
            "spent_authorization_stays_so",
            "if (_spent[authorizer][nonce]) revert AuthorizationSpent(authorizer, nonce);\n"
            "        _spent[authorizer][nonce] = true;",
            "_spent[authorizer][nonce] = !_spent[authorizer][nonce];",
        ),
        (
            "authorization_is_spent_only_by_its_holders_signature",
            "_spent[authorizer][nonce] = true;",
            "_spent[authorizer][nonce] = true;\n        _spent[msg.sender][nonce] = true;",
        ),
    ),
    *_bugs(
        "ReserveOracleChecks",
        "common/Auditors",
        ("no_signature_is_never_enough", "signatures.length < quorum)", "signatures.length + 2 < quorum)"),
        ("one_signature_is_never_enough", "signatures.length < quorum)", "signatures.length + 1 < quorum)"),
        (
            "two_signatures_are_of_two_auditors_in_order_and_a_quorum",
            "if (signer == previous) revert SignerRepeated(signer);",
            "",
        ),
        (
            "two_signatures_are_of_two_auditors_in_order_and_a_quorum",
            "if (signer < previous) revert SignersOutOfOrder(previous, signer);",
            "",
        ),
        (
            "two_signatures_are_of_two_auditors_in_order_and_a_quorum",
            "if (!_auditor[signer].active) revert NotAnAuditor(signer);",
            "",
        ),
        ("nobody_but_the_owner_changes_auditors_but_for_its_own_key", "_auditor[msg.sender].active = false;", ""),
    ),
    *_bugs(
        "ReserveOracleChecks",
        "ReserveOracle",
        ("epoch_moves_by_one_and_time_forwards", "if (given <= _newest.asOf) revert", "if (given == 0) revert"),
        (
            "nobody_but_the_owner_changes_auditors_but_for_its_own_key",
            "function setAuditors(address[] calldata auditors_, uint256 quorum_) external onlyOwner changing {",
            "function setAuditors(address[] calldata auditors_, uint256 quorum_) external changing {",
        ),
    ),
    *_bugs(
        "IssuerChecks",
        "Issuer",
        ("mint_is_covered", "if (issued_ + amount > ceiling)", "if (issued_ + amount > ceiling + 1)"),
        (
            "mint_needs_a_fresh_attestation_and_an_open_vault",
            "if (block.timestamp < gate.suspendedUntil) revert",
            "if (block.timestamp + 1 < gate.suspendedUntil) revert",
        ),
        (
            "mint_leaves_the_cash_that_the_requirement_asks_for",
            "if (free * BPS >= _cashFloorBps * supply) return;",
            "if (free * BPS + 1 >= _cashFloorBps * supply) return;",
        ),
        (
            "mint_is_within_the_instant_limit_of_a_minter",
            "if (instant && amount > bucket.instantLimit)",
            "if (!instant && amount > bucket.instantLimit)",
        ),
        (
            "mint_is_refused_on_another_head",
            "if (history.head != expectedHead) revert HeadMismatch(expectedHead, history.head);",
            "",
        ),
    ),
    *_bugs(
        "AuthorizedChecks",
        "ReserveVault",
        (
            "redeeming_by_authorization_pays_the_signer",
            "_payRedeemer(signed.from, signed.from, signed.value, held)",
            "_payRedeemer(signed.from, msg.sender, signed.value, held)",
        ),
        (
            "redeeming_by_authorization_pays_the_signer",
            "_burnSigned(REDEEM_TYPEHASH, signed);",
            "_burnSigned(CLAIM_TYPEHASH, signed);",
        ),
        (
            "ticket_by_authorization_is_the_signers",
            "_open(signed.from, signed.from, signed.value)",
            "_open(signed.from, msg.sender, signed.value)",
        ),
        (
            "claiming_by_authorization_pays_nobody_but_the_signer",
            "_payClaim(signed.from, signed.from, signed.value, held)",
            "_payClaim(signed.from, msg.sender, signed.value, held)",
        ),
    ),
    *_bugs(
        "AuthorizedChecks",
        "OrderDesk",
        (
            "order_by_authorization_is_what_the_signer_saw",
            "_place(wanted, signed.from)",
            "_place(wanted, msg.sender)",
        ),
        (
            "order_by_authorization_is_what_the_signer_saw",
            "if (diamonds != signed.value) revert NotThePrice(diamonds, signed.value);",
            "",
        ),
        (
            "order_by_authorization_is_what_the_signer_saw",
            "if (wanted.arbiter != arbiter_) revert OtherArbiter(wanted.arbiter, arbiter_);",
            "",
        ),
    ),
)
