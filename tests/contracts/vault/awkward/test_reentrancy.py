"""An asset that calls its hook before and after it moves, as ERC-777 does; the hook is a holder, and a thief."""

import pytest
from eth_abi import decode, encode
from eth_utils.crypto import keccak

from tests.contracts.helpers import FOREVER, REF, SILENCE, ZERO, travel

BEFORE_AND_AFTER = pytest.mark.parametrize("before", [True, False], ids=["before", "after"])


def error(signature, *values):
    """A custom error as the hook gets it."""
    types = signature[signature.index("(") + 1 : -1].split(",")
    return keccak(signature.encode())[:4] + encode([t for t in types if t], values)


REENTERED = error("ReentrancyGuardReentrantCall()")


@pytest.fixture(scope="module")
def thief(ReentrantHook, asset, token, vault, attest, issue, who):
    """The hook; it holds 500 diamonds and 500 units, which the vault may take."""
    thief = ReentrantHook.deploy({"from": who.carol})
    asset.setHook(thief, {"from": who.carol})
    asset.mint(thief, 500, {"from": who.carol})
    attest({"escrowed cash": 3_000})
    issue((thief, 500))
    attest({"escrowed cash": 2_000})
    for part in (token, asset):
        thief.act(part, part.approve.encode_input(vault, FOREVER), {"from": who.carol})
    return thief


@pytest.fixture
def act(thief, who):
    """The thief calls a function."""

    def run(contract, function, *args):
        return thief.act(contract, getattr(contract, function).encode_input(*args), {"from": who.carol})

    return run


@pytest.fixture
def arm(thief, who):
    """What the thief calls in the middle of the next movement, before or after the units have moved."""

    def run(contract, function, *args, before):
        thief.arm(contract, getattr(contract, function).encode_input(*args), before, {"from": who.carol})

    return run


@pytest.fixture
def seen(thief, act, arm):
    """What a view answers in the middle of something that the thief does."""

    def run(contract, view, outputs, doing, before):
        arm(contract, view, before=before)
        act(*doing)
        assert thief.succeeded()
        return decode(outputs, bytes(thief.answer()))

    return run


@pytest.fixture
def doors(vault, thief):
    """Every guarded function of the vault."""
    return {
        "redeem": (1, thief),
        "request": (1, ZERO),
        "withdraw": (1, thief),
        "deposit": (1,),
        "count": (),
        "probe": (),
        "claim": (1, thief),
        "startWindDown": (SILENCE, 0),
    }


@BEFORE_AND_AFTER
def test_no_door_opens_in_the_middle_of_a_redemption(vault, asset, donate, turn, thief, act, arm, doors, before):
    donate(1_000)
    turn("HOOKS")
    for function, args in doors.items():
        arm(vault, function, *args, before=before)
        act(vault, "redeem", 1, thief)
        assert (thief.succeeded(), bytes(thief.answer())) == (False, REENTERED), function
    assert (asset.balanceOf(thief), vault.cashState()[0]) == (508, 992)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("function", ["withdraw", "redeem", "count"])
def test_no_door_opens_in_the_middle_of_a_tickets_payment(
    vault, asset, donate, turn, thief, act, arm, doors, function, before
):
    donate(1_000)
    act(vault, "request", 400, ZERO)
    turn("HOOKS")
    arm(vault, function, *doors[function], before=before)
    act(vault, "withdraw", 1, thief)
    assert (thief.succeeded(), bytes(thief.answer())) == (False, REENTERED)
    assert (asset.balanceOf(thief), vault.cashState()) == (900, (600, 600, 0, 0))


@BEFORE_AND_AFTER
@pytest.mark.parametrize("function", ["deposit", "redeem", "count", "request"])
def test_no_door_opens_in_the_middle_of_a_deposit(vault, donate, turn, thief, act, arm, doors, function, before):
    donate(1_000)
    turn("HOOKS")
    arm(vault, function, *doors[function], before=before)
    act(vault, "deposit", 400)
    assert (thief.succeeded(), bytes(thief.answer())) == (False, REENTERED)
    assert vault.cashState() == (1_400, 1_400, 0, 0)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("function", ["claim", "withdraw", "count"])
def test_no_door_opens_in_the_middle_of_a_claim(
    vault, asset, donate, wind_down, turn, thief, act, arm, doors, function, before
):
    donate(1_000)
    wind_down()
    turn("HOOKS")
    arm(vault, function, *doors[function], before=before)
    act(vault, "claim", 400, thief)
    assert (thief.succeeded(), bytes(thief.answer())) == (False, REENTERED)
    assert (asset.balanceOf(thief), vault.cashState()[0]) == (700, 800)


