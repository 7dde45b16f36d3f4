from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.contracts.governance.values import AGE, DELAY, NONE
from tests.contracts.helpers import plain, travel


@dataclass
class Operation:
    """One call that governance makes, as its functions take it."""

    governance: Any
    who: Any
    target: Any
    data: str
    predecessor: bytes = NONE
    salt: bytes = NONE
    ready_at: int = field(default=0, init=False)

    @property
    def fields(self) -> tuple[Any, ...]:
        return self.target, 0, self.data, self.predecessor, self.salt

    @property
    def id(self) -> bytes:
        return plain(self.governance.hashOperation(*self.fields))

    def schedule(self, delay: int = DELAY, sender: Any = None, dry: bool = False) -> Any:
        function = self.governance.schedule.call if dry else self.governance.schedule
        tx = function(*self.fields, delay, {"from": sender or self.who.governor})
        if not dry:
            self.ready_at = tx.timestamp + delay
        return tx

    def execute(self, sender: Any = None, dry: bool = False) -> Any:
        function = self.governance.execute.call if dry else self.governance.execute
        return function(*self.fields, {"from": sender or self.who.carol})

    def cancel(self, sender: Any = None, dry: bool = False) -> Any:
        function = self.governance.cancel.call if dry else self.governance.cancel
        return function(self.id, {"from": sender or self.who.governor})

    def carry_out(self) -> Any:
        """Schedules, waits and executes."""
        self.schedule()
        travel(self.ready_at)
        return self.execute()


@pytest.fixture(scope="module")
def operation(governance, oracle, who) -> Callable[..., Operation]:
    """A call of governance: that of the oracle's `setMaxAge` to three days, unless told."""

    def make(target: Any = None, data: str | None = None, **options: Any) -> Operation:
        return Operation(governance, who, target or oracle, data or oracle.setMaxAge.encode_input(AGE), **options)

    return make
