"""What a node's refusal means, whatever its words; and how long to go on asking.

Providers word the same refusal each in other ways. What they share decides: the HTTP status, the code, a time to wait.
Words come last; what nobody knows is tried again for a short time, since it may have been a limit.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from enum import Enum, auto

from ..errors import NetworkError, RpcError

#: Seconds for which a refusal in unknown words is tried again.
HESITATION = 6.0
_FIRST_PAUSE = 0.25

Say = Callable[[str], None]

_BUSY_CODES = {429, 15, -32007, -32012, -32029, -32097}
_FINAL_CODES = {3, -32601, -32015}

_ABOUT_THE_RANGE = re.compile(r"range|results|\blogs?\b|blocks|response|too (large|big|wide)", re.I)
_TOO_MANY = re.compile(
    r"rate.?limit|request rate|too many request|requests? (per|limit|count)|(calls|requests|units) per|throttl|"
    r"capacity|usage limit|quota|credits|limit exceeded|overload|temporarily|server (is )?busy|back.?off",
    re.I,
)
_GONE = re.compile(
    r"pruned|missing trie node|history.*(unavailable|not available)|not available.*history|historical state|"
    r"older than|archive|state.*(not available|unavailable|discarded)|data before .* not available|"
    r"receipts? not available|maximum proof window",
    re.I,
)
#: Anvil's words for a state that it keeps no more, and for a block that is not there yet.
_HEIGHT = re.compile(r"block height is (\d+) but requested was (\d+)", re.I)
_FINAL = re.compile(
    r"revert|vm exception|execution|opcode|out of gas|insufficient|nonce|underpriced|already known|intrinsic|"
    r"method .*(not|does)|cannot wrap|unmarshal|invalid argument|not (supported|implemented|allowed)|unsupported",
    re.I,
)


class Kind(Enum):
    """What mends a refusal: waiting (BUSY), another node (GONE), nothing (FINAL), or who knows (UNKNOWN)."""

    BUSY = auto()
    GONE = auto()
    FINAL = auto()
    UNKNOWN = auto()


def kind(error: RpcError) -> Kind:
    """What a refusal means."""
    said = error.message
    if error.status == 429 or error.wait is not None or error.code in _BUSY_CODES:
        return Kind.BUSY
    if error.code in _FINAL_CODES or (error.data and isinstance(error.data, str) and error.data.startswith("0x")):
        return Kind.FINAL
    asked = _HEIGHT.search(said)
    if _GONE.search(said) or (asked and int(asked[2]) <= int(asked[1])):
        return Kind.GONE
    if _TOO_MANY.search(said) and not _ABOUT_THE_RANGE.search(said):
        return Kind.BUSY
    return Kind.FINAL if _FINAL.search(said) else Kind.UNKNOWN


class Patience:
    """How long one question is asked again.

    :param seconds: where the node does not answer.
    :param hesitation: where it refuses in words that nobody knows.
    :param busy: where it is busy; ``seconds`` unless told.
    :param say: told before each pause of a second and more, and before the first if the node does not answer.
    :param pause: waits so many seconds; returns whether to give up.
    """

    def __init__(
        self,
        seconds: float,
        hesitation: float = HESITATION,
        busy: float | None = None,
        say: Say = lambda _: None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._seconds, self._hesitation, self._say, self._wait = seconds, hesitation, say, pause
        self._busy = seconds if busy is None else busy
        self.progress()

    def progress(self) -> None:
        """Something was answered: time begins anew."""
        self._began, self._pause = time.monotonic(), _FIRST_PAUSE

    def again(self, error: NetworkError) -> bool:
        """Waits a while; False where that is of no use, or time is up."""
        most, pause = self._seconds, self._pause
        if isinstance(error, RpcError):
            found = kind(error)
            if found in (Kind.GONE, Kind.FINAL):
                return False
            most = self._busy if found is Kind.BUSY else self._hesitation
            pause = max(pause, min(error.wait or 0, 30))
        if time.monotonic() - self._began + pause > most:
            return False
        if pause >= 1:
            self._say(f"{error}; trying again in {pause:.0f} s")
        elif not isinstance(error, RpcError) and self._pause == _FIRST_PAUSE:
            self._say(f"{error}; trying again")
        if self._wait(pause):
            return False
        self._pause = min(self._pause * 2, 8)
        return True
