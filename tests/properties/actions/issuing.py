"""What minters, holders and spenders do, and the passing of time."""

from __future__ import annotations

from typing import Any

from ..actors import AUDITORS, HOLDER_KEYS, HOLDERS, MINTERS, SPENDER, STRANGER
from ..chain import ZERO, key, permit_digest
from ..model.books import UNLIMITED, Order
from ..model.whole import LIFETIME, MOST_ORDERS, proposal_id
from ..plans import Batch, make_plan, mangled
from ..sentence import Sentence
from .base import ActionSet

#: Seldom is time moved on by more than that.
_FAR = 3 * 86_400


class Issuing(ActionSet):
    """Minting and proposing, moving and burning, and time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.backlog: list[Order] = []
        self.plans: list[Batch] = []
        self.sent: list[tuple[str, str, tuple[Any, ...]]] = []
        self.proposed: list[tuple[str, list[Order], bytes]] = []
        super().__init__(*args, **options)
        self.weights |= {
            self.pass_time: 12,
            self.mint: 14,
            self.mint_batch: 8,
            self.plan: 6,
            self.submit: 10,
            self.replay: 3,
            self.propose: 3,
            self.execute: 9,
            self.cancel: 2,
            self.mint_around_the_issuer: 1,
            self.transfer: 8,
            self.transfer_from: 6,
            self.approve: 5,
            self.permit: 3,
            self.burn: 6,
            self.burn_from: 6,
        }

    # ------------------------------------------------------------ amounts and times aimed at the limits

    def pass_time(self) -> None:
        """To a second at or beside one at which something changes, or on by a little."""
        oracle, now, rng = self.model.oracle, self.now, self.rng
        if now < oracle.suspended_until and rng.random() < 0.4:
            self.warp(oracle.suspended_until + rng.choice((-1, 0, 0, 1)))
            return
        if rng.random() < 0.55:
            period = min(self.config.minters[0].period, self.config.max_age)
            self.warp(now + rng.choice((1, 1, 12, 60, 600, max(1, period // 100), period // 3)))
            return
        moments = sorted({m + d for m in self.moments() for d in (-1, 0, 1) if m + d > now})
        if rng.random() < 0.9:
            moments = [moment for moment in moments if moment < now + _FAR]
        if moments:
            self.warp(moments[0] if rng.random() < 0.7 else rng.choice(moments[:9]))

    def moments(self) -> list[int]:
        """Seconds at which something changes."""
        oracle = self.model.oracle
        moments = [oracle.fresh_until, oracle.suspended_until, oracle.as_of + oracle.max_age]
        moments += [oracle.again_at(auditor) for auditor in oracle.auditors]
        moments += [t for p in self.model.issuer.proposals.values() for t in (p.ready_at, p.ready_at + LIFETIME)]
        return moments

    # ------------------------------------------------------------ minting

    def minter(self) -> str:
        return self.rng.choices((*MINTERS, STRANGER), (24, 12, 1, 1))[0]

    def amount(self, minter: str) -> int:
        issuer = self.model.issuer
        limits = [issuer.ceiling - issuer.issued, issuer.bearable, self.config.cap - self.model.token.supply]
        if minter in issuer.buckets:
            bucket = issuer.buckets[minter]
            limits += [bucket.instant, int(bucket.at(self.now))]
        return self.aim(*limits)

    def head(self) -> bytes:
        known = [batch.head for batch in self.plans] or [bytes(16)]
        return self.rng.choice(known) if self.rng.random() < 0.03 else self.model.issuer.head

    def orders(self, total: int) -> list[Order]:
        """Up to four orders that come to `total`."""
        count = self.rng.randint(1, min(max(total, 1), 4))
        parts = [total // count] * (count - 1)
        return [(self.recipient(), amount, self.ref()) for amount in (*parts, total - sum(parts))]

    def mint(self) -> None:
        minter = self.minter()
        self.try_mint(minter, "mint", self.head(), (self.recipient(), self.amount(minter), self.ref()))

    def mint_batch(self) -> None:
        minter = self.minter()
        orders = [] if self.rng.random() < 0.02 else self.orders(self.amount(minter))
        self.try_mint(minter, "mintBatch", self.head(), orders)

    def try_mint(self, minter: str, function: str, *args: Any) -> None:
        self.sent.append((minter, function, args))
        self.send(minter, "issuer", function, *args)

    def replay(self) -> None:
        """A mint or proposal sent before, byte for byte: a retry after a lost answer."""
        if self.sent:
            minter, function, args = self.rng.choice(self.sent[-40:])
            self.send(minter, "issuer", function, *args)

    def plan(self) -> None:
        """Plans the orders of the backlog that head, mint events and pending proposals, read together, leave open."""
        for _ in range(self.rng.randint(1, 6)):
            amount = max(1, self.aim(self.config.minters[0].instant_limit // 10))
            self.backlog.append((self.rng.choice(HOLDERS), amount, b"plan" + self.ref(again=False)[4:]))
        self.sentences.planned |= {ref for _, _, ref in self.backlog}
        head = self.chain.read("issuer", "head")
        taken = self.sentences.reserved(self.now)
        open_orders = [o for o in self.backlog if not self.sentences.minted[o[2]] and o[2] not in taken]
        self.plans += make_plan(self.rng, head, open_orders[-12:], MINTERS[:2])

    def submit(self) -> None:
        """A batch of some plan, old or new, in any order, by any minter, whole or split anew, minted or proposed."""
        if not self.plans:
            return
        batch = self.rng.choice(self.plans[-8:])
        live = [b for b in self.plans[-16:] if b.head == self.model.issuer.head]
        if live and self.rng.random() < 0.7:
            batch = self.rng.choice(live)
        if self.rng.random() < 0.3:
            batch = mangled(self.rng, batch)
        if batch.salt is not None:
            self.try_mint(batch.minter, *batch.call)
            self.proposed.append((batch.minter, batch.orders, batch.salt))
        elif len(batch.orders) == 1 and self.rng.random() < 0.5:
            self.try_mint(self.rng.choice(MINTERS[:2]), "mint", batch.head, batch.orders[0])
        else:
            self.try_mint(self.rng.choice(MINTERS[:2]), *batch.call)

    def propose(self) -> None:
        minter = self.minter()
        bucket = self.model.issuer.buckets.get(minter)
        total = self.aim(bucket.capacity, int(bucket.at(self.now))) if bucket else 1
        orders, salt = self.orders(total), self.rng.randint(0, 3).to_bytes(32, "big")
        if self.rng.random() < 0.02:
            orders = self.rng.choice(([], [(HOLDERS[0], 1, self.ref(again=False))] * (MOST_ORDERS + 1)))
        elif self.rng.random() < 0.1:
            # Orders of plans are proposed by their plans only: on a newer head it would be done knowingly.
            again = [p for p in self.proposed if self.sentences.planned.isdisjoint(ref for _, _, ref in p[1])]
            minter, orders, salt = self.rng.choice(again or [(minter, orders, salt)])
        self.try_mint(minter, "propose", self.head(), orders, salt)
        self.proposed.append((minter, orders, salt))

    def execute(self) -> None:
        if self.proposed:
            minter, orders, salt = self._proposal()
            if self.rng.random() < 0.5 and (waiting := self._waiting(minter, orders, salt)):
                self.warp(waiting)
            who = self.rng.choice((minter, STRANGER, AUDITORS[0]))
            self.send(who, "issuer", "execute", minter, orders, salt)

    def cancel(self) -> None:
        if self.proposed:
            proposal = self._proposal()
            who = self.rng.choice((proposal[0], MINTERS[2], STRANGER, *self.model.oracle.auditors[:2]))
            self.send(who, "issuer", "cancel", proposal_id(*proposal))

    def _proposal(self) -> tuple[str, list[Order], bytes]:
        """Some proposal, likely a pending one."""
        pending = [p for p in self.proposed if self.model.issuer.is_pending(proposal_id(*p))]
        return self.rng.choice((pending if pending and self.rng.random() < 0.7 else self.proposed)[-5:])

    def _waiting(self, minter: str, orders: list[Order], salt: bytes) -> int:
        proposal = self.model.issuer.proposals.get(proposal_id(minter, orders, salt))
        return proposal.ready_at + self.rng.choice((-1, 0, 0, 1)) if proposal else 0

    def mint_around_the_issuer(self) -> None:
        """The token mints for nobody but the Issuer."""
        who, order = self.rng.choice((STRANGER, MINTERS[0])), (STRANGER, 1, self.ref())
        if self.rng.random() < 0.5:
            self.send(who, "token", "mint", order, self.model.issuer.issued + 1, 1, who)
        else:
            self.send(who, "token", "mintBatch", [order], self.model.issuer.issued + 1, 1, who)

    # ------------------------------------------------------------ holding

    def transfer(self) -> None:
        who = self.rng.choice(HOLDERS)
        self.send(who, "token", "transfer", self.recipient(), self.aim(self.balances[who]))

    def approve(self) -> None:
        who, spender = self.rng.choice(HOLDERS), self.rng.choice((SPENDER, SPENDER, MINTERS[0], *HOLDERS, ZERO))
        amount = self.rng.choice((UNLIMITED, 0, self.aim(self.balances[who]), self.balances[who] + 1))
        self.send(who, "token", "approve", spender, amount)

    def permit(self) -> None:
        """An allowance by signature: the holder's, a stranger's, one used before, too late, or for another amount."""
        rng, holder = self.rng, self.rng.choice(HOLDERS)
        amount, deadline = self.aim(self.balances[holder] + 1), self.now + rng.choice((0, 0, 1, 600, -1))
        signed = self.signed_permit(holder, SPENDER, amount, deadline)
        self.send(STRANGER, "token", "permit", holder, SPENDER, amount + (rng.random() < 0.1), deadline, *signed)

    def signed_permit(self, holder: str, spender: str, amount: int, deadline: int) -> tuple[int, bytes, bytes]:
        """A signature, mostly a good one."""
        rng, token = self.rng, self.model.token
        nonce = max(token.nonces[holder] - rng.choice((0, 0, 0, 0, 1)), 0)
        digest = permit_digest(token.name, token.at, holder, spender, amount, nonce, deadline)
        signer = HOLDER_KEYS[holder] if rng.random() < 0.8 else key("stranger")
        r, vs = (int.from_bytes(part, "big") for part in signer.sign(digest))
        s = (vs % 2**255).to_bytes(32, "big")
        self.model.world.signers[s] = digest, signer.address
        return 27 + (vs >> 255), r.to_bytes(32, "big"), s

    def transfer_from(self) -> None:
        who, holder, amount = self._spending()
        self.send(who, "token", "transferFrom", holder, self.recipient(), amount)

    def burn(self) -> None:
        who = self.rng.choice(HOLDERS)
        amount = self.aim(self.balances[who])
        if not self.send(who, "token", "burn", amount, self.ref()):
            self.demand(Sentence.PAR, amount > self.balances[who], "a holder could not burn")

    def burn_from(self) -> None:
        who, holder, amount = self._spending()
        self.send(who, "token", "burnFrom", holder, amount, self.ref())

    def _spending(self) -> tuple[str, str, int]:
        allowances, parts = self.model.token.allowance.items(), self.chain.parts
        allowed = [(s, h) for (h, s), amount in allowances if amount and self.balances[h] and s not in parts]
        if allowed and self.rng.random() < 0.8:
            who, holder = self.rng.choice(allowed)
        else:
            who, holder = self.rng.choice((SPENDER, STRANGER, MINTERS[0])), self.rng.choice(HOLDERS)
        limits = (self.balances[holder], self.model.token.allowance[holder, who])
        return who, holder, self.aim(*(limits if limits[1] else limits[:1]))
