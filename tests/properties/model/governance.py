"""Model of the governance: changes that wait, and who may schedule, cancel and execute them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from eth_hash.auto import keccak

from zuan.deploy.config import DeployConfig

from ..chain import ZERO, Blob, encode
from .books import Part, World, refuse

ADMIN = bytes(32)
PROPOSER, EXECUTOR, CANCELLER = (keccak(f"{role}_ROLE".encode()) for role in ("PROPOSER", "EXECUTOR", "CANCELLER"))
UNSET, WAITING, READY, DONE = (1 << i for i in range(4))
_DONE_AT = 1
LIFETIME = 14 * 86_400
MOST_DELAY, MOST_PENDING = 366 * 86_400, 64
MOST_CALLS, MOST_BYTES = 16, 4_096

Call = tuple[str, int, Blob]


class Governance(Part):
    """OpenZeppelin's TimelockController with a floor of the delay and a list of what waits."""

    def __init__(self, config: DeployConfig, at: str, world: World) -> None:
        super().__init__("governance", at, world)
        self.delay, self.floor = config.governance_delay, config.governance_floor
        self.roles: dict[bytes, set[str]] = defaultdict(set)
        self.roles[ADMIN] = {at}
        self.roles[PROPOSER] = {p.lower() for p in config.proposers}
        self.roles[CANCELLER] = set(self.roles[PROPOSER])
        self.roles[EXECUTOR] = {ZERO}
        #: When each operation is ready; those done have the time 1.
        self.ready_at: dict[bytes, int] = {}
        self.pending: list[bytes] = []

    @property
    def min_delay(self) -> int:
        return min(max(self.delay, self.floor), MOST_DELAY)

    # ------------------------------------------------------------ one call

    def schedule(
        self, who: str, target: str, value: int, data: Blob, predecessor: bytes, salt: bytes, delay: int
    ) -> None:
        self._check_delay(delay)
        self._schedule(
            who, operation(target, value, data, predecessor, salt), [(target, value, data)], predecessor, salt, delay
        )

    def execute(self, who: str, target: str, value: int, data: Blob, predecessor: bytes, salt: bytes) -> None:
        name = operation(target, value, data, predecessor, salt)
        self._check_life(name)
        self._execute(who, name, [(target, value, data)], predecessor)

    # ------------------------------------------------------------ many calls

    def schedule_batch(
        self,
        who: str,
        targets: list[str],
        values: list[int],
        datas: list[Blob],
        predecessor: bytes,
        salt: bytes,
        delay: int,
    ) -> None:
        self._check_delay(delay)
        self._check_role(who, PROPOSER)
        self._check_lengths(targets, values, datas)
        calls = list(zip(targets, values, datas, strict=True))
        self._schedule(who, operation(targets, values, datas, predecessor, salt), calls, predecessor, salt, delay)

    def execute_batch(
        self, who: str, targets: list[str], values: list[int], datas: list[Blob], predecessor: bytes, salt: bytes
    ) -> None:
        self._check_life(operation(targets, values, datas, predecessor, salt))
        self._check_open(who, EXECUTOR)
        self._check_lengths(targets, values, datas)
        calls = list(zip(targets, values, datas, strict=True))
        self._execute(who, operation(targets, values, datas, predecessor, salt), calls, predecessor)

    def _check_lengths(self, targets: Sequence[str], values: Sequence[int], datas: Sequence[Blob]) -> None:
        lengths = len(targets), len(datas), len(values)
        refuse(len(set(lengths)) > 1, "TimelockInvalidOperationLength", *lengths)

    # ------------------------------------------------------------ both

    def _check_delay(self, delay: int) -> None:
        """A change that is never ready would only hide others."""
        refuse(delay > MOST_DELAY, "DelayAboveMost", delay, MOST_DELAY)

    def _check_call(self, target: str, data: Blob) -> None:
        """A call that can be shown: of a function of a contract, of a size that people read."""
        refuse(target not in self.world.parts, "NoContract", target)
        refuse(not 4 <= len(data) <= MOST_BYTES, "CallSizeOutOfRange", len(data), MOST_BYTES)

    def _schedule(
        self, who: str, name: bytes, calls: Sequence[Call], predecessor: bytes, salt: bytes, delay: int
    ) -> None:
        self._check_role(who, PROPOSER)
        self._check_state(name, UNSET)
        refuse(delay < self.min_delay, "TimelockInsufficientDelay", delay, self.min_delay)
        refuse(not 1 <= len(calls) <= MOST_CALLS, "CallCountOutOfRange", len(calls), MOST_CALLS)
        for target, _, data in calls:
            self._check_call(target, data)
        refuse(len(self.pending) == MOST_PENDING, "TooManyPending", MOST_PENDING)
        self.ready_at[name] = self.world.now + delay
        for i, (target, value, data) in enumerate(calls):
            self.emit("CallScheduled", name, i, target, value, data, predecessor, delay)
        if any(salt):
            self.emit("CallSalt", name, salt)
        self.pending.append(name)

    def _execute(self, who: str, name: bytes, calls: Sequence[Call], predecessor: bytes) -> None:
        self._check_open(who, EXECUTOR)
        self._check_state(name, READY)
        done = not any(predecessor) or self.state_of(predecessor) == DONE
        refuse(not done, "TimelockUnexecutedPredecessor", predecessor)
        with self.world.all_or_nothing() if len(calls) > 1 else nullcontext():
            for i, (target, value, data) in enumerate(calls):
                refuse(value > 0, "FailedCall")
                self.world.call(self.at, target, data)
                self.emit("CallExecuted", name, i, target, value, data)
            self._check_state(name, READY)
        self.ready_at[name] = _DONE_AT
        self._forget(name)

    def cancel(self, who: str, name: bytes) -> None:
        self._check_role(who, CANCELLER)
        self._check_state(name, WAITING | READY)
        del self.ready_at[name]
        self.emit("Cancelled", name)
        self._forget(name)

    # ------------------------------------------------------------ by itself

    def update_delay(self, who: str, delay: int) -> None:
        refuse(who != self.at, "TimelockUnauthorizedCaller", who)
        self.emit("MinDelayChange", self.delay, delay)
        self.delay = delay

    def grant_role(self, who: str, role: bytes, account: str) -> None:
        self._check_role(who, ADMIN)
        if account not in self.roles[role]:
            self.roles[role].add(account)
            self.emit("RoleGranted", role, account, who)

    def revoke_role(self, who: str, role: bytes, account: str) -> None:
        self._check_role(who, ADMIN)
        self._revoke(who, role, account)

    def renounce_role(self, who: str, role: bytes, account: str) -> None:
        refuse(who != account, "AccessControlBadConfirmation")
        self._revoke(who, role, account)

    def _revoke(self, who: str, role: bytes, account: str) -> None:
        if account in self.roles[role]:
            self.roles[role].remove(account)
            self.emit("RoleRevoked", role, account, who)

    # ------------------------------------------------------------ what they share

    def state_of(self, name: bytes) -> int:
        at = self.ready_at.get(name)
        if at is None:
            return UNSET
        if at == _DONE_AT:
            return DONE
        return WAITING if at > self.world.now else READY

    def _check_state(self, name: bytes, wanted: int) -> None:
        state = self.state_of(name)
        refuse(not state & wanted, "TimelockUnexpectedOperationState", name, wanted)

    def _check_life(self, name: bytes) -> None:
        """What waited too long for its execution lapses."""
        until = self.ready_at.get(name, 0) + LIFETIME
        refuse(self.state_of(name) == READY and self.world.now > until, "ChangeExpired", name, until)

    def _check_role(self, who: str, role: bytes) -> None:
        refuse(who not in self.roles[role], "AccessControlUnauthorizedAccount", who, role)

    def _check_open(self, who: str, role: bytes) -> None:
        if ZERO not in self.roles[role]:
            self._check_role(who, role)

    def _forget(self, name: bytes) -> None:
        if name in self.pending:
            last = self.pending.pop()
            if last != name:
                self.pending[self.pending.index(name)] = last


def operation(*what: Any) -> bytes:
    """The name of an operation: of its targets, values, data, predecessor and salt."""
    return keccak(encode(what))
