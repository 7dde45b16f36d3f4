import pytest

from tests.contracts.helpers import CASH, reverts

LARGEST = 2**72 - 1


@pytest.fixture(scope="module")
def seed():
    """So little that tickets can wait for more."""
    return 10


@pytest.fixture(scope="module", autouse=True)
def _issued_100_of_which_30_are_burned(attest, mint, token, who):
    attest()
    mint(who.alice, 100)
    token.burn(30, bytes(32), {"from": who.alice})


def test_attest_reverts_when_more_is_issued_than_was_counted(attest):
    with reverts("IssuedAboveCount", 101, 100):
        attest(issued=101, dry=True)


def test_attest_reverts_when_more_is_outstanding_than_issued(attest):
    with reverts("SupplyAboveIssued", 101, 100):
        attest(supply=101, dry=True)


def test_attest_reverts_when_as_much_is_stated_as_counted_but_less_was_issued(attest):
    with reverts("SupplyAboveIssued", 70, 69):
        attest(issued=69, supply=70, dry=True)


def test_attest_reverts_when_liabilities_are_understated_by_one(attest):
    attest(supply=70, dry=True)
    with reverts("LiabilitiesUnderstated", 69, 70):
        attest(supply=69, dry=True)


def test_attest_passes_when_liabilities_are_overstated(oracle, attest):
    attest(supply=100)
    assert (oracle.liabilities(), oracle.gate()[0]) == (100, 800_000)


def test_attest_counts_diamonds_in_tickets_without_cash_as_outstanding(oracle, attest, open_ticket, donate):
    open_ticket(40)
    attest(supply=60, dry=True)
    with reverts("LiabilitiesUnderstated", 59, 60):
        attest(supply=59, dry=True)
    donate(1)
    attest(supply=59)
    assert oracle.liabilities() == 59


def test_attest_passes_when_a_ticket_was_opened_since(oracle, statement, submit, open_ticket):
    made = statement()
    open_ticket(40)
    submit(made)
    assert oracle.liabilities() == 70


def test_attest_passes_when_diamonds_were_burned_since(oracle, statement, submit, token, who):
    made = statement()
    token.burn(70, bytes(32), {"from": who.alice})
    submit(made)
    assert oracle.liabilities() == 70


def test_attest_counts_what_was_issued_since(oracle, statement, submit, mint, who):
    made = statement()
    mint(who.bob, 40)
    submit(made)
    assert (oracle.liabilities(), oracle.gate()[0]) == (110, 800_030)


def test_attest_passes_when_diamonds_were_issued_and_burned_since(oracle, statement, submit, mint, token, who):
    made = statement()
    mint(who.bob, 40)
    token.burn(50, bytes(32), {"from": who.alice})
    submit(made)
    assert oracle.liabilities() == 110


def test_attest_reverts_when_understated_by_one_though_diamonds_were_issued_since(statement, submit, mint, who):
    made = statement(supply=69)
    mint(who.bob, 40)
    with reverts("LiabilitiesUnderstated", 109, 110):
        submit(made, dry=True)


def test_attest_reverts_when_an_issue_since_is_stated_as_neither(statement, submit, mint, who):
    mint(who.bob, 40)
    with reverts("LiabilitiesUnderstated", 70, 110):
        submit(statement(supply=70), dry=True)


def test_attest_accepts_the_largest_ceiling_and_not_one_more(oracle, attest):
    with reverts("FigureTooLarge", LARGEST + 1, LARGEST):
        attest({"escrowed cash": LARGEST - 29}, dry=True)
    attest({"escrowed cash": LARGEST - 30})
    assert (oracle.gate()[0], oracle.attested()) == (LARGEST, LARGEST - 30)


@pytest.mark.parametrize("stated", [LARGEST, LARGEST + 1, 2**128 - 1])
def test_attest_takes_any_vault_and_counts_what_the_gate_can_count(oracle, attest, stated):
    attest(vault=stated)
    assert oracle.gate()[1] == LARGEST


def test_attest_reverts_with_the_largest_values_there_can_be(attest):
    largest = 2**128 - 1
    with reverts("FigureTooLarge", largest + largest // 2 + 30, LARGEST):
        attest({"escrowed cash": largest, "service rights": largest}, dry=True)


def test_attest_keeps_the_value_of_a_line_whole(oracle, attest):
    attest({"escrowed cash": LARGEST - 30})
    assert (bytes(oracle.kinds()[0][0]), oracle.kinds()[0][3]) == (CASH, LARGEST - 30)
