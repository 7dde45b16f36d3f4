from dataclasses import replace
from types import SimpleNamespace

import brownie
import pytest

from tests.contracts.helpers import DAY, HOUR, LOCAL, MINTER, ZERO, events, plain, reverts
from zuan.deploy import MinterLimits
from zuan.history import genesis_head


@pytest.fixture(scope="module")
def parts(create, who):
    """All parts but the Issuer; token and oracle name the contract that their deployer creates after them."""
    issuer = who.carol.get_deployment_address(who.carol.nonce + 3)
    token, oracle = create("DiamondToken", issuer=issuer), create("ReserveOracle", issuer=issuer)
    return SimpleNamespace(token=token, oracle=oracle, vault=create("ReserveVault", token=token, oracle=oracle))


@pytest.fixture(scope="module")
def build(parts, create):
    """Creates the Issuer of these parts; keyword arguments change the configuration."""

    def run(**changes):
        return create("Issuer", **vars(parts), **changes)

    return run


@pytest.fixture(scope="module")
def wire(Issuer, parts, who):
    """Creates an Issuer with other parts."""

    def run(sender=None, **others):
        chosen = SimpleNamespace(**{**vars(parts), **others})
        args = (who.owner, chosen.token, chosen.oracle, chosen.vault, DAY, [])
        return Issuer.deploy(*args, {"from": sender or who.carol})

    return run


def test_constructor_sets_what_the_configuration_says(issuer, token, oracle, vault, governance):
    assert (issuer.token(), issuer.oracle(), issuer.vault()) == (token.address, oracle.address, vault.address)
    assert (issuer.owner(), issuer.proposalDelay()) == (governance.address, LOCAL.proposal_delay)
    limits = (MINTER.capacity, MINTER.period, MINTER.instant_limit)
    assert issuer.minter(MINTER.minter) == (*limits, MINTER.capacity)


def test_history_begins_with_chain_and_contract(issuer):
    assert plain(issuer.head()) == genesis_head(1337, issuer.address)
    assert (issuer.issued(), issuer.totals()) == (0, (0, 0))


def test_constructor_says_what_it_sets(build, who):
    minter, bob = MINTER.minter, who.bob.address
    tx = build(minters=(MINTER, MinterLimits(bob, 9, 8, 7))).tx
    limits = (MINTER.capacity, MINTER.period, MINTER.instant_limit)
    assert events(tx, "MinterSet") == [
        {"minter": minter, "oldLimits": (minter, 0, 0, 0), "newLimits": (minter, *limits)},
        {"minter": bob, "oldLimits": (bob, 0, 0, 0), "newLimits": (bob, 9, 8, 7)},
    ]


def test_constructor_reverts_with_the_token_of_another_issuer(wire, token):
    with reverts("MiswiredPart", token):
        wire(token=token)


def test_constructor_reverts_with_the_oracle_of_another_issuer(wire, oracle):
    with reverts("MiswiredPart", oracle):
        wire(oracle=oracle)


def test_constructor_reverts_at_another_address_than_its_parts_expect(wire, parts, who):
    with reverts("MiswiredPart", parts.token):
        wire(sender=who.alice)


@pytest.mark.parametrize(("part", "kind"), [("token", "DiamondToken"), ("oracle", "ReserveOracle")])
def test_constructor_reverts_with_the_vault_of_another_token_or_oracle(create, who, part, kind):
    issuer = who.carol.get_deployment_address(who.carol.nonce + 4)
    mine = {"token": create("DiamondToken", issuer=issuer), "oracle": create("ReserveOracle", issuer=issuer)}
    vault = create("ReserveVault", **{**mine, part: create(kind, issuer=issuer)})
    with reverts("MiswiredPart", vault):
        create("Issuer", **mine, vault=vault)


def test_constructor_reverts_with_a_vault_that_is_none(wire, parts):
    with pytest.raises(brownie.exceptions.VirtualMachineError) as caught:
        wire(vault=parts.token)
    assert not caught.value.revert_msg


@pytest.mark.parametrize("delay", [HOUR, 30 * DAY])
def test_constructor_accepts_delays_at_their_limits(build, delay):
    assert build(proposal_delay=delay).proposalDelay() == delay


@pytest.mark.parametrize("delay", [0, HOUR - 1, 30 * DAY + 1])
def test_constructor_reverts_with_another_delay(build, delay):
    with reverts("DelayOutOfRange", delay):
        build(proposal_delay=delay)


@pytest.mark.parametrize(("suspension", "max_age"), [(7 * DAY // 2, 7 * DAY), (7 * DAY // 2 + 1, 8 * DAY)])
def test_constructor_reverts_unless_two_suspensions_fit_into_each_lifetime(create, who, suspension, max_age):
    issuer = who.carol.get_deployment_address(who.carol.nonce + 3)
    token = create("DiamondToken", issuer=issuer)
    oracle = create("ReserveOracle", issuer=issuer, suspension_time=suspension, max_age=max_age)
    vault = create("ReserveVault", token=token, oracle=oracle)
    if 2 * suspension <= 7 * DAY:
        create("Issuer", token=token, oracle=oracle, vault=vault)
        return
    with reverts("SuspensionTooLong", 2 * suspension, 7 * DAY):
        create("Issuer", token=token, oracle=oracle, vault=vault)


@pytest.mark.parametrize("longer", [1, 0])
def test_constructor_reverts_unless_a_statement_is_stale_before_silence_allows_a_wind_down(create, who, longer):
    issuer = who.carol.get_deployment_address(who.carol.nonce + 3)
    token, oracle = create("DiamondToken", issuer=issuer), create("ReserveOracle", issuer=issuer)
    silence = LOCAL.max_age + longer
    vault = create(
        "ReserveVault", token=token, oracle=oracle, vault_rules=replace(LOCAL.vault_rules, max_silence=silence)
    )
    if longer:
        create("Issuer", token=token, oracle=oracle, vault=vault)
        return
    with reverts("MaxAgeTooLong", LOCAL.max_age, silence):
        create("Issuer", token=token, oracle=oracle, vault=vault)


def test_constructor_reverts_without_an_owner(build):
    with reverts("OwnableInvalidOwner", ZERO):
        build(owner=ZERO)


def test_constructor_reverts_with_limits_that_contradict_each_other(build, who):
    with reverts("BadLimits", 5, 10, 6):
        build(minters=(MinterLimits(who.bob.address, 5, 10, 6),))


def test_minter_named_twice_gets_one_bucket(build, who):
    bob = who.bob.address
    issuer = build(minters=(MinterLimits(bob, 5, 10**6, 5), MinterLimits(bob, 50, 10**6, 50)))
    assert issuer.minter(bob) == (50, 10**6, 50, 5)
