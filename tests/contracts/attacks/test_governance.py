"""The timelock shortened, hidden or robbed, and the lens blinded."""

from __future__ import annotations

import brownie
import pytest
from eth_abi import encode
from eth_utils.crypto import keccak

from tests.contracts.attacks.values import NOTHING, RULES, WAITING
from tests.contracts.helpers import DAY, LOCAL, PLENTY, REF, SALT, ZERO, addresses, now, reverts, travel
from zuan.chain.accounts import test_account as account_of


def test_timelock_shortened_before_use(governance, oracle, stolen, who):
    """A delay that can be shortened at once is none. It is changed only through itself; what was scheduled before keeps
    its own time; and below the floor it is the floor."""
    by = {"from": who.governor}
    with reverts("TimelockUnauthorizedCaller", who.governor):
        governance.updateDelay(0, by)
    change = oracle.setMaxAge.encode_input(3_600)
    with reverts("TimelockInsufficientDelay", LOCAL.governance_delay - 1, LOCAL.governance_delay):
        stolen(oracle, change, delay=LOCAL.governance_delay - 1)
    _, shorten = stolen(governance, governance.updateDelay.encode_input(0))
    started = now()
    travel(started + DAY)
    later, change_args = stolen(oracle, change)
    travel(started + LOCAL.governance_delay)
    governance.execute(*shorten, {"from": who.bob})
    with reverts("TimelockUnexpectedOperationState", later, (4).to_bytes(32, "big")):
        governance.execute(*change_args, {"from": who.bob})
    assert (governance.getMinDelay(), oracle.maxAge()) == (LOCAL.governance_floor, LOCAL.max_age)
    with reverts("TimelockInsufficientDelay", 0, LOCAL.governance_floor):
        stolen(oracle, change, delay=0, salt=REF)
    assert [bytes(change[0]) for change in governance.pending()] == [bytes(later)]


def test_beanstalk_governance_role_stolen(
    governance, oracle, issuer, token, asset, vault, stolen, share, donate, statement, submit, held, who
):
    """In April 2022 Beanstalk's governance was taken over and emptied it in one transaction. With the governor's key a
    thief waits two days, in the open, in which whoever wants leaves at par. The bound after them: the vault's cash; the
    diamonds of those who stay are theirs still, and owed."""
    share(600, 300)
    donate(900)
    appoint = oracle.setAuditors.encode_input([account_of(i).address for i in (12, 13)], 2)
    license_ = issuer.setMinter.encode_input((who.carol.address, 10**9, DAY, 10**9))
    pairs = [stolen(oracle, appoint), stolen(issuer, license_)]
    for id_, args in pairs:
        with reverts("TimelockUnexpectedOperationState", id_, (4).to_bytes(32, "big")):
            governance.execute(*args, {"from": who.governor})
    assert [bytes(change[0]) for change in governance.pending()] == [bytes(id_) for id_, _ in pairs]
    vault.redeem(600, who.alice, {"from": who.alice})

    travel(now() + LOCAL.governance_delay)
    for _, args in pairs:
        governance.execute(*args, {"from": who.carol})
    submit(statement(PLENTY), signers=(12, 13))
    issuer.mint(issuer.head(), (who.carol, 300, REF), {"from": who.carol})
    token.approve(vault, 300, {"from": who.carol})
    vault.redeem(300, who.carol, {"from": who.carol})
    assert held() == ([0, 300, 0], [600, 0, 300], 300)
    assert (governance.pending(), vault.request(300, ZERO, {"from": who.bob}).return_value) == ((), 1)
    assert vault.cashState() == (0, 0, 300, 300)


def test_ownership_given_away_to_escape_the_delay(governance, oracle, issuer, vault, desk, lens, stolen, who):
    """A timelock that can hand what it owns to somebody quicker has a delay once. Nothing owned can change its owner."""
    for part in (oracle, issuer, vault, desk):
        names = {f.get("name") for f in part.abi}
        assert not names & {"transferOwnership", "renounceOwnership", "setOwner"}
        assert part.owner() == governance.address
    _, args = stolen(issuer, keccak(b"transferOwnership(address)")[:4] + encode(["address"], [who.carol.address]))
    travel(now() + LOCAL.governance_delay)
    with pytest.raises(brownie.exceptions.VirtualMachineError):
        governance.execute(*args, {"from": who.bob})
    with reverts("OwnableUnauthorizedAccount", who.carol):
        issuer.setMinter((who.carol, 10**6, DAY, 10**6), {"from": who.carol})
    assert (issuer.minter(who.carol), lens.disclosure()[7][0]) == ((0, 0, 0, 0), True)


