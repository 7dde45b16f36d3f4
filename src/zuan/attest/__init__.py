"""Attesting: figures from the chain, reserves from the auditors, one statement, a quorum of signatures."""

from .statement import Statement, build, sign, sign_with, submission

__all__ = ["Statement", "build", "sign", "sign_with", "submission"]
