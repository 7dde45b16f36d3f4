"""The two languages: which one a reader wants, and the texts in it.

English texts stand in templates and code; ``texts/zh`` holds the Chinese ones, a catalogue (gettext's .po) for each group of
views. They are read when the page starts, so there is nothing to compile.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

#: Languages by code, as they call themselves.
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
#: What the ``lang`` attribute says.
TAGS = {"en": "en", "zh": "zh-Hans"}

_MOST_ACCEPTED = 500


def choose(asked: str | None, kept: str | None, accepted: str) -> str:
    """The language of a request.

    :param asked: what its address says (``?lang=zh``).
    :param kept: what its cookie says.
    :param accepted: its ``Accept-Language``.
    """
    for wish in (asked, kept):
        if wish in LANGUAGE_NAMES:
            return wish
    for tag in _by_preference(accepted[:_MOST_ACCEPTED]):
        if (language := tag.partition("-")[0]) in LANGUAGE_NAMES:
            return language
    return "en"


def _by_preference(accepted: str) -> Iterator[str]:
    weighed: list[tuple[float, int, str]] = []
    for part in accepted.split(","):
        tag, _, rest = part.strip().lower().partition(";")
        weight = rest.strip().removeprefix("q=") if rest else "1"
        try:
            weighed.append((-float(weight), len(weighed), tag))
        except ValueError:
            continue
    return (tag for weight, _, tag in sorted(weighed) if weight < 0)


@cache
def translations(language: str) -> NullTranslations:
    """The texts of a language."""
    if language == "en":
        return NullTranslations()
    whole = Catalog(locale=language)
    for catalog in catalogs(language).values():
        for message in catalog:
            if message.id:
                whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def catalogs(language: str) -> dict[str, Catalog]:
    """The catalogues of a language by the names of their files."""
    folder = resources.files(__package__) / "texts" / language
    found = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".po"):
            found[file.name] = read_po(io.BytesIO(file.read_bytes()), locale=language, abort_invalid=True)
    return found


def told(language: str, sentence: str) -> str:
    """A sentence of the package's in a language, its values put in; as it is where there is none."""
    if (found := text(language, sentence)) != sentence:
        return found
    for pattern, template in _patterns(language):
        if fits := pattern.fullmatch(sentence):
            # A value may be a sentence of its own.
            return template.format(*(told(language, value) for value in fits.groups()))
    return sentence


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Sentences with places for values (``{0}``), those first that say the most, and what they are in a language."""
    if language == "en":
        return []
    found = {str(m.id): str(m.string) for m in catalogs(language)["errors.po"] if m.id and "{0}" in m.id}
    said = sorted(found, key=lambda text: -len(re.sub(r"\{\d\}", "", text)))
    # In a pattern the places stand as they do in the sentence: from the first on.
    parts = [re.split(r"\{\d\}", text) for text in said]
    patterns = [re.compile("(.*?)".join(map(re.escape, part)), re.DOTALL) for part in parts]
    return list(zip(patterns, (found[text] for text in said), strict=True))


def text(language: str, message: str) -> str:
    """A text in a language."""
    # Of nothing a catalogue would give its heading.
    return translations(language).gettext(message) if message else ""
