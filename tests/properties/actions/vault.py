"""What redeemers, donors and the treasury do, before the wind-down and in it."""

from __future__ import annotations

from typing import Any

from ..actors import HOLDERS, STRANGER, TREASURER, TREASURY
from ..chain import ZERO
from ..model.books import UNLIMITED
from ..model.cash import BPS, LIFETIME, UNITS_MAX
from .base import ActionSet


class Redeeming(ActionSet):
    """Redemptions at once and by ticket, cash, surplus."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weights |= {
            self.redeem: 10,
            self.request: 8,
            self.withdraw: 7,
            self.permit_and_redeem: 3,
            self.deposit: 3,
            self.donate: 2,
            self.count: 2,
            self.announce: 3,
            self.void: 1,
            self.withdraw_surplus: 3,
            self.take_surplus: 3,
            self.probe_asset: 1,
        }
        #: Whether the asset fails now and then, and whether it takes cash away.
        self.fails, self.takes = self.rng.random() < 0.2, self.rng.random() < 0.12
        self.weights |= {
            self.break_asset: 5 * self.fails,
            self.mend_asset: 6 * self.fails,
            self.take_away: 3 * self.takes,
        }

    def moments(self) -> list[int]:
        units, ready_at = self.model.vault.surplus
        return [*super().moments(), *((ready_at, ready_at + LIFETIME) if units else ())]

    # ------------------------------------------------------------ redeeming

    def allow(self, who: str, part: str, amount: int) -> None:
        """Mostly sees to it that the part may take the diamonds."""
        if self.model.token.allowance[who, self.chain.at[part]] < amount and self.rng.random() < 0.95:
            allowed = self.rng.choice((UNLIMITED, UNLIMITED, amount, amount, max(amount - 1, 0)))
            self.send(who, "token", "approve", self.chain.at[part], allowed)

    def payee(self, who: str) -> str:
        if self.rng.random() < 0.03:
            return self.rng.choice((ZERO, self.chain.at["vault"], self.chain.at["asset"]))
        return self.rng.choice((who, who, who, STRANGER, *HOLDERS))

    def holder(self) -> str:
        """A holder, mostly one with diamonds."""
        holding = [h for h in HOLDERS if self.balances[h]]
        return self.rng.choice(holding if holding and self.rng.random() < 0.9 else HOLDERS)

    def free_now(self) -> int:
        """Diamonds that can be redeemed at once, all cash counted."""
        return self.model.vault.split(self.model.vault.held)[0]

    def redeem(self) -> None:
        who = self.holder()
        if not self.free_now() and not self.model.vault.cause and self.rng.random() < 0.5:
            self.deposit()
        amount = self.aim(self.balances[who], self.free_now())
        self.allow(who, "vault", amount)
        self.send(who, "vault", "redeem", amount, self.payee(who))

    def request(self) -> None:
        who, rng, vault = self.holder(), self.rng, self.model.vault
        amount = self.aim(rng.choice((self.balances[who], self.balances[who] // 10, vault.free + 1, vault.free + 1)))
        if rng.random() < 0.02:
            amount = rng.choice((2**80, 2**80 - 1, 2**256 - 1))
        self.allow(who, "vault", amount)
        payee = rng.choice((ZERO, ZERO, who, STRANGER, vault.at if rng.random() < 0.1 else HOLDERS[0]))
        self.send(who, "vault", "request", amount, payee)

    def withdraw(self) -> None:
        """A ticket's holder, or another; a ticket with cash, without it, paid, or none."""
        vault, rng = self.model.vault, self.rng
        funded = [i for i, t in enumerate(vault.tickets, 1) if t.funded > t.paid]
        if not funded and not vault.cause and rng.random() < 0.6:
            self.request()
            funded = [i for i, t in enumerate(vault.tickets, 1) if t.funded > t.paid]
        count = len(vault.tickets)
        ticket = rng.choice(funded) if funded and rng.random() < 0.6 else rng.randint(0, count + 1)
        if count and rng.random() < 0.2:
            # One of the newest, which have no cash yet where others wait.
            ticket = rng.randint(max(count - 2, 1), count)
        known = 1 <= ticket <= len(vault.tickets)
        holder = vault.tickets[ticket - 1].holder if known else STRANGER
        who = holder if rng.random() < 0.75 else rng.choice((STRANGER, *HOLDERS))
        to = vault.tickets[ticket - 1].payee if known and rng.random() < 0.3 else self.payee(who)
        self.send(who, "vault", "withdraw", ticket, to)

    def permit_and_redeem(self) -> None:
        """In one transaction; the permit may be bad, or submitted by somebody else before."""
        rng, who = self.rng, self.holder()
        amount, deadline = self.aim(self.balances[who]), self.now + rng.choice((0, 600, -1))
        part = rng.choice(("vault", "vault", "desk"))
        permit = amount, deadline, *self.signed_permit(who, self.chain.at[part], amount, deadline)
        if rng.random() < 0.2:
            self.send(STRANGER, "token", "permit", who, self.chain.at[part], *permit)
        if rng.random() < 0.1:
            self.send(who, part, "permit", *permit)
            return
        calls = [self.encoded(part, "permit", *permit)]
        if part == "desk":
            calls.append(self.encoded("desk", "order", *self.an_order(who)))
        else:
            calls.append(self.encoded("vault", "request", amount // 2, ZERO))
            calls.append(self.encoded("vault", "redeem", amount - amount // 2, self.payee(who)))
            calls = calls[: rng.randint(1, 3)]
        self.send(who, part, "multicall", calls)

    def set_rules(self) -> None:
        """A change of what attestations are measured by."""
        self.rng.choice((self.set_auditors, self.set_kind, self.remove_kind, self.set_max_age))()

    def an_order(self, who: str) -> tuple[Any, ...]:
        """Arguments of an order at the desk."""
        raise NotImplementedError

    # ------------------------------------------------------------ cash

    def deposit(self) -> None:
        who, units = self.rng.choice(HOLDERS), self.units()
        self.send(who, "asset", "mint", who, units)
        allowed = units - self.rng.choice((0, 0, 0, 1))
        self.send(who, "asset", "approve", self.chain.at["vault"], max(allowed, 0))
        self.send(who, "vault", "deposit", units)

    def donate(self) -> None:
        """A plain transfer, which counts when somebody counts."""
        who, units = self.rng.choice(HOLDERS), self.units()
        self.send(who, "asset", "mint", who, units - self.rng.choice((0, 0, 1)))
        self.send(who, "asset", "transfer", self.chain.at["vault"], units)

    def count(self) -> None:
        self.send(STRANGER, "vault", "count")

    def units(self) -> int:
        """An amount of the asset about as large as something that counts, or a unit beside it."""
        vault, supply, rng = self.model.vault, self.model.token.supply, self.rng
        if rng.random() < 0.005:
            return 2**128
        lack = max(supply - self.model.oracle.attested - vault.free, 0)
        diamonds = rng.choice((0, 1, supply // 20, supply // 20, supply // 3, vault.waiting))
        if rng.random() < 0.1:
            diamonds = rng.choice((supply, lack, self.config.minters[0].capacity // 10))
        if vault.lacking and rng.random() < 0.6:
            first = next(t for t in vault.tickets[vault.first_lacking :] if t.lacking)
            diamonds = rng.choice((vault.waiting, vault.waiting - 1, first.lacking, first.lacking + 1, 1))
        if vault.cause and rng.random() < 0.6:
            missing = max(vault.outstanding * vault.par - vault.pot, 0)
            part = rng.choice((*[missing // 20] * 4, missing // 7, missing // 2, missing, 1, 1, vault.par))
            return max(part + rng.choice((-1, 0, 1)), 1)
        return max(diamonds * vault.par + rng.choice((-1, 0, 0, 1)), 1)

    # ------------------------------------------------------------ an asset that fails

    def probe_asset(self) -> None:
        self.send(STRANGER, "vault", "probe")

    def break_asset(self) -> None:
        """It moves nothing, says nothing, or both; perhaps somebody shows it."""
        rng = self.rng
        self.fail_asset(*rng.choice(((True, False), (True, False), (False, True), (True, True))))
        rng.choice((self.probe_asset, self.request, self.redeem, self.mint, self.withdraw))()

    def mend_asset(self) -> None:
        self.fail_asset(False, False)
        self.rng.choice((self.probe_asset, self.count, self.redeem, self.request))()

    def take_away(self) -> None:
        """The asset takes some of the vault's cash; it may be long until somebody counts."""
        vault, rng = self.model.vault, self.rng
        if rng.random() < 0.5:
            self.make_room()
        if vault.held:
            spare = max(vault.held - vault.set_aside * vault.par, 0)
            self.lose_cash(min(rng.choice((1, vault.par, spare // 2 + 1, spare, vault.held)), vault.held))
            least = HOLDERS[0], 1, self.ref(again=False)
            self.try_mint(self.config.minters[0].minter.lower(), "mint", self.model.issuer.head, least)
            rng.choice((self.count, self.mint, self.mint, self.redeem, self.withdraw_surplus, self.attest))()

    # ------------------------------------------------------------ surplus

    def treasurer(self) -> str:
        vault = self.model.vault
        return vault.treasury if self.rng.random() < 0.9 else self.rng.choice((STRANGER, TREASURY, TREASURER))

    def spare(self) -> int:
        """Units that the floors leave to the treasury, all cash counted."""
        vault, oracle, rules = self.model.vault, self.model.oracle, self.config.vault_rules
        free, owed = self.free_now(), oracle.liabilities
        burned = max(owed - self.model.token.supply - vault.waiting, 0)
        coverage = oracle.attested + min(free + burned, oracle.vault) - -(-owed * rules.coverage_floor // BPS)
        return max(min(free, coverage, free - -(-owed * rules.cash_floor // BPS)), 0) * vault.par

    def announce(self) -> None:
        units = self.aim(self.spare(), self.free_now() * self.model.vault.par)
        if self.rng.random() < 0.03:
            units = self.rng.choice((0, UNITS_MAX, UNITS_MAX + 1))
        self.send(self.treasurer(), "vault", "announceSurplus", units)

    def void(self) -> None:
        self.send(self.treasurer(), "vault", "voidSurplus")

    def withdraw_surplus(self) -> None:
        (units, ready_at), rng = self.model.vault.surplus, self.rng
        if units and rng.random() < 0.5:
            self.warp(rng.choice((ready_at, ready_at, ready_at, ready_at + LIFETIME)) + rng.choice((-1, 0, 0, 1)))
        self.send(self.treasurer(), "vault", "withdrawSurplus")

    def take_surplus(self) -> None:
        """The treasury's best try: just what the floors leave, by an attestation after the delay; a stranger's, one too
        early or too late, a second one on the same attestation; then a mint."""
        vault, rng = self.model.vault, self.rng
        if vault.cause or vault.waiting:
            return
        if not self.spare():
            self.deposit()
            self.warp(self.now + 1)
            self.attest()
        beyond = rng.choice((0, 0, 0, 1, vault.par - 1))
        if vault.oracle.changed_at == self.now and rng.random() < 0.9:
            self.warp(self.now + 1)
        said_at = self.now
        self.send(vault.treasury, "vault", "announceSurplus", self.spare() + beyond)
        if rng.random() < 0.1:
            self.set_rules()
        self.warp(vault.surplus[1] + rng.choice((0, 0, 0, -1, LIFETIME, LIFETIME + 1)))
        self.attest()
        if vault.oracle.as_of <= said_at and rng.random() < 0.8:
            self.attest()
        if rng.random() < 0.3:
            self.send(STRANGER, "vault", "withdrawSurplus")
        self.send(vault.treasury, "vault", "withdrawSurplus")
        if rng.random() < 0.4 and self.now < self.model.oracle.fresh_until:
            self.send(vault.treasury, "vault", "announceSurplus", max(self.spare() // 2, 1))
            self.warp(vault.surplus[1])
            self.send(vault.treasury, "vault", "withdrawSurplus")
        if rng.random() < 0.5:
            self.deposit()
        self.mint()
