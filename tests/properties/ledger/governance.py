"""The sentence about delays, by the events of governance and of what it owns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zuan.deploy.config import DeployConfig

from ..chain import Event
from ..model.governance import PROPOSER
from ..sentence import Sentence
from .steps import Expect, Step

#: What only the owner can bring about.
OWNED = {
    *("MinterSet", "AuditorsChanged", "KindSet", "KindRemoved", "MaxAgeChanged", "TreasuryChanged", "ArbiterChanged"),
    *("MinDelayChange", "RoleGranted", "RoleRevoked"),
}


class GovernanceLedger:
    """Follows governance, and all that it alone may change."""

    def __init__(self, config: DeployConfig, deployment: Sequence[Event], expect: Expect) -> None:
        self.expect, self.floor, self.delay = expect, config.governance_floor, config.governance_delay
        self.proposers: set[str] = set()
        #: When each pending operation may be executed, by the delay that was in force when it was scheduled.
        self.ready_at: dict[bytes, int] = {}
        for event in deployment:
            self._roles(event)

    @property
    def least(self) -> int:
        """The delay in force."""
        return min(max(self.delay, self.floor), 366 * 86_400)

    def check(self, step: Step) -> None:
        """Follows one transaction."""
        executing = step.part == "governance" and step.function in ("execute", "executeBatch")
        for event in step.events:
            if event.name in OWNED:
                own = event.name == "RoleRevoked" and event.args["account"] == step.who
                self.expect(Sentence.DELAY, executing or own, f"{event.name} by {step.who}, not by governance")
            if event.part == "governance":
                self._follow(event, step)
                self._roles(event)

    def _follow(self, event: Event, step: Step) -> None:
        name, args = event.name, event.args
        if name == "CallScheduled":
            self.expect(Sentence.DELAY, step.who in self.proposers, f"{step.who} scheduled a change")
            self.expect(
                Sentence.DELAY,
                args["delay"] >= self.least,
                f"a delay of {args['delay']} where {self.least} is in force",
            )
            self.expect(Sentence.DELAY, args["delay"] <= 366 * 86_400, f"a change for {args['delay']} seconds from now")
            self.expect(Sentence.DELAY, len(args["data"]) >= 4, "a call that names no function")
            self.ready_at[args["id"]] = step.now + max(args["delay"], self.least)
        elif name == "Cancelled":
            self.expect(
                Sentence.DELAY, self.ready_at.pop(args["id"], None) is not None, "what was cancelled was not pending"
            )
        elif name == "CallExecuted" and args["index"] == 0 and not step.sudden:
            ready_at = self.ready_at.pop(args["id"], None)
            waited = ready_at is not None and ready_at <= step.now <= ready_at + 14 * 86_400
            self.expect(Sentence.DELAY, waited, f"executed at {step.now}, ready at {ready_at}")
        elif name == "MinDelayChange":
            self.delay = args["newDuration"]

    def _roles(self, event: Event) -> None:
        args: Any = event.args
        if event.name == "RoleGranted" and args["role"] == PROPOSER:
            self.proposers.add(args["account"])
        elif event.name == "RoleRevoked" and args["role"] == PROPOSER:
            self.proposers.discard(args["account"])
