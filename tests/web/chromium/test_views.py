"""Every view in a browser: both languages, both themes, on a phone and a desk; by eye, by screen reader, without scripts."""

import re
from itertools import product

import pytest

from tests.web.chromium.conftest import SIZES
from zuan.web.routes import VIEWS

LANGUAGES, THEMES = ("en", "zh"), ("light", "dark")
#: In which language the rules of accessibility are tried at a size: in both, and at both sizes, in half the time.
RULES = {"phone": "en", "desktop": "zh"}


def paths(shown) -> list[str]:
    """Every view that has a path of its own, and each kind of page that takes a value."""
    alice = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
    values = {"act": "redeem", "address": alice, "serial": "1", "order": "1", "mint": "1"}
    pages = [view.path for view in VIEWS if "." not in view.path]
    found = [re.sub(r"\{(\w+)(:\w+)?\}", lambda m: values.get(m[1], "1"), path) for path in pages]
    return [
        *found,
        f"/act/redeem?account={alice}&amount=100",
        f"/act/ticket?account={alice}&amount=999999999",
        "/nothing",
    ]


@pytest.mark.parametrize(("language", "size"), list(product(LANGUAGES, SIZES)))
def test_no_view_overflows_or_breaks_a_rule_of_accessibility(tab, shown, axe, language, size):
    there = tab(size, locale={"en": "en", "zh": "zh-CN"}[language])
    faults = []
    for path in paths(shown):
        there.open(path)
        there.page.wait_for_load_state("load")
        by_rules = language == RULES[size]
        if by_rules:
            there.page.evaluate(axe)
        for theme in THEMES:
            there.page.emulate_media(color_scheme=theme)
            where = f"{path} {language} {theme} {size}"
            wide = there.page.evaluate("document.documentElement.scrollWidth")
            if wide > SIZES[size][0]:
                faults.append(f"{where}: {wide} px wide")
            if not by_rules:
                continue
            # What a theme changes is colours; all else was looked at in the first.
            rules = "runOnly: ['color-contrast'], " * (theme != THEMES[0])
            found = there.page.evaluate(f"axe.run(document, {{ {rules}resultTypes: ['violations'] }})")
            for broken in found["violations"]:
                faults.append(f"{where}: {broken['id']}: {broken['nodes'][0]['html'][:200]}")
    # An address that is not there is one that a browser complains of.
    there.expected.append("status of 40")
    assert not faults, "\n".join(faults)


def test_without_scripts_the_same_figures_stand_there(tab, shown):
    figures = "all => all.map(one => one.getAttribute('value'))"
    with_scripts, without = tab(), tab(java_script_enabled=False)
    seen = 0
    for path in paths(shown):
        found = []
        for there in (with_scripts, without):
            there.open(path)
            # Without scripts a page still answers the test's own questions.
            found.append(there.page.locator("main data").evaluate_all(figures))
            there.expected.append("status of 40")
        assert found[0] == found[1], path
        seen += len(found[1])
    assert seen > 10


def test_the_theme_is_switched_and_kept(tab, shown):
    there = tab(color_scheme="light")
    there.open("/")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = there.page.evaluate(paper)
    there.page.locator("[data-theme-switch]").click()
    dark = there.page.evaluate(paper)
    assert dark != light
    there.open("/supply")
    assert there.page.evaluate(paper) == dark


def test_a_command_is_copied(tab, shown):
    there = tab(permissions=["clipboard-read", "clipboard-write"])
    there.open("/supply")
    there.page.locator("details.check summary").first.click()
    there.page.locator("button.copy").first.click()
    there.page.get_by_text("Copied", exact=True).wait_for()
    shown_there = there.page.locator("pre.code").first.inner_text()
    assert there.page.evaluate("navigator.clipboard.readText()") == shown_there.strip()


def test_the_keyboard_reaches_everything_and_skips_the_menu(tab, shown):
    there = tab()
    there.open("/supply")
    there.page.keyboard.press("Tab")
    assert there.page.evaluate("document.activeElement.className") == "skip"
    there.page.keyboard.press("Enter")
    there.page.keyboard.press("Tab")
    assert there.page.evaluate("document.activeElement.closest('main') !== null")
