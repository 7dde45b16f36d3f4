from dataclasses import replace

import pytest

from zuan import Statement
from zuan.attest import build_statement, sign_statement, submission
from zuan.attest.statement import check_figures, kind_bytes
from zuan.authorization import read_authorization
from zuan.chain.accounts import test_account as account
from zuan.chain.networks import configuration
from zuan.errors import ContractError, InputError, MismatchError
from zuan.rating.witness import load as load_witnesses

LINES = {"goods": 100, "escrowed cash": 7}


@pytest.fixture
def statement(system):
    return build_statement(system, LINES, b"\x05" * 32)


def signed(statement, *indexes):
    for index in indexes:
        statement = sign_statement(statement, account(index))
    return statement


def test_the_message_signed_is_the_one_that_the_contract_hashes(system, statement):
    message = statement.message
    from eth_hash.auto import keccak

    digest = keccak(b"\x19" + message.version + message.header + message.body)
    assert digest == system.oracle.read("digest", statement.fields)


def test_a_quorum_is_accepted_whoever_submits(system, sender, statement):
    sender("bob").run(submission(system, signed(statement, 5, 3)))
    assert system.oracle.read("gate")[4] == 1
    assert system.oracle.read("attested") == 80 + 7


def test_a_file_keeps_everything_and_signatures_combine(system, statement, sender, tmp_path):
    for index in (3, 4):
        signed(statement, index).save(tmp_path / f"{index}.json")
    first, second = (Statement.load(tmp_path / f"{index}.json") for index in (3, 4))
    combined = first.combine([second])
    assert combined == signed(statement, 3, 4)
    sender("deployer").run(submission(system, combined))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_read_as_shells_save_them(statement, tmp_path, monkeypatch, encoding):
    made, toml = tmp_path / "made.json", tmp_path / "zuan.toml"
    made.write_text(signed(statement, 3).to_json(), encoding=encoding)
    assert Statement.load(made) == signed(statement, 3)
    toml.write_text('[names]\n"\u70b9\u64ad" = "0x' + "11" * 20 + '"\n', encoding=encoding)
    assert list(configuration(toml)["names"]) == ["\u70b9\u64ad"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x81\x82", "{".encode("utf-16-le")])
def test_a_file_in_another_encoding_is_one_sentence(tmp_path, data):
    for name, load in (("s.json", Statement.load), ("a.json", read_authorization), ("w.json", load_witnesses)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=rf"{name} is no "):
            load(tmp_path / name)
    (tmp_path / "zuan.toml").write_bytes(data)
    with pytest.raises(InputError, match="is no valid TOML"):
        configuration(tmp_path / "zuan.toml")


def test_statements_that_differ_do_not_combine(statement):
    with pytest.raises(MismatchError, match="statements differ"):
        signed(statement, 3).combine([signed(replace(statement, supply=1), 4)])


def test_fewer_than_a_quorum_is_refused_before_sending(system, statement):
    with pytest.raises(ContractError, match="1 of 2 signatures"):
        submission(system, signed(statement, 3))


def test_a_stranger_does_not_count(system, statement):
    with pytest.raises(
        InputError, match="only 1 of 2 signatures count, and the quorum is 2; nothing was sent"
    ) as caught:
        submission(system, signed(statement, 3, 8))
    assert caught.value.problems == (f"{account(8).address} is not an auditor (any more)",)


@pytest.mark.parametrize(
    "forge", [lambda s: s[:-1] + b"\x99", lambda s: bytes(65), lambda s: b"\x01" + s[1:], lambda s: s[:30]]
)
def test_a_signature_that_is_not_the_auditors_does_not_count(system, statement, forge):
    both = signed(statement, 3, 4)
    address = account(4).address
    broken = replace(both, signatures={**both.signatures, address: forge(both.signatures[address])})
    with pytest.raises(InputError, match="only 1 of 2 signatures count") as caught:
        submission(system, broken)
    assert f"the signature filed under {address} " in caught.value.problems[0]


def test_an_auditor_does_not_sign_figures_that_are_not_the_chains(system, statement, attest):
    check_figures(system, statement)
    for change in ({"issued": 1}, {"supply": 1}, {"vault": 9}, {"as_of": statement.as_of - 1}):
        with pytest.raises(MismatchError, match="do not sign"):
            check_figures(system, replace(statement, **change))
    with pytest.raises(MismatchError, match="is for the oracle"):
        check_figures(system, replace(statement, oracle="0x" + "33" * 20))


def test_an_unknown_kind_and_no_line_at_all_are_refused(system):
    with pytest.raises(ContractError, match="no kind of asset gold"):
        build_statement(system, {"gold": 1}, bytes(32))
    with pytest.raises(ContractError, match="no line"):
        build_statement(system, {}, bytes(32))


def test_a_second_statement_right_after_the_first_speaks_of_a_later_moment(system, sender, statement):
    sender("deployer").run(submission(system, signed(statement, 3, 4)))
    again = build_statement(system, LINES, bytes(32))
    assert again.epoch == 2 and again.as_of > statement.as_of
    sender("deployer").run(submission(system, signed(again, 3, 4)))


def test_a_block_no_newer_than_the_last_attestation_is_refused(system, sender, statement):
    sender("deployer").run(submission(system, signed(statement, 3, 4)))
    with pytest.raises(ContractError, match="no later than the last one"):
        build_statement(system, LINES, bytes(32), block=statement.block)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}', "\x00"])
def test_what_is_no_statement_is_one_sentence(tmp_path, text):
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(InputError, match="is no statement"):
        Statement.load(tmp_path / "s.json")
    with pytest.raises(InputError, match="cannot read"):
        Statement.load(tmp_path / "none.json")


def edited(statement, tmp_path, edit):
    """The statement's file, its text changed."""
    path = tmp_path / "edited.json"
    path.write_text(edit(statement.to_json()), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"report"', '"lines": {"goods": "1000000000"},\n  "report"', "'lines' stands twice"),
        ('"goods": "100"', '"goods": "100", "goods": "1000"', "'goods' stands twice"),
        ('"goods": "100"', '"goods": "100", "0x' + b"goods".ljust(32, b"\0").hex() + '": "7"', "stands twice"),
        ('"goods": "100"', '"goods": 1000.9', "1000.9 is no whole number"),
        ('"goods": "100"', '"goods": true', "no whole number"),
        ('"goods": "100"', '"goods": "0100"', "no whole number"),
        ('"goods": "100"', '"goods": "-100"', "no whole number"),
        ('"goods": "100"', '"goods": "１００"', "no whole number"),
        ('"goods": "100"', '"goods": NaN', "NaN is no whole number"),
        ('"goods": "100"', f'"goods": "{2**128}"', "no whole number"),
        ('"goods"', '""', "1 to 32 bytes"),
        ('"epoch": 1', '"epoch": true', "epoch is no whole number"),
        ('"epoch": 1', '"epoch": 1.0', "1.0 is no whole number"),
        ('"epoch": 1', '"epoch": 1, "note": "x"', "unknown entry 'note'"),
        ('"epoch": 1,', "", "lacks epoch"),
        ('"version": 1', '"version": "1"', "no version"),
        ('"version": 1', '"version": 2', "newer Zuan"),
        ('"report": "0x05', '"report": "0x', "report is not 0x and 64"),
        ('"signatures": {}', '"signatures": {"0x12": "0x"}', "an address is not 0x"),
        ('"signatures": {}', '"signatures": []', "signatures is no object"),
    ],
)
def test_a_file_that_says_two_things_or_one_loosely_is_refused(statement, tmp_path, old, new, why):
    assert old in statement.to_json()
    with pytest.raises(InputError, match=why):
        Statement.load(edited(statement, tmp_path, lambda text: text.replace(old, new)))


