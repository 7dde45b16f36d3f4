import hashlib

import pytest
from eth_abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from zuan.chain.abi import canonical, decode
from zuan.contracts.artifacts import artifact

ORDER = {"type": "tuple", "components": [{"type": "address"}, {"type": "uint128"}, {"type": "bytes32"}]}
PARAMS = [
    {"type": "uint256"},
    {**ORDER, "type": "tuple[]"},
    {"type": "bool"},
    {"type": "string"},
    {"type": "address[]"},
    {"type": "bytes"},
    {"type": "int256"},
    ORDER,
    {"type": "bytes16"},
]
addresses = st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex())
orders = st.tuples(addresses, st.integers(0, 2**128 - 1), st.binary(min_size=32, max_size=32))
values = st.tuples(
    st.integers(0, 2**256 - 1),
    st.lists(orders, max_size=3),
    st.booleans(),
    st.text(max_size=70),
    st.lists(addresses, max_size=3),
    st.binary(max_size=70),
    st.integers(-(2**255), 2**255 - 1),
    orders,
    st.binary(min_size=16, max_size=16),
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_decodes_what_eth_abi_encodes(value):
    decoded = decode(PARAMS, encode([canonical(p) for p in PARAMS], value))
    assert decoded == value


@settings(max_examples=200, deadline=None)
@given(values, st.data())
def test_truncated_data_is_an_error_and_never_a_wrong_value(value, data):
    encoded = encode([canonical(p) for p in PARAMS], value)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    try:
        assert decode(PARAMS, encoded[:cut]) == value  # only padding was cut
    except ValueError:
        pass


@pytest.mark.parametrize(("kind", "word"), [("bool", 2), ("address", 1 << 160), ("uint72", 1 << 72)])
def test_bits_beyond_the_type_are_refused(kind, word):
    with pytest.raises(ValueError, match="bits"):
        decode([{"type": kind}], word.to_bytes(32, "big"))


def test_an_array_longer_than_its_data_is_refused_without_being_built():
    data = (32).to_bytes(32, "big") + (1 << 60).to_bytes(32, "big")
    with pytest.raises(ValueError, match="longer than the data"):
        decode([{"type": "uint256[]"}], data)


def test_a_type_that_no_contract_here_uses_is_refused():
    with pytest.raises(ValueError, match="cannot decode"):
        decode([{"type": "function"}], bytes(32))


def test_checksum_is_that_of_eth_utils():
    from eth_utils.address import to_checksum_address

    from zuan.contracts.artifacts import checksum

    for i in range(300):
        address = "0x" + hashlib.sha256(str(i).encode()).hexdigest()[:40]
        assert checksum(address) == to_checksum_address(address)


def test_what_has_a_name_in_the_interface_goes_by_it():
    inner = [{"type": "uint256", "name": "issued_"}, {"type": "bool", "name": "from"}, {"type": "uint8", "name": ""}]
    params = [
        {"type": "tuple", "name": "d", "components": inner},
        {"type": "tuple[]", "name": "all", "components": inner},
    ]
    answer = decode(params, encode([canonical(p) for p in params], [(7, True, 1), [(8, False, 2)]]))
    assert (answer.d.issued, answer.all[0].issued, answer.d) == (7, 8, (7, True, 1))


@pytest.mark.parametrize("event", ["Minted", "Burned"])
def test_an_argument_is_found_in_a_stored_log_by_its_name(event):
    token = artifact("DiamondToken")
    entry = next(e for e in token.events.values() if e["name"] == event)
    topic = bytes.fromhex(token.topic(event)[2:])
    body = b"".join(number.to_bytes(32, "big") for number in range(1, len(entry["inputs"]) + 1))
    _, args = token.decode_stored(topic, body)
    for name, value in args.items():
        raw = body[token.place(event, name)]
        assert raw == (value if isinstance(value, bytes) else int(str(value), 0).to_bytes(32, "big"))
