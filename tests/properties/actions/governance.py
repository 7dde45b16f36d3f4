"""What governance does, slowly or as if it had long been scheduled, and who tries it without being governance."""

from __future__ import annotations

from typing import Any

from ..actors import ARBITERS, AUDITORS, DAY, HOLDERS, HOUR, MINTERS, PROPOSERS, STRANGER, TREASURER, TREASURY
from ..chain import ZERO, Blob
from ..model.books import UNLIMITED
from ..model.governance import CANCELLER, EXECUTOR, LIFETIME, PROPOSER, operation
from ..model.whole import proposal_id
from .base import ActionSet
from .oracle import GOODS, KINDS, UNKNOWN_KIND


class Governing(ActionSet):
    """Changes of everything that can be changed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        #: Operations that were scheduled, as `execute` or `executeBatch` takes them.
        self.scheduled: list[tuple[Any, ...]] = []
        self.salts = 0
        super().__init__(*args, **options)
        #: Whether so many minters are named once that there can be no more.
        self.crowds = self.rng.random() < 0.1
        self.weights |= {
            self.set_auditors: 1,
            self.leave_and_come_back: 1,
            self.attest_late: 1,
            self.set_kind: 1,
            self.remove_kind: 1,
            self.set_max_age: 1,
            self.set_minter: 4,
            self.dismiss_and_appoint: 1,
            self.change_quorum: 1,
            self.set_treasury: 1,
            self.set_arbiter: 1,
            self.set_delay: 1,
            self.owner_only: 1,
            self.schedule: 2,
            self.schedule_batch: 1,
            self.execute_change: 3,
            self.cancel_change: 1,
            self.change_roles: 1,
        }

    def moments(self) -> list[int]:
        governance = self.model.governance
        return [*super().moments(), *(governance.ready_at[name] for name in governance.pending)]

    # ------------------------------------------------------------ changes

    def change(self, part: str, function: str, *args: Any) -> None:
        """Mostly at once, else scheduled."""
        if self.rng.random() < 0.85:
            self.by_governance(part, function, *args)
        else:
            self._schedule(self.chain.at[part], self.encoded(part, function, *args))

    def set_auditors(self) -> None:
        rng, count = self.rng, self.rng.choice((2, 3, 3, 4, 5, 5, 33))
        usable = [*self.model.oracle.auditors, *self.usable()]
        if rng.random() < 0.1:
            usable = list(AUDITORS)
        count = min(count, len(usable)) if count < 10 else count
        chosen = rng.sample(usable, count) if count < 10 else [f"0x{i + 1:040x}" for i in range(count)]
        quorum = count // 2 + rng.choice((0, 1, 1, 1, 2))
        if rng.random() < 0.1:
            chosen[-1] = rng.choice((chosen[0], ZERO))
        self.change("oracle", "setAuditors", chosen, quorum)

    def leave_and_come_back(self) -> None:
        """An auditor suspends, perhaps changes keys, is dismissed, is called again and tries to suspend again."""
        before, quorum = list(self.model.oracle.auditors), self.model.oracle.quorum
        who = self.rng.choice(before)
        self.send(who, "oracle", "suspend")
        if self.rng.random() < 0.5 and (free := self.usable()):
            self.send(who, "oracle", "rotate", self.rng.choice(free))
            if self.rng.random() < 0.5:
                # A change scheduled before brings no key back that was rotated away.
                self.by_governance("oracle", "setAuditors", before, quorum)
            before = list(self.model.oracle.auditors)
        others = [a for a in (*before, *self.usable()) if a != who][:3]
        if len(others) == 3:
            self.by_governance("oracle", "setAuditors", others, 2)
            self.by_governance("oracle", "setAuditors", before, self.rng.choice((quorum, len(before))))
        self.send(who, "oracle", "suspend")
        self.attest()

    def change_quorum(self) -> None:
        """An auditor suspends, the quorum changes, and it tries again after the shorter pause."""
        oracle, rng = self.model.oracle, self.rng
        who, before, count = rng.choice(oracle.auditors), oracle.quorum, len(oracle.auditors)
        if not self.send(who, "oracle", "suspend"):
            return
        quorum = rng.choice([q for q in range(count // 2 + 1, count + 1) if q != before] or [before])
        self.by_governance("oracle", "setAuditors", list(oracle.auditors), max(quorum, 2))
        self.warp(oracle.record[who].suspended_at + min(before, oracle.quorum) * oracle.suspension_time)
        self.attest()
        self.send(who, "oracle", "suspend")

    def attest_late(self) -> None:
        """What was signed before auditors were appointed, by those who stayed, is submitted after it."""
        statement, oracle = self.honest(), self.model.oracle
        signers, signatures = self.signed(statement)
        self.warp(self.now + self.rng.choice((0, 0, 1, 600)))
        self.by_governance("oracle", "setAuditors", oracle.auditors, oracle.quorum)
        self.send(STRANGER, "oracle", "attest", statement, signatures, signers=signers)

    def set_kind(self) -> None:
        kind = self.rng.choice((*KINDS, *KINDS, bytes(32)))
        haircut = self.rng.choice((0, 1, 3_333, 9_999, 10_000, 10_001))
        self.change("oracle", "setKind", (kind, haircut, self.rng.random() < 0.5))
        if self.rng.random() < 0.02:
            for i in range(32):
                self.by_governance("oracle", "setKind", (b"filler" + i.to_bytes(26, "big"), 0, False))
            for kind in [k for k in self.model.oracle.kinds if k.startswith(b"filler")]:
                self.by_governance("oracle", "removeKind", kind)

    def remove_kind(self) -> None:
        kinds = KINDS if len(self.model.oracle.kinds) > 2 else (UNKNOWN_KIND,)
        self.by_governance("oracle", "removeKind", self.rng.choice(kinds))

    def set_max_age(self) -> None:
        age = self.now - self.model.oracle.as_of
        least, most = 2 * self.config.suspension_time, self.config.vault_rules.max_silence
        ages = (least, least - 1, DAY, 2 * DAY, 6 * DAY, most - 1, most, age, age + 1)
        self.change("oracle", "setMaxAge", self.rng.choice(ages))

    def set_minter(self) -> None:
        limits, rng = self.config.minters[0], self.rng
        capacity = rng.choice((0, *[limits.capacity] * 4, limits.capacity // 2, limits.capacity // 3 + 1))
        period = rng.choice((limits.period, limits.period, max(limits.period // 2, 1), 2**24 - 1, 1, 0))
        instant = min(rng.choice((capacity, capacity, capacity // 2, capacity + 1)), 2**56 - 1)
        self.change("issuer", "setMinter", (rng.choice(MINTERS[:2]), capacity, period, instant))
        if self.crowds:
            self.crowds = False
            fillers = [f"0x{i + 1:040x}" for i in range(64)]
            for filler in fillers:
                self.by_governance("issuer", "setMinter", (filler, 1, 1, 1))
            for filler in fillers:
                self.by_governance("issuer", "setMinter", (filler, 0, 1, 0))

    def dismiss_and_appoint(self) -> None:
        """What a minter had proposed stays cancelled, also once it is a minter again."""
        pending = [p for p in self.proposed if self.model.issuer.is_pending(proposal_id(*p))]
        if not pending:
            self.propose()
            return
        minter, orders, salt = self.rng.choice(pending)
        limits = self.model.issuer.buckets[minter]
        self.by_governance("issuer", "setMinter", (minter, 0, 1, 0))
        if self.rng.random() < 0.5:
            self.warp(self.now + 1)
        self.by_governance("issuer", "setMinter", (minter, limits.capacity, limits.period, limits.instant))
        self.warp(max(self.model.issuer.proposals[proposal_id(minter, orders, salt)].ready_at, self.now))
        self.make_room()
        self.send(STRANGER, "issuer", "execute", minter, orders, salt)

    def set_treasury(self) -> None:
        self.change("vault", "setTreasury", self.rng.choice((TREASURY, TREASURY, TREASURER, ZERO)))

    def set_arbiter(self) -> None:
        self.change("desk", "setArbiter", self.rng.choice((*ARBITERS, ZERO)))

    def set_delay(self) -> None:
        """Longer, shorter, or below the floor, which then holds."""
        delay = self.rng.choice((0, self.config.governance_floor - 1, self.config.governance_delay, 3 * DAY, 367 * DAY))
        self.change("governance", "updateDelay", delay)

    # ------------------------------------------------------------ scheduling

    def schedule(self) -> None:
        """A change for good, or one that would take a holder's diamonds and can never pass."""
        holder, capacity = self.rng.choice(HOLDERS), self.config.minters[0].capacity
        part, function, args = self.rng.choice(
            (
                ("issuer", "setMinter", ((self.rng.choice(MINTERS[:2]), capacity, 7, 0),)),
                ("oracle", "setMaxAge", (self.rng.choice((HOUR, DAY)),)),
                ("oracle", "setKind", ((self.rng.choice(KINDS), self.rng.choice((0, 5_000, 10_001)), True),)),
                ("oracle", "setAuditors", (self._three(), 2)),
                ("vault", "setTreasury", (self.rng.choice((TREASURY, TREASURER)),)),
                ("desk", "setArbiter", (self.rng.choice(ARBITERS),)),
                ("governance", "updateDelay", (self.rng.choice((0, DAY, 2 * DAY)),)),
                ("token", "burnFrom", (holder, max(self.balances[holder], 1), bytes(32))),
                ("token", "transferFrom", (holder, STRANGER, max(self.balances[holder], 1))),
                ("vault", "withdrawSurplus", ()),
            )
        )
        self._schedule(self.chain.at[part], self.encoded(part, function, *args))

    def _three(self) -> list[str]:
        return self.rng.sample([*self.model.oracle.auditors, *self.usable()], 3)

    def _schedule(self, target: str, data: Blob) -> None:
        if self.rng.random() < 0.1:
            # What nobody could be shown.
            target, data = self.rng.choice(
                ((STRANGER, data), (target, Blob(data[:3])), (target, Blob(data + bytes(4_097 - len(data)))))
            )
        call = (target, int(self.rng.random() < 0.12), data, self._predecessor(), self._salt())
        delay = self._delay()
        if self.send(self._proposer(), "governance", "schedule", *call, delay):
            self.scheduled.append(call)

    def schedule_batch(self) -> None:
        """Two changes at once, of which the second may fail and take the first along."""
        first = self.encoded("desk", "setArbiter", self.rng.choice(ARBITERS))
        second = self.encoded("vault", "setTreasury", self.rng.choice((TREASURY, TREASURER, ZERO)))
        at, values = [self.chain.at["desk"], self.chain.at["vault"]], [0, 0]
        if self.rng.random() < 0.2:
            values.pop()
        call = (at, values, [first, second], self._predecessor(), self._salt())
        if self.rng.random() < 0.1:
            times = self.rng.choice((0, 17))
            call = (at[:1] * times, [0] * times, [first] * times, *call[3:])
        if self.send(self._proposer(), "governance", "scheduleBatch", *call, self._delay()):
            self.scheduled.append(call)
        elif len(values) < 2 and self.rng.random() < 0.5:
            self.send(STRANGER, "governance", "executeBatch", *call)

    def execute_change(self) -> None:
        """What was scheduled, when it may be executed or not yet, or what was executed already."""
        if not self.scheduled:
            return
        governance, rng = self.model.governance, self.rng
        pending = [call for call in self.scheduled if operation(*call) in governance.pending]
        call = rng.choice(pending[-4:] if pending and rng.random() < 0.85 else self.scheduled[-4:])
        ready_at = governance.ready_at.get(operation(*call), 0)
        if rng.random() < 0.5 and self.now < ready_at < self.now + self.patience:
            self.warp(ready_at + rng.choice((-1, 0, 0, 0, 1)))
        elif rng.random() < 0.05 and ready_at:
            self.warp(ready_at + LIFETIME + rng.choice((0, 1)))
        who = rng.choice((STRANGER, *PROPOSERS, *HOLDERS[:1]))
        self.send(who, "governance", "executeBatch" if isinstance(call[0], list) else "execute", *call)

    @property
    def patience(self) -> int:
        """How far time is moved for a change."""
        return 31 * DAY if self.rng.random() < 0.2 else 3 * DAY

    def crowd(self) -> None:
        """More changes than anybody could follow."""
        names = []
        for _ in range(65):
            self.salts += 1
            salt = self.salts.to_bytes(32, "big")
            call = self.chain.at["desk"], 0, self.encoded("desk", "setArbiter", ARBITERS[0]), bytes(32), salt
            names.append(operation(*call))
            if not self.send(PROPOSERS[0], "governance", "schedule", *call, self.model.governance.min_delay):
                break
        for name in names:
            self.send(PROPOSERS[0], "governance", "cancel", name)

    def cancel_change(self) -> None:
        if self.rng.random() < 0.06:
            self.crowd()
        if self.scheduled:
            name = operation(*self.rng.choice(self.scheduled[-5:]))
            self.send(self._proposer(), "governance", "cancel", name)

    def change_roles(self) -> None:
        """Nobody but governance itself gives or takes a role; a proposer may lay its own down."""
        rng, governance = self.rng, self.model.governance
        role, who = rng.choice((PROPOSER, CANCELLER, EXECUTOR)), rng.choice((STRANGER, *PROPOSERS))
        kind = rng.randrange(4)
        if kind == 0:
            self.send(who, "governance", rng.choice(("grantRole", "revokeRole")), role, who)
        elif kind == 1:
            self.send(STRANGER, "governance", "renounceRole", PROPOSER, rng.choice((STRANGER, PROPOSERS[0])))
        elif kind == 2:
            self.by_governance("governance", "grantRole", PROPOSER, STRANGER)
            self.by_governance("governance", "revokeRole", PROPOSER, STRANGER)
        else:
            self.send(PROPOSERS[1], "governance", "renounceRole", role, PROPOSERS[1])
            if PROPOSERS[1] not in governance.roles[role] and role != EXECUTOR:
                self.by_governance("governance", "grantRole", role, PROPOSERS[1])

    def _proposer(self) -> str:
        return self.rng.choice((*PROPOSERS, *PROPOSERS, *PROPOSERS, STRANGER))

    def _delay(self) -> int:
        least = self.model.governance.min_delay
        return self.rng.choice((*[least] * 6, least + 1, least - 1, 0, 366 * DAY, 366 * DAY + 1, UNLIMITED - self.now))

    def _salt(self) -> bytes:
        self.salts += self.rng.random() < 0.9
        return self.salts.to_bytes(32, "big")

    def _predecessor(self) -> bytes:
        if self.scheduled and self.rng.random() < 0.25:
            return operation(*self.rng.choice(self.scheduled[-3:]))
        return bytes(32)

    def owner_only(self) -> None:
        """Nobody else sets anything."""
        who = self.rng.choice((STRANGER, MINTERS[0], TREASURY, *PROPOSERS, *self.model.oracle.auditors))
        part, function, args = self.rng.choice(
            (
                ("oracle", "setAuditors", (list(AUDITORS[:3]), 2)),
                ("oracle", "setKind", ((GOODS, 0, True),)),
                ("oracle", "removeKind", (GOODS,)),
                ("oracle", "setMaxAge", (DAY,)),
                ("issuer", "setMinter", ((who, 1, 1, 1),)),
                ("vault", "setTreasury", (who,)),
                ("desk", "setArbiter", (who,)),
                ("governance", "updateDelay", (0,)),
            )
        )
        self.send(who, part, function, *args)
