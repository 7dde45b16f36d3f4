"""All figures that the contracts show, and what the model says they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from .chain import Chain, Reverted, encode, error_selectors, word, words

if TYPE_CHECKING:
    from .model import Model

#: What is read, from which part, by which call data, and what the model expects: bytes, or the error's name.
View = tuple[str, str, bytes, Callable[[], bytes]]


class Hot:
    """The figures that the sentences speak of, decoded from the answers to the hot views."""

    def __init__(self, holders: Sequence[str], answers: Sequence[bytes]) -> None:
        totals, head, state, *balances = answers
        self.issued, self.supply = int.from_bytes(totals[:32], "big"), int.from_bytes(totals[32:], "big")
        self.head, self.reserves = head[:16], int.from_bytes(state[:32], "big")
        self.balances = {h: int.from_bytes(b, "big") for h, b in zip(holders, balances, strict=False)}


class Views:
    """Compares the chain with the model, figure by figure.

    `timed` figures change with time alone, `hot` ones by many calls, those of the `oracle` by calls to it; `all` are
    all but the hot ones.
    """

    def __init__(
        self, chain: Chain, model: Model, holders: Sequence[str], minters: Sequence[str], keys: Sequence[str]
    ) -> None:
        self.chain, self.model = chain, model
        self.holders, self.minters, self.keys = holders, minters, keys
        self.timed = list(self._timed())
        self.hot, self.oracle = [*self._hot(), *self.timed], list(self._oracle())
        self.all = [*self.oracle, *self._others()]

    def read(self, views: Sequence[View]) -> list[bytes]:
        """What the chain answers: results, or the data of a revert."""
        answers = []
        for _, part, data, _ in views:
            try:
                answers.append(self.chain.raw(part, data))
            except Reverted as reverted:
                answers.append(reverted.data)
        return answers

    def differences(self, views: Sequence[View], answers: Sequence[bytes]) -> list[str]:
        """Figures in which chain and model differ."""
        return [
            f"{label} is {_show(seen)}, the model says {_show(expected)}"
            for (label, _, _, expect), seen in zip(views, answers, strict=True)
            if seen != (expected := expect())
        ]

    def _view(self, part: str, function: str, expected: Callable[[], bytes], *args: object) -> View:
        label = f"{part}.{function}({', '.join(map(str, args))})"
        return label, part, self.chain.encode(part, function, *args), expected

    def _hot(self) -> Iterator[View]:
        token, issuer, oracle = self.model.token, self.model.issuer, self.model.oracle
        # `Hot` takes its figures from the first ones by their place.
        yield self._view("issuer", "totals", lambda: words(issuer.issued, token.supply))
        yield self._view("issuer", "head", lambda: word(issuer.head))
        yield self._view("vault", "mintState", lambda: words(self.model.vault.reserves, 0, 0))
        for holder in self.holders:
            yield self._view("token", "balanceOf", lambda h=holder: word(token.balance[h]), holder)
        yield self._view("oracle", "gate", lambda: words(*oracle.gate))

    def _timed(self) -> Iterator[View]:
        issuer = self.model.issuer
        yield self._view("issuer", "headroom", lambda: word(issuer.headroom))
        for minter in self.minters:
            yield self._view("issuer", "minter", lambda m=minter: self._minter(m), minter)

    def _oracle(self) -> Iterator[View]:
        issuer, oracle = self.model.issuer, self.model.oracle
        yield self._view("oracle", "attested", lambda: word(oracle.attested))
        yield self._view("oracle", "asOf", lambda: word(oracle.as_of))
        yield self._view("oracle", "liabilities", lambda: word(issuer.issued - oracle.burned))
        yield self._view("oracle", "shortfallSince", lambda: word(oracle.shortfall_since))
        yield self._view("oracle", "appointedAt", lambda: word(oracle.appointed_at))
        yield self._view("oracle", "silentSince", lambda: word(oracle.as_of or oracle.deployed_at))
        yield self._view("oracle", "owner", lambda: word(oracle.owner))
        yield self._view("issuer", "owner", lambda: word(issuer.owner))
        yield self._view("oracle", "quorum", lambda: word(oracle.quorum))
        yield self._view("oracle", "maxAge", lambda: word(oracle.max_age))
        yield self._view("oracle", "auditors", lambda: encode([oracle.auditors]))
        yield self._view("oracle", "kinds", self._kinds)
        yield self._view("oracle", "latestRoundData", self._round)
        for key in self.keys:
            yield self._view("oracle", "isAuditor", lambda k=key: word(k in oracle.auditors), key)

    def _others(self) -> Iterator[View]:
        token, issuer, vault = self.model.token, self.model.issuer, self.model.vault
        yield self._view("token", "totalSupply", lambda: word(token.supply))
        yield self._view("issuer", "issued", lambda: word(issuer.issued))
        yield self._view("vault", "cash", lambda: word(vault.cash))
        for holder in self.holders:
            yield self._view("token", "nonces", lambda h=holder: word(token.nonces[h]), holder)
            yield self._view("asset", "balanceOf", lambda h=holder: word(vault.asset.balance[h]), holder)
            for spender in self.holders:
                allowed = lambda h=holder, s=spender: word(token.allowance[h, s])  # noqa: E731
                yield self._view("token", "allowance", allowed, holder, spender)

    def proposals(self) -> Iterator[View]:
        """Views of the proposals made so far."""
        for name, proposal in self.model.issuer.proposals.items():
            until = proposal.ready_at + 7 * 86_400
            expected = words(proposal.minter, proposal.state, proposal.ready_at, until)
            yield self._view("issuer", "proposal", lambda e=expected: e, name)

    def _minter(self, minter: str) -> bytes:
        bucket = self.model.issuer.buckets.get(minter)
        if bucket is None:
            return bytes(128)
        return words(bucket.capacity, bucket.period, bucket.instant, int(bucket.at(self.model.clock.now)))

    def _kinds(self) -> bytes:
        oracle = self.model.oracle
        rows = [(kind, oracle.haircut[kind], oracle.lines.get(kind, 0)) for kind in oracle.kinds]
        return encode([rows])

    def _round(self) -> bytes:
        oracle = self.model.oracle
        if not oracle.epoch:
            return error_selectors()["NoSuchRound"] + words(0, 0)
        return words(oracle.epoch, oracle.attested + oracle.vault, oracle.as_of, oracle.as_of, oracle.epoch)


def _show(raw: bytes) -> str:
    parts = [raw[i : i + 32] for i in range(0, len(raw), 32)]
    return " ".join(str(v) if (v := int.from_bytes(p, "big")) < 2**132 else "0x" + p.hex() for p in parts) or "nothing"
