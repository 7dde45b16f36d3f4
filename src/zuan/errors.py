"""Errors that Zuan raises. All derive from :class:`ZuanError`; each says what happened and what to do.

::

    ZuanError                    exit code 1
      InputError                 2   something that the user gave is wrong; nothing was sent
      NetworkError               1   the node does not answer, or answers nonsense
        RpcError                 1   the node answered with an error
        ContradictionError       1   the node contradicts itself or another; asking again may help
      WrongChainError            3   the node serves another chain than expected
      DeploymentError            1   no deployment, or one that does not fit the chain
      AccountError               2   no such account, a wrong password
      TransactionError           1   a transaction was not mined, or failed
        NonceTakenError          1   another transaction of the account was mined in its place
      ContractError              *   a contract refused; the exit code depends on why
      MismatchError              3   figures that must agree do not
        NotGenuineError          3   a contract is not what Zuan ships, or belongs to another system
      WriteError               1   a file cannot be written
      StoreError               1   a store of circulation cannot be used
        DamagedError           1   a file of it is missing or damaged
      BehindError              5   the node is behind the store, or the store is not on the node's chain any more
      MissingError             2   a package that this needs is not installed
      StoppedError             130   the user stopped it (Ctrl-C)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .sentences import BEHIND as BEHIND
from .sentences import FAILED as FAILED
from .sentences import MISMATCH as MISMATCH
from .sentences import ORDER_STATES as ORDER_STATES
from .sentences import STALE as STALE
from .sentences import STOPPED as STOPPED
from .sentences import USAGE as USAGE
from .sentences import count as count
from .sentences import iso as iso
from .sentences import sentence


class ZuanError(Exception):
    """Root of all errors raised on purpose. ``exit_code`` is what the command line ends with."""

    exit_code: int = FAILED


class InputError(ZuanError):
    """Something that the user gave is wrong; nothing was sent.

    ``problems`` lists every fault found, one line each; empty where the message says it all.
    """

    exit_code = USAGE

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NetworkError(ZuanError):
    """The node does not answer, or answers nonsense."""


class RpcError(NetworkError):
    """The node answered a request with an error: ``code``, ``message`` and whatever ``data`` came along.

    ``status`` is HTTP's; ``wait`` the seconds after which the node wants to be asked again, where it says so.
    """

    def __init__(
        self, code: int, message: str, data: Any = None, *, status: int = 200, wait: float | None = None
    ) -> None:
        super().__init__(f"the node refused a request: {message}")
        self.code, self.message, self.data, self.status, self.wait = code, message, data, status, wait


class ContradictionError(NetworkError):
    """A node's answers contradict each other."""


class WrongChainError(ZuanError):
    """The node serves another chain than the one that was asked for."""

    exit_code = MISMATCH


class DeploymentError(ZuanError):
    """There is no deployment, or one that does not fit the chain."""


class AccountError(ZuanError):
    """No such account, or its key cannot be opened."""

    exit_code = USAGE


class TransactionError(ZuanError):
    """A transaction failed, or is not mined yet; ``tx`` is its hash where one exists."""

    def __init__(self, message: str, tx: str | None = None) -> None:
        super().__init__(message)
        self.tx = tx


class NonceTakenError(TransactionError):
    """Another transaction of the account was mined in the place of this one, which was not sent."""


class MismatchError(ZuanError):
    """Figures that must agree do not; ``problems`` lists each disagreement where there may be several."""

    exit_code = MISMATCH

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotGenuineError(MismatchError):
    """A contract is not the one that Zuan ships, or belongs to another system; ``problems`` lists which, and how."""


class WriteError(ZuanError):
    """A file cannot be written: the disk is full, or the folder is not writable."""


class MissingError(ZuanError):
    """A package that this needs is not installed; the message says how to get it."""

    exit_code = USAGE


class StoreError(ZuanError):
    """A store of circulation cannot be used: of a newer version, damaged, or somebody else is at work on it."""


class DamagedError(StoreError):
    """A file of a store is missing or damaged, or was replaced while it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is missing or damaged; ask again, and if it stays so run `zuan sync --rebuild`")


class BehindError(ZuanError):
    """The node is behind the store, or the store is not on the node's chain any more."""

    exit_code = BEHIND


class StoppedError(ZuanError):
    """The user stopped it (Ctrl-C)."""

    exit_code = STOPPED


class ContractError(ZuanError):
    """A contract refused. ``name`` and ``args_`` are its custom error; the message is a sentence about it."""

    def __init__(self, name: str, args_: Sequence[Any] = ()) -> None:
        said, self.exit_code = sentence(name, args_)
        super().__init__(said)
        self.name, self.args_ = name, tuple(args_)
