"""Only the shipped code, wired in both directions, is called genuine; from any one address, with or without a manifest."""

from __future__ import annotations

from dataclasses import replace

import pytest

import zuan
from tests.toolchain.fake_node import fake_node
from zuan.chain.connection import Connection
from zuan.contracts import codes
from zuan.contracts.artifacts import artifact, created_address
from zuan.contracts.codes import code_of
from zuan.contracts.handles import Call, encode_arguments
from zuan.deploy.manifest import Deployed, code_sha256
from zuan.discovery import discover
from zuan.errors import InputError, NotGenuineError
from zuan.genuine import CORE, PARTS, examine, word

#: What a constructor takes as it is given: nothing says which value is right, and the disclosure shows each.
FREE = {
    "DiamondToken": {"cap"},
    "ReserveOracle": {"deployedAt", "suspensionTime"},
    "ReserveVault": {"asset", "_coverageFloorBps", "_surplusDelay", "_maxWait", "_maxSilence", "_maxShortfall"},
    "Issuer": {"proposalDelay"},
    "Governance": {"delayFloor"},
    "OrderDesk": {"notice", "confirmationTime", "arbitrationTime"},
    "Lens": set(),
}


@pytest.fixture(scope="module")
def system(chain, _deployed):
    """The deployment; the tests of this file only read it, or create beside it."""
    return zuan.System.open(chain.connection, _deployed)


@pytest.fixture(scope="module")
def at(system):
    """Addresses by part."""
    return {name: system.manifest.contracts[name].address for name in PARTS}


@pytest.fixture(scope="module")
def on_chain(system, at):
    """Codes by part."""
    calls = [("eth_getCode", (address, "latest")) for address in at.values()]
    return dict(zip(at, system.connection.rpc.batch(calls), strict=True))


@pytest.fixture
def judge(system, at, on_chain):
    """The verdict where some parts have another code, or other parts are meant."""

    def run(changed: dict[str, bytes], **others: str):
        found = {name: "0x" + changed[name].hex() if name in changed else code for name, code in on_chain.items()}
        return examine(system.connection, at | others, codes=list(found.values()))

    return run


@pytest.fixture
def create(system, sender):
    """Creates a contract by its constructor; its address."""

    def run(name: str, *args: object, by: str = "alice") -> str:
        shipped = artifact(name)
        code = bytes.fromhex(shipped.bytecode[2:]) + encode_arguments(shipped.constructor_inputs, args)
        return zuan.contracts.artifacts.checksum(sender(by).run(Call("", code, name)).contract)

    return run


def put(connection, address: str, code: bytes) -> None:
    """Puts code at an address, as only a test chain lets one."""
    connection.rpc("evm_setAccountCode", address, "0x" + code.hex())


def test_a_deployment_is_genuine_and_the_verdict_names_version_and_edition(system):
    assert system.check.genuine
    assert not system.check.doubted
    assert system.check.sentence == "genuine Zuan 0.1, edition 2"


@pytest.mark.parametrize("part", PARTS)
def test_all_parts_are_found_from_each(system, at, part):
    found = discover(system.connection, at[part])
    assert dict(found) == at
    assert (found.creator, found.block) == (system.manifest.deployer, system.manifest.block + 2)


@pytest.mark.parametrize("part", PARTS)
def test_one_byte_of_a_part_is_noticed(judge, on_chain, part):
    code = bytearray.fromhex(on_chain[part][2:])
    code[40] ^= 1
    check = judge({part: bytes(code)})
    assert check.doubted == {part}
    assert check.core == (part not in CORE)
    (problem,) = check.problems
    assert f"its code is another: 1 of {len(code):,} bytes differ, the first at 40" in problem
    assert check.sentence == f"not genuine Zuan: {part}"


