"""The state of one block in an EVM of our own, in which anybody can try anything (pyrevm).

Nothing here changes the chain. State comes from a node as it is needed, or was put there (tests).

Traps of pyrevm 0.3.7, and what is done: it has no BASEFEE (it answers 0) and no callers that are contracts, so
contracts that ask for the first are noted (:func:`surface.survey`), and a contract that calls is given a forwarder's
code for that one call; an opcode that it does not know ends a call in a way that no chain does (:attr:`Outcome.strange`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import NetworkError, ZuanError
from . import journal

#: Gas of each call: less than the most that a transaction may have (EIP-7825).
GAS = 16_000_000
#: Gas of all calls together, after which a search is given up: some seconds of one core.
BUDGET = 8_000_000_000
_WEALTH = 10**26
_REFUSED = 50_000
_WATCHED_GAS = 200_000
_LOADED = re.compile(r'"stack":\[[^\]]*?"(0x[0-9a-f]+)"\][^\n]*"opName":"SLOAD"')
_ASKED_WHO = re.compile(r'"opName":"(?:CALLER|ORIGIN)"')
_BORROWED = re.compile(r'"stack":\[[^\]]*?"(0x[0-9a-f]+)","0x[0-9a-f]+"\][^\n]*"opName":"DELEGATECALL"')
#: Passes on what follows the first 20 bytes of its call data to the address in these; any code can be called so.
FORWARDER = bytes.fromhex("601436038060145f375f5f825f345f3560601c5af13d5f5f3e601f573d5ffd5b3d5ff3")
#: What stands in front of an address in the code of an account that has delegated itself (EIP-7702).
DELEGATION = bytes.fromhex("ef0100")


class ExhaustedError(ZuanError):
    """All that a search may cost is spent; what was not tried is not known."""


class SimulationError(ZuanError):
    """The simulation itself failed; nothing follows from it."""


class Outcome(NamedTuple):
    """How a call ended: output or revert data; ``strange`` where it ended as it would on no chain."""

    success: bool
    output: bytes
    strange: bool = False

    @property
    def number(self) -> int | None:
        """The output as a number; None where there is none."""
        return int.from_bytes(self.output[:32], "big") if self.success and len(self.output) >= 32 else None


class WitnessStep(NamedTuple):
    """A call that stays: caller, contract, data, seconds after the block at which it is made, and wei that it carries."""

    caller: str
    to: str
    data: bytes
    after: int = 0
    value: int = 0


class Log(NamedTuple):
    """A log: address in lower case, topics, data."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Moment:
    """The block at whose end the world stands; ``base_fee`` in wei; ``destroys``: code can go (before EIP-6780)."""

    chain_id: int
    number: int
    timestamp: int
    base_fee: int = 0
    destroys: bool = False


