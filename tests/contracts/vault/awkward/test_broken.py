"""An asset that stops telling what anybody holds, as a proxy does when what is behind it goes."""

from dataclasses import replace

import brownie
import pytest

from tests.contracts.helpers import LOCAL, ZERO
from zuan.chain import accounts

#: Called with one word, it keeps that as its mode. Called otherwise, it answers 100 (mode 0), reverts (1), or answers
#: nothing (2).
CODE = "36602014601e575f5480600114602457600214602857" + "60645f5260205ff3" + "5b5f355f5500" + "5b5f5ffd" + "5b00"
REVERTS, SAYS_NOTHING = 1, 2
CASH, HELD = 2, 3


@pytest.fixture(scope="module")
def config(module_isolation):
    carol = brownie.accounts.at(accounts.test_account(8).address)
    # Returns the code behind these 9 bytes.
    made = carol.transfer(data=f"0x60{len(CODE) // 2:02x}8060095f395ff3" + CODE)
    return replace(LOCAL, asset=made.contract_address)


@pytest.fixture
def switch(config, who):
    """Gives the asset a mode."""

    def run(mode):
        who.carol.transfer(config.asset, 0, data=f"0x{mode:064x}")

    return run


@pytest.fixture(
    params=[
        pytest.param(REVERTS, id="reverts"),
        pytest.param(SAYS_NOTHING, id="says nothing"),
    ]
)
def broken(switch, request):
    switch(request.param)


def test_request_goes_on_with_the_cash_last_counted(vault, broken, who):
    vault.request(150, ZERO, {"from": who.alice})
    assert (vault.ticket(1)[4:], vault.cashState()) == ((150, 100, 0), (100, 0, 150, 50))


def test_disclosure_goes_on_with_the_cash_last_counted(lens, broken):
    figures = lens.disclosure()[5]
    assert (figures[CASH], figures[HELD]) == (100, 100)
