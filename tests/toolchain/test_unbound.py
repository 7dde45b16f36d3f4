"""What the head does not bind is compared with what follows from other events, or named as unverified."""

import pytest

from tests.toolchain.fake_node import proxy
from zuan import System, read_history
from zuan.chain.connection import Connection
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.errors import MismatchError
from zuan.governance import execution, read_changes, schedule
from zuan.issuance import reference

ALICE, BOB = "0x976EA74026E726554dB657fA54763abd0C3a0aa9", "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"


@pytest.fixture
def lived(system, attest, sender):
    """Two attestations, a mint under each, and two burns."""
    for number in (1, 2):
        attest()
        sender("minter").run(system.issuer.mint(system.issuer.head(), Order(ALICE, 100, reference(str(number)))))
        system.connection.mine(seconds=60)
    for amount in (10, 20):
        sender("alice").run(system.token.burn(amount, reference(f"paid {amount}")))
    return system


def word(number):
    return f"{number:064x}"


def told(chain, system, event, change):
    """The history from a node that changes the data (words) of one kind of event, or drops those for which it gives None."""
    topic = next(c.artifact.topic(event) for c in (system.token, system.issuer, system.oracle) if event in c_names(c))

    def lie(method, _, forward):
        found = forward()
        if method != "eth_getLogs":
            return found
        kept = []
        for log in found:
            if log["topics"][0] == topic:
                digits = log["data"][2:]
                words = change([digits[i : i + 64] for i in range(0, len(digits), 64)])
                if words is None:
                    continue
                log["data"] = "0x" + "".join(words)
            kept.append(log)
        return kept

    with proxy(chain.url, lie) as url:
        return read_history(System(Connection(url), system.manifest))


def c_names(contract):
    return {entry["name"] for entry in contract.artifact.events.values()}


def test_an_honest_history_names_what_nothing_binds(lived):
    history = read_history(lived)
    assert [(m.epoch, m.unverified) for m in history.mints] == [(1, ()), (2, ())]
    assert [(b.supply, b.unverified) for b in history.burns] == [
        *((190, ("account", "amount", "orderRef")), (170, ("account", "amount", "orderRef")))
    ]


@pytest.mark.parametrize(
    ("event", "change", "words"),
    [
        ("Burned", lambda w: [w[0], word(5)], "a supply of 5 after a burn should be"),
        ("Minted", lambda w: [w[0], word(99), w[2]], "a mint under attestation 99 should be 1"),
        ("Minted", lambda w: [w[0], w[1], word(int(BOB, 16))], f"the minter {BOB} was none then"),
        ("Attested", lambda w: None, "a mint under attestation 1 should be 0"),
        ("MinterSet", lambda w: None, "was none then"),
    ],
)
def test_a_changed_field_is_noticed(chain, lived, event, change, words):
    with pytest.raises(MismatchError, match=words):
        told(chain, lived, event, change)


def test_the_newest_attestation_left_out_is_noticed(chain, system, attest):
    attest()
    with pytest.raises(MismatchError, match="gives 0 attestations, the oracle has counted 1"):
        told(chain, system, "Attested", lambda w: None)


def test_which_of_several_minters_it_was_is_unverified_unless_a_proposal_tells(system, attest, sender):
    limits = f"({ALICE}, 1000000, 86400, 1000000)"
    sender("governor").run(schedule(system, "Issuer", "setMinter", [limits], resolve_address))
    system.connection.mine(seconds=2 * 86_400)
    sender("bob").run(execution(system, read_changes(system)[0]))
    attest()
    alice, order = sender("alice"), Order(BOB, 5, reference("proposed"))
    alice.run(system.issuer.propose(system.issuer.head(), [order], bytes(32)))
    alice.run(system.issuer.mint(system.issuer.head(), Order(BOB, 5, reference("at once"))))
    system.connection.mine(seconds=86_460)
    sender("bob").run(system.issuer.execute(ALICE, [order], bytes(32)))
    assert [(m.minter, m.unverified) for m in read_history(system).mints] == [(ALICE, ("minter",)), (ALICE, ())]


def test_history_says_which_fields_are_the_nodes_word(lived, cli):
    result = cli("history")
    assert result.returncode == 0 and "is what the node says" in result.stderr
    rows = [line.split(",") for line in cli("history", "--csv").stdout.splitlines()]
    column = rows[0].index("unverified")
    assert [row[column] for row in rows[1:]] == ["", "", "account amount orderRef", "account amount orderRef"]