@BEFORE_AND_AFTER
def test_treasury_takes_no_surplus_twice(vault, asset, donate, attest, wind_down, turn, thief, act, arm, who, before):
    donate(2_000)
    vault.setTreasury(thief, {"from": who.owner})
    act(vault, "announceSurplus", 300)
    travel(vault.surplus()[1])
    attest({"escrowed cash": 2_000})
    turn("HOOKS")
    arm(vault, "withdrawSurplus", before=before)
    act(vault, "withdrawSurplus")
    assert (thief.succeeded(), bytes(thief.answer())) == (False, REENTERED)
    assert (asset.balanceOf(thief), vault.cashState()[0]) == (800, 1_700)


@BEFORE_AND_AFTER
def test_surplus_announced_in_the_middle_of_a_withdrawal_waits_the_whole_delay(
    vault, donate, attest, turn, thief, act, arm, who, before
):
    donate(2_000)
    vault.setTreasury(thief, {"from": who.owner})
    act(vault, "announceSurplus", 300)
    travel(vault.surplus()[1])
    attest({"escrowed cash": 2_000})
    turn("HOOKS")
    arm(vault, "announceSurplus", 200, before=before)
    tx = act(vault, "withdrawSurplus")
    assert vault.surplus() == (200, tx.timestamp + vault.rules()[0])
    assert vault.drainedAt() == tx.timestamp


@BEFORE_AND_AFTER
def test_ticket_converted_in_the_middle_of_a_claim_is_paid_once(
    vault, asset, donate, wind_down, turn, thief, act, arm, before
):
    act(vault, "request", 100, ZERO)
    wind_down()
    donate(1_000)
    turn("HOOKS")
    arm(vault, "convert", 1, before=before)
    act(vault, "claim", 400, thief)
    assert thief.succeeded()
    assert vault.claimOf(thief) == (500, 200, 50)
    act(vault, "claim", 0, thief)
    assert (asset.balanceOf(thief), vault.claimOf(thief)) == (750, (500, 250, 0))


# -------------------------------------------------------------------- what others see meanwhile


@BEFORE_AND_AFTER
def test_cash_is_never_shown_twice_in_the_middle_of_a_redemption(vault, donate, turn, thief, seen, before):
    donate(1_000)
    turn("HOOKS")
    redeem = (vault, "redeem", 300, thief)
    assert seen(vault, "cashState", ["uint256"] * 4, redeem, before) == (700, 700, 0, 0)
    assert seen(vault, "cashState", ["uint256"] * 4, (vault, "redeem", 100, thief), before) == (600, 600, 0, 0)


@BEFORE_AND_AFTER
def test_cash_is_never_shown_twice_in_the_middle_of_a_tickets_payment(vault, donate, turn, thief, act, seen, before):
    donate(1_000)
    act(vault, "request", 400, ZERO)
    turn("HOOKS")
    withdraw = (vault, "withdraw", 1, thief)
    assert seen(vault, "cashState", ["uint256"] * 4, withdraw, before) == (600, 600, 0, 0)


@BEFORE_AND_AFTER
def test_cash_is_not_shown_before_a_deposit_is_counted(vault, donate, turn, seen, before):
    donate(1_000)
    turn("HOOKS")
    assert seen(vault, "cashState", ["uint256"] * 4, (vault, "deposit", 400), before) == (1_000, 1_000, 0, 0)


@BEFORE_AND_AFTER
def test_pot_is_never_shown_too_large_in_the_middle_of_a_claim(vault, donate, wind_down, turn, thief, seen, before):
    donate(1_000)
    wind_down()
    turn("HOOKS")
    shown = seen(vault, "windDown", ["uint256"] * 5, (vault, "claim", 400, thief), before)
    assert shown[2:] == (2_000, 1_000, 200)


@BEFORE_AND_AFTER
def test_cash_that_is_leaving_backs_no_mint(
    vault, issuer, donate, attest, set_minter, turn, thief, act, arm, who, before
):
    set_minter(thief, 10_000, 1)
    donate(1_000)
    attest({"escrowed cash": 2_000})
    turn("HOOKS")
    arm(issuer, "mint", issuer.head(), (who.bob, 701, REF), before=before)
    act(vault, "redeem", 300, thief)
    refused = error("HeadroomExceeded(uint256,uint256)", 701, 700)
    assert (thief.succeeded(), bytes(thief.answer())) == (False, refused)
    arm(issuer, "mint", issuer.head(), (who.bob, 699, REF), before=before)
    act(vault, "redeem", 1, thief)
    assert (thief.succeeded(), issuer.headroom()) == (True, 0)


def test_surplus_that_is_leaving_backs_no_mint(vault, issuer, donate, attest, set_minter, turn, thief, act, arm, who):
    set_minter(thief, 10_000, 1)
    donate(2_000)
    vault.setTreasury(thief, {"from": who.owner})
    act(vault, "announceSurplus", 300)
    travel(vault.surplus()[1])
    attest({"escrowed cash": 2_000})
    turn("HOOKS")
    arm(issuer, "mint", issuer.head(), (who.bob, 1, REF), before=True)
    tx = act(vault, "withdrawSurplus")
    assert bytes(thief.answer()) == error("CashLeftSince(uint256)", tx.timestamp)
