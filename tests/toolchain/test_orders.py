import codecs
import re
import sys

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

    def read(content, **more):
        path = tmp_path / "orders.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_orders(path, **more)

    return read


@pytest.fixture
def problems(orders):
    """All problems of an order file with this content."""

    def read(content, **more):
        with pytest.raises(InputError) as caught:
            orders(content, **more)
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
        f"订单号,买家地址,数量\nA-1,{BUYER},100\n",
        (HEADER + GOOD).replace(",", ";"),
        "sep=;\n" + (HEADER + GOOD).replace(",", ";"),
        f"order_id ,buyer ,amount ,\nA-1,{BUYER},100,,\n",
        HEADER + GOOD + ",,,\n,,,\n",
        (HEADER + GOOD).replace("\n", "\r"),
        codecs.BOM_UTF8 * 2 + (HEADER + GOOD).encode(),
        (HEADER + GOOD).replace(",", "\t").encode("utf-16"),
        (HEADER + GOOD).encode("utf-16-le"),
        (HEADER + GOOD).encode("utf-16-be"),
        HEADER + f"A-1,{BUYER},100\n",
    ],
    ids=[
        *(
            "BOM",
            "CRLF",
            "no last newline",
            "empty lines",
            "quoted",
            "lower",
            "upper",
            "HEADER",
            "other order, no time",
        ),
        *("Chinese", "semicolons", "sep", "padded header", "blank rows", "CR", "two BOMs", "Unicode text of Excel"),
        *("UTF-16 LE without a mark", "UTF-16 BE", "a field missing at the end"),
    ],
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
        (f"A-2,{BUYER},5,,x", "5 fields instead of 4"),
        (f"`123456,{BUYER},5,", "begins with a mark that keeps spreadsheets"),
        (f"'123456,{BUYER},5,", "begins with a mark that keeps spreadsheets"),
        (f'="123456",{BUYER},5,', "begins with =, as a spreadsheet's formula"),
        (f"=cmd|' /C calc'!A0,{BUYER},5,", "begins with =, as a spreadsheet's formula"),
        (f"2.02207E+18,{BUYER},5,", "scientific notation"),
        (f"2e+18,{BUYER},5,", "scientific notation"),
        (f"20220725.0,{BUYER},5,", "a number with decimals"),
        (f"########,{BUYER},5,", "shows for a fault"),
        (f"#REF!,{BUYER},5,", "shows for a fault"),
        (f"2022072512345928259\t,{BUYER},5,", "spaces around"),
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
        ("order_id|buyer|amount\n", "the header is 'order_id|buyer|amount'"),
        ("<!DOCTYPE html><html>Please log in</html>", "the header is '<!DOCTYPE html>"),
        ("order_id,buyer,amount,amount\n", "a column stands twice"),
        (GOOD, "the header is"),
        (
            (HEADER + "訂單一號," + GOOD).encode("big5"),
            "line 2: the text is neither UTF-8 nor plainly GBK; give its --encoding",
        ),
        ((HEADER + "Ä-1," + GOOD).encode("latin-1"), "line 2: the text is neither UTF-8 nor plainly GBK"),
        (b"\xd0\xcf\x11\xe0", "line 1: this is a workbook of an old Excel"),
        (b"PK\x03\x04", "line 1: this is no .xlsx file, or a damaged one"),
        (HEADER + GOOD + f'"A-2,{BUYER},5,\n' + GOOD, "line 3: no valid CSV"),
    ],
)
def test_a_file_that_is_no_order_file_says_why(problems, content, expected):
    assert expected in problems(content)[0]


