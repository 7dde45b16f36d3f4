"""One order id, one reference, at every entrance; ids under other namespaces are found and not minted again unasked."""

import os
import unicodedata

import pytest

from zuan import issue, read_history, read_orders
from zuan.errors import DeploymentError, InputError, MismatchError
from zuan.issuance import make_plan, read_namespaces, reference
from zuan.issuance.ids import fault
from zuan.issuance.single import mint_order, propose_order

ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
BOB = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"


@pytest.fixture
def shop(tmp_path, monkeypatch, system):
    """``shop(name, former...)`` writes a zuan.toml that names a namespace; the record of others is put back afterwards."""
    monkeypatch.chdir(tmp_path)
    record = read_namespaces(system).path
    record.unlink(missing_ok=True)

    def use(name=None, *former):
        named = f"namespace = {name!r}\n" if name else ""
        (tmp_path / "zuan.toml").write_text(f"[orders]\n{named}former = {list(former)!r}\n", encoding="utf-8")

    yield use
    record.unlink(missing_ok=True)


@pytest.fixture
def file(tmp_path):
    def write(*ids, strict=False):
        path = tmp_path / "orders.csv"
        path.write_text("\n".join(["order_id,buyer,amount", *(f"{i},{ALICE},100" for i in ids)]), encoding="utf-8")
        return read_orders(path, strict)

    return write


@pytest.mark.parametrize(
    "wrong",
    [" ", "SALE-1\r", " SALE-1", "SALE-1 ", "SALE-1\u200b", "a\u202eb", "a\nb", "x" * 257, os.fsdecode(b"S\xff")],
)
def test_what_files_refuse_is_refused_everywhere(system, attest, sender, wrong):
    attest()
    assert fault(wrong)
    with pytest.raises(InputError, match="the order id .*nothing was sent"):
        mint_order(system, ALICE, 100, wrong)
    with pytest.raises(InputError, match="the order id .*nothing was sent"):
        propose_order(system, sender("minter").address, ALICE, 100, wrong)


@pytest.mark.parametrize("command", [("mint", "alice", "100"), ("burn", "1", "--account", "alice")])
def test_commands_refuse_it_in_a_sentence(cli, system, attest, command):
    attest()
    for wrong in ("SALE-1\r", os.fsdecode(b"S\xff"), ""):
        result = cli(*command, "--order", wrong)
        assert result.returncode == 2 and "Traceback" not in result.stderr, result.stderr
    assert system.issuer.issued() == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SALE-é", unicodedata.normalize("NFD", "SALE-é")),
        ("SALE-1", "SALE-１"),
        ("SALE-1", "SALE-1\ufe0f"),
        ("SALE-1", "SALE-1\u3164"),
        ("SALE-1", "SALE-1\u034f"),
        ("SALE-1", "sale-1"),
        ("STRASSE", "straße"),
        ("0017", "17"),
        ("A-007/1", "A-7/1"),
        ("订单１", "订单1"),
    ],
)
def test_ids_that_look_alike_are_named_and_refused_if_strict(file, first, second):
    (line,) = file("other", first, second, "100", "10").lookalikes
    assert line.startswith("line 3, 4: the order ids ") and ascii(first) in line and ascii(second) in line
    with pytest.raises(InputError, match="has 1 problem; nothing was sent") as caught:
        file("other", first, second, strict=True)
    assert caught.value.problems == (line,)


def test_ids_that_differ_visibly_are_fine(file):
    assert file("A-1", "A-10", "A-100", "B-1", "A1", "A 1", "订单1", "订单2", strict=True).lookalikes == ()


def test_the_command_warns_of_lookalikes_and_strict_refuses(cli, attest, file, tmp_path):
    attest()
    file("0017", "17")
    strict = cli("issue", "orders.csv", "--strict")
    assert strict.returncode == 2 and "look alike" in strict.stderr
    result = cli("issue", "orders.csv")
    assert result.returncode == 0 and "Warning: line 2, 3: the order ids '0017', '17' look alike" in result.stderr


def test_the_default_is_the_tokens_address(system, shop):
    names = read_namespaces(system)
    assert (names.current, names.others) == (system.token.address, (None,))
    assert names.reference("A") == reference("A", system.token.address)


