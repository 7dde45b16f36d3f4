"""Signatures as hardware wallets, key services and libraries hand them over, alone and in the auditors' statement."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account.messages import encode_defunct

from zuan import Statement
from zuan.attest import add_signature, build_statement, sign_statement, submission
from zuan.chain.accounts import test_account as account
from zuan.errors import InputError
from zuan.signatures import normal, parse, recovered, settled

ROOT = Path(__file__).resolve().parents[2]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
MESSAGE = encode_defunct(text="hello")
MADE = bytes(account(3).sign_message(MESSAGE).signature)
R, S, V = MADE[:32], MADE[32:64], MADE[64]
HIGH = (ORDER - int.from_bytes(S, "big")).to_bytes(32, "big")
COMPACT = R + bytes([S[0] | (V - 27) << 7]) + S[1:]

SAME = {
    "v 0 or 1 (Ledger, Trezor)": (R + S + bytes([V - 27])).hex(),
    "no 0x (hexbytes 1)": MADE.hex(),
    "upper case": "0X" + MADE.hex().upper(),
    "line end": "0x" + MADE.hex() + "\n",
    "EIP-2098": "0x" + COMPACT.hex(),
    "high s (key services)": "0x" + (R + HIGH + bytes([55 - V])).hex(),
    "high s, v 0 or 1": "0x" + (R + HIGH + bytes([28 - V])).hex(),
    "ethers": {"r": "0x" + R.hex(), "s": "0x" + S.hex(), "v": V},
    "web3.js": {"r": "0x" + R.hex(), "s": "0x" + S.hex(), "v": hex(V), "messageHash": "0x"},
    "viem": {"r": "0x" + R.hex(), "s": "0x" + S.hex(), "yParity": V - 27},
}

OTHER = {
    "its v is 31: it was made with eth_sign for a Safe": R + S + b"\x1f",
    "its v is 37, not 27 or 28 (that is a transaction's": R + S + b"\x25",
    "its v is 29, not 27 or 28": R + S + b"\x1d",
    "it has 3 bytes, not 65 or 64": b"abc",
    "it has 0 bytes": b"",
    "its r or s is no number of the curve's group": bytes(64) + b"\x1b",
    "its r or s is no number of the curve's ": b"\xff" * 64 + b"\x1b",
    "it is in DER": bytes([0x30, 68, 2, 32]) + R + bytes([2, 32]) + S,
}


@pytest.mark.parametrize("form", SAME.values(), ids=SAME)
def test_every_form_of_a_signature_is_made_the_contracts(form):
    assert normal(parse(form)) == MADE and recovered(MESSAGE, parse(form)) == account(3).address


@pytest.mark.parametrize(("why", "made"), OTHER.items(), ids=OTHER)
def test_what_is_no_such_signature_says_what_it_is(why, made):
    with pytest.raises(ValueError) as caught:
        normal(made)
    assert why in str(caught.value)
    assert settled(made) == made and recovered(MESSAGE, made) is None


@pytest.mark.parametrize(
    "value",
    ["0x1", "zz", None, 7, [], {}, {"r": 1, "s": 2}, {"r": -1, "s": 2, "v": 27}, {"r": 2**256, "s": 2, "v": 27}],
)
def test_what_is_no_signature_at_all_is_refused(value):
    with pytest.raises(ValueError):
        parse(value)


def in_form(statement, form, tmp_path):
    """The statement's file, with its signatures put into it by another tool."""
    data = json.loads(statement.to_json())
    data["signatures"] = {who: form(bytes.fromhex(made[2:])) for who, made in data["signatures"].items()}
    (tmp_path / "s.json").write_text(json.dumps(data))
    return Statement.load(tmp_path / "s.json")


def test_a_statement_counts_signatures_in_any_form(system, sender, tmp_path):
    signed = sign_statement(sign_statement(build_statement(system, {"goods": 100}, bytes(32)), account(3)), account(4))

    def ledger(made):
        return (made[:64] + bytes([made[64] - 27])).hex()

    def key_service(made):
        high = ORDER - int.from_bytes(made[32:64], "big")
        return {"r": "0x" + made[:32].hex(), "s": hex(high), "v": 55 - made[64]}

    for form in (ledger, key_service):
        assert in_form(signed, form, tmp_path) == signed
    raw = replace(signed, signatures={w: m[:64] + bytes([m[64] - 27]) for w, m in signed.signatures.items()})
    assert raw.genuine == signed.signatures
    sender("deployer").run(submission(system, raw))
    assert system.oracle.read("gate")[4] == 1


def test_a_statement_says_why_a_signature_does_not_count(system, tmp_path):
    signed = sign_statement(sign_statement(build_statement(system, {"goods": 100}, bytes(32)), account(3)), account(4))
    found = in_form(signed, lambda made: "0x" + (made[:64] + bytes([made[64] + 4])).hex(), tmp_path)
    with pytest.raises(InputError, match="only 0 of 2") as caught:
        submission(system, found)
    assert all("made with eth_sign for a Safe" in problem for problem in caught.value.problems)


def test_a_wallet_signs_the_typed_data_of_a_statement(zuan_main, there, system, tmp_path):
    from eth_account.messages import encode_typed_data

    figures = {"goods": 2**100, "escrowed cash": 7}
    statement = build_statement(system, figures, b"\x05" * 32)
    statement.save(tmp_path / "s.json")
    data = json.loads(zuan_main("attest", "show", "s.json", "--typed-data")[1])
    assert data["message"]["lines"][1]["value"] == str(2**100)
    message = encode_typed_data(full_message=data)
    assert (message.header, message.body) == (statement.message.header, statement.message.body)
    made = "0x" + bytes(account(3).sign_message(message).signature).hex()
    code, _, said = zuan_main("attest", "sign", "s.json", "--signature", made, **there)
    assert code == 0 and "s.json has 1 signature(s)" in said
    assert Statement.load(tmp_path / "s.json") == sign_statement(statement, account(3))
    wallets = subprocess.run(
        ["node", str(Path(__file__).with_name("sign_typed_data.mjs")), "0x" + bytes(account(4).key).hex()],
        **{"input": json.dumps(data), "capture_output": True, "text": True, "cwd": ROOT, "timeout": 120, "check": True},
    )
    for theirs in json.loads(wallets.stdout).values():  # ethers, viem
        assert add_signature(system, statement, theirs) == sign_statement(statement, account(4))
    assert "line 'goods'" in zuan_main("attest", "show", "s.json", **there)[1]


def test_a_signature_of_somebody_else_or_of_another_statement_is_not_put_in(system):
    statement = build_statement(system, {"goods": 100}, bytes(32))
    for made, why in (
        (bytes(account(8).sign_message(statement.message).signature), "is no auditor"),
        (sign_statement(replace(statement, supply=5), account(3)).signatures[account(3).address], "is no auditor"),
        ("0x12", "it has 1 bytes"),
        ("zz", "it is no hexadecimal text"),
    ):
        with pytest.raises(InputError, match=why):
            add_signature(system, statement, made)
