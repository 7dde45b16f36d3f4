import pytest

from tests.contracts.helpers import DAY, HOUR, LOCAL, ZERO, events, reverts

LONGEST = 366 * DAY
SPANS = ["notice", "confirmation_time", "arbitration_time"]


def test_constructor_sets_what_the_configuration_says(create, token, governance):
    desk = create("OrderDesk")
    assert (desk.token(), desk.owner(), desk.arbiter()) == (token.address, governance.address, LOCAL.arbiter)
    times = (LOCAL.notice, LOCAL.confirmation_time, LOCAL.arbitration_time)
    assert (desk.notice(), desk.confirmationTime(), desk.arbitrationTime()) == times
    assert (desk.listingCount(), desk.orderCount()) == (0, 0)
    assert events(desk.tx, "ArbiterChanged") == [{"oldArbiter": ZERO, "newArbiter": LOCAL.arbiter}]


@pytest.mark.parametrize("span", SPANS)
def test_constructor_reverts_when_a_span_is_out_of_range(create, span):
    for seconds in (HOUR - 1, LONGEST + 1):
        with reverts("DurationOutOfRange", seconds):
            create("OrderDesk", **{span: seconds})


@pytest.mark.parametrize("seconds", [HOUR, LONGEST])
def test_constructor_accepts_spans_at_their_limits(create, seconds):
    desk = create("OrderDesk", **dict.fromkeys(SPANS, seconds))
    assert (desk.notice(), desk.confirmationTime(), desk.arbitrationTime()) == (seconds, seconds, seconds)


def test_constructor_reverts_without_an_arbiter(create):
    with reverts("ArbiterIsZero"):
        create("OrderDesk", arbiter=ZERO)


def test_constructor_reverts_without_an_owner(create):
    with reverts("OwnableInvalidOwner", ZERO):
        create("OrderDesk", owner=ZERO)