def test_two_platforms_with_the_same_numbers_both_sell(system, attest, sender, file, shop):
    attest()
    shop("shop a")
    issue(system, sender("minter"), file("1001", "1002"))
    shop("shop b")
    with pytest.raises(MismatchError, match="1 of the order ids stand on the chain under another namespace") as caught:
        issue(system, sender("minter"), file("1001", "1003"))
    assert "order 1001 was minted, in transaction 0x" in caught.value.problems[0]
    assert caught.value.problems[0].endswith("under the namespace 'shop a'") and system.token.total_supply() == 200
    assert issue(system, sender("minter"), file("1001", "1003"), again=True).minted == 2
    assert issue(system, sender("minter"), file("1001", "1003")).before == 2
    assert system.token.total_supply() == 400


@pytest.mark.parametrize("back", [None, "shop", "shpo"])
def test_a_mistyped_namespace_does_not_make_a_half_run_file_all_new(system, attest, sender, file, shop, back):
    attest()
    shop("typo")
    issue(system, sender("minter"), file("1", "2"))
    shop(back)
    with pytest.raises(MismatchError, match="2 of the order ids"):
        make_plan(system, sender("minter").address, file("1", "2", "3"))


def test_the_default_and_the_first_editions_are_always_among_those_looked_for(system, attest, sender, file, shop):
    attest()
    issue(system, sender("minter"), file("1"))  # the default
    bare = read_namespaces(system).order(file("2").sales[0])._replace(ref=reference("2"))
    sender("minter").run(system.issuer.mint(system.issuer.head(), bare))
    shop("new", "formerly")
    with pytest.raises(MismatchError) as caught:
        issue(system, sender("minter"), file("1", "2", "3"))
    assert [line[-15:] for line in caught.value.problems] == [f"{system.token.address[-14:]}'", "er no namespace"]


def test_single_orders_are_looked_for_too_also_in_proposals(system, attest, sender, shop):
    attest(50_000_000)
    minter = sender("minter")
    shop("a")
    minter.run(mint_order(system, ALICE, 5, "1"))
    minter.run(propose_order(system, minter.address, ALICE, 5, "2"))
    shop("b", "a")
    for order_id, where in (("1", "was minted, in"), ("2", "waits in proposal 0x")):
        for plan in (
            lambda **more: mint_order(system, ALICE, 5, order_id, **more),  # noqa: B023
            lambda **more: propose_order(system, minter.address, ALICE, 5, order_id, **more),  # noqa: B023
        ):
            with pytest.raises(MismatchError) as caught:
                plan()
            assert f"order {order_id} {where}" in caught.value.problems[0]
            plan(again=True)


def test_each_namespace_used_is_recorded_whole(system, shop, tmp_path):
    for name in ("a", "b", "商店"):
        shop(name)
        read_namespaces(system).record()
        read_namespaces(system).record()
    shop()
    assert read_namespaces(system).others == ("a", "b", "商店", None)
    path = read_namespaces(system).path
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(DeploymentError, match="is damaged .* restore it"):
        read_namespaces(system)


@pytest.mark.parametrize(
    "table",
    ["namespace = 5", "namespace = ' a'", "former = 'a'", "former = ['a', '']", "namespaces = 'a'", "namespace = ''"],
)
def test_a_wrong_table_is_refused(system, shop, tmp_path, table):
    (tmp_path / "zuan.toml").write_text(f"[orders]\n{table}\n")
    with pytest.raises(InputError, match=r"\[orders\] in zuan.toml"):
        read_namespaces(system)


def test_history_names_orders_whatever_namespace_they_were_minted_under(cli, system, attest, sender, file, shop):
    attest()
    for name, order_id in (("a", "1"), ("b", "2"), (None, "3")):
        shop(name)
        issue(system, sender("minter"), file(order_id))
    file("1", "2", "3")
    shop("c")
    table = cli("history", "--orders", "orders.csv", "--csv").stdout.splitlines()
    assert [line.split(",")[8] for line in table[1:]] == ["1", "2", "3"]
    assert [m.ref for m in read_history(system).mints] == [
        *(reference("1", "a"), reference("2", "b"), reference("3", system.token.address))
    ]
