"""The page's texts: each has a Chinese one with the same places, and none is left over."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from jinja2.ext import babel_extract

import zuan.web
from tests.web.sentences import every_template, templates
from zuan.web.texts import catalogs, text, told

HERE = Path(zuan.web.__file__).parent
OPTIONS = {"trimmed": "false"}


def texts_of_templates() -> set[str]:
    found: set[str] = set()
    for path in sorted((HERE / "templates").glob("*.html")):
        for _, _, message, _ in babel_extract(io.BytesIO(path.read_bytes()), ("_", "gettext"), (), OPTIONS):
            # What a variable names is marked where it stands; values of places follow their text.
            if message is not None:
                found.add(message if isinstance(message, str) else message[0])
    return found


def texts_of_code() -> set[str]:
    found: set[str] = set()
    for path in sorted(HERE.rglob("*.py")):
        for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), {"N_": None}):
            found.add(message)
    return found


def every_text_in_code() -> set[str]:
    """Any that may come to the page through a variable: the package's sentences, and those that its scripts say."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in HERE.parent.rglob("*.py"))
    return {
        n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


WANTED = texts_of_templates() | texts_of_code() | set(templates())
CHINESE = [(file, message) for file, catalog in catalogs("zh").items() for message in catalog if message.id]


def places(message: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+(?::\w)?\}", message))


def test_every_text_is_there_in_chinese():
    assert len(WANTED) > 100
    assert sorted(WANTED - {message.id for _, message in CHINESE}) == []


def test_no_chinese_text_is_left_over_or_said_twice():
    ids = [message.id for _, message in CHINESE]
    assert sorted(set(ids) - WANTED - every_text_in_code() - set(every_template())) == []
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == []


@pytest.mark.parametrize("entry", CHINESE, ids=lambda entry: f"{entry[0]}:{entry[1].id[:40]}")
def test_a_chinese_text_says_what_the_english_one_says(entry):
    _, message = entry
    assert message.string and not message.fuzzy
    assert places(message.string) == places(message.id)
    assert text("zh", message.id) == message.string and text("en", message.id) == message.id


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("there is no block 7; the newest is 5", "没有区块 7；最新的是 5"),
        ("'x' is no account: the address 0xaB fails its checksum", "'x' 不是账户：地址 0xaB 的校验和不对"),
        (
            "the index /a/b.run is missing or damaged; ask again, and if it stays so run `zuan sync --rebuild`",
            "索引 /a/b.run 缺失或已损坏；请重试，若仍如此请运行 `zuan sync --rebuild`",
        ),
        ("1,234 diamonds moved among the 12 others are not drawn.", "其他 12 个之间转移的 1,234 钻没有画出。"),
        ("nobody ever said this {0} %(n)s", "nobody ever said this {0} %(n)s"),
    ],
)
def test_a_sentence_with_values_is_told_with_them(said, chinese):
    assert told("zh", said) == chinese and told("en", said) == said


def test_values_stay_what_they_are():
    for template in set(templates()):
        values = [f"<{n}>{{}}%s" for n in range(6)]
        shown = told("zh", template.format(*values))
        assert all(v in shown for v in values[: len(places(template))]), template
