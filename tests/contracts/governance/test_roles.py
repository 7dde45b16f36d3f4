import pytest

from tests.contracts.governance.values import AGE, DELAY, NONE
from tests.contracts.helpers import ZERO, plain, reverts


def roles(governance):
    return [governance.PROPOSER_ROLE(), governance.CANCELLER_ROLE(), governance.EXECUTOR_ROLE(), NONE]


def test_governor_proposes_and_cancels_anybody_executes_and_governance_administers_itself(governance, who):
    held = [[governance.hasRole(role, who_) for role in roles(governance)] for who_ in (who.governor, ZERO, governance)]
    assert held == [[True, True, False, False], [False, False, True, False], [False, False, False, True]]


def test_nobody_else_has_any_role(governance, who):
    others = {account for name, account in vars(who).items() if name not in ("owner", "governor")}
    assert not [account for account in others for role in roles(governance) if governance.hasRole(role, account)]


def test_nobody_grants_or_takes_a_role(governance, who):
    for caller in (who.governor, who.deployer, who.alice):
        for role in roles(governance):
            with reverts("AccessControlUnauthorizedAccount", caller, NONE):
                governance.grantRole.call(role, caller, {"from": caller})
            with reverts("AccessControlUnauthorizedAccount", caller, NONE):
                governance.revokeRole.call(role, who.governor, {"from": caller})


def test_governance_grants_and_takes_roles_after_the_delay(governance, operation, who):
    proposer = governance.PROPOSER_ROLE()
    operation(governance, governance.grantRole.encode_input(proposer, who.bob)).carry_out()
    operation(governance, governance.revokeRole.encode_input(proposer, who.governor)).carry_out()
    assert (governance.hasRole(proposer, who.bob), governance.hasRole(proposer, who.governor)) == (True, False)
    operation().schedule(sender=who.bob, dry=True)
    with reverts("AccessControlUnauthorizedAccount", who.governor, proposer):
        operation().schedule(dry=True)


@pytest.mark.parametrize("part", ["oracle", "issuer", "vault", "desk"])
def test_governance_changes_every_part_after_the_delay(request, operation, who, part):
    contract = request.getfixturevalue(part)
    function, args, view, shown = {
        "oracle": ("setMaxAge", (AGE,), "maxAge", AGE),
        "issuer": ("setMinter", ((who.bob, 9, 8, 7),), "minter", (9, 8, 7, 9)),
        "vault": ("setTreasury", (who.bob,), "treasury", who.bob.address),
        "desk": ("setArbiter", (who.bob,), "arbiter", who.bob.address),
    }[part]
    data = getattr(contract, function).encode_input(*args)
    with reverts("OwnableUnauthorizedAccount", who.governor):
        getattr(contract, function).call(*args, {"from": who.governor})
    operation(contract, data).carry_out()
    found = contract.minter(who.bob) if view == "minter" else getattr(contract, view)()
    assert plain(found) == shown


def test_deployment_left_nothing_pending(governance):
    assert (governance.pending(), governance.getMinDelay()) == ((), DELAY)
