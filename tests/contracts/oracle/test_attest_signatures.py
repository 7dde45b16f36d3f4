from dataclasses import replace

import pytest

from tests.contracts.helpers import CURVE_ORDER, LARGEST_S, recovered, reverts, signatures


@pytest.fixture
def present(oracle, who):
    """Submits a statement with raw signatures."""

    def run(made, signed):
        return oracle.attest.call(made.fields, signed, {"from": who.deployer})

    return run


def ascending(*accounts):
    return sorted((account.address for account in accounts), key=lambda address: int(address, 16))


@pytest.mark.parametrize("signers", [(), (3,)])
def test_attest_reverts_below_the_quorum(attest, signers):
    with reverts("QuorumNotReached", len(signers), 2):
        attest(signers=signers, dry=True)


@pytest.mark.parametrize("signers", [(3, 4), (3, 5), (4, 5), (3, 4, 5)])
def test_attest_passes_with_any_quorum(oracle, attest, signers):
    attest(signers=signers)
    assert oracle.gate()[4] == 1


@pytest.mark.parametrize("stranger", [0, 1, 2, 6])
def test_attest_reverts_when_a_stranger_signed(attest, who, stranger):
    name = ("deployer", "governor", "minter", "", "", "", "alice")[stranger]
    with reverts("NotAnAuditor", getattr(who, name)):
        attest(signers=(3, stranger), dry=True)


def test_attest_reverts_when_a_stranger_signed_beside_the_quorum(attest, who):
    with reverts("NotAnAuditor", who.alice):
        attest(signers=(3, 4, 5, 6), dry=True)


def test_attest_reverts_when_one_auditor_signed_twice(statement, present, who):
    made = statement()
    with reverts("SignerRepeated", who.auditor1):
        present(made, signatures(made, [3]) * 2)


def test_attest_reverts_when_one_auditor_signed_twice_beside_the_quorum(statement, present, who):
    made = statement()
    first, second = signatures(made, [3, 4])
    with reverts("SignerRepeated", ascending(who.auditor1, who.auditor2)[1]):
        present(made, [first, second, second])


def test_attest_reverts_when_signers_are_out_of_order(statement, present, who):
    made = statement()
    low, high = ascending(who.auditor1, who.auditor2)
    with reverts("SignersOutOfOrder", high, low):
        present(made, signatures(made, [3, 4])[::-1])


def test_attest_reverts_when_a_signer_comes_again_later(statement, present, who):
    made = statement()
    first, second = signatures(made, [3, 4])
    low, high = ascending(who.auditor1, who.auditor2)
    with reverts("SignersOutOfOrder", high, low):
        present(made, [first, second, first])


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": 1},
        {"oracle": "0x" + "11" * 20},
        {"report": b"\x01" * 32},
        {"vault": 1},
        {"lines": {}},
        {"epoch": 2},
    ],
)
def test_attest_reverts_when_another_chain_contract_or_statement_was_signed(statement, present, changes):
    made = statement()
    signed = signatures(replace(made, **changes), [3, 4])
    with reverts("NotAnAuditor", recovered(made, signed[0])):
        present(made, signed)


def test_attest_refuses_s_from_the_upper_half_on(statement, present):
    made = statement()
    too_large = (LARGEST_S + 1).to_bytes(32, "big")
    with reverts("ECDSAInvalidSignatureS", too_large):
        present(made, [(b"\x01" * 32, too_large)] * 2)


def test_attest_refuses_the_malleable_twin_of_a_signature(statement, present):
    made = statement()
    (r, vs), other = signatures(made, [3, 4])
    s, odd = int.from_bytes(vs, "big") % 2**255, vs[0] >> 7
    # The twin's s has its highest bit set, which the compact form takes for the other half of v.
    twin = (r, ((CURVE_ORDER - s) | (1 - odd) << 255).to_bytes(32, "big"))
    with reverts("NotAnAuditor", recovered(made, twin)):
        present(made, [twin, other])


def test_attest_refuses_an_empty_signature(statement, present):
    made = statement()
    with reverts("ECDSAInvalidSignature"):
        present(made, [(bytes(32), bytes(32))] * 2)