def test_one_file_cannot_spoil_the_signatures_of_others(system, statement, sender):
    rubbish = {
        account(3).address: b"\x01" * 65,
        account(4).address: sign_statement(statement, account(5)).signatures[account(5).address],
    }
    evil = replace(signed(statement, 5), signatures={**signed(statement, 5).signatures, **rubbish})
    for first, *others in (
        (signed(statement, 3), signed(statement, 4), evil),
        (evil, signed(statement, 4), signed(statement, 3)),
    ):
        assert first.combine(others).signatures == signed(statement, 3, 4, 5).signatures
    sender("deployer").run(
        submission(system, replace(evil, signatures={**evil.signatures, **signed(statement, 3).signatures}))
    )


def test_a_rotated_signer_does_not_spoil_a_full_quorum(cli, system, statement, sender, tmp_path):
    signed(statement, 3, 4, 5).save(tmp_path / "all.json")
    sender("auditor3").run(system.oracle.prepare("rotate", "0x" + "66" * 20, what="rotate"))
    result = cli("attest", "submit", "all.json")
    assert result.returncode == 0, result.stderr
    assert f"Left out: {account(5).address} is not an auditor (any more)." in result.stderr
    assert system.oracle.read("gate")[4] == 1


def test_combine_says_what_it_left_out(cli, statement, tmp_path):
    signed(statement, 3).save(tmp_path / "3.json")
    replace(statement, signatures={account(3).address: bytes(65)}).save(tmp_path / "bad.json")
    result = cli("attest", "combine", "3.json", "bad.json", "-o", "all.json")
    assert f"Left out: the signature under {account(3).address} in bad.json" in result.stderr
    assert Statement.load(tmp_path / "all.json").signatures == signed(statement, 3).signatures


