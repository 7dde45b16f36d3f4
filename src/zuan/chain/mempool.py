"""What a node means that does not take a transaction: known by what happened, not by one client's words."""

from __future__ import annotations

import re
from enum import Enum, auto


class NotTaken(Enum):
    """Why a transaction was not taken.

    ``THERE``: it has it already. ``POOR``: the account cannot pay. ``WAIT``: it takes none of this account for now.
    ``TAKEN``: another has its nonce. ``CHEAP``: it offers too little for gas. ``DEAR``: more than the node allows.
    ``LEGACY``: the chain knows no such kind of transaction. ``OTHER``: something else.
    """

    THERE = auto()
    POOR = auto()
    WAIT = auto()
    TAKEN = auto()
    CHEAP = auto()
    DEAR = auto()
    LEGACY = auto()
    OTHER = auto()


# The first that fits counts: several have a word in common.
_WORDS = {
    NotTaken.THERE: r"already ?known|known ?transaction|already imported|already exists|already in (the )?(pool|mempool)",
    NotTaken.LEGACY: r"type (is )?not supported|unsupported (transaction|tx) type|unknown (transaction|tx) type|"
    r"invalid (transaction|tx) type|1559.*(not|disabled)|(dynamic|london).*not (supported|active)|legacy .* only",
    NotTaken.WAIT: r"in-?flight|gapped|pool (is )?full|queue (is )?full|nonce.*(too ?far|too ?high|too ?distant|gap|future)|"
    r"too many (pending|queued)",
    NotTaken.DEAR: r"exceeds the configured cap|fee cap.*exceed",
    NotTaken.CHEAP: r"less than (block )?base fee|less than block base|base ?fee.*(too low|below)|fee.?cap.*(low|less)|"
    r"gas ?price (is )?(too low|below)|gas tip cap|feetoolow|minimum needed|^(transaction )?underpriced",
    NotTaken.TAKEN: r"nonce|replace|oldnonce",
    NotTaken.POOR: r"insufficient ?(funds|balance)|exceeds account balance|doesn'?t have enough (funds|balance)|not enough "
    r"(funds|balance)|up-?front cost|lack of funds|cannot pay",
}
_PATTERNS = {found: re.compile(words, re.I) for found, words in _WORDS.items()}


def verdict(message: str) -> NotTaken:
    """What a refusal of a transaction means."""
    return next((found for found, pattern in _PATTERNS.items() if pattern.search(message)), NotTaken.OTHER)
