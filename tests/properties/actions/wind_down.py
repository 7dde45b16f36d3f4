"""How a wind-down comes about, and what is done in it."""

from __future__ import annotations

from typing import Any

from ..actors import HOLDERS, STRANGER
from ..chain import ZERO
from ..model.cash import NONE, SHORTFALL, SILENCE, WAITING
from .base import ActionSet

_NEVER = 10**9


class Ending(ActionSet):
    """Wind-downs of every cause, claims in any order, money that comes late."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        #: From this call on wind-downs are brought about, where they will be at all.
        self.ends_after = self.rng.choice((80, 200, 300, 400, 450, _NEVER))
        self.weights |= {self.start_wind_down: 4, self.convert: 1, self.claim: 1, self.cure: 1}
        self.in_wind_down |= {
            self.claim: 40,
            self.convert: 14,
            self.withdraw: 12,
            self.donate: 5,
            self.deposit: 5,
            self.transfer: 6,
            self.transfer_from: 4,
        }

    def act(self) -> None:
        if self.model.vault.cause and self.rng.random() < 0.5:
            self.rng.choices(list(self.in_wind_down), list(self.in_wind_down.values()))[0]()
        else:
            super().act()

    def moments(self) -> list[int]:
        oracle, vault, rules = self.model.oracle, self.model.vault, self.config.vault_rules
        moments = super().moments()
        if not vault.cause:
            moments.append(oracle.silent_since + rules.max_silence)
            moments += [oracle.shortfall_since + rules.max_shortfall] if oracle.shortfall_since else []
            moments += [t.requested_at + rules.max_wait for t in vault.tickets[vault.first_lacking :]]
            moments += [vault.stuck_since + rules.max_wait] if vault.stuck_since else []
        return moments

    def start_wind_down(self) -> None:
        """By anyone, for some cause: one that was brought about, one that has been cured, or none."""
        rng, vault = self.rng, self.model.vault
        cause = rng.choice((NONE, WAITING, WAITING, SILENCE, SHORTFALL, SHORTFALL))
        if not vault.cause and self.calls >= self.ends_after:
            self.bring_about(cause)
        waiting = [i for i, t in enumerate(vault.tickets, 1) if t.lacking]
        ticket = rng.choice(waiting) if waiting and rng.random() < 0.8 else rng.randint(0, len(vault.tickets) + 1)
        self.send(rng.choice((STRANGER, *HOLDERS)), "vault", "startWindDown", cause, ticket)

    def bring_about(self, cause: int) -> None:
        """Up to a second beside the first at which the cause holds; perhaps cash comes at the last moment."""
        rng, vault, oracle, rules = self.rng, self.model.vault, self.model.oracle, self.config.vault_rules
        for _ in range(rng.choice((0, 1, 3))):
            # More diamonds than there is cash for.
            if self.model.token.supply < 2 * vault.free:
                self.refill()
        for who in HOLDERS:
            if self.balances[who] and (cause == WAITING or rng.random() < 0.4):
                amount = max(self.balances[who] // rng.choice((1, 1, 2)), 1)
                self.allow(who, "vault", amount)
                self.send(who, "vault", "request", amount, ZERO)
        if cause == WAITING:
            waiting = [t.requested_at for t in vault.tickets if t.lacking]
            self.warp(min(waiting, default=self.now) + rules.max_wait + rng.choice((0, 1, 1, 1)))
        elif cause == SILENCE:
            self.warp(oracle.silent_since + rules.max_silence + rng.choice((0, 1, 1)))
        elif cause == SHORTFALL:
            if not oracle.shortfall_since:
                self.attest_shortfall()
            self.warp((oracle.shortfall_since or self.now) + rules.max_shortfall + rng.choice((-1, 0, 0, 1)))
        if rng.random() < 0.3:
            self.cure()

    def attest_shortfall(self) -> None:
        """Honest auditors say that too little is there."""
        if self.now <= max(self.model.oracle.as_of, self.model.oracle.appointed_at):
            self.warp(self.now + 1)
        issued, outstanding, free = self.figures_now()
        missing = max(outstanding - free - 1, 0)
        lines = self._lines(self.rng.choice((missing, missing // 2, 0)))
        self.submit_statement((self.model.oracle.epoch + 1, self.now, issued, outstanding, free, lines, bytes(32)))

    def cure(self) -> None:
        """Cash comes that would cure a cause, or is a unit short of it; counted or not."""
        vault, rng = self.model.vault, self.rng
        lack = self.model.token.supply + vault.waiting - vault.free
        diamonds = rng.choice((vault.waiting, vault.waiting + max(lack, 0), max(lack, 0)))
        units = diamonds * vault.par + rng.choice((0, 0, -1, 1))
        if units > 0:
            self.send(STRANGER, "asset", "mint", self.chain.at["vault"], units)
        if rng.random() < 0.3:
            self.count()

    def convert(self) -> None:
        """Anybody's ticket, by anybody: one that lacks cash, or any other."""
        vault, rng = self.model.vault, self.rng
        waiting = [i for i, t in enumerate(vault.tickets, 1) if t.lacking]
        if not waiting and rng.random() < 0.8:
            self.claim()
            return
        ticket = rng.choice(waiting) if waiting and rng.random() < 0.8 else rng.randint(0, len(vault.tickets) + 1)
        self.send(rng.choice((STRANGER, *HOLDERS)), "vault", "convert", ticket)

    def claim(self) -> None:
        """For diamonds held, in parts; or only what came in since."""
        rng = self.rng
        who = self.holder()
        owed = [h for h in HOLDERS if self.model.vault.due(h)]
        if owed and rng.random() < 0.3:
            who = rng.choice(owed)
        amount = self.aim(self.balances[who]) if rng.random() < 0.8 else 0
        if not self.balances[who] and not self.model.vault.due(who) and rng.random() < 0.7:
            self.donate()
        if amount:
            self.allow(who, "vault", amount)
        self.send(who, "vault", "claim", amount, self.payee(who))
