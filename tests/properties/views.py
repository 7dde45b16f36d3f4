"""All figures that the contracts show, and what the model says they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from .chain import Chain, encode, error_selectors, word, words
from .disclosed import disclosure, kinds, pending
from .model.books import Refused

if TYPE_CHECKING:
    from .model.whole import Model

#: What is read, in words and as the chain is asked, and what the model expects: a result, or the data of a revert.
View = tuple[str, bytes, Callable[[], bytes]]


class Hot:
    """The figures that the sentences speak of, decoded from the answers to the hot views."""

    def __init__(self, holders: Sequence[str], answers: Sequence[bytes]) -> None:
        totals, head, now, held, supply, *balances = answers
        self.issued, self.outstanding = int.from_bytes(totals[:32], "big"), int.from_bytes(totals[32:], "big")
        self.head, self.reserves = head[:16], int.from_bytes(now[:32], "big")
        #: Units of the asset that the vault holds, by the asset's own word.
        self.held, self.supply = int.from_bytes(held, "big"), int.from_bytes(supply, "big")
        self.balances = {h: int.from_bytes(b, "big") for h, b in zip(holders, balances, strict=False)}


class Views:
    """Compares the chain with the model, figure by figure.

    `timed` figures change with time alone, `hot` ones by many calls, those of a part by calls to it; `all` are all but
    the hot ones.
    """

    def __init__(
        self, chain: Chain, model: Model, holders: Sequence[str], minters: Sequence[str], keys: Sequence[str]
    ) -> None:
        self.chain, self.model = chain, model
        self.holders, self.minters, self.keys = holders, minters, keys
        self.timed = list(self._timed())
        self.hot = [*self._hot(), *self.timed]
        self.parts = {"oracle": list(self._oracle()), "vault": list(self._vault()), "desk": list(self._desk())}
        self.parts["governance"] = list(self._governance())
        self.all = [view for views in self.parts.values() for view in views] + list(self._others())
        self._made: dict[tuple[str, int | str | bytes], View] = {}

    def read(self, views: Sequence[View]) -> list[bytes]:
        """What the chain answers: results, or the data of a revert."""
        return self.chain.answers([question for _, question, _ in views])

    def differences(self, views: Sequence[View], answers: Sequence[bytes]) -> list[str]:
        """Figures in which chain and model differ."""
        return [
            f"{label} is {_show(seen)}, the model says {_show(expected)}"
            for (label, _, expect), seen in zip(views, answers, strict=True)
            if seen != (expected := expect())
        ]

    def after(self, part: str, function: str, args: tuple[object, ...]) -> list[View]:
        """Figures that a call of the part may have changed, beyond the hot ones."""
        views = list(self.parts.get(part, ()))
        if part == "vault":
            named = {args[0]} if function in ("withdraw", "convert") else set()
            views += self.tickets(lambda i, slip: slip.funded - slip.paid or slip.lacking or i in named)
            views += self.claims()
        elif part == "desk":
            named = set(args[:1] if function != "multicall" else ())
            views += self.orders(lambda i, order: order.state < 4 or i in named)
            views += self.listings(lambda i: i in named or i == len(self.model.desk.offers))
        elif part == "governance":
            views += self.parts["oracle"] + self.parts["vault"] + self.parts["desk"]
        return views

    def grown(self) -> list[View]:
        """Tickets, claims, orders and listings, all there ever were."""
        every = lambda i, *_: True  # noqa: E731
        return [*self.tickets(every), *self.claims(), *self.orders(every), *self.listings(every)]

    def _view(self, part: str, function: str, expected: Callable[[], bytes], *args: object) -> View:
        label = f"{part}.{function}({', '.join(map(str, args))})"
        return label, self.chain.question(part, function, *args), expected

    def _one(self, part: str, function: str, expected: Callable[[], bytes], arg: int | str | bytes) -> View:
        """A view of one thing, made once."""
        view = self._made.get((function, arg))
        if view is None:
            view = self._made[function, arg] = self._view(part, function, expected, arg)
        return view

    def _hot(self) -> Iterator[View]:
        token, issuer, oracle, vault = self.model.token, self.model.issuer, self.model.oracle, self.model.vault
        # `Hot` takes its figures from the first ones by their place.
        yield self._view("issuer", "totals", lambda: words(*oracle.totals()))
        yield self._view("issuer", "head", lambda: word(issuer.head))
        yield self._view("vault", "cashNow", lambda: words(*vault.cash_now))
        yield self._view("asset", "balanceOf", lambda: word(vault.asset.balance[vault.at]), vault.at)
        yield self._view("token", "totalSupply", lambda: word(token.supply))
        for holder in self.holders:
            yield self._view("token", "balanceOf", lambda h=holder: word(token.balance[h]), holder)
        yield self._view("oracle", "gate", lambda: words(*oracle.gate))
        yield self._view("vault", "cashState", self._cash)
        yield self._view("vault", "cashForMint", self._for_mint)
        yield self._view("oracle", "reserves", lambda: word(oracle.reserves))

    def _timed(self) -> Iterator[View]:
        issuer = self.model.issuer
        yield self._view("issuer", "headroom", lambda: word(issuer.headroom))
        for minter in self.minters:
            yield self._view("issuer", "minter", lambda m=minter: self._minter(m), minter)

    def _oracle(self) -> Iterator[View]:
        issuer, oracle = self.model.issuer, self.model.oracle
        yield self._view("oracle", "attested", lambda: word(oracle.attested))
        yield self._view("oracle", "asOf", lambda: word(oracle.as_of))
        yield self._view("oracle", "liabilities", lambda: word(oracle.liabilities))
        yield self._view("oracle", "shortfallSince", lambda: word(oracle.shortfall_since))
        yield self._view("oracle", "shortfallTime", lambda: word(oracle.shortfall_time))
        yield self._view("oracle", "changedAt", lambda: word(oracle.changed_at))
        yield self._view("oracle", "appointedAt", lambda: word(oracle.appointed_at))
        yield self._view("oracle", "silentSince", lambda: word(oracle.silent_since))
        yield self._view("oracle", "owner", lambda: word(oracle.owner))
        yield self._view("issuer", "owner", lambda: word(issuer.owner))
        yield self._view("oracle", "quorum", lambda: word(oracle.quorum))
        yield self._view("oracle", "maxAge", lambda: word(oracle.max_age))
        yield self._view("oracle", "auditors", lambda: encode([oracle.auditors]))
        yield self._view("oracle", "kinds", self._kinds)
        yield self._view("oracle", "latestRoundData", self._round)
        for key in self.keys:
            yield self._view("oracle", "isAuditor", lambda k=key: word(k in oracle.auditors), key)

    def _vault(self) -> Iterator[View]:
        vault = self.model.vault
        yield self._view("vault", "owner", lambda: word(vault.owner))
        yield self._view("vault", "treasury", lambda: word(vault.treasury))
        yield self._view("vault", "surplus", lambda: words(*vault.surplus))
        yield self._view("vault", "drainedAt", lambda: word(vault.drained_at))
        yield self._view("vault", "stuckSince", lambda: word(vault.stuck_since))
        yield self._view("vault", "ticketCount", lambda: word(len(vault.tickets)))
        yield self._view("vault", "windDown", lambda: words(*self._wind_down()))

    def _cash(self) -> bytes:
        vault = self.model.vault
        return words(vault.cash, vault.free, vault.set_aside + vault.lacking, vault.waiting)

    def _for_mint(self) -> bytes:
        try:
            return word(self.model.vault.for_mint())
        except Refused as refused:
            return error_selectors()[refused.name] + words(*refused.values)  # type: ignore[arg-type]

    def _wind_down(self) -> tuple[int, ...]:
        vault = self.model.vault
        return vault.cause, vault.started_at, vault.outstanding, vault.pot, vault.paid

    def tickets(self, wanted: Callable[..., object]) -> list[View]:
        """Views of those tickets for whose number and slip `wanted` is true."""
        slips = enumerate(self.model.vault.tickets, 1)
        return [self._one("vault", "ticket", lambda i=i: self._ticket(i), i) for i, slip in slips if wanted(i, slip)]

    def _ticket(self, number: int) -> bytes:
        t = self.model.vault.tickets[number - 1]
        return words(t.holder, t.payee, t.requested_at, t.start, t.size - t.converted, t.funded, t.paid)

    def claims(self) -> list[View]:
        """Views of all claims."""
        return [self._one("vault", "claimOf", lambda a=a: self._claim(a), a) for a in self.model.vault.shares]

    def _claim(self, account: str) -> bytes:
        share = self.model.vault.shares[account]
        return words(share.claimed, share.paid, self.model.vault.due(account))

    def _desk(self) -> Iterator[View]:
        desk = self.model.desk
        yield self._view("desk", "owner", lambda: word(desk.owner))
        yield self._view("desk", "arbiter", lambda: word(desk.arbiter))
        yield self._view("desk", "escrowed", lambda: word(desk.escrowed))
        yield self._view("desk", "listingCount", lambda: word(len(desk.offers)))
        yield self._view("desk", "orderCount", lambda: word(len(desk.orders)))

    def orders(self, wanted: Callable[..., object]) -> list[View]:
        """Views of those orders for whose number and content `wanted` is true."""
        orders = enumerate(self.model.desk.orders, 1)
        return [self._one("desk", "orderOf", lambda i=i: self._order(i), i) for i, order in orders if wanted(i, order)]

    def _order(self, number: int) -> bytes:
        o = self.model.desk.orders[number - 1]
        return words(o.buyer, o.arbiter, o.listing, o.diamonds, o.state, o.deadline)

    def listings(self, wanted: Callable[..., object]) -> list[View]:
        """Views of those listings for whose number `wanted` is true."""
        numbers = range(1, len(self.model.desk.offers) + 1)
        return [self._one("desk", "listing", lambda i=i: self._listing(i), i) for i in numbers if wanted(i)]

    def _listing(self, number: int) -> bytes:
        offer, now = self.model.desk.offers[number - 1], self.model.world.now
        return words(offer.merchant, offer.at(now), *offer.announced(now), offer.delivery_time, offer.terms)

    def _governance(self) -> Iterator[View]:
        governance = self.model.governance
        yield self._view("governance", "getMinDelay", lambda: word(governance.min_delay))
        yield self._view("governance", "pending", lambda: encode([pending(governance)]))

    def _others(self) -> Iterator[View]:
        token, issuer, vault = self.model.token, self.model.issuer, self.model.vault
        yield self._view("issuer", "issued", lambda: word(issuer.issued))
        yield self._view("issuer", "minters", lambda: encode([issuer.minters]))
        yield self._view("lens", "disclosure", lambda: disclosure(self.model))
        for holder in self.holders:
            yield self._view("token", "nonces", lambda h=holder: word(token.nonces[h]), holder)
            yield self._view("asset", "balanceOf", lambda h=holder: word(vault.asset.balance[h]), holder)
            yield self._view("vault", "claimOf", lambda h=holder: self._any_claim(h), holder)
            for spender in self.holders:
                allowed = lambda h=holder, s=spender: word(token.allowance[h, s])  # noqa: E731
                yield self._view("token", "allowance", allowed, holder, spender)

    def proposals(self) -> Iterator[View]:
        """Views of the proposals made so far."""
        for name, proposal in self.model.issuer.proposals.items():
            until = proposal.ready_at + 7 * 86_400
            state = self.model.issuer.state_of(name)
            expected = words(proposal.minter, state, proposal.ready_at, until)
            yield self._view("issuer", "proposal", lambda e=expected: e, name)

    def _any_claim(self, account: str) -> bytes:
        return self._claim(account) if account in self.model.vault.shares else bytes(96)

    def _minter(self, minter: str) -> bytes:
        bucket = self.model.issuer.buckets.get(minter)
        if bucket is None:
            return bytes(128)
        return words(bucket.capacity, bucket.period, bucket.instant, int(bucket.at(self.model.world.now)))

    def _kinds(self) -> bytes:
        oracle = self.model.oracle
        return encode([kinds(oracle)])

    def _round(self) -> bytes:
        oracle = self.model.oracle
        if not oracle.fresh_until or self.model.vault.cause:
            return error_selectors()["NoSuchRound"] + words(oracle.epoch, 0)
        return words(oracle.epoch, oracle.reserves, oracle.as_of, oracle.as_of, oracle.epoch)


def _show(raw: bytes) -> str:
    parts = [raw[i : i + 32] for i in range(0, len(raw), 32)]
    return " ".join(str(v) if (v := int.from_bytes(p, "big")) < 2**132 else "0x" + p.hex() for p in parts) or "nothing"
