"""The sentences about redemption, tickets, surplus and the wind-down, by the vault's and the asset's events alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zuan.deploy.config import DeployConfig

from ..chain import Event
from ..sentence import Sentence
from .steps import Expect, Owed, Standing, Step

BPS = 10_000
SURPLUS_LIFETIME = 7 * 86_400
CASH_MAX = 2**120 - 1
#: Calls that begin or end with all cash counted, and so with all of it given to tickets that lack some.
COUNTING = {"redeem", "request", "withdraw", "deposit", "count", "probe", "withdrawSurplus", "startWindDown"}


@dataclass
class Ticket:
    """One ticket, as its events told it."""

    holder: str
    requested_at: int
    start: int
    size: int
    payee: str
    paid: int = 0
    converted: int = 0


@dataclass
class Ending:
    """The wind-down, as its events told it."""

    outstanding: int
    paid: int = 0


class VaultLedger(Owed):
    """Follows the vault of one deployment."""

    def __init__(self, config: DeployConfig, at: str, asset: str, standing: Standing, now: int, expect: Expect) -> None:
        super().__init__(expect)
        self.par, self.rules, self.at, self.asset = config.units_per_diamond, config.vault_rules, at, asset
        self.standing, self.deployed_at = standing, now
        self.treasury = config.treasury.lower()
        self.tickets: dict[int, Ticket] = {}
        #: Diamonds ever put into tickets, those of them with cash, and those paid.
        self.queued = self.funded = self.paid = 0
        self.surplus: tuple[int, int] | None = None
        #: When cash left otherwise than to redeemers, and whether the asset ever took some away.
        self.drained_at, self.lost = 0, False
        #: Since when the asset is known not to work.
        self.stuck_since = 0
        self.ending: Ending | None = None
        #: Cause of the wind-down, by the contract's number.
        self.begun = 0
        #: What each account claimed, and what it was paid.
        self.claims: dict[str, list[int]] = {}
        #: Units that the vault holds, and those it has counted.
        self.held = self.counted = 0
        #: What an event says will be paid, in the transfer to come: receiver, units.
        self._coming: tuple[str, int] | None = None

    @property
    def waiting(self) -> int:
        """Diamonds in tickets without cash."""
        return self.queued - self.funded

    @property
    def cash(self) -> int:
        """Units that are there; nobody counts further than 2^128."""
        return min(self.held, CASH_MAX)

    @property
    def free(self) -> int:
        """Whole diamonds at par in the vault, beyond all tickets; none that cannot move."""
        return 0 if self.stuck_since else max(self.cash // self.par - (self.queued - self.paid), 0)

    @property
    def pool(self) -> int:
        """Units that belong to no ticket with cash."""
        return max(self.cash - (self.funded - self.paid) * self.par, 0)

    @property
    def after_drain(self) -> bool:
        """Whether cash left otherwise than to redeemers, and no statement of a later time knows it yet."""
        return self.drained_at > 0 and self.standing.as_of <= self.drained_at

    def check(self, step: Step, liabilities: int) -> None:
        """Follows one transaction."""
        self.held, self._coming = step.before.held, None
        # The asset took cash away, whether or not anybody has counted since.
        self.lost = self.lost or step.before.held < self.counted
        self._liabilities = liabilities
        for event in step.events:
            self._follow(event, step)
        self.expect(Sentence.TICKETS, self._coming is None, f"{self._coming} was not paid")
        self.expect(
            Sentence.TICKETS,
            self.held == step.after.held,
            f"the vault holds {step.after.held}, transfers say {self.held}",
        )
        aside = (self.funded - self.paid) * self.par
        self.expect(
            Sentence.TICKETS, self.lost or self.held >= aside, f"{aside} units are set aside, {self.held} are there"
        )
        if any(event.name == "Minted" for event in step.events):
            least = step.after.supply * self.rules.cash_floor
            self.expect(
                Sentence.RESERVE, self.free * BPS >= least, f"{self.free} are free for {step.after.supply} after a mint"
            )
            self.expect(
                Sentence.RESERVE,
                self.held >= self.counted,
                f"{self.counted} were counted, {self.held} are there at a mint",
            )
        counting = step.part == "vault" and step.function in COUNTING
        if counting and self.ending is None and not self.stuck_since:
            most = min(self.queued, self.paid + self.cash // self.par)
            most = max(most, self.funded) if self.lost else most
            self.expect(
                Sentence.TICKETS, self.funded == most, f"tickets funded up to {self.funded}, there is cash up to {most}"
            )

    def funded_part(self, ticket: Ticket) -> int:
        """What of a ticket has cash by the order of the queue."""
        return min(max(self.funded - ticket.start, 0), ticket.size)

    def _follow(self, event: Event, step: Step) -> None:
        if event.part == "vault":
            follow = getattr(self, f"_{event.name}", None)
            if follow:
                follow(event.args, step)
        elif event.part == "asset" and event.name == "Transfer":
            self._moved(event.args)

    def _moved(self, args: Mapping[str, Any]) -> None:
        if args["from"] == args["to"] == self.at:
            self.expect(Sentence.TICKETS, args["value"] == 1, "more than a unit was moved to see whether it moves")
            return
        if args["from"] == self.at:
            paid = args["to"], args["value"]
            self.expect(Sentence.TICKETS, self._coming == paid, f"{paid} left the vault, its events say {self._coming}")
            self._coming = None
            self.held -= args["value"]
            self.counted = self.cash
        if args["to"] == self.at:
            self.held += args["value"]

    def _CashCounted(self, args: Mapping[str, Any], step: Step) -> None:
        self.expect(Sentence.TICKETS, args["cash"] == self.cash, f"{args['cash']} counted, {self.held} there")
        self.counted = args["cash"]
        if args["cash"] < args["oldCash"]:
            self.drained_at, self.lost = step.now, True

    def _StuckChanged(self, args: Mapping[str, Any], step: Step) -> None:
        self.expect(
            Sentence.TICKETS, args["stuck"] != (self.stuck_since > 0), "the asset failed twice, or worked twice"
        )
        self.stuck_since = step.now if args["stuck"] else 0

    # ------------------------------------------------------------ redeeming

    def _Redeemed(self, args: Mapping[str, Any], step: Step) -> None:
        amount, units = args["amount"], args["units"]
        self.expect(Sentence.PAR, args["holder"] == step.actor, f"{step.who} redeemed for {args['holder']}")
        self.expect(Sentence.PAR, units == amount * self.par, f"{units} units paid for {amount} diamonds at {self.par}")
        self.expect(Sentence.PAR, amount <= self.free, f"{amount} redeemed, {self.free} were free of earlier tickets")
        self.expect(Sentence.PAR, self.ending is None, "redeemed in the wind-down")
        self._coming = args["to"], units

    def _TicketOpened(self, args: Mapping[str, Any], step: Step) -> None:
        number, amount = args["ticket"], args["amount"]
        self.expect(Sentence.TICKETS, number == len(self.tickets) + 1, f"ticket {number} follows {len(self.tickets)}")
        self.expect(
            Sentence.TICKETS,
            args["start"] == self.queued,
            f"a ticket at {args['start']}, the queue ends at {self.queued}",
        )
        self.expect(Sentence.SHARES, self.ending is None, "a ticket in the wind-down")
        self.tickets[number] = Ticket(args["holder"], step.now, args["start"], amount, args["payee"])
        self.queued += amount
        self.owed[args["holder"]] += amount

    def _TicketsFunded(self, args: Mapping[str, Any], step: Step) -> None:
        up_to = args["upTo"]
        self.expect(
            Sentence.TICKETS,
            self.funded < up_to <= self.queued,
            f"funded up to {up_to} of {self.queued}, was {self.funded}",
        )
        most = min(self.queued, self.paid + self.counted // self.par)
        self.expect(Sentence.TICKETS, up_to == most, f"funded up to {up_to}, the cash counted reaches to {most}")
        self.expect(Sentence.SHARES, self.ending is None, "tickets funded in the wind-down")
        self.expect(Sentence.TICKETS, not self.stuck_since, "a ticket was funded with cash that cannot move")
        self.funded = up_to

    def _TicketPaid(self, args: Mapping[str, Any], step: Step) -> None:
        ticket, amount, units = self.tickets[args["ticket"]], args["amount"], args["units"]
        due = self.funded_part(ticket) - ticket.paid
        agreed = step.who == ticket.holder or args["to"] == ticket.payee
        self.expect(Sentence.TICKETS, agreed, f"{step.who} took the pay of {ticket.holder}'s ticket")
        if self.lost:
            due = min(due, self.cash // self.par)
        self.expect(Sentence.TICKETS, 0 < amount == due, f"{amount} paid on ticket {args['ticket']}, due were {due}")
        self.expect(Sentence.PAR, units == amount * self.par, f"{units} units paid for {amount} diamonds at {self.par}")
        ticket.paid, self.paid = ticket.paid + amount, self.paid + amount
        self.owed[ticket.holder] -= amount
        # Used up by the holder's own call, whatever else it did, or as it said when it opened the ticket.
        self.used[ticket.holder] += amount if agreed else 0
        self._coming = args["to"], units

    # ------------------------------------------------------------ surplus

    def _TreasuryChanged(self, args: Mapping[str, Any], step: Step) -> None:
        self.expect(Sentence.SURPLUS, self.surplus is None, "a new treasury found a surplus announced by the old one")
        self.treasury = args["newTreasury"]

    def _SurplusAnnounced(self, args: Mapping[str, Any], step: Step) -> None:
        self.expect(Sentence.SURPLUS, step.who == self.treasury, f"{step.who} announced a surplus")
        early = args["readyAt"] >= step.now + self.rules.surplus_delay
        self.expect(Sentence.SURPLUS, early, f"announced at {step.now} for {args['readyAt']}")
        self.surplus = args["units"], step.now

    def _SurplusVoided(self, args: Mapping[str, Any], step: Step) -> None:
        self.surplus = None

    def _SurplusWithdrawn(self, args: Mapping[str, Any], step: Step) -> None:
        units, now, standing = args["units"], step.now, self.standing
        said, since = self.surplus or (0, now)
        waited = now - since
        self.expect(Sentence.SURPLUS, step.who == args["treasury"] == self.treasury, f"{step.who} took surplus")
        self.expect(Sentence.SURPLUS, units == said, f"{units} units taken, {said} were announced")
        latest = self.rules.surplus_delay + SURPLUS_LIFETIME
        self.expect(
            Sentence.SURPLUS,
            self.rules.surplus_delay <= waited <= latest,
            f"taken {waited} seconds after the announcement",
        )
        self.expect(
            Sentence.SURPLUS, standing.allows_mint(now), "surplus taken without a fresh, unsuspended attestation"
        )
        self.expect(Sentence.SURPLUS, not self.after_drain, "surplus taken twice on one attestation")
        self.expect(Sentence.SURPLUS, standing.as_of > since, f"announced at {since}, attested as of {standing.as_of}")
        self.expect(
            Sentence.SURPLUS,
            since > standing.changed_at,
            f"announced at {since}, rules changed at {standing.changed_at}",
        )
        self.expect(Sentence.SURPLUS, not self.waiting and self.ending is None, "surplus taken while redeemers wait")
        self.expect(Sentence.SURPLUS, not self.stuck_since, "surplus taken of cash that does not move")
        # By units, which are finer than the diamonds of the contract.
        left = self.cash - units - (self.queued - self.paid) * self.par
        floor = self._liabilities * self.rules.cash_floor
        self.expect(
            Sentence.SURPLUS, left * BPS >= floor * self.par, f"{left} units left for {self._liabilities} diamonds"
        )
        # Those burned since the statement count on both sides: cash has paid for them.
        burned = self._liabilities - step.after.supply
        backing = max((min(self.free + burned, standing.vault) + standing.attested) * self.par - units, 0)
        floor = self._liabilities * self.rules.coverage_floor
        self.expect(
            Sentence.SURPLUS, backing * BPS >= floor * self.par, f"{backing} units cover {self._liabilities} diamonds"
        )
        self.surplus, self.drained_at = None, now
        self._coming = self.treasury, units

    # ------------------------------------------------------------ wind-down

    def _WindDownStarted(self, args: Mapping[str, Any], step: Step) -> None:
        now, standing, supply, cause = step.now, self.standing, step.after.supply, args["cause"]
        self.begun = cause
        self.expect(Sentence.SHARES, self.ending is None, "the wind-down began twice")
        uncounted = self.cash // self.par - (self.funded - self.paid)
        hidden = self.waiting > 0 and uncounted > 0 and not self.stuck_since
        self.expect(Sentence.SHARES, not hidden, f"{uncounted} diamonds' cash were not given to tickets")
        if cause == 1:
            tickets, most = self.tickets.values(), self.rules.max_wait
            late = any(now - t.requested_at > most for t in tickets if self.funded_part(t) < t.size)
            if self.stuck_since:
                due = [t for t in tickets if self.funded_part(t) > t.paid]
                late = late or any(now - max(t.requested_at, self.stuck_since) > most for t in due)
            self.expect(Sentence.SHARES, late, "no ticket had waited too long")
        elif cause == 2:
            silent = now - (standing.as_of or self.deployed_at)
            self.expect(Sentence.SHARES, silent > self.rules.max_silence, f"auditors were silent for {silent} seconds")
        else:
            lasted = now - standing.shortfall_since if standing.shortfall_since else 0
            self.expect(Sentence.SHARES, lasted >= self.rules.max_shortfall, f"a shortfall for {lasted} seconds")
            lack = supply + self.waiting - self.free
            self.expect(Sentence.SHARES, lack > 0, "cash had cured the shortfall")
        outstanding = supply + self.waiting
        self.expect(
            Sentence.SHARES, args["outstanding"] == outstanding, f"{args['outstanding']} share, {outstanding} there are"
        )
        # An asset that does not answer cannot be counted.
        units = self.counted if self.stuck_since else self.cash
        pot = max(units - (self.funded - self.paid) * self.par, 0)
        self.expect(Sentence.SHARES, args["pot"] == pot, f"a pot of {args['pot']}, there are {pot}")
        self.expect(Sentence.SURPLUS, self.surplus is None, "a surplus stayed announced in the wind-down")
        self.ending = Ending(outstanding)

    def _TicketConverted(self, args: Mapping[str, Any], step: Step) -> None:
        ticket, amount = self.tickets[args["ticket"]], args["amount"]
        rest = ticket.size - self.funded_part(ticket) - ticket.converted
        self.expect(
            Sentence.TICKETS, 0 < amount == rest, f"{amount} of ticket {args['ticket']} converted, {rest} waited"
        )
        self.expect(Sentence.SHARES, self.ending is not None, "converted before the wind-down")
        self.expect(Sentence.TICKETS, args["holder"] == ticket.holder, "converted for another than its holder")
        ticket.converted += amount
        self._claimed(args["holder"])[0] += amount

    def _Claimed(self, args: Mapping[str, Any], step: Step) -> None:
        holder, amount, units = args["holder"], args["amount"], args["units"]
        self.expect(
            Sentence.SHARES, self.ending is not None and step.actor == holder, f"{step.who} claimed for {holder}"
        )
        if self.ending is None:
            return
        claim, pot = self._claimed(holder), self.pool + self.ending.paid
        claim[0], claim[1] = claim[0] + amount, claim[1] + units
        self.owed[holder] += amount
        self.ending.paid += units
        if units:
            self._coming = args["to"], units
        if self.lost:
            # What the asset takes away, it takes from those who come later.
            return
        self.expect(Sentence.SHARES, self.ending.paid <= pot, f"{self.ending.paid} units paid out of a pot of {pot}")
        share = claim[0] * min(Fraction(self.par), Fraction(pot, max(self.ending.outstanding, 1)))
        fair = 0 <= share - claim[1] < 1
        self.expect(
            Sentence.SHARES, fair, f"{holder} got {claim[1]} for {claim[0]} diamonds, its share is {float(share)}"
        )

    def _claimed(self, holder: str) -> list[int]:
        return self.claims.setdefault(holder, [0, 0])
