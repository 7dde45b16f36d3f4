import pytest

from tests.contracts.helpers import LOCAL, ZERO, plain, reverts


def test_constructor_sets_name_symbol_cap_and_issuer(token, issuer):
    assert (token.name(), token.symbol()) == (LOCAL.name, LOCAL.symbol)
    assert (token.cap(), token.issuer()) == (LOCAL.cap, issuer.address)


def test_diamonds_have_no_decimals(token):
    assert token.decimals() == 0


def test_supply_begins_at_nothing(create):
    assert create("DiamondToken").totalSupply() == 0


def test_domain_of_permits_names_token_chain_and_version(token):
    name, version, chain, contract = plain(token.eip712Domain())[1:5]
    assert (name, version, chain, contract) == (LOCAL.name, "1", 1337, token.address)


def test_constructor_reverts_without_a_cap(create):
    with reverts("CapOutOfRange", 0):
        create("DiamondToken", cap=0)


def test_constructor_accepts_the_largest_cap_and_not_one_more(create):
    assert create("DiamondToken", cap=2**128 - 1).cap() == 2**128 - 1
    with reverts("CapOutOfRange", 2**128):
        create("DiamondToken", cap=2**128)


def test_constructor_reverts_without_an_issuer(DiamondToken, who):
    with reverts("IssuerIsZero"):
        DiamondToken.deploy("Name", "SYM", 1, ZERO, {"from": who.deployer})


@pytest.mark.parametrize("length", [31, 32, 100])
def test_permits_work_with_names_of_any_length(create, length):
    assert create("DiamondToken", name="n" * length).eip712Domain()[1] == "n" * length
