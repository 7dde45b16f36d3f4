"""Model of the reserve vault: the queue is a list of tickets, each with its own cash, and shares are fractions."""

from __future__ import annotations

from typing import Any

from ..chain import ZERO
from .books import NO_REF, action_nonce, refuse
from .cash import BPS, LIFETIME, NONE, OVERFLOW, SILENCE, UNITS_MAX, WAITING, CashBooks
from .tickets import Share, Slip, Taking


class Vault(CashBooks):
    """ReserveVault: what may be done with its books."""

    # ------------------------------------------------------------ redeeming

    def redeem(self, who: str, amount: int, to: str) -> None:
        self._redeem(who, amount, to, self._allowed(who, amount))

    def redeem_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._redeem(signed[0], signed[1], signed[0], self._signed(b"Redeem(bytes32 salt)", signed))

    def _redeem(self, who: str, amount: int, to: str, taking: Taking) -> None:
        with self._counted():
            refuse(self.cause != NONE, "WindDownBegun")
            refuse(amount == 0, "NothingAsked")
            refuse(amount > self.free, "ShortOfCash", amount, self.free)
            taking.check()
            self._check_payment(to)
            taking.burn()
            self.emit("Redeemed", who, to, amount, amount * self.par)
            self._pay(to, amount * self.par)

    def request(self, who: str, amount: int, payee: str) -> None:
        self._request(who, amount, payee, self._allowed(who, amount))

    def request_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._request(signed[0], signed[1], signed[0], self._signed(b"Request(bytes32 salt)", signed))

    def _request(self, who: str, amount: int, payee: str, taking: Taking) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(amount == 0, "NothingAsked")
        refuse(payee == self.at, "BadPayee", payee)
        refuse(amount >= 2**80, "SafeCastOverflowedUintDowncast", 80, amount)
        start = sum(t.size for t in self.tickets)
        refuse(start + amount >= 2**80, "Panic", OVERFLOW)
        taking.check()
        self._count_if_answered()
        self.tickets.append(Slip(who, self.world.now, start, amount, payee))
        self.emit("TicketOpened", len(self.tickets), who, payee, amount, start)
        taking.burn()
        self._fund()

    def withdraw(self, who: str, ticket: int, to: str) -> None:
        with self._counted():
            slip = self._existing(ticket)
            others = who != slip.holder and (to != slip.payee or to == ZERO)
            refuse(others, "NotTicketHolder", who, slip.holder)
            due = min(slip.funded - slip.paid, self.held // self.par)
            refuse(due == 0, "TicketNotFunded", ticket)
            self._check_payment(to)
            slip.paid += due
            self.emit("TicketPaid", ticket, to, due, due * self.par)
            self._pay(to, due * self.par)

    # ------------------------------------------------------------ cash

    def deposit(self, who: str, units: int) -> None:
        self.asset.check_transfer(self.at, who, units)
        refuse(self.asset.silent, "AssetSilent")
        self.asset.transfer_from(self.at, who, self.at, units)
        self._count()

    def count(self, who: str) -> None:
        self._count()

    def probe(self, who: str) -> None:
        self._count_if_answered()
        if not self.stuck_since:
            self._try(self.cash)
        if self.set_aside + self.lacking:
            self._fund()

    # ------------------------------------------------------------ surplus

    def announce_surplus(self, who: str, units: int) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(units == 0, "NothingAsked")
        refuse(units > UNITS_MAX, "SafeCastOverflowedUintDowncast", 128, units)
        self._void()
        self.surplus = units, self.world.now + self.rules.surplus_delay
        self.emit("SurplusAnnounced", *self.surplus)

    def void_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(not self.surplus[0], "NoSurplusAnnounced")
        self._void()

    def withdraw_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        with self._counted():
            (units, ready_at), now, oracle = self.surplus, self.world.now, self.oracle
            announced_at = ready_at - self.rules.surplus_delay
            refuse(self.cause != NONE, "WindDownBegun")
            refuse(not units, "NoSurplusAnnounced")
            refuse(now < ready_at, "SurplusNotReady", ready_at)
            refuse(now > ready_at + LIFETIME, "SurplusExpired", ready_at + LIFETIME)
            refuse(announced_at <= oracle.changed_at, "SurplusBeforeChange", announced_at, oracle.changed_at)
            refuse(oracle.as_of <= announced_at, "SurplusUnattested")
            taken = -(-units // self.par)
            self._check_floors(taken)
            self._check_payment(who)
            self.surplus = 0, 0
            self._note_drain(taken)
            self.emit("SurplusWithdrawn", who, units)
            self._pay(who, units)

    def set_treasury(self, who: str, to: str) -> None:
        self.only_owner(who)
        refuse(to == ZERO, "TreasuryIsZero")
        self._void()
        self.emit("TreasuryChanged", self.treasury, to)
        self.treasury = to

    def _check_floors(self, taken: int) -> None:
        """What is left must cover the floors, by diamonds at par that are whole."""
        oracle, now = self.oracle, self.world.now
        is_open = oracle.suspended_until <= now <= oracle.fresh_until
        refuse(not is_open or oracle.as_of <= self.drained_at, "SurplusUnattested")
        refuse(self.stuck_since > 0, "AssetStuck")
        free, waiting = self.split(self.cash)
        refuse(waiting > 0, "RedeemersWaiting", waiting)
        refuse(taken > free, "ShortOfCash", taken, free)
        owed, rules = oracle.liabilities, self.rules
        reserves = max(oracle.reserves - taken, 0)
        for left, floor in ((reserves, rules.coverage_floor), (free - taken, rules.cash_floor)):
            refuse(left * BPS < owed * floor, "BelowFloor", left, owed, floor)

    # ------------------------------------------------------------ wind-down

    def start_wind_down(self, who: str, cause: int, ticket: int) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        with self._counted(if_answered=True):
            not_before = self._holds_after(cause, ticket)
            refuse(self.world.now <= not_before, "WindDownTooEarly", cause, not_before)
            self.outstanding = self.token.supply + self.lacking
            self.cause, self.started_at = cause, self.world.now
            self._void()
            self.emit("WindDownStarted", cause, who, self.outstanding, self.pot)

    def _holds_after(self, cause: int, ticket: int) -> int:
        oracle, rules = self.oracle, self.rules
        if cause == WAITING:
            slip = self._existing(ticket)
            due = slip.funded - slip.paid
            refuse(not slip.lacking and not (self.stuck_since and due), "TicketNotWaiting", ticket)
            return (slip.requested_at if slip.lacking else max(slip.requested_at, self.stuck_since)) + rules.max_wait
        if cause == SILENCE:
            return oracle.silent_since + rules.max_silence
        if cause == NONE:
            return 2**256 - 1
        cured = self.free >= self.token.supply + self.waiting
        refuse(not oracle.shortfall_since or cured, "NoShortfall")
        # The clock stops there: then it is time.
        return oracle.shortfall_since + rules.max_shortfall - 1

    def convert(self, who: str, ticket: int) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        slip = self._existing(ticket)
        rest = slip.lacking
        refuse(not rest, "TicketNotWaiting", ticket)
        slip.converted = rest
        self._share(slip.holder).claimed += rest
        self.emit("TicketConverted", ticket, slip.holder, rest)

    def claim(self, who: str, amount: int, to: str) -> None:
        self._claim(who, amount, to, self._allowed(who, amount) if amount else Taking())

    def claim_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._claim(signed[0], signed[1], signed[0], self._signed(b"Claim(bytes32 salt)", signed))

    def _claim(self, who: str, amount: int, to: str, taking: Taking) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        with self._counted():
            share = self._share(who)
            taking.check()
            # What the call will pay is known before anything else changes.
            share.claimed += amount
            units = self.due(who)
            share.claimed -= amount
            refuse(not amount and not units, "NothingToClaim", who)
            if units:
                self._check_payment(to)
            taking.burn()
            share.claimed += amount
            share.paid, self.paid = share.paid + units, self.paid + units
            self.emit("Claimed", who, to, amount, units)
            if units:
                self._pay(to, units)

    def _allowed(self, holder: str, amount: int) -> Taking:
        """Diamonds by allowance."""
        return Taking(
            lambda: self.token.check_burn(self.at, holder, amount),
            lambda: self.token.burn_from(self.at, holder, amount, NO_REF),
        )

    def _signed(self, type_: bytes, signed: tuple[Any, ...]) -> Taking:
        """Diamonds that the holder signed for this vault, for an action."""
        holder, amount, after, before, salt, signature = signed
        nonce = action_nonce(type_, salt)

        def check() -> None:
            self.token.authorise("Receive", holder, self.at, amount, after, before, nonce, signature)
            self.token.check_balance(holder, amount)

        def burn() -> None:
            self.token.burn(holder, amount, NO_REF)
            self.token.use(holder, nonce)

        return Taking(check, burn)

    def _share(self, account: str) -> Share:
        return self.shares.setdefault(account, Share())
