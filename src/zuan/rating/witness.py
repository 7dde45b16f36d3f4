"""A witness: calls that show what somebody can do, and what can be asked before and after them. Anybody can run it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InputError, MismatchError
from .offline import read_report
from .world import WitnessStep, World

#: Version of the file's format.
FORMAT = 1
_MOST_STEPS = 200
#: More wei than that nobody is taken to have.
_MOST_VALUE = 10**24


class Observed(NamedTuple):
    """What the last step of a probe did."""

    success: bool
    output: bytes


@dataclass(frozen=True)
class Probe:
    """Something that is asked before and after: calls whose effects are undone; the last one's answer counts."""

    name: str
    steps: tuple[WitnessStep, ...]

    def ask(self, world: World) -> Observed:
        """The answer in the world as it is."""
        with world.aside():
            for step in self.steps[:-1]:
                world.warp(step.after)
                if not world.make(step).success:
                    return Observed(False, b"")
            last = self.steps[-1]
            world.warp(last.after)
            outcome = world.make(last)
        return Observed(outcome.success, outcome.output)


@dataclass(frozen=True)
class Witness:
    """``code`` is put in place first (contracts that anybody could deploy); ``setup`` prepares; ``steps`` are the deed.

    ``answers`` are what the probes said before and after.
    """

    claim: str
    chain_id: int
    block: int
    token: str
    setup: tuple[WitnessStep, ...]
    steps: tuple[WitnessStep, ...]
    probes: tuple[Probe, ...]
    answers: tuple[tuple[Observed, Observed], ...]
    code: Mapping[str, bytes] = field(default_factory=dict)

    def run(self, world: World) -> tuple[tuple[Observed, Observed], ...]:
        """Does it again in a world at its block; what the probes say now.

        :raises MismatchError: a step fails, or it takes liberties that nobody has.
        """
        self._refuse_liberties(world)
        for address, code in self.code.items():
            world.put_code(address, code)
        with world.aside():
            _do(world, self.setup, "setup")
            before = [probe.ask(world) for probe in self.probes]
            world.warp(0)
            _do(world, self.steps, "step")
            after = [probe.ask(world) for probe in self.probes]
            world.warp(0)
        return tuple(zip(before, after, strict=True))

    def check(self, world: World) -> None:
        """Runs it again. :raises MismatchError: it shows something else now."""
        found = self.run(world)
        for probe, expected, now in zip(self.probes, self.answers, found, strict=True):
            if expected != now:
                raise MismatchError(
                    f"the witness does not hold: {probe.name} was {told(expected[0])} before and {told(expected[1])} "
                    f"after, and is {told(now[0])} and {told(now[1])} here"
                )

    def _refuse_liberties(self, world: World) -> None:
        """Nobody can replace the code of a contract that is there, or make a contract call that has no rule for that."""
        from .people import CONTRACT, person

        for address, code in self.code.items():
            there = world.code(address)
            if there.rstrip(b"\0") not in (b"", code.rstrip(b"\0")):
                raise MismatchError(
                    f"the witness proves nothing: it puts other code in the place of the contract {address}"
                )
        for caller in dict.fromkeys(step.caller for step in self.steps):
            if person(world, caller, "").kind == CONTRACT:
                raise MismatchError(f"the witness proves nothing: it lets the contract {caller} call what it likes")

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            "format": FORMAT,
            "claim": self.claim,
            "chainId": self.chain_id,
            "block": self.block,
            "token": self.token,
            "code": {address: "0x" + code.hex() for address, code in self.code.items()},
            "setup": [_step(s) for s in self.setup],
            "steps": [_step(s) for s in self.steps],
            "probes": [
                {"name": p.name, "steps": [_step(s) for s in p.steps], "before": _answer(a), "after": _answer(b)}
                for p, (a, b) in zip(self.probes, self.answers, strict=True)
            ],
        }


def told(answer: Observed) -> str:
    """An answer in words: a number, what it is in hex, or that it was refused."""
    if not answer.success:
        return "refused"
    if len(answer.output) == 32:
        return f"{int.from_bytes(answer.output, 'big'):,}"
    return "0x" + answer.output.hex() if answer.output else "allowed"


def load(path: Path) -> list[Witness]:
    """The witnesses in a file: one, or all in a report of ``zuan check --json`` or ``--html``.

    :raises InputError: it is no such file, or holds none.
    """
    found = read_report(path)
    parts = found.get("criteria") if isinstance(found, dict) else None
    if isinstance(parts, list):
        raw = [c["witness"] for c in parts if isinstance(c, dict) and isinstance(c.get("witness"), dict)]
    else:
        raw = [found]
    try:
        witnesses = [parse(one) for one in raw]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(f"{path} is no witness of format {FORMAT}; make it anew with `zuan check --json`") from None
    if not witnesses:
        raise InputError(f"{path} holds no witness: nothing in that report says that somebody can do something")
    if len({(w.chain_id, w.block) for w in witnesses}) > 1:
        raise InputError(f"{path} holds witnesses of several blocks; give one report at a time")
    return witnesses


def parse(raw: Mapping[str, Any]) -> Witness:
    """A witness from its file. :raises ValueError: it is none."""
    if raw["format"] != FORMAT:
        raise ValueError("another format")
    probes = raw["probes"]
    found = Witness(
        claim=str(raw["claim"]),
        chain_id=int(raw["chainId"]),
        block=int(raw["block"]),
        token=_address(raw["token"]),
        setup=tuple(map(_parse_step, raw["setup"])),
        steps=tuple(map(_parse_step, raw["steps"])),
        probes=tuple(Probe(str(p["name"]), tuple(map(_parse_step, p["steps"]))) for p in probes),
        answers=tuple((_parse_answer(p["before"]), _parse_answer(p["after"])) for p in probes),
        code={_address(a): _bytes(c) for a, c in raw.get("code", {}).items()},
    )
    if not found.probes or not all(p.steps for p in found.probes):
        raise ValueError("nothing is asked")
    if len(found.steps) + len(found.setup) + sum(len(p.steps) for p in found.probes) > _MOST_STEPS:
        raise ValueError("too long")
    return found


def _do(world: World, steps: Sequence[WitnessStep], what: str) -> None:
    for number, step in enumerate(steps, 1):
        world.warp(step.after)
        if not world.make(step).success:
            raise MismatchError(f"the witness does not hold: {what} {number} of {len(steps)} is refused here")


def _step(step: WitnessStep) -> dict[str, Any]:
    data, value = "0x" + step.data.hex(), str(step.value)
    return {"from": step.caller, "to": step.to, "data": data, "after": step.after, "value": value}


def _answer(answer: Observed) -> dict[str, Any]:
    return {"success": answer.success, "output": "0x" + answer.output.hex()}


def _parse_step(raw: Mapping[str, Any]) -> WitnessStep:
    after = raw["after"]
    if not isinstance(after, int) or not 0 <= after < 1 << 36:
        raise ValueError("no time")
    value = int(raw.get("value", "0"))
    if not 0 <= value <= _MOST_VALUE:
        raise ValueError("no money")
    return WitnessStep(_address(raw["from"]), _address(raw["to"]), _bytes(raw["data"]), after, value)


def _parse_answer(raw: Mapping[str, Any]) -> Observed:
    return Observed(raw["success"] is True, _bytes(raw["output"]))


def _address(text: str) -> str:
    if len(_bytes(text)) != 20:
        raise ValueError("no address")
    return text.lower()


def _bytes(text: str) -> bytes:
    if not text.startswith("0x"):
        raise ValueError("no hex")
    return bytes.fromhex(text[2:])
