"""The tests' own shortcuts do what the package does."""

from __future__ import annotations

from eth_account import Account

from zuan.attest import Statement
from zuan.contracts import Order
from zuan.contracts.handles import encode_arguments
from zuan.history import announced_head, chain_heads, genesis_head

from .actors import AUDITOR_KEYS
from .chain import CHAIN_ID, PARTS, Blob, Chain, config, key, statement_digest
from .model.whole import Model, head_after, head_announced

ORACLE = "0x" + "0a" * 20


def test_calls_are_encoded_as_by_the_package() -> None:
    """The quick encoder writes what eth_abi does, with arrays of structs and structs with arrays."""
    chain, orders = Chain(config()), [(ORACLE, 2**128 - 1, b"\1" * 32), (ORACLE, 0, b"\2" * 32)]
    statement = (1, 2, 3, 4, 5, [(b"goods".ljust(32, b"\0"), 6)], b"\7" * 32)
    for part, function, args in (
        ("issuer", "mint", (b"\1" * 16, orders[0])),
        ("issuer", "mintBatch", (b"\1" * 16, orders)),
        ("issuer", "propose", (b"\1" * 16, orders, b"\3" * 32)),
        ("issuer", "execute", (ORACLE, orders, b"\3" * 32)),
        ("issuer", "setMinter", ((ORACLE, 1, 2, 3),)),
        ("oracle", "attest", (statement, [(b"\4" * 32, b"\5" * 32)])),
        ("oracle", "attest", ((*statement[:5], [], statement[6]), [])),
        ("oracle", "setAuditors", ([ORACLE], 2)),
        ("oracle", "suspend", ()),
        ("vault", "multicall", ([Blob(b"\1\2\3"), Blob(b"")],)),
        ("governance", "schedule", (ORACLE, 0, Blob(b"\5" * 40), b"\6" * 32, bytes(32), 7)),
        ("governance", "executeBatch", ([ORACLE], [0], [Blob(b"\5" * 32)], b"\6" * 32, bytes(32))),
    ):
        inputs = chain.artifacts[part].functions[function]["inputs"]
        expected = chain.artifacts[part].selector(function) + encode_arguments(inputs, args)
        assert chain.encode(part, function, *args) == expected, function


def test_signatures_are_those_of_the_package() -> None:
    """A quick signature is one of the digest that `zuan attest` signs, by the same key."""
    lines = {b"goods".ljust(32, b"\0"): 5, b"escrowed cash".ljust(32, b"\0"): 7}
    statement = Statement(CHAIN_ID, ORACLE, 1, 3, 1_700_000_000, 10, 9, 8, lines, b"\7" * 32)
    digest = statement_digest(statement.fields, ORACLE)
    for signer in AUDITOR_KEYS.values():
        r, vs = (int.from_bytes(part, "big") for part in signer.sign(digest))
        vrs = (27 + (vs >> 255), r, vs % 2**255)
        assert Account.recover_message(statement.message, vrs=vrs).lower() == signer.address


def test_heads_are_those_of_the_package() -> None:
    """The model's hash chain and the package's are one."""
    at = {part: f"0x{i:040x}" for i, part in enumerate(PARTS)} | {"issuer": ORACLE}
    head = Model(config(), at).issuer.head
    assert head == genesis_head(CHAIN_ID, ORACLE)
    orders = [(key("holder 0").address, 5, b"\1" * 32), (key("holder 1").address, 2**128 - 1, b"\2" * 32)]
    assert head_after(head, orders) == chain_heads(head, [Order(*order) for order in orders])
    assert head_announced(head, b"\3" * 32) == announced_head(head, b"\3" * 32)