def test_a_line_of_a_megabyte_is_one_problem_and_the_rest_is_still_checked(problems):
    found = problems(HEADER + "x" * 1_000_000 + "\n" + f"A-2,{BUYER},0,\n")
    assert found[0] == "line 2: the line has 1,000,001 characters; the limit is 65,536"
    assert found[1].startswith("line 3: amount")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot read .*no such file"):
        read_orders(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot read .*is a directory"):
        read_orders(str(tmp_path))
    with pytest.raises(InputError, match="cannot read .*null"):
        read_orders("a\0b")
    with pytest.raises(InputError, match="no text that could be written"):
        reference("\ud800")


def test_a_whole_file_in_gbk_is_read_and_a_fault_of_all_of_it_is_told_once(orders, problems):
    lines = "".join(f"订单{n:06d},{BUYER},1\n" for n in range(1000))
    file = orders(("订单号,买家,数量\n" + lines).encode("gbk"))
    assert file.encoding == "gbk" and [s.order_id for s in file.sales[::999]] == ["订单000000", "订单000999"]
    (problem,) = problems(("order_id,buyer,amount\n" + lines.replace("订单", "訂單")).encode("big5"))
    assert problem.startswith("line 2: ")


def test_an_encoding_that_is_named_is_used_and_one_that_is_wrong_is_refused(orders, problems):
    (sale,) = orders((HEADER + f"訂單,{BUYER},1,\n").encode("big5"), encoding="big5").sales
    assert sale.order_id == "訂單"
    for name, why in (
        ("ascii", "this is no ascii"),
        ("martian", "no encoding 'martian'"),
        ("hex", "no encoding 'hex'"),
        ("a\0b", "no encoding"),
    ):
        assert why in problems((HEADER + f"訂單,{BUYER},1,\n").encode("big5"), encoding=name)[0]
    assert "no encoding to choose" in problems(b"PK\x03\x04", encoding="gbk")[0]


def test_ids_that_a_spreadsheet_rounded_are_refused_and_others_are_not(orders, problems):
    (problem,) = problems(HEADER + f"A-1,{BUYER},5,\n2022072512345920000,{BUYER},1,\n2022072512345930000,{BUYER},1,\n")
    assert problem.startswith("line 3: ") and "keeps 15 digits" in problem
    for ids in (["2022072512345920000", "2022072512345928259"], ["1234567890123450"], ["1000"]):
        assert len(orders(HEADER + "".join(f"{i},{BUYER},1,\n" for i in ids)).sales) == len(ids)


def workbook(*rows, forms=(), more=()):
    """An .xlsx file of these rows; ``forms`` are number formats by cell, ``more`` rows of a second sheet."""
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in forms:
        book.active[cell].number_format = form
    for row in more:
        book.create_sheet("more").append(row)
    book.save(kept := BytesIO())
    return kept.getvalue()


COLUMNS = ["order_id", "buyer", "amount"]


def test_a_workbook_is_read_with_ids_as_they_stand_in_it(orders):
    rows = [["2022072512345928259", BUYER, 100], ["007", BUYER.lower(), "7"], [12, BUYER, 5.0], [None, None, None]]
    file = orders(workbook(COLUMNS, *rows, ["订单", BUYER, 2**40], [42, BUYER, 1], forms=[("A7", "00000")]))
    assert file.encoding == "xlsx" and [s.line for s in file.sales] == [2, 3, 4, 6, 7]
    assert [(s.order_id, s.amount) for s in file.sales] == [
        *(("2022072512345928259", 100), ("007", 7), ("12", 5)),
        *(("订单", 2**40), ("00042", 1)),
    ]


@pytest.mark.parametrize(
    ("row", "form", "why"),
    [
        ([2022072512345928259, BUYER, 1], "0", "order_id '2.02207E+18' is a number that may have lost digits"),
        ([7, BUYER, 1], '"SO-"0', "is a number shown as"),
        ([1.5, BUYER, 1], "0", "may have lost digits"),
        ([True, BUYER, 1], "0", "is no text"),
        (["=1+1", BUYER, 1], "General", "begins with ="),
        (["A", BUYER, 10**15], "0", "amount '1E+15' is no positive whole"),
        (["A", BUYER, 0.5], "0", "amount '0.5' is no positive whole"),
        (["A", BUYER, "=2*3"], "General", "amount '=2*3' is no positive whole"),
        (["A", 7, 1], "General", "buyer '7' is no address"),
    ],
)
def test_what_a_workbook_may_have_altered_is_refused(problems, row, form, why):
    (problem,) = problems(workbook(COLUMNS, row, forms=[("A2", form)]))
    assert problem.startswith("line 2: ") and why in problem


def test_a_date_in_a_workbook_is_no_id_but_a_time(orders, problems):
    from datetime import datetime

    day = datetime.fromisoformat("2023-02-12T21:32:14")
    (sale,) = orders(workbook([*COLUMNS, "time"], ["A", BUYER, 1, day])).sales
    assert sale.time == day.isoformat()
    assert "is no text in the workbook" in problems(workbook(COLUMNS, [day, BUYER, 1]))[0]


def test_orders_on_two_sheets_are_refused_rather_than_read_by_half(problems):
    (problem,) = problems(workbook(COLUMNS, ["A", BUYER, 1], more=[["B", BUYER, 1]]))
    assert "2 sheets have something in them ('Sheet', 'more')" in problem


def test_a_workbook_that_unpacks_to_more_than_memory_is_refused(problems, monkeypatch):
    monkeypatch.setattr("zuan.issuance.workbook._MOST", 1000)
    assert "bytes unpacked; the limit is 1,000" in problems(workbook(COLUMNS))[0]


def test_a_workbook_without_the_package_that_reads_it_says_how_to_get_it(orders, monkeypatch):
    from zuan.errors import MissingError

    content = workbook(COLUMNS)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingError, match=re.escape("run `pip install 'zuan[xlsx]'`")):
        orders(content)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([HEADER.encode(), HEADER.encode("utf-16"), b"PK\x03\x04"]), st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory, start, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(start + content)
    try:
        for sale in read_orders(path).sales:
            assert sale.amount > 0 and len(sale.buyer) == 42
    except InputError as error:
        assert all(problem.startswith("line ") for problem in error.problems)


