"""One rule for JSON: what a field's type says of it."""

from dataclasses import dataclass

from zuan.plain import Amount, When, as_json


@dataclass(frozen=True)
class Inner:
    large_amount: Amount
    times: int


@dataclass(frozen=True)
class Outer:
    inner: Inner
    all_of: tuple[Inner, ...]
    since: When
    until: When
    name: bytes
    nothing: Inner | None
    flag: bool


def test_amounts_are_text_and_all_else_what_it_is():
    record = Outer(Inner(2**70, 3), (Inner(0, 1),), 0, 5, b"\x01\xff", None, True)
    assert as_json(record) == {
        "inner": {"largeAmount": str(2**70), "times": 3},
        "allOf": [{"largeAmount": "0", "times": 1}],
        "since": None,
        "until": 5,
        "name": "0x01ff",
        "nothing": None,
        "flag": True,
    }