def test_an_auditor_sees_every_figure_and_what_changed(cli, system, statement, sender, tmp_path):
    sender("deployer").run(submission(system, signed(statement, 3, 4)))
    system.connection.mine(seconds=60)
    build_statement(system, {"goods": 1_000_000, "escrowed cash": 7}, bytes(32)).save(tmp_path / "s.json")
    asked = cli("attest", "sign", "s.json", "--account", "auditor1")
    assert asked.returncode == 2 and "add --yes" in asked.stderr
    assert Statement.load(tmp_path / "s.json").signatures == {}
    told = cli("attest", "sign", "s.json", "--account", "auditor1", "--yes").stderr
    lines = {line.split("  ")[1].strip(): line for line in told.splitlines() if line.startswith("  ")}
    assert lines["line 'goods'"].split("  ", 2)[2].strip() == "1,000,000   last epoch 100 (+999,900)"
    assert lines["line 'escrowed cash'"].endswith("7   last epoch 7 (no change)")
    assert lines["all lines"].endswith("1,000,007   last epoch 107 (+999,900)")
    assert "none   last epoch 0x0505" in lines["report"]
    assert {"oracle", "epoch", "speaks of", "issued", "supply", "vault"} < set(lines)
    assert list(Statement.load(tmp_path / "s.json").signatures) == [account(3).address]


def test_a_kind_in_two_spellings_and_loose_amounts_are_refused(system):
    with pytest.raises(InputError, match="the kind 'goods' stands twice"):
        build_statement(system, {"goods": 5, "0x" + kind_bytes("goods").hex(): 7}, bytes(32))
    for loose in (1000.9, True, -1):
        with pytest.raises(InputError, match="the line 'goods' is no whole number"):
            build_statement(system, {"goods": loose}, bytes(32))


def test_kinds_are_text_or_32_bytes_of_hex():
    assert kind_bytes("goods") == b"goods".ljust(32, b"\0")
    assert kind_bytes("0x" + "ab" * 32) == b"\xab" * 32
    with pytest.raises(InputError, match="1 to 32 bytes"):
        kind_bytes("x" * 33)
