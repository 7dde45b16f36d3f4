"""A criterion: one file of data (``criteria/NAME.toml``) and the code that answers beside it (``criteria/NAME.py``).

To add one, put two such files into a folder and name it (:func:`criteria`): nothing else changes. The data says what is
asked and why, in both languages; ``answer(case)`` in the code returns an :class:`Judgement`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .witness import Witness

if TYPE_CHECKING:
    from .case import Case

YES, NO, UNKNOWN, NOT_APPLICABLE = VERDICTS = ("yes", "no", "unknown", "not applicable")
LANGUAGES = ("en", "zh")
#: The holder's three looks (三看): who stands behind it, what the rules say, what the record shows.
LOOKS = ("who", "rules", "record")
#: Stages begin at 0; a token has reached one when all criteria up to it have the good answer.
STAGES = 3
#: What is looked at, and what answers are called, by language.
LOOK_NAMES = {
    "who": {"en": "Who stands behind it", "zh": "看主体：背后是谁"},
    "rules": {"en": "What the rules allow", "zh": "看规则：代码允许什么"},
    "record": {"en": "What the record shows", "zh": "看记录：链上显示什么"},
}
VERDICT_NAMES = {
    YES: {"en": "yes", "zh": "是"},
    NO: {"en": "no", "zh": "否"},
    UNKNOWN: {"en": "unknown", "zh": "未知"},
    NOT_APPLICABLE: {"en": "not applicable", "zh": "不适用"},
}

Wording = str | tuple[str, str]


@dataclass(frozen=True)
class Judgement:
    """What is found: a verdict; ``values`` for the sentences, each alike in both languages or (English, Chinese).

    ``evidence`` is where it stands on the chain; ``key`` names a sentence of its own in the data, where there is one.
    """

    verdict: str
    values: Mapping[str, Wording] = field(default_factory=dict)
    evidence: tuple[Mapping[str, Any], ...] = ()
    witness: Witness | None = None
    key: str = ""


@dataclass(frozen=True)
class Criterion:
    """What is asked. ``stage`` is the stage that needs the answer ``good`` (0: it is part of none)."""

    id: str
    version: int
    look: str
    stage: int
    good: str
    texts: Mapping[str, Any]
    ask: Callable[[Case], Judgement] = field(compare=False)

    def text(self, name: str, language: str) -> str:
        """``question``, ``reason``, ``incident`` or ``by_hand``."""
        return str(self.texts[name][language])

    def sentence(self, answer: Judgement, language: str) -> str:
        """The answer in words."""
        found = self.texts["answers"][answer.key or answer.verdict.replace(" ", "_")][language]
        at = LANGUAGES.index(language)
        values = {k: v if isinstance(v, str) else v[at] for k, v in answer.values.items()}
        return str(found).format(**values)

    def is_good(self, verdict: str) -> bool:
        """Whether an answer is what its stage needs."""
        return verdict in (self.good, NOT_APPLICABLE)


def criteria(folder: Path | None = None) -> list[Criterion]:
    """All criteria of a folder (the package's own unless told), by stage and then by the order in their data.

    :raises InputError: one is incomplete.
    """
    home = folder or Path(__file__).with_name("criteria")
    found = [(_read(path), path) for path in sorted(home.glob("*.toml"))]
    found.sort(key=lambda pair: pair[0][1])
    return [criterion for (criterion, _), _ in found]


def _read(path: Path) -> tuple[Criterion, int]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        code = path.with_suffix(".py")
        spec = spec_from_file_location(f"{__package__}.criteria.{path.stem}", code)
        if spec is None or spec.loader is None or not code.exists():
            raise InputError(f"the criterion {path.name} has no {code.name} beside it")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        texts = {name: data[name] for name in ("question", "reason", "incident", "by_hand", "answers")}
        for part in [*(texts[n] for n in ("question", "reason", "incident", "by_hand")), *texts["answers"].values()]:
            if not all(isinstance(part[language], str) for language in LANGUAGES):
                raise KeyError("a text in both languages")
        if data["look"] not in LOOKS or not 0 <= data["stage"] <= STAGES or data["good"] not in VERDICTS:
            raise KeyError("look, stage or good")
        return (
            Criterion(path.stem, int(data["version"]), data["look"], data["stage"], data["good"], texts, module.answer),
            int(data["order"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"the criterion {path.name} is incomplete: {error}") from None
