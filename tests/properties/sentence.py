"""What is to be proven of the contracts, in sentences."""

from __future__ import annotations

from enum import IntEnum


class Sentence(IntEnum):
    """A sentence by its number; :attr:`text` is what it says."""

    text: str

    def __new__(cls, number: int, text: str) -> Sentence:
        """The number is the value, by which failures and hints name the sentence."""
        made = int.__new__(cls, number)
        made._value_, made.text = number, text
        return made

    KEPT = (
        1,
        "No call by anyone but the holder or a spender lowers a holder's balance plus what it is owed (tickets, "
        "orders, claims). An order's diamonds are used up as its buyer agreed to: confirmed, delivered without a "
        "word, or decided.",
    )
    SUMS = 2, "supply <= cap always; issued = supply + burned always; the sum of balances = supply."
    COVERED = (
        3,
        "At every mint: liabilities <= min(vault now, att.vault) + attested after haircut; never with a stale, "
        "suspended or wrong-epoch attestation, nor while a redeemer waits, nor in a wind-down; and after cash has "
        "left otherwise than to redeemers never before an attestation of a later time, nor on cash that is "
        "missing or does not move.",
    )
    ONCE = (
        4,
        "Replaying, reordering or splitting any plan of orders mints each order at most once (the planner reads "
        "head, mint events and pending proposals at one block, and proposes no order twice), whatever proposals "
        "are made, executed or cancelled in between; the hash chain recomputed from mints, proposals and "
        "cancellations equals head; serials are contiguous from 1.",
    )
    QUORUM = (
        5,
        "M-1 auditors cannot attest; no statement counts twice; suspension never stops burn, transfer or attest.",
    )
    RATE = (
        6,
        "In any time window of length t a minter mints at most capacity + capacity*t/period; across limit changes "
        "never more than the old rate allowed for the time before the change.",
    )
    HEADROOM = (
        7,
        "Every figure returned by headroom() is exact: a mint of it by a minter with room passes, one of 1 more fails.",
    )
    PAR = (
        8,
        "Before wind-down, redemption pays exactly par, from cash not owed to earlier tickets, whatever the state "
        "of oracle, roles and time. It succeeds whenever free cash covers it; a ticket can always be opened; "
        "burning always works.",
    )
    TICKETS = (
        9,
        "Tickets are funded in order, each is paid or converted exactly once; funded but unpaid cash is never "
        "used for anything else.",
    )
    SHARES = (
        10,
        "In wind-down every diamond outstanding at its start gets the same, whatever the order of claims and "
        "later money, within one unit of rounding; payouts never exceed what was there; nobody can start it while "
        "free cash would cure the cause, nor before the cause has lasted.",
    )
    SURPLUS = (
        11,
        "Surplus leaves to the treasury only, announced and after its delay, by a fresh attestation of a time "
        "after the last one and of the announcement, which itself is later than any change of auditors, kinds, "
        "haircuts or age, while nobody waits, and never leaves the vault below its floors.",
    )
    NOTICE = 12, "A worse price cannot be charged before its notice has passed, and the price promised is always open."
    ESCROW = (
        13,
        "Each order is burned or given back once, by whom and when its state allows; nothing stays locked; each "
        "movement of escrow is the log next after its order's event.",
    )
    DELAY = (
        14,
        "Whatever the owner may change, and the delay itself, changes by an operation that a proposer scheduled, "
        "after the delay in force when it did: no delay can be shortened faster than itself, nor below its floor.",
    )
    RESERVE = (
        15,
        "Free cash is at least the floor's part of the supply right after every mint, by what is there and what "
        "is counted.",
    )
    SIGNED = (
        16,
        "An authorised call passes only with the holder's signature of just this call, in its time, and once: "
        "whoever carries it, to whichever contract.",
    )
    DUE = (
        17,
        "Once a cause has lasted, anybody starts the wind-down, whatever governance does in the moment before and "
        "whether the asset answers or not; no change of haircuts or kinds ends a shortfall that was shown before "
        "it, or makes it later.",
    )
