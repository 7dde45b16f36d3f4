"""What the governance's tests share beside the fixtures."""

from tests.contracts.helpers import DAY, LOCAL

DELAY, FLOOR = LOCAL.governance_delay, LOCAL.governance_floor

#: Seconds for which a change can be executed, the longest delay, and the most changes that can wait.
LIFETIME, LONGEST, MAX_PENDING = 14 * DAY, 366 * DAY, 64

#: What the changes here make the oracle's `maxAge`.
AGE = 3 * DAY

#: No predecessor, no salt.
NONE = bytes(32)

#: What an error says of the states that an operation should have been in.
UNSET, WAITING_OR_READY, READY = (n.to_bytes(32, "big") for n in (1, 2 | 4, 4))
