"""Names that look like those of known tokens, by Unicode's own table of look-alikes (the library confusable-homoglyphs)."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from zuan.rating.case import Case
from zuan.rating.criterion import NO, YES, Judgement

#: Scripts that stand beside any other without deceiving: a Chinese name may have a Latin symbol in it.
_BESIDE = frozenset({"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_UNSEEN = ("Cf", "Cc", "Co", "Cn")


@cache
def known() -> tuple[dict[str, Any], ...]:
    """Tokens that are imitated: symbol, name, and address by chain id, as far as it is known."""
    return tuple(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["known"])


def answer(case: Case) -> Judgement:
    """Yes where a name reads as another's, is another's at another address, or hides or mixes letters."""
    for text in (case.facts.symbol, case.facts.name):
        if any(unicodedata.category(c) in _UNSEEN for c in text):
            return _careful("there are signs in the name that cannot be seen", "名称里有看不见的字符", text)
        for token in known():
            for called in (token["symbol"], token["name"]):
                if reads(text) == called.upper() and text.strip().upper() != called.upper():
                    return _careful(f"{called} is written in other letters", f"用别的字符写成了 {called}", text)
        if any(_mixes(word) for word in text.split()):
            return _careful("one word mixes letters of several alphabets", "同一个词混用了多种字母", text)
    for token in known():
        real = token.get("at", {}).get(str(case.world.moment.chain_id))
        if real and case.facts.symbol.strip().upper() == token["symbol"].upper() and real.lower() != case.token:
            return _careful(
                f"it is called {token['symbol']}, and the {token['symbol']} that is known on this chain is {real}",
                f"它叫 {token['symbol']}，而该链上为人所知的 {token['symbol']} 是 {real}",
                case.facts.symbol,
            )
    return Judgement(NO)


def reads(text: str) -> str:
    """What a text looks like: each letter that has a Latin look-alike replaced by it, in capitals."""
    from confusable_homoglyphs.confusables import is_confusable

    plain = unicodedata.normalize("NFKC", text).strip()
    likes: dict[str, str] = {}
    for found in is_confusable(plain, greedy=True, preferred_aliases=["latin"]) or []:
        letters = [h["c"] for h in found["homoglyphs"] if len(h["c"]) == 1 and h["c"].isascii() and h["c"].isalpha()]
        if letters and found["character"].isalpha():
            likes[found["character"]] = letters[0]
    return "".join(likes.get(c, c) for c in plain).upper()


def _mixes(word: str) -> bool:
    """Whether letters of several alphabets that look alike stand in one word."""
    from confusable_homoglyphs.categories import unique_aliases
    from confusable_homoglyphs.confusables import is_confusable

    scripts = unique_aliases(word) - _BESIDE
    return len(scripts) > 1 and bool(is_confusable(word, preferred_aliases=["latin"]))


def _careful(english: str, chinese: str, text: str) -> Judgement:
    return Judgement(YES, {"what": (english, chinese)}, ({"text": text.encode("unicode_escape").decode()},))
