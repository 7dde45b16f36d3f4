"""What only the owner may do, tried by others; and the owner itself."""

import pytest

from tests.contracts.helpers import GOODS, HOUR, LOCAL, ZERO, addresses, events, reverts

OWNER_FUNCTIONS = {
    "oracle": {
        "setAuditors": (addresses(3), 2),
        "setKind": (GOODS, 1),
        "removeKind": (GOODS,),
        "setMaxAge": (HOUR,),
    },
    "issuer": {"setMinter": ((addresses(1)[0], 9, 9, 9),)},
}
OF_ALL = {"transferOwnership": (addresses(1)[0],), "renounceOwnership": ()}
CALLS = [
    pytest.param(contract, function, args, id=f"{contract}-{function}")
    for contract, functions in OWNER_FUNCTIONS.items()
    for function, args in {**functions, **OF_ALL}.items()
]


@pytest.fixture
def call(oracle, issuer):
    """Tries a function of a contract, by their names."""

    def run(contract, function, args, sender):
        return getattr({"oracle": oracle, "issuer": issuer}[contract], function).call(*args, {"from": sender})

    return run


@pytest.mark.parametrize(("contract", "function", "args"), CALLS)
def test_owner_function_reverts_for_everybody_else(call, who, contract, function, args):
    for caller in (who.deployer, who.minter, who.auditor1, who.alice):
        with reverts("OwnableUnauthorizedAccount", caller):
            call(contract, function, args, caller)


@pytest.mark.parametrize(("contract", "function", "args"), CALLS)
def test_owner_function_passes_for_the_owner(call, who, contract, function, args):
    call(contract, function, args, who.owner)


@pytest.mark.parametrize("contract", ["oracle", "issuer"])
def test_ownership_moves_and_says_so(request, who, contract):
    owned = request.getfixturevalue(contract)
    tx = owned.transferOwnership(who.bob, {"from": who.owner})
    assert owned.owner() == who.bob.address
    assert events(tx, "OwnershipTransferred") == [{"previousOwner": LOCAL.owner, "newOwner": who.bob.address}]
    with reverts("OwnableUnauthorizedAccount", who.owner):
        owned.transferOwnership(who.owner, {"from": who.owner})


@pytest.mark.parametrize("contract", ["oracle", "issuer"])
def test_ownership_does_not_move_to_address_0(request, who, contract):
    with reverts("OwnableInvalidOwner", ZERO):
        request.getfixturevalue(contract).transferOwnership.call(ZERO, {"from": who.owner})