class World:
    """An EVM at a block.

    :param moment: the block.
    :param fork_url: where state is read from; None: there is none but what is put there.
    """

    def __init__(self, moment: Moment, fork_url: str | None = None) -> None:
        from pyrevm import EVM, CfgEnv, Env

        self.moment = moment
        env = Env(cfg=CfgEnv(chain_id=moment.chain_id, limit_contract_code_size=2**20))
        where: dict[str, Any] = {"fork_url": fork_url, "fork_block": str(moment.number)} if fork_url else {}
        self.evm = EVM(env=env, **where)
        self.calls = 0
        self.gas = 0
        self.budget = BUDGET
        self.strange = False
        #: Price of gas in wei: a real one, since some contracts look at it.
        self.price = moment.base_fee + 10**9
        self.warp(0)

    def warp(self, seconds: int) -> None:
        """Moves the clock to so many seconds after the block; blocks come every 12 s."""
        from pyrevm import BlockEnv

        self.evm.set_block_env(
            BlockEnv(
                number=self.moment.number + 1 + seconds // 12,
                timestamp=self.moment.timestamp + 12 + seconds,
                basefee=self.moment.base_fee,
                gas_limit=30_000_000,
                prevrandao=b"\x5a" * 32,
            )
        )

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens within is undone."""
        mark = self.evm.snapshot()
        try:
            yield
        finally:
            self.evm.revert(mark)

    def make(self, step: WitnessStep) -> Outcome:
        """A step's call, at the time that it is here."""
        return self.call(step.caller, step.to, step.data, value=step.value)

    def call(self, caller: str, to: str, data: bytes, gas: int = GAS, value: int = 0) -> Outcome:
        """One transaction. Its effects stay.

        :raises ExhaustedError: the budget is spent.
        :raises SimulationError: the EVM failed, or the node behind it.
        """
        if self.gas > self.budget:
            raise ExhaustedError("the search ended at its limit")
        with self._as(caller) as (sender, forwarded):
            target, payload = (caller, bytes.fromhex(to[2:]) + data) if forwarded else (to, data)
            outcome = self._run(sender, target, payload, gas, value)
        self.calls += 1
        return outcome

    def attempt(self, caller: str, to: str, data: bytes) -> Outcome:
        """One call without effects."""
        with self.aside():
            return self.call(caller, to, data)

    def view(self, to: str, data: bytes) -> Outcome:
        """What a view answers to nobody in particular."""
        return self.attempt(NOBODY, to, data)

    def looked_up(self, caller: str, other: str, to: str, data: bytes) -> set[int]:
        """Slots, of any contract, that a call looks at for this caller and not for another, also where it is refused."""
        said = self._traced(caller, to, data)
        # Watching takes a hundred times as long as a call: not twice where nobody asks who calls.
        if not _ASKED_WHO.search(said):
            return set()
        one, two = (_LOADED.finditer(text) for text in (said, self._traced(other, to, data)))
        return {int(found[1], 16) for found in one} - {int(found[1], 16) for found in two}

    def _traced(self, caller: str, to: str, data: bytes) -> str:
        """Each instruction of a call, as pyrevm prints it: it keeps nothing of what a refused call did."""
        with redirect_stdout(io.StringIO()) as said, self.aside():
            self.evm.tracing = True  # type: ignore[misc] # its stub is wrong
            try:
                self.call(caller, to, data, _WATCHED_GAS)
            finally:
                self.evm.tracing = False  # type: ignore[misc]
        return said.getvalue()

    def borrowed(self, to: str, data: bytes) -> set[str]:
        """Contracts whose code a call by nobody in particular runs as the caller's own, also where it is refused."""
        said = self._traced(NOBODY, to, data)
        return {"0x" + found[1][2:].rjust(40, "0")[-40:] for found in _BORROWED.finditer(said)}

    def touched(self, address: str) -> dict[int, int]:
        """Slots of a contract that were ever looked at here, and what stands in them."""
        return journal.slots(self.evm.journal_str, address)

    def writes(self) -> int:
        """How many writes there were that are not undone."""
        return sum(1 for _ in journal.written(self.evm.journal_str))

    def contracts(self) -> list[str]:
        """Contracts that were ever looked at here."""
        return [a for a in journal.accounts(self.evm.journal_str) if self.code(a)]

    def logs(self) -> list[Log]:
        """Logs of the last call."""
        result = self.evm.result
        if result is None or not result.is_success:
            return []
        return [Log(log.address.lower(), tuple(map(bytes, log.data[0])), bytes(log.data[1])) for log in result.logs]

    def code(self, address: str) -> bytes:
        """The code of an account."""
        return bytes(self._ask(lambda: self.evm.get_code(address)) or b"")

    def storage(self, address: str, slot: int) -> int:
        """What stands in a slot."""
        return int(self._ask(lambda: self.evm.storage(address, slot)))

    def put_code(self, address: str, code: bytes) -> None:
        """Gives an account a code."""
        from pyrevm import AccountInfo

        self.evm.insert_account_info(address, AccountInfo(nonce=1, code=code))

    def money(self, address: str) -> int:
        """What an account has, in wei."""
        return int(self._ask(lambda: self.evm.get_balance(address)))

    def is_plain(self, address: str) -> bool:
        """Whether a key alone rules an account: it has no code, or delegates itself."""
        code = self.code(address)
        return not code or (len(code) == 23 and code.startswith(DELEGATION))

    def _run(self, sender: str, to: str, data: bytes, gas: int, value: int = 0) -> Outcome:
        # What is undone may undo this too, so it is looked at each time.
        if self.evm.get_balance(sender) < _WEALTH // 2:
            self.evm.set_balance(sender, _WEALTH)
        try:
            output = self.evm.message_call(sender, to, calldata=data, value=value, gas=gas, gas_price=self.price)
        except RuntimeError as error:
            text = str(error)
            used = self.evm.result.gas_used if self.evm.result else gas
            # What is thrown away at once (old compilers' way to refuse) costs no time.
            self.gas += min(used, _REFUSED) if text.startswith("Halt") and "OutOfGas" not in text else used
            if text.startswith("Revert"):
                found = re.search(r"output: 0x([0-9a-f]*)", text)
                return Outcome(False, bytes.fromhex(found[1]) if found else b"")
            if text.startswith("Halt"):
                strange = "OpcodeNotFound" in text or "NotActivated" in text
                self.strange |= strange
                return Outcome(False, b"", strange)
            raise SimulationError(f"the simulation failed ({text[:160]})") from None
        except BaseException as error:
            if isinstance(error, (Exception, KeyboardInterrupt)):
                raise
            raise SimulationError("the node stopped answering in the middle of a simulation") from None
        finally:
            self.evm.reset_transient_storage()
        self.gas += self.evm.result.gas_used if self.evm.result else 0
        return Outcome(True, bytes(output))

    @contextmanager
    def _as(self, caller: str) -> Iterator[tuple[str, bool]]:
        """Who sends for a caller, and whether through it: a contract calls by a forwarder put in its place."""
        code = self.code(caller)
        if not code:
            yield caller, False
            return
        plain = self.is_plain(caller)
        self.put_code(caller, b"" if plain else FORWARDER)
        try:
            yield (caller if plain else NOBODY), not plain
        finally:
            self.put_code(caller, code)

    def _ask(self, question: Any) -> Any:
        try:
            return question()
        except RuntimeError as error:
            raise NetworkError(f"the node gives no state of block {self.moment.number}: {str(error)[:160]}") from None


def account(name: str) -> str:
    """An address that nobody has the key of, by its name."""
    from eth_hash.auto import keccak

    return "0x" + keccak(f"zuan check: {name}".encode())[12:].hex()


NOBODY = account("nobody")
