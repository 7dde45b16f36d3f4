import pytest

from tests.contracts.governance.values import AGE, DELAY, LIFETIME, NONE, READY, UNSET
from tests.contracts.helpers import LOCAL, SALT, events, plain, reverts, travel


@pytest.fixture
def batch(oracle, vault, who):
    """Two calls at once: the oracle's `setMaxAge` to three days, the vault's treasury to Bob."""
    return (
        [oracle, vault],
        [0, 0],
        [oracle.setMaxAge.encode_input(AGE), vault.setTreasury.encode_input(who.bob)],
        NONE,
        SALT,
    )


@pytest.fixture
def scheduled(governance, batch, who):
    """Schedules a batch, that one unless told; returns its id and when it is ready."""

    def run(calls=batch):
        tx = governance.scheduleBatch(*calls, DELAY, {"from": who.governor})
        return plain(governance.hashOperationBatch(*calls)), tx.timestamp + DELAY

    return run


def test_batch_is_scheduled_as_one_and_says_so(governance, oracle, vault, batch, who):
    tx = governance.scheduleBatch(*batch, DELAY, {"from": who.governor})
    name = plain(governance.hashOperationBatch(*batch))
    assert plain(governance.pending()) == ((name, tx.timestamp + DELAY, tx.timestamp + DELAY + LIFETIME),)
    assert [(event["id"], event["index"], event["target"]) for event in events(tx, "CallScheduled")] == [
        (name, 0, oracle.address),
        (name, 1, vault.address),
    ]
    assert events(tx, "CallSalt") == [{"id": name, "salt": SALT}]


def test_batch_is_executed_as_one_by_anybody(governance, oracle, vault, batch, scheduled, who):
    name, ready_at = scheduled()
    travel(ready_at - 1)
    with reverts("TimelockUnexpectedOperationState", name, READY):
        governance.executeBatch.call(*batch, {"from": who.carol})
    travel(ready_at)
    tx = governance.executeBatch(*batch, {"from": who.carol})
    assert (oracle.maxAge(), vault.treasury(), governance.pending()) == (AGE, who.bob.address, ())
    assert [(event["id"], event["index"]) for event in events(tx, "CallExecuted")] == [(name, 0), (name, 1)]


def test_batch_of_which_one_call_reverts_changes_nothing_and_stays_pending(governance, oracle, vault, scheduled, who):
    calls = ([oracle, oracle], [0, 0], [oracle.setMaxAge.encode_input(n) for n in (AGE, 1)], NONE, NONE)
    name, ready_at = scheduled(calls)
    travel(ready_at)
    with reverts("MaxAgeTooShort", 1, 2 * LOCAL.suspension_time):
        governance.executeBatch.call(*calls, {"from": who.carol})
    assert plain(governance.pending()) == ((name, ready_at, ready_at + LIFETIME),)


def test_batch_lapses(governance, batch, scheduled, who):
    name, ready_at = scheduled()
    travel(ready_at + LIFETIME)
    governance.executeBatch.call(*batch, {"from": who.carol})
    travel(ready_at + LIFETIME + 1)
    with reverts("ChangeExpired", name, ready_at + LIFETIME):
        governance.executeBatch.call(*batch, {"from": who.carol})


def test_batch_is_cancelled_as_one(governance, scheduled, who):
    name, _ = scheduled()
    governance.cancel(name, {"from": who.governor})
    assert governance.pending() == ()


def test_batch_twice_reverts(governance, batch, scheduled, who):
    name, _ = scheduled()
    with reverts("TimelockUnexpectedOperationState", name, UNSET):
        governance.scheduleBatch.call(*batch, DELAY, {"from": who.governor})


def test_batch_below_the_least_delay_reverts(governance, batch, who):
    with reverts("TimelockInsufficientDelay", DELAY - 1, DELAY):
        governance.scheduleBatch.call(*batch, DELAY - 1, {"from": who.governor})


def test_batch_whose_lists_differ_in_length_reverts(governance, batch, who):
    targets, values, payloads, *rest = batch
    for lists, lengths in (((targets, [0], payloads), (2, 2, 1)), ((targets, values, payloads[:1]), (2, 1, 2))):
        with reverts("TimelockInvalidOperationLength", *lengths):
            governance.scheduleBatch.call(*lists, *rest, DELAY, {"from": who.governor})
        with reverts("TimelockInvalidOperationLength", *lengths):
            governance.executeBatch.call(*lists, *rest, {"from": who.carol})


def test_batch_of_no_call_or_too_many_reverts(governance, oracle, who):
    for count in (0, 17):
        calls = ([oracle] * count, [0] * count, [oracle.setMaxAge.encode_input(AGE)] * count, NONE, NONE)
        with reverts("CallCountOutOfRange", count, 16):
            governance.scheduleBatch.call(*calls, DELAY, {"from": who.governor})
    calls = ([oracle] * 16, [0] * 16, [oracle.setMaxAge.encode_input(AGE)] * 16, NONE, NONE)
    governance.scheduleBatch.call(*calls, DELAY, {"from": who.governor})


def test_batch_with_a_call_that_cannot_be_shown_reverts(governance, oracle, who):
    good = oracle.setMaxAge.encode_input(AGE)
    for target, data, error in (
        (who.alice, good, ("NoContract", who.alice)),
        (oracle, "0x010203", ("CallSizeOutOfRange", 3, 4_096)),
    ):
        with reverts(*error):
            governance.scheduleBatch.call(
                [oracle, target], [0, 0], [good, data], NONE, NONE, DELAY, {"from": who.governor}
            )


def test_batch_by_anybody_else_reverts(governance, batch, who):
    for caller in (who.deployer, who.alice, who.carol):
        with reverts("AccessControlUnauthorizedAccount", caller, governance.PROPOSER_ROLE()):
            governance.scheduleBatch.call(*batch, DELAY, {"from": caller})
