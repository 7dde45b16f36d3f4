import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zuan.errors import InputError
from zuan.issuance import read_orders, reference

BUYER = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"
HEADER = "order_id,buyer,amount,time\n"
GOOD = f"A-1,{BUYER},100,2026-11-01T00:00:00Z\n"


@pytest.fixture
def orders(tmp_path):
    """Reads an order file with this content."""

    def read(content):
        path = tmp_path / "orders.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_orders(path)

    return read


@pytest.fixture
def problems(orders):
    """All problems of an order file with this content."""

    def read(content):
        with pytest.raises(InputError) as caught:
            orders(content)
        assert caught.value.exit_code == 2 and "nothing was sent" in str(caught.value)
        return caught.value.problems

    return read


def test_a_good_file_is_read_as_written(orders):
    (sale,) = orders(HEADER + GOOD).sales
    assert (sale.line, sale.order_id, sale.buyer, sale.amount) == (2, "A-1", BUYER, 100)


def test_reference_is_keccak256_of_the_hashes_of_namespace_and_id():
    from eth_abi.abi import encode
    from eth_hash.auto import keccak

    # keccak256("abc"), from the Keccak team's test vectors: without a namespace, as the first edition had it
    assert reference("abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    both = encode(["bytes32", "bytes32"], [keccak("商店".encode()), reference("abc")])
    assert reference("abc", "商店") == keccak(both)


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + (HEADER + GOOD).encode(),
        (HEADER + GOOD).replace("\n", "\r\n"),
        (HEADER + GOOD).rstrip("\n"),
        HEADER + "\n" + GOOD + "\n\n",
        HEADER + GOOD.replace("A-1", '"A-1"'),
        HEADER + GOOD.replace(BUYER, BUYER.lower()),
        HEADER + GOOD.replace(BUYER, "0x" + BUYER[2:].upper()),
        HEADER.upper() + GOOD,
        f"amount,order_id,buyer\n100,A-1,{BUYER}\n",
    ],
    ids=["BOM", "CRLF", "no last newline", "empty lines", "quoted", "lower", "upper", "HEADER", "other order, no time"],
)
def test_every_usual_form_of_the_same_file_means_the_same(orders, content):
    (sale,) = orders(content).sales
    assert (sale.order_id, sale.buyer, sale.amount) == ("A-1", BUYER, 100)


def test_chinese_ids_and_ids_with_commas_are_fine(orders):
    sales = orders(HEADER + f'订单一号,{BUYER},1,\n"a,""b""",{BUYER},2,\n').sales
    assert [sale.order_id for sale in sales] == ["订单一号", 'a,"b"']


def test_a_header_alone_is_a_file_without_orders(orders):
    assert orders(HEADER).sales == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"A-2,{BUYER},0,", "amount '0' is not from 1"),
        (f"A-2,{BUYER},-5,", "no positive whole number"),
        (f"A-2,{BUYER},1.5,", "no positive whole number"),
        (f"A-2,{BUYER},1e3,", "no positive whole number"),
        (f"A-2,{BUYER},+5,", "no positive whole number"),
        (f'A-2,{BUYER},"1,000",', "no positive whole number"),
        (f"A-2,{BUYER},１００,", "no positive whole number"),
        (f"A-2,{BUYER},,", "no positive whole number"),
        (f"A-2,{BUYER}, 5,", "no positive whole number"),
        (f"A-2,{BUYER},{2**128},", "not from 1 to 2^128"),
        (f"A-2,{BUYER},{'9' * 5000},", "no positive whole number"),
        ("A-2,0x976EA74026E726554dB657fA54763abd0C3a0aA9,5,", "fails its checksum"),
        ("A-2,0x976EA74026E726554dB657fA54763abd0C3a0aa,5,", "is no address"),
        ("A-2,976EA74026E726554dB657fA54763abd0C3a0aa9,5,", "is no address"),
        ("A-2,alice,5,", "is no address"),
        ("A-2," + "0x" + "0" * 40 + ",5,", "address 0"),
        (f",{BUYER},5,", "order_id is empty"),
        (f" A-2,{BUYER},5,", "spaces around"),
        (f"A\t2,{BUYER},5,", "cannot be printed"),
        (f"A\u200b2,{BUYER},5,", "cannot be printed"),
        (f"{'x' * 257},{BUYER},5,", "257 characters"),
        (f"A-1,{BUYER},5,", "stands on line 2 already"),
        (f"A-2,{BUYER},5,yesterday", "no ISO 8601"),
        (f"A-2,{BUYER},5", "3 fields instead of 4"),
        (f"A-2,{BUYER},5,,", "5 fields instead of 4"),
        (f"A\x002,{BUYER},5,", "NUL"),
        (f"A-2,{BUYER},5,\rA-3", "bare carriage return"),
    ],
)
def test_a_faulty_line_is_a_problem_with_its_number(problems, line, expected):
    (problem,) = problems(HEADER + GOOD + line + "\n")
    assert problem.startswith("line 3: ") and expected in problem
    assert len(problem) < 250


def test_all_problems_are_listed_not_just_the_first(problems):
    lines = [f"B-{i},{BUYER},{'x' if i % 3 == 0 else 1}," for i in range(300)]
    found = problems(HEADER + "\n".join(lines))
    assert [int(p.split()[1].rstrip(":")) for p in found] == [i + 2 for i in range(300) if i % 3 == 0]


def test_one_line_can_have_several_problems(problems):
    assert len(problems(HEADER + "A-2,bob,0,never\n")) == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "line 1: the file is empty"),
        ("id,buyer,amount\n" + GOOD, "missing: order_id; unknown: 'id'"),
        ("order_id,buyer\n", "missing: amount"),
        ("order_id;buyer;amount\n", "must be separated by commas"),
        ("order_id,buyer,amount,amount\n", "a column stands twice"),
        (GOOD, "the header is"),
        ((HEADER + GOOD).encode("utf-16"), "UTF-16"),
        (HEADER.encode() + "订单,".encode("gbk") + GOOD.encode(), "line 2: byte 1 is no UTF-8"),
        (HEADER + GOOD + f'"A-2,{BUYER},5,\n' + GOOD, "line 3: no valid CSV"),
    ],
)
def test_a_file_that_is_no_order_file_says_why(problems, content, expected):
    assert expected in problems(content)[0]


def test_a_line_of_a_megabyte_is_one_problem_and_the_rest_is_still_checked(problems):
    found = problems(HEADER + "x" * 1_000_000 + "\n" + f"A-2,{BUYER},0,\n")
    assert found[0] == "line 2: the line has 1,000,001 bytes; the limit is 65,536"
    assert found[1].startswith("line 3: amount")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot read .*no such file"):
        read_orders(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot read .*is a directory"):
        read_orders(tmp_path)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(HEADER.encode() + content)
    try:
        for sale in read_orders(path).sales:
            assert sale.amount > 0 and len(sale.buyer) == 42
    except InputError as error:
        assert all(problem.startswith("line ") for problem in error.problems)


def test_a_hundred_thousand_orders_are_read(orders):
    content = HEADER + "".join(f"C-{i},{BUYER},{i + 1},\n" for i in range(100_000))
    assert orders(content).total == 100_000 * 100_001 // 2