def test_a_hundred_thousand_orders_are_read(orders):
    content = HEADER + "".join(f"C-{i},{BUYER},{i + 1},\n" for i in range(100_000))
    assert orders(content).total == 100_000 * 100_001 // 2


def test_of_many_problems_fifty_are_shown_and_the_rest_is_counted(zuan_main, tmp_path):
    (tmp_path / "o.csv").write_text(HEADER + "".join(f"A-{i},{BUYER},x,\n" for i in range(1051)))
    code, _, said = zuan_main("issue", tmp_path / "o.csv", "--account", "alice")
    lines = said.splitlines()
    assert code == 2 and "has 1,051 problems" in lines[0] and len(lines) == 52
    assert lines[50].startswith("  line 51: ") and lines[51] == "  ... and 1,001 more"


def test_what_was_recognised_is_told_with_an_id(tmp_path, capsys):
    from zuan.cli.render.issuing import print_encoding

    (tmp_path / "o.csv").write_bytes((HEADER + f"1,{BUYER},1,\n订单,{BUYER},1,\n").encode("gbk"))
    print_encoding(read_orders(tmp_path / "o.csv"))
    assert capsys.readouterr().err == "Read as gbk: '订单', for example; if that is wrong, give --encoding.\n"


def test_what_is_written_as_csv_is_no_formula(capsys):
    import csv

    from zuan.cli.output import print_csv

    texts = ["=1+1", "@SUM(A1)", "+cmd", "-2+3", "\t=1", "＝1", " =1", "-5", "+5.5", "A=1", "订单", 7, None, "a,b"]
    print_csv([{"id": text} for text in texts], ["id"])
    rows = [row[0] if row else "" for row in csv.reader(capsys.readouterr().out.splitlines())]
    assert rows == ["id", *("'" + str(t) for t in texts[:7]), "-5", "+5.5", "A=1", "订单", "7", "", "a,b"]
