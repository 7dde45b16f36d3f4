"""What only governance may do, tried by others; and that it stays the owner."""

import pytest

from tests.contracts.helpers import DAY, GOODS, addresses, reverts

OWNER_FUNCTIONS = {
    "oracle": {
        "setAuditors": (addresses(3), 2),
        "setKind": ((GOODS, 1, False),),
        "removeKind": (GOODS,),
        "setMaxAge": (3 * DAY,),
    },
    "issuer": {"setMinter": ((addresses(1)[0], 9, 9, 9),)},
    "vault": {"setTreasury": (addresses(1)[0],)},
    "desk": {"setArbiter": (addresses(1)[0],)},
}
CALLS = [
    pytest.param(contract, function, args, id=f"{contract}-{function}")
    for contract, functions in OWNER_FUNCTIONS.items()
    for function, args in functions.items()
]


@pytest.fixture
def call(request):
    """Tries a function of a contract, by their names."""

    def run(contract, function, args, sender):
        return getattr(request.getfixturevalue(contract), function).call(*args, {"from": sender})

    return run


@pytest.mark.parametrize(("contract", "function", "args"), CALLS)
def test_owner_function_reverts_for_everybody_else(call, who, contract, function, args):
    for caller in (who.deployer, who.governor, who.minter, who.auditor1, who.treasury, who.arbiter, who.alice):
        with reverts("OwnableUnauthorizedAccount", caller):
            call(contract, function, args, caller)


@pytest.mark.parametrize(("contract", "function", "args"), CALLS)
def test_owner_function_passes_for_the_owner(call, who, contract, function, args):
    call(contract, function, args, who.owner)


@pytest.mark.parametrize("contract", OWNER_FUNCTIONS)
def test_owner_is_governance_and_cannot_be_exchanged(request, governance, contract):
    owned = request.getfixturevalue(contract)
    assert owned.owner() == governance.address
    assert not {"transferOwnership", "renounceOwnership"} & {entry.get("name") for entry in owned.abi}