@pytest.mark.parametrize("part", PARTS)
def test_every_immutable_is_held_against_what_it_must_be(judge, on_chain, part):
    code = bytes.fromhex(on_chain[part][2:])
    for name, places in code_of(part).immutables.items():
        start = places[0]
        changed = bytearray(code)
        changed[start + 31] ^= 1
        if len(places) > 1:
            assert f"its code holds 2 values of {name} at different places" in str(
                judge({part: bytes(changed)}).problems
            )
        for place in places:
            changed[place : place + 32] = changed[start : start + 32]
        # A parameter that is free within bounds, and the same everywhere, is no fault.
        assert judge({part: bytes(changed)}).genuine == (name in FREE[part]), name


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("DiamondToken", "cap", 2**128),
        ("Governance", "delayFloor", 86_399),
        ("Issuer", "proposalDelay", 0),
        ("ReserveOracle", "suspensionTime", 3_599),
        ("ReserveVault", "_coverageFloorBps", 9_999),
        ("ReserveVault", "_maxWait", 366 * 86_400 + 1),
        ("OrderDesk", "notice", 0),
    ],
)
def test_no_value_is_genuine_that_the_constructor_refuses(judge, on_chain, part, name, value):
    code = bytearray.fromhex(on_chain[part][2:])
    for place in code_of(part).immutables[name]:
        code[place : place + 32] = value.to_bytes(32, "big")
    assert f"its {name} is {value:,}; Zuan's constructor takes" in str(judge({part: bytes(code)}).problems)


def test_dirty_bits_above_an_address_are_another_address(judge, on_chain, at):
    code = bytearray.fromhex(on_chain["Issuer"][2:])
    for place in code_of("Issuer").immutables["vault"]:
        code[place] = 0xFF
    assert judge({"Issuer": bytes(code)}).doubted == {"ReserveVault"}


def test_a_token_that_points_to_a_genuine_system_is_none_of_its_parts(system, at, create):
    fake = create("DiamondToken", "Zuan Diamond", "ZUAN", 10**10, at["Issuer"])
    with pytest.raises(NotGenuineError, match="not genuine Zuan: DiamondToken") as caught:
        zuan.System.at(system.connection, fake)
    told = " ".join(caught.value.problems)
    assert f"DiamondToken {fake}: the Issuer {at['Issuer']} has {at['DiamondToken']} as its token" in told
    assert "Lens" not in told, "what belongs to the genuine token is not accused, and not looked at"


def test_a_genuine_token_with_a_foreign_minter_is_refused(system, create):
    minter = zuan.load_account("bob", True).address
    token = create("DiamondToken", "Zuan Diamond", "ZUAN", 10**10, minter)
    with pytest.raises(NotGenuineError) as caught:
        zuan.System.at(system.connection, token)
    assert f"Issuer {minter}: there is no contract (the node may be behind)" in caught.value.problems


def test_a_lens_of_the_genuine_code_that_reads_another_desk_is_refused(system, at, create):
    desk = create("OrderDesk", at["Governance"], at["DiamondToken"], at["Issuer"], 3600, 3600, 3600)
    lens = create("Lens", at["Issuer"], desk, at["Governance"])
    check = examine(system.connection, at | {"Lens": lens})
    assert check.problems == (f"Lens {lens}: its desk is {desk}, not the OrderDesk {at['OrderDesk']}",)


def test_an_owner_that_is_no_timelock_is_refused(system, judge, at):
    somebody = zuan.load_account("bob", True).address
    check = judge({"Governance": b""}, Governance=somebody)
    assert "Governance" in check.doubted and check.core
    assert f"Governance {somebody}: there is no contract (the node may be behind)" in check.problems


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ef0100" + "11" * 20, "it is an account that runs the code at 0x1111"),
        (
            "363d3d373d3d3d363d73" + "22" * 20 + "5af43d82803e903d91602b57fd5bf3",
            "it is a proxy, which runs the code at 0x2222",
        ),
        ("00", "its code is another: 1 bytes, where Zuan's has"),
        ("", "there is no contract"),
    ],
)
def test_what_stands_in_the_place_of_a_part_is_named(judge, code, said):
    assert said in str(judge({"ReserveVault": bytes.fromhex(code)}).problems)


def test_a_part_in_the_place_of_another_is_named(judge, on_chain):
    check = judge({"Lens": bytes.fromhex(on_chain["OrderDesk"][2:])})
    assert "it has the code of OrderDesk" in str(check.problems)


