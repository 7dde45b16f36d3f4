"""Where a diamond is worth many units, parts of one remain."""

from dataclasses import replace

import pytest

from tests.contracts.helpers import FOREVER, LOCAL


@pytest.fixture(scope="module")
def config():
    return replace(LOCAL, units_per_diamond=100)


@pytest.fixture(scope="module", autouse=True)
def _alice_holds_3(attest, issue, token, vault, who):
    attest({"escrowed cash": 4})
    issue((who.alice, 3))
    attest({"escrowed cash": 3})
    token.approve(vault, FOREVER, {"from": who.alice})


def test_liabilities_in_a_wind_down_are_rounded_up(disclosed, vault, donate, wind_down, who):
    donate(200)
    wind_down()
    for amount, paid, outstanding in ((1, 66, 3), (1, 133, 2), (1, 200, 1)):
        vault.claim(amount, who.alice, {"from": who.alice})
        figures = disclosed()
        assert (figures["vault"]["windDown"]["paid"], figures["reserves"]["liabilities"]) == (paid, outstanding)


def test_reserves_and_coverage_are_rounded_down(disclosed, attest, donate):
    donate(199)
    attest({"escrowed cash": 3})
    figures = disclosed()
    assert (figures["vault"]["cash"], figures["reserves"]["vault"], figures["reserves"]["reserves"]) == (199, 1, 4)
    assert figures["reserves"]["coverageBps"] == 13_333
