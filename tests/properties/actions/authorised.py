"""What holders sign and others carry: carried once or again, in time or not, by the right one or another, altered or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..actors import HOLDER_KEYS, HOLDERS, SPENDER, STRANGER
from ..chain import Blob, authorization_digest, cancellation_digest, key
from ..ledger.steps import Signed
from ..model.books import UNLIMITED, action_nonce
from ..model.desk import ORDER
from .base import ActionSet

BURN = b"Burn(bytes32 orderRef,bytes32 salt)"
#: What was signed for one purpose and is carried to another contract or function.
_ASTRAY = 0.06


class Authorising(ActionSet):
    """Authorisations (EIP-3009), and actions by authorisation."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.carried: list[tuple[str, str, str, tuple[Any, ...]]] = []
        self.in_wind_down |= {self.carry: 12}
        self.weights |= {self.carry: 11, self.carry_again: 3, self.cancel_authorization: 1}

    # ------------------------------------------------------------ signing

    def times(self) -> tuple[int, int]:
        """When it may be used: now, with a second to spare or none, too early, too late."""
        after = self.now - self.rng.choice((1, 1, 600, 600, 600, 0))
        return max(after, 0), self.rng.choice((UNLIMITED, self.now + 600, self.now + 600, self.now + 1, self.now))

    def sign_call(self, holder: str, digest: bytes, call: tuple[Any, ...], amount: int, times: tuple[int, int]) -> Blob:
        """A signature in one piece, mostly a good one; noted as what it is good for."""
        signer = HOLDER_KEYS[holder] if self.rng.random() < 0.9 else key("stranger")
        r, vs = (int.from_bytes(part, "big") for part in signer.sign(digest))
        s = (vs % 2**255).to_bytes(32, "big")
        signature = Blob(r.to_bytes(32, "big") + s + bytes([27 + (vs >> 255)]))
        self.model.world.signers[s] = digest, signer.address
        if signer.address == holder:
            self.given[signature] = Signed(holder, call, amount, *times)
        return signature

    def salt(self) -> bytes:
        return self.rng.randbytes(32)

    def carry(self) -> None:
        """One of all that can be signed, mostly just as it was."""
        kinds: tuple[Callable[[str, int], tuple[str, str, str, tuple[Any, ...]]], ...]
        kinds = (
            self._transfer,
            self._receive,
            self._burn,
            self._burn_receivable,
            self._order,
            self._order,
            self._order,
        )
        kinds += (self._at_vault, self._at_vault, self._at_vault)
        holder = self.rng.choice(HOLDERS)
        made = self.rng.choice(kinds)(holder, self.aim(self.balances[holder]))
        self.carried.append(made)
        self._carry(made)

    def carry_again(self) -> None:
        if self.carried:
            self._carry(self.rng.choice(self.carried[-6:]))

    def _carry(self, made: tuple[str, str, str, tuple[Any, ...]]) -> None:
        who, part, function, args = made
        if self.rng.random() < _ASTRAY:
            who = self.rng.choice((STRANGER, *HOLDERS))
        if self.rng.random() < _ASTRAY and part == "token":
            args = (*args[:2], max(args[2] - 1, 0), *args[3:]) if isinstance(args[2], int) else args
        self.send(who, part, function, *args)

    def _moves(self, kind: str, holder: str, to: str, value: int, nonce: bytes) -> tuple[tuple[int, int], bytes]:
        times, token = self.times(), self.model.token
        return times, authorization_digest(token.name, token.at, kind, holder, to, value, *times, nonce)

    def _transfer(self, holder: str, value: int) -> tuple[str, str, str, tuple[Any, ...]]:
        to, nonce = self.recipient(), self.salt()
        times, digest = self._moves("Transfer", holder, to, value, nonce)
        args = holder, to, value, *times, nonce
        call = "token", "transferWithAuthorization", args
        return STRANGER, *call[:2], (*args, self.sign_call(holder, digest, call, value, times))

    def _receive(self, holder: str, value: int) -> tuple[str, str, str, tuple[Any, ...]]:
        nonce = self.salt()
        times, digest = self._moves("Receive", holder, SPENDER, value, nonce)
        args = holder, SPENDER, value, *times, nonce
        call = "token", "receiveWithAuthorization", args
        return SPENDER, *call[:2], (*args, self.sign_call(holder, digest, call, value, times))

    def _burn(self, holder: str, value: int) -> tuple[str, str, str, tuple[Any, ...]]:
        ref, salt = self.ref(), self.salt()
        times, digest = self._moves("Receive", holder, self.chain.at["token"], value, action_nonce(BURN, ref, salt))
        args = holder, value, *times, ref, salt
        call = "token", "burnWithAuthorization", args
        return STRANGER, *call[:2], (*args, self.sign_call(holder, digest, call, value, times))

    def _burn_receivable(self, holder: str, value: int) -> tuple[str, str, str, tuple[Any, ...]]:
        ref, nonce = self.ref(), self.salt()
        times, digest = self._moves("Receive", holder, SPENDER, value, nonce)
        # Whoever may receive it chooses the reference.
        args = holder, value, *times, ref, nonce
        call = "token", "burnReceivable", args
        return SPENDER, *call[:2], (*args, self.sign_call(holder, digest, call, value, times))

    def _order(self, holder: str, _: int) -> tuple[str, str, str, tuple[Any, ...]]:
        holder = max(HOLDERS, key=self.balances.__getitem__)
        wanted, agreed = self.an_order(holder)
        value, salt = min(agreed, 2**80), self.salt()
        times, digest = self._moves("Receive", holder, self.chain.at["desk"], value, action_nonce(ORDER, *wanted, salt))
        fields = holder, value, *times, salt
        call = "desk", "orderWithAuthorization", (wanted, fields)
        return STRANGER, *call[:2], (wanted, (*fields, self.sign_call(holder, digest, call, value, times)))

    def _at_vault(self, holder: str, value: int) -> tuple[str, str, str, tuple[Any, ...]]:
        over = self.model.vault.cause > 0
        action = self.rng.choice(
            ("redeem", "request", *["claim"] * over * 4) if over else ("redeem", "request", "claim")
        )
        value, salt = min(value, 2**80 - 1) if self.rng.random() < 0.9 else 0, self.salt()
        nonce = action_nonce(action.capitalize().encode() + b"(bytes32 salt)", salt)
        times, digest = self._moves("Receive", holder, self.chain.at["vault"], value, nonce)
        fields = holder, value, *times, salt
        call = "vault", f"{action}WithAuthorization", (fields,)
        return STRANGER, *call[:2], ((*fields, self.sign_call(holder, digest, call, value, times)),)

    def cancel_authorization(self) -> None:
        """Of one that was carried, or of one that never was; carried afterwards if it was not."""
        rng, token = self.rng, self.model.token
        holder, nonce = rng.choice(HOLDERS), self.salt()
        later = None
        if rng.random() < 0.7:
            later = self._transfer(holder, 1)
            nonce = later[3][5]
        digest = cancellation_digest(token.name, token.at, holder, nonce)
        call = "token", "cancelAuthorization", (holder, nonce)
        signature = self.sign_call(holder, digest, call, 0, (0, UNLIMITED))
        self.send(STRANGER, "token", "cancelAuthorization", holder, nonce, signature)
        if later:
            self._carry(later)
