"""What must be possible at any moment, tried out and taken back; and all the actions together."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

from .actions import SETS
from .actors import HOLDERS, PROPOSERS, STRANGER
from .chain import DEPLOYER, ZERO, Reverted
from .model.books import UNLIMITED
from .model.cash import CASH_MAX, SHORTFALL, SILENCE, WAITING
from .model.desk import DELIVERED, SETTLED
from .model.governance import CANCELLER, PROPOSER
from .model.oracle import BPS
from .sentence import Sentence

_PROBE = "0x" + "9b" * 20
_LARGEST = 2**56 - 1
_NO_REF = bytes(32)


class System(*SETS):  # type: ignore[misc]
    """All actions, and probes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weights |= {
            self.probe_headroom: 8,
            self.probe_redemption: 10,
            self.probe_orders: 2,
            self.probe_wind_down: 4,
        }

    def start(self) -> None:
        """Holders mostly begin with diamonds."""
        super().start()
        if self.rng.random() < 0.8:
            self.refill()

    def finish(self) -> None:
        """Governors who are gone for good take nothing along: all goes on by the last settings."""
        if self.fails:
            self.fail_asset(False, False)
            self.probe_asset()
        for who in PROPOSERS:
            self.send(who, "governance", "renounceRole", PROPOSER, who)
            self.send(who, "governance", "renounceRole", CANCELLER, who)
        self.schedule()
        self.attest()
        self.mint()
        self.probe_redemption()
        self.probe_orders()
        if self.sentences.vault.ending and not self.takes:
            with self.attempts():
                self.pay_everybody()
        super().finish()

    # ------------------------------------------------------------ headroom

    def probe_headroom(self) -> None:
        """Mints what headroom() says, and one more, as a minter with room; then takes all of it back."""
        room = self.chain.read("issuer", "headroom")
        if room < _LARGEST:
            passes = [self._mints(amount) for amount in (room, room + 1) if amount]
            expect = [True, False] if room else [False]
            self.sentences.checked[f"{Sentence.HEADROOM} open" if room else f"{Sentence.HEADROOM} closed"] += 1
            self.demand(
                Sentence.HEADROOM, passes == expect, f"headroom {room}: mints of it and of one more passed: {passes}"
            )

    def _mints(self, amount: int) -> bool:
        with self.attempts():
            self.at_once("issuer", "setMinter", (_PROBE, _LARGEST, 1, _LARGEST))
            order = (DEPLOYER, amount, b"probe")
            return self.tries(_PROBE, "issuer", "mint", self.chain.read("issuer", "head"), order) == "passed"

    # ------------------------------------------------------------ redemption

    def probe_redemption(self) -> None:
        """Whatever the state of oracle, roles and time: burning, redeeming free cash and no more, a ticket for the rest,
        payment of what is set aside; in a wind-down claims and conversions."""
        who = self.holder()
        with self.attempts():
            if self.balances[who]:
                self._must(Sentence.PAR, who, "token", "burn", 1, _NO_REF)
        with self.attempts():
            self.tries(who, "token", "approve", self.chain.at["vault"], UNLIMITED)
            if self.model.asset.frozen or self.model.asset.silent:
                self._ticket_on_a_broken_asset(who)
                return
            self._must(Sentence.PAR, STRANGER, "vault", "count")
            self._payments()
            if self.sentences.vault.ending:
                self._claims(who)
            else:
                self._redemption(who, self.balances[who])

    def _ticket_on_a_broken_asset(self, who: str) -> None:
        """What cannot be paid is still recorded: who is owed."""
        if self.balances[who] and not self.sentences.vault.ending:
            self._must(Sentence.PAR, who, "vault", "request", self.balances[who], ZERO)
            self.sentences.checked[f"{Sentence.PAR} while broken"] += 1

    def _redemption(self, who: str, balance: int) -> None:
        cash = self.chain.read("vault", "cashState")
        free, waiting = cash.free, cash.waiting
        now, standing, par = self.now, self.sentences.standing, self.config.units_per_diamond
        for state, holds in {
            "suspended": now < standing.suspended_until,
            "stale": now > standing.fresh_until,
            "waiting": waiting > 0,
            "surplus announced": self.sentences.vault.surplus is not None,
        }.items():
            self.sentences.checked[f"{Sentence.PAR} while {state}"] += holds and balance > 0
        at_once = min(free, balance)
        if at_once:
            before = self.chain.read("asset", "balanceOf", who)
            self._must(Sentence.PAR, who, "vault", "redeem", at_once, who)
            paid = self.chain.read("asset", "balanceOf", who) - before
            self.demand(Sentence.PAR, paid == at_once * par, f"{at_once} diamonds redeemed for {paid} units")
            self.sentences.checked[f"{Sentence.PAR} at once"] += 1
        # Beyond what can be counted at once, more comes to light as cash is paid.
        if balance > free and self.hot.held <= CASH_MAX:
            outcome = self.tries(who, "vault", "redeem", free - at_once + 1, who)
            self.demand(Sentence.PAR, outcome.startswith("ShortOfCash"), f"one more than the free cash: {outcome}")
            self._must(Sentence.PAR, who, "vault", "request", balance - at_once, ZERO)

    def _payments(self) -> None:
        """Each ticket with cash is paid to its holder, whatever happens around it."""
        ledger = self.sentences.vault
        for number, ticket in ledger.tickets.items():
            funded = self.chain.read("vault", "ticket", number).funded if ledger.waiting else ticket.size
            if (due := min(ledger.funded_part(ticket), funded) - ticket.paid) > 0:
                before = self.chain.read("asset", "balanceOf", STRANGER)
                if ledger.lost or self.chain.read("asset", "balanceOf", self.chain.at["vault"]) < ledger.counted:
                    due = min(
                        due, self.chain.read("asset", "balanceOf", self.chain.at["vault"]) // self.model.vault.par
                    )
                    if not due:
                        return
                self._must(Sentence.PAR, ticket.holder, "vault", "withdraw", number, STRANGER)
                paid = self.chain.read("asset", "balanceOf", STRANGER) - before
                self.demand(
                    Sentence.PAR, paid >= due * self.config.units_per_diamond, f"ticket {number} paid {paid} for {due}"
                )

    def _claims(self, who: str) -> None:
        ledger = self.sentences.vault
        for number, ticket in ledger.tickets.items():
            if ticket.size - ledger.funded_part(ticket) - ticket.converted:
                self._must(Sentence.SHARES, STRANGER, "vault", "convert", number)
                outcome = self.tries(STRANGER, "vault", "convert", number)
                self.demand(Sentence.TICKETS, outcome.startswith("TicketNotWaiting"), f"converted twice: {outcome}")
        if self.balances[who]:
            self._must(Sentence.SHARES, who, "vault", "claim", self.balances[who], who)

    def pay_everybody(self) -> None:
        """Everything is claimed, in random order, with money that comes late: each diamond gets the same."""
        chain, rng, par, ledger = self.chain, self.rng, self.config.units_per_diamond, self.sentences.vault
        self.chain.warp(self.now + 400 * 86_400)
        for number, order in self.sentences.desk.live.items():
            self._must(Sentence.ESCROW, STRANGER, "desk", "settle" if order.state == "delivered" else "refund", number)
        for number, ticket in ledger.tickets.items():
            self.tries(STRANGER, "vault", "convert", number)
            self.tries(ticket.holder, "vault", "withdraw", number, STRANGER)
        people = [a for a in self.accounts if a not in self.chain.at.values()]
        rng.shuffle(people)
        part = rng.choice((3, 30, 300, 10**30))
        for who in people:
            balance = chain.read("token", "balanceOf", who)
            self.tries(who, "token", "approve", chain.at["vault"], UNLIMITED)
            parts = [balance // 3, balance - balance // 3] if rng.random() < 0.5 else [balance]
            for part in filter(None, parts):
                self._must(Sentence.SHARES, who, "vault", "claim", part, who)
            if rng.random() < 0.5:
                missing = chain.read("vault", "windDown").outstanding * par
                units = rng.choice((1, par, missing // part))
                self.tries(DEPLOYER, "asset", "mint", chain.at["vault"], min(units, 2**120))
        # Cash beyond what can be counted at once comes to light as other cash is paid.
        for who in people * 3:
            self.tries(who, "vault", "claim", 0, who)
        self._check_shares(people)

    def _check_shares(self, people: list[str]) -> None:
        chain, par = self.chain, self.config.units_per_diamond
        end = chain.read("vault", "windDown")
        outstanding, pot, paid_out = end.outstanding, end.pot, end.paid
        held = chain.read("asset", "balanceOf", chain.at["vault"])
        self.demand(
            Sentence.SHARES, paid_out <= pot and held >= pot - paid_out, f"{paid_out} paid of {pot}, {held} left"
        )
        each, total = min(Fraction(par), Fraction(pot, max(outstanding, 1))), 0
        for who in people:
            claimed, paid, due = chain.read("vault", "claimOf", who)
            total += claimed
            self.demand(Sentence.SHARES, due == 0, f"{who} is still owed {due}")
            self.demand(
                Sentence.SHARES,
                0 <= claimed * each - paid < 1,
                f"{who} got {paid} for {claimed}, its share is {each} each",
            )
        # What nobody can claim is what contracts were sent by mistake.
        lost = sum(chain.read("token", "balanceOf", a) for a in chain.at.values())
        burned = outstanding - total - lost
        self.demand(Sentence.SHARES, burned >= 0, f"{total} claimed and {lost} lost of {outstanding}")
        self.sentences.checked[f"{Sentence.SHARES} all claimed"] += total > 0
        self.sentences.checked[f"{Sentence.SHARES} below par"] += total > 0 and each < par

    # ------------------------------------------------------------ what governance cannot stop

    def bring_about(self, cause: int) -> None:
        super().bring_about(cause)
        self.probe_wind_down()

    def probe_wind_down(self) -> None:
        """A wind-down that is due can be started by anybody, whatever governance does in the moment before, and whether the
        asset answers or not; and no change of haircuts or kinds ends a shortfall that was shown before it."""
        due = self._due()
        if due:
            with self.attempts():
                self._meddle()
                self._must(Sentence.DUE, STRANGER, "vault", "startWindDown", *due)
                self.sentences.checked[f"{Sentence.DUE} due"] += 1
        if self.sentences.standing.short and not self.sentences.vault.lost:
            self._probe_shortfall()

    def _due(self) -> tuple[int, int] | None:
        """A cause that holds, and a ticket, by the ledger and what the asset says."""
        ledger, standing, rules, now = self.sentences.vault, self.sentences.standing, self.config.vault_rules, self.now
        if ledger.ending or ledger.lost or ledger.held < ledger.counted:
            return None
        if now - (standing.as_of or ledger.deployed_at) > rules.max_silence:
            return SILENCE, 0
        asset = self.model.asset
        if asset.frozen or asset.silent or ledger.stuck_since:
            return None
        held = self.hot.held
        most = min(ledger.queued, ledger.paid + min(held, CASH_MAX) // ledger.par)
        for number, ticket in ledger.tickets.items():
            if ticket.start + ticket.size > max(most, ledger.funded) and now - ticket.requested_at > rules.max_wait:
                return WAITING, number
        free = max(min(held, CASH_MAX) // ledger.par - (ledger.queued - ledger.paid), 0)
        cured = free >= self.hot.supply + max(ledger.queued - most, 0)
        if standing.short and not cured and now - standing.shortfall_since >= rules.max_shortfall:
            return SHORTFALL, 0
        return None

    def _meddle(self) -> None:
        """All that governance may do, or some of it."""
        oracle, rules = self.model.oracle, self.config.vault_rules
        changes: list[tuple[Any, ...]] = [("oracle", "setKind", (kind, 0, True)) for kind in oracle.kinds]
        changes += [("oracle", "setKind", (b"new".ljust(32, b"\0"), 0, True)), ("vault", "setTreasury", STRANGER)]
        changes += [
            ("oracle", "setMaxAge", rules.max_silence - 1),
            ("oracle", "setAuditors", oracle.auditors, oracle.quorum),
        ]
        changes += [("issuer", "setMinter", (STRANGER, 1, 1, 1)), ("oracle", "removeKind", oracle.kinds[0])]
        for part, function, *args in changes:
            if self.rng.random() < 0.7:
                with suppress(Reverted):
                    self.chain.at_once(self.now, part, function, *args)

    def _probe_shortfall(self) -> None:
        """All haircuts gone: the same assets still show the shortfall, and since when they do is no later."""
        standing, ruler, asset = self.sentences.standing, self.sentences.ruler, self.model.asset
        lines = sorted((kind, value) for kind, value in self.sentences.lines if kind in ruler)
        issued, supply, free = self.figures_now()
        proven = sum(value * (BPS - ruler[kind]) // BPS for kind, value in lines)
        if not lines or proven + free >= supply or asset.frozen or asset.silent or self.sentences.vault.ending:
            return
        with self.attempts():
            for kind in self.model.oracle.kinds:
                self.chain.at_once(self.now, "oracle", "setKind", (kind, 0, True))
            self.chain.warp(max(self.now, standing.as_of + 1))
            as_of = max(self.now, standing.as_of + 1)
            if as_of <= standing.appointed_at:
                return
            statement = (standing.epoch + 1, as_of, issued, supply, free, lines, bytes(32))
            _, signatures = self.signed(statement)
            if self.tries(STRANGER, "oracle", "attest", statement, signatures) != "passed":
                return
            since = self.chain.read("oracle", "shortfallSince")
            capped = as_of - self.config.vault_rules.max_shortfall
            holds = 0 < since <= max(standing.shortfall_since, capped)
            self.demand(
                Sentence.DUE,
                holds,
                f"a shortfall since {standing.shortfall_since} is one since {since} by other haircuts",
            )
            self.sentences.checked[f"{Sentence.DUE} haircuts"] += 1

    # ------------------------------------------------------------ orders

    def probe_orders(self) -> None:
        """Nothing stays locked: each order that is late can be ended by anybody, and none before."""
        orders = [(i, o) for i, o in enumerate(self.model.desk.orders, 1) if o.state < SETTLED][-4:]
        for number, order in orders:
            function = "settle" if order.state == DELIVERED else "refund"
            with self.attempts():
                self.chain.warp(max(order.deadline, self.now))
                if self.now <= order.deadline:
                    outcome = self.tries(STRANGER, "desk", function, number)
                    self.demand(
                        Sentence.ESCROW, outcome.startswith("TooEarly"), f"{function} at the deadline: {outcome}"
                    )
                self.chain.warp(max(order.deadline + 1, self.now))
                self._must(Sentence.ESCROW, STRANGER, "desk", function, number)
        for number, promise in list(self.sentences.desk.promises.items())[-2:]:
            price = promise.at(self.now)
            buyer = max(HOLDERS, key=self.balances.__getitem__)
            if 0 < price <= self.balances[buyer]:
                with self.attempts():
                    self.tries(buyer, "token", "approve", self.chain.at["desk"], UNLIMITED)
                    self._must(
                        Sentence.NOTICE, buyer, "desk", "order", (*self.model.desk.seen(number), 1, b"probe"), price
                    )

    def _must(self, sentence: Sentence, who: str, part: str, function: str, *args: Any) -> None:
        outcome = self.tries(who, part, function, *args)
        self.demand(sentence, outcome == "passed", f"{part}.{function}{self._plain(args)} refused: {outcome}")
