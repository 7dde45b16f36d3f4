"""Attesting: figures from the chain, reserves from the auditors, one statement, a quorum of signatures."""

from .statement import Statement, add_signature, build_statement, sign_statement, submission

__all__ = ["Statement", "add_signature", "build_statement", "sign_statement", "submission"]
