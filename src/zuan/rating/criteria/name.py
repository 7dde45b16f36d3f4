"""Names in look-alike letters."""

import unicodedata

from zuan.rating.case import Case
from zuan.rating.criterion import NO, YES, Judgement

_KNOWN = ("USDT", "USDC", "DAI", "WETH", "ETH", "WBTC", "BTC", "BUSD", "TUSD", "FDUSD", "PYUSD", "EURC", "CNHC", "CNYT")


def answer(case: Case) -> Judgement:
    """Yes where letters of several scripts stand in one word, or signs that cannot be seen."""
    for text in (case.facts.symbol, case.facts.name):
        hidden = [c for c in text if unicodedata.category(c) in ("Cf", "Cc", "Co", "Cn")]
        if hidden:
            return _careful("there are signs in the name that cannot be seen", "名称里有看不见的字符", text)
        for word in text.split():
            scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
            if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
                return _careful("one word mixes letters of several alphabets", "同一个词混用了多种字母", text)
    plain = unicodedata.normalize("NFKC", case.facts.symbol).upper()
    if plain in _KNOWN and plain != case.facts.symbol.upper():
        return _careful(f"the symbol is {plain} in other letters", f"代号是用别的字符写的 {plain}", case.facts.symbol)
    return Judgement(NO)


def _careful(english: str, chinese: str, text: str) -> Judgement:
    return Judgement(YES, {"what": (english, chinese)}, ({"text": text.encode("unicode_escape").decode()},))
