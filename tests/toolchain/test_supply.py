from dataclasses import is_dataclass, replace
from fractions import Fraction
from typing import get_args, get_type_hints

import pytest

from zuan import read_history, read_supply
from zuan.attest import build_statement, sign_statement, submission
from zuan.chain.accounts import local_auditors
from zuan.contracts import Order
from zuan.contracts.artifacts import artifact
from zuan.errors import ContractError
from zuan.history import chain_heads, genesis_head
from zuan.proposals import ProposalState
from zuan.supply import Supply, WindDown, decimal
from zuan.supply import figures as lens_figures

#: The groups of the disclosure, and where the figures that tests change are.
GROUPS = ("supply", "reserves", "attestation", "vault", "desk", "governance")
PLACES = {path.rpartition(".")[2]: path for path in lens_figures()}


def figures(**changes):
    """A disclosure: liabilities of 800, 900 in reserve, fresh until 100; all else empty."""
    base = {
        **{"timestamp": 50, "cap": 5_000, "issued": 1_000, "supply": 800, "vault": 300, "attested": 600},
        **{"liabilities": 800, "epoch": 2, "as_of": 40, "fresh_until": 100},
    }
    made = {**base, **changes}
    made["reserves"] = made["vault"] + made["attested"]

    def group(kind, path):
        hints = get_type_hints(kind)
        return kind(**{name: value(hint, name, f"{path}{name}") for name, hint in hints.items()})

    def value(hint, name, path):
        if name in made and PLACES.get(name) == path:
            return made[name]
        kinds = [one for one in (hint, *get_args(hint)) if is_dataclass(one) and one is not WindDown]
        return group(kinds[0], f"{path}.") if kinds else () if "tuple" in str(hint) else "" if hint is str else 0

    parts = {name: value(get_type_hints(Supply)[name], name, name) for name in GROUPS}
    parts["vault"] = replace(parts["vault"], wind_down=made.get("wind_down"))
    return Supply(
        1337, 9, made["timestamp"], **{**parts, **{n: v for n, v in changes.items() if n in ("desk", "governance")}}
    )


def test_derived_figures():
    supply = figures()
    assert (supply.coverage, supply.age) == (Fraction(9, 8), 10)
    assert figures(liabilities=900).coverage == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, "fresh", 0),
        ({"timestamp": 100}, "fresh", 0),
        ({"timestamp": 101}, "stale", 4),
        ({"fresh_until": 0}, "ended", 4),
        ({"epoch": 0, "as_of": 0, "fresh_until": 0}, "none", 4),
        ({"suspended_until": 51}, "suspended", 4),
        ({"suspended_until": 50}, "fresh", 0),
        ({"attested": 500}, "fresh", 0),
        ({"attested": 499}, "fresh", 3),
        ({"attested": 499, "timestamp": 101}, "stale", 3),
        ({"liabilities": 0, "epoch": 0}, "none", 4),
        ({"liabilities": 0, "attested": 0, "vault": 0}, "fresh", 0),
        ({"liabilities": 901}, "fresh", 3),
        ({"waiting": 1}, "fresh", 3),
    ],
)
def test_status_and_exit_code(changes, status, code):
    supply = figures(**changes)
    assert (supply.status, supply.exit_code) == (status, code)


def test_coverage_is_never_shown_better_than_it_is():
    assert decimal(Fraction(2, 3), 6) == "0.666666"
    assert decimal(Fraction(10**30 - 1, 10**30), 6) == "0.999999"
    assert figures(liabilities=0).coverage is None


def test_liabilities_keep_what_was_burned_since_the_attestation(system, attest, sender):
    attest(1_000)
    minter, alice = sender("minter"), sender("alice")
    minter.run(system.issuer.mint(system.issuer.head(), Order(alice.address, 600, b"\x01" * 32)))
    alice.run(system.token.burn(200))
    now = read_supply(system)
    assert (now.supply.supply, now.supply.burned, now.reserves.liabilities, now.supply.headroom) == (400, 200, 600, 400)
    attest(1_000)
    later = read_supply(system)
    assert (later.reserves.liabilities, later.supply.headroom) == (400, 600)


def test_vault_cash_counts_once_it_was_there_at_an_attestation(system, attest, sender):
    attest(1_000)
    now = read_supply(system)
    # The fixture brought 1,000 units after the statement, which may count them off chain still.
    assert (now.reserves.vault, now.reserves.reserves, now.supply.headroom) == (1_000, 1_000, 1_000)
    deployer = sender("deployer")
    statement = build_statement(system, {"goods": 1_250}, bytes(32))
    for auditor in local_auditors(system.oracle.read("auditors")):
        statement = sign_statement(statement, auditor)
    deployer.run(submission(system, statement))
    later = read_supply(system)
    assert (later.reserves.vault, later.reserves.reserves, later.supply.headroom) == (1_000, 2_000, 2_000)