def test_a_part_of_an_earlier_edition_is_named_so(judge, on_chain, monkeypatch):
    old = bytes.fromhex(on_chain["ReserveVault"][2:]) + b"old"
    masked = code_of("ReserveVault").masked(old)
    earlier = replace(code_of("ReserveVault"), edition=1, size=len(old), sha256=code_sha256("0x" + masked.hex()))
    both = (codes.editions()[0], {"ReserveVault": earlier})
    monkeypatch.setattr(codes, "editions", lambda: both)
    problems = judge({"ReserveVault": old}).problems
    assert "it has the code of ReserveVault of edition 1; this zuan reads edition 2" in str(problems)


def test_both_editions_are_known():
    assert [{code.edition for code in edition.values()} for edition in codes.editions()] == [{2}, {1}]


def test_a_forged_lens_is_refused_whatever_the_manifest_says(system, connection, at, tmp_path):
    forged = created_address(at["Lens"], 7)
    code = bytes.fromhex("60206000f3")
    put(connection, forged, code)
    contracts = system.manifest.contracts | {"Lens": Deployed(forged, code_sha256("0x" + code.hex()))}
    replace(system.manifest, contracts=contracts).save(tmp_path)
    with pytest.raises(NotGenuineError, match="not genuine Zuan: Lens"):
        zuan.System.open(connection, tmp_path)
    opened = zuan.System.open(connection, tmp_path, doubts=True)
    assert opened.check.doubted == {"Lens"}
    assert opened.token.total_supply() == 0
    with pytest.raises(NotGenuineError, match="the Lens at 0x.* is not genuine"):
        opened.lens.read("disclosure")


def test_an_address_without_a_contract_is_one_sentence(system):
    with pytest.raises(InputError, match="there is no contract at 0x.* on chain 1337; check the address"):
        discover(system.connection, zuan.load_account("bob", True).address)


def test_another_token_leads_to_no_system(system):
    with pytest.raises(NotGenuineError, match="leads to no Zuan system: it has the code of TestStablecoin"):
        discover(system.connection, system.asset.address)


def test_getters_that_lead_in_circles_or_nowhere_end(system, connection):
    # Whatever is asked, it answers its own address; another answers two megabytes of nothing.
    itself, long = (created_address(system.token.address, n) for n in (8, 9))
    put(connection, itself, bytes.fromhex("3060005260206000f3"))
    put(connection, long, bytes.fromhex("62200000" + "6000f3"))
    for address in (itself, long):
        with pytest.raises(NotGenuineError):
            zuan.System.at(connection, address)


def test_a_created_address_is_what_the_library_says():
    from eth_utils.crypto import keccak
    from rlp import encode

    creator = "0x" + "ab" * 20
    for nonce in (0, 1, 127, 128, 255, 256, 70_000):
        expected = keccak(encode([bytes.fromhex(creator[2:]), nonce]))[12:].hex()
        assert created_address(creator, nonce).lower() == "0x" + expected


def test_word_is_an_address_in_thirty_two_bytes():
    assert word("0x" + "ab" * 20) == bytes(12) + b"\xab" * 20


def test_a_manifest_that_leaves_the_governance_out_hides_nothing(system, tmp_path):
    contracts = {name: d for name, d in system.manifest.contracts.items() if name != "Governance"}
    replace(system.manifest, contracts=contracts).save(tmp_path)
    with pytest.raises(NotGenuineError, match="not genuine Zuan: Governance") as caught:
        zuan.System.open(system.connection, tmp_path)
    assert "Governance: it was not found" in caught.value.problems
    supply = zuan.read_supply(zuan.System.open(system.connection, tmp_path, doubts=True))
    assert (supply.governance, supply.exit_code) == (None, 3)


@pytest.mark.parametrize("answer", [None, 7, "", "0x", "0xzz" + "0" * 62, "0x" + "ff" * 32, "0x" + "00" * 32, ["0x"]])
def test_getters_that_answer_no_address_lead_nowhere(system, answer):
    def node(method, params):
        return answer if method == "eth_call" else system.connection.rpc(method, *params)

    with fake_node(node) as url, pytest.raises(NotGenuineError, match="leads to no Zuan system"):
        discover(Connection(url), system.token.address)