def test_stolen_proposer_cancels_its_own_removal(governance, stolen, who):
    """By design every proposer cancels, so a stolen one can hold up all governance, its own removal too. The bound: it
    stops changes, and changes nothing."""
    for role in (governance.PROPOSER_ROLE(), governance.CANCELLER_ROLE()):
        governance.grantRole(role, who.bob, {"from": who.owner})
    revoke = governance.revokeRole.encode_input(governance.PROPOSER_ROLE(), who.governor)
    args = (governance, 0, revoke, NOTHING, SALT)
    governance.schedule(*args, LOCAL.governance_delay, {"from": who.bob})
    id_ = governance.hashOperation(*args)
    governance.cancel(id_, {"from": who.governor})
    travel(now() + LOCAL.governance_delay)
    with reverts("TimelockUnexpectedOperationState", id_, (4).to_bytes(32, "big")):
        governance.execute(*args, {"from": who.bob})
    assert (governance.pending(), governance.hasRole(governance.PROPOSER_ROLE(), who.governor)) == ((), True)


def test_change_announced_long_ago_is_sprung(governance, oracle, stolen, who):
    """A delay gives notice only if what was announced happens then or not at all: a change that was made ready in advance
    could be sprung when nobody remembers it. So it lapses, as proposed mints and announced surplus do."""
    change, args = stolen(oracle, oracle.setAuditors.encode_input(addresses(3), 2))
    expires = governance.getTimestamp(change) + 14 * DAY
    travel(expires)
    governance.execute.call(*args, {"from": who.bob})
    travel(now() + 365 * DAY)
    with reverts("ChangeExpired", change, expires):
        governance.execute(*args, {"from": who.bob})
    assert oracle.auditors() == LOCAL.auditors


def test_list_of_pending_changes_hides_or_keeps_nothing(governance, oracle, stolen, who):
    """What waits unseen surprises. Scheduled, cancelled, scheduled again, in a batch, executed: the list is what waits."""
    change = oracle.setMaxAge.encode_input(3 * DAY)
    first, _ = stolen(oracle, change)
    with reverts("TimelockUnexpectedOperationState", first, (1).to_bytes(32, "big")):
        stolen(oracle, change)
    governance.cancel(first, {"from": who.governor})
    assert governance.pending() == ()
    first, args = stolen(oracle, change)
    batch = ([oracle], [0], [change], first, REF)
    governance.scheduleBatch(*batch, LOCAL.governance_delay, {"from": who.governor})
    second = governance.hashOperationBatch(*batch)
    assert [c[0] for c in governance.pending()] == [first, second]
    travel(now() + LOCAL.governance_delay)
    with reverts("TimelockUnexecutedPredecessor", first):
        governance.executeBatch(*batch, {"from": who.bob})
    governance.execute(*args, {"from": who.bob})
    assert [c[0] for c in governance.pending()] == [second]
    governance.executeBatch(*batch, {"from": who.bob})
    assert (governance.pending(), oracle.maxAge()) == ((), 3 * DAY)


def test_lens_blinded_by_a_flood_of_proposals(governance, oracle, lens, stolen, who):
    """A proposer who schedules without end would make the disclosure too dear for any node to answer, and hide its one true
    change among thousands. The list is bounded, and so is the cost of looking."""
    for i in range(64):
        stolen(oracle, oracle.setMaxAge.encode_input(3 * DAY), salt=i.to_bytes(32, "big"))
    with reverts("TooManyPending", 64):
        stolen(oracle, oracle.setMaxAge.encode_input(3 * DAY), salt=b"\xff" * 32)
    assert lens.disclosure.transact({"from": who.bob}).gas_used < 1_000_000
    governance.cancel(governance.pending()[0][0], {"from": who.governor})
    stolen(oracle, oracle.setMaxAge.encode_input(3 * DAY), salt=b"\xff" * 32)


def test_lens_counts_those_who_are_owed_in_a_wind_down(vault, lens, share, ticket_of, who):
    """A disclosure that says "nothing is outstanding" while 600 diamonds were burned for tickets that were never paid is
    the kind of report that this project exists to replace."""
    share(600)
    ticket = ticket_of(who.alice, 600)
    travel(now() + RULES.max_wait + 1)
    vault.startWindDown(WAITING, ticket, {"from": who.bob})
    reserves = lens.disclosure()[3]
    assert (reserves[6], vault.windDown()[2]) == (600, 600)