def test_the_reserve_requirement_bounds_headroom_and_what_the_operator_could_take(system, attest, sender):
    attest(10_000)
    vault = system.vault
    found = read_supply(system)
    # A fifth of the supply must be there in cash; 10,000 units are. Nothing is outstanding to be redeemed first.
    assert (found.supply.headroom, found.reserves.drainable) == (10_000, 10_000)
    alice = sender("alice")
    sender("minter").run(system.issuer.mint(system.issuer.head(), Order(alice.address, 9_000, b"\x01" * 32)))
    found = read_supply(system)
    assert (found.supply.headroom, found.reserves.drainable) == (1_000, 1_000)
    alice.run(system.token.prepare("approve", vault.address, 10**6, what="approve"))
    alice.run(vault.redeem(8_300, alice.address))
    left = read_supply(system)
    assert (left.reserves.vault, left.supply.supply) == (1_700, 700)
    assert (left.supply.headroom, left.reserves.drainable) == (1_000, 1_000)


def test_the_head_recomputed_from_the_events_is_the_issuers(system, attest, sender):
    assert system.issuer.head() == genesis_head(1337, system.issuer.address)
    attest()
    orders = [Order(sender("alice").address, i + 1, bytes([i + 1] * 32)) for i in range(5)]
    minter = sender("minter")
    minter.run(system.issuer.mint(system.issuer.head(), orders[0]))
    minter.run(system.issuer.mint_batch(system.issuer.head(), orders[1:]))
    assert system.issuer.head() == chain_heads(genesis_head(1337, system.issuer.address), orders)
    history = read_history(system)
    assert [(m.first_serial, m.last_serial) for m in history.mints] == [(1, 1), (2, 3), (4, 6), (7, 10), (11, 15)]


def test_history_as_of_a_block(system, attest, sender):
    attest()
    before = system.connection.block().number
    sender("minter").run(system.issuer.mint(system.issuer.head(), Order(sender("bob").address, 5, b"\x01" * 32)))
    assert read_history(system, before).entries == ()
    assert len(read_history(system, before + 1).entries) == 1


def test_proposals_made_and_cancelled_are_links_of_the_chain_too(system, attest, sender):
    attest()
    minter, alice = sender("minter"), sender("alice").address
    for number in (1, 2):
        order = Order(alice, number, bytes([number] * 32))
        minter.run(system.issuer.propose(system.issuer.head(), [order], bytes(32)))
        minter.run(system.issuer.mint(system.issuer.head(), order._replace(ref=bytes([8 + number] * 32))))
    first, second = read_history(system).proposals
    minter.run(system.issuer.cancel(first.id))
    assert [p.state for p in read_history(system).proposals] == [ProposalState.CANCELLED, ProposalState.PENDING]
    assert read_history(system).pending == [second]


def test_a_plan_made_before_a_proposal_cannot_mint_beside_it(system, attest, sender):
    attest()
    minter, head = sender("minter"), system.issuer.head()
    order = Order(sender("alice").address, 7, b"\x01" * 32)
    minter.run(system.issuer.propose(head, [order], bytes(32)))
    for call in (system.issuer.mint(head, order), system.issuer.propose(head, [order], b"\x01" * 32)):
        with pytest.raises(ContractError, match="the issuance history has moved on"):
            minter.run(call)


def test_each_figure_is_one_of_the_lens_and_has_its_own_place():
    def places(params, before=""):
        for param in params:
            yield before + param["name"]
            if param["type"] == "tuple":
                yield from places(param["components"], f"{before}{param['name']}.")

    (output,) = artifact("Lens").functions["disclosure"]["outputs"]
    sources = lens_figures()
    assert {s.lens for s in sources.values()} <= set(places(output["components"]))
    assert len({s.lens for s in sources.values()}) == len(sources)
    data = figures().as_dict()
    assert (data["cap"], data["tickets"]["owed"], data["windDown"]["pot"]) == ("5000", "0", None)


def test_figures_of_a_doubted_part_are_null():
    data = figures(governance=None, escrowed=None).as_dict()
    assert data["governance"]["delay"] is data["governance"]["pending"] is data["escrowed"] is None
