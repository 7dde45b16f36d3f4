"""How amounts of a token are shown: in whole tokens, exactly; base units stay what is stored and what programs get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Amounts:
    """Shows amounts of a token with so many decimals. With none, or ``raw``, they are base units."""

    decimals: int = 0

    def __call__(self, units: int) -> str:
        """An amount for people, e.g. ``1,234.5``; every digit that is not a trailing zero."""
        if not self.decimals:
            return f"{units:,}"
        whole, rest = divmod(abs(units), 10**self.decimals)
        places = f".{rest:0{self.decimals}}".rstrip("0") if rest else ""
        return f"{'-' if units < 0 else ''}{whole:,}{places}"

    @property
    def unit(self) -> str:
        """What is counted."""
        return "tokens" if self.decimals else "diamonds"


#: Amounts in base units, which are whole tokens of a token without decimals.
UNITS = Amounts()

#: Names of figures that are amounts or serials.
AMOUNTS = {
    *("amount", "balance", "received", "sent", "value", "diamonds", "firstSerial", "lastSerial", "held"),
    *("issued", "burned", "supply", "before", "top1", "top10", "top100", "median"),
}


def as_text(data: Any) -> Any:
    """Data for JSON: amounts and serials as text, since they may exceed what other programs' numbers hold."""
    if isinstance(data, Mapping):
        return {k: str(v) if k in AMOUNTS and v is not None else as_text(v) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return [as_text(entry) for entry in data]
    return data
