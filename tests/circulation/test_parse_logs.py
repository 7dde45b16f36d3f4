"""The quick way through an answer reads what a plain JSON parser reads; what is no answer is an error of ours."""

from __future__ import annotations

import json
import os
from random import Random

import pytest

from zuan.circulation.fetch.logs import parse_logs
from zuan.errors import NetworkError, RpcError, ZuanError

SEEDS = int(os.environ.get("ZUAN_CIRCULATION_SEEDS", "60"))
KEYS = ("address", "topics", "data", "blockNumber", "transactionHash", "blockHash", "logIndex")
UNUSED = ("transactionIndex", "removed", "extra")


def word(random):
    return "0x" + random.randbytes(32).hex()


def random_log(random, block, index, address, topics, words, timed):
    log = {
        "address": address,
        "topics": [*topics, *(word(random) for _ in range(random.randrange(3)))] if len(topics) < 2 else topics,
        "data": "0x" + random.randbytes(32 * words).hex(),
        "blockNumber": hex(block),
        "transactionHash": word(random),
        "transactionIndex": hex(random.randrange(300)),
        "blockHash": "0x" + f"{block:064x}",
        "logIndex": hex(index),
        "removed": False,
    }
    return log | ({"blockTimestamp": hex(1_700_000_000 + block)} if timed else {})


def random_answer(random):
    """An answer with events of several contracts, laid out as nodes do and as none does."""
    kinds = []
    for _ in range(random.randrange(1, 5)):
        address, topic = "0x" + random.randbytes(20).hex(), word(random)
        topics = [topic, word(random), word(random)] if random.random() < 0.6 else [topic]
        kinds.append((address, topics, random.randrange(4)))
    timed, logs, block = random.random() < 0.5, [], random.randrange(10**6)
    for index in range(random.choice([0, 1, 3, 8, 60])):
        block += random.random() < 0.3
        log = random_log(random, block, index % 40, *random.choice(kinds), timed)
        if random.random() < 0.05:
            keys = list(log)
            random.shuffle(keys)
            log = {key: log[key] for key in keys}
        if random.random() < 0.05:
            log["l1BatchNumber"] = random.choice([None, "0x1", {"a": 1}, ["x"], 'a "quoted" {brace}'])
        if random.random() < 0.03:
            log["data"] = "0x" + random.randbytes(random.randrange(40)).hex()
        if random.random() < 0.03:
            log["address"], log["blockHash"] = log["address"].upper().replace("X", "x"), log["blockHash"].upper()
            log["blockHash"] = "0x" + log["blockHash"][2:]
        if random.random() < 0.02:
            log["topics"] = []
        logs.append(log)
    separators = random.choice([(",", ":"), (", ", ": "), None])
    indent = 1 if random.random() < 0.05 else None
    envelope = {"jsonrpc": "2.0", "id": 7, "result": logs}
    if random.random() < 0.3:
        envelope = {"result": logs, "id": 7, "jsonrpc": "2.0"}
    text = json.dumps(envelope, separators=separators, indent=indent)
    return (text + random.choice(["", "\n", " "])).encode()


def number(value):
    """A quantity, or a JSON number."""
    return value if isinstance(value, int) else int(value, 16)


def seconds(value):
    """A log's time; -1 where it is none, since the header says it too."""
    try:
        return number(value)
    except (TypeError, ValueError):
        return -1


def plainly(answer):
    """What json reads: the logs as a sorted list of tuples. :raises Exception: it is no list of logs."""
    parsed = json.loads(answer)
    found = []
    for log in parsed["result"]:
        topics = [bytes.fromhex(t[2:]) for t in log["topics"]]
        data = bytes.fromhex(log["data"][2:])
        found.append(
            (
                number(log["blockNumber"]),
                number(log["logIndex"]),
                seconds(log.get("blockTimestamp")),
                bytes.fromhex(log["address"][2:]),
                topics[0] if topics else bytes(32),
                len(topics),
                bytes.fromhex(log["blockHash"][2:]),
                bytes.fromhex(log["transactionHash"][2:]),
                b"".join(topics[1:]) + data + bytes(-len(data) % 32),
            )
        )
    return sorted(found)


def quickly(answer):
    """The same of the parser under test."""
    return sorted(
        (
            int(g.block[n]),
            int(g.index[n]),
            int(g.time[n]),
            g.address,
            g.topic,
            g.topics,
            g.block_hash[n].tobytes(),
            g.tx[n].tobytes(),
            g.body[n].tobytes(),
        )
        for g in parse_logs(answer)
        for n in range(len(g.block))
    )


@pytest.mark.parametrize("seed", range(SEEDS // 3))
def test_random_answers_are_read_as_json_reads_them(seed):
    random = Random(seed)
    for _ in range(8):
        answer = random_answer(random)
        assert quickly(answer) == plainly(answer)


@pytest.mark.parametrize("seed", range(SEEDS // 3))
def test_a_damaged_answer_is_an_error_of_ours_or_read_as_json_reads_it(seed):
    random = Random(seed)
    answer = random_answer(random)
    for _ in range(60):
        damaged = bytearray(answer)
        if random.random() < 0.3:
            del damaged[random.randrange(len(damaged)) :]
        if random.random() < 0.3:
            at = random.randrange(len(damaged) + 1)
            del damaged[at : at + random.randrange(1, 70)]
        for _ in range(random.randrange(3)):
            if damaged:
                damaged[random.randrange(len(damaged))] = random.choice(b'{}[]",:x0 \\9fgG\x00\xff_-')
        try:
            found = quickly(bytes(damaged))
        except ZuanError:
            continue
        assert found == plainly(bytes(damaged))


@pytest.mark.parametrize("length", [1, 4, 5, 17, 40])
def test_one_odd_log_among_many_alike_is_seen(length):
    random = Random(length)
    topics = [word(random), word(random), word(random)]
    for name in (*KEYS, *UNUSED):
        for value in (None, "", "0x", "0xzz", 5, [], True, "0x" + "0" * 80):
            logs = [random_log(random, 5, n, "0x" + "7a" * 20, topics, 1, True) for n in range(length)]
            logs[random.randrange(length)][name] = value
            answer = json.dumps({"jsonrpc": "2.0", "id": 1, "result": logs}, separators=(",", ":")).encode()
            try:
                found = quickly(answer)
            except NetworkError:
                continue
            if name != "removed":
                assert found == plainly(answer), (name, value)


def test_a_removed_log_of_the_same_length_is_an_error():
    random = Random(1)
    topics = [word(random), word(random), word(random)]
    logs = [random_log(random, 5, n, "0x" + "7a" * 20, topics, 1, True) for n in range(20)]
    text = json.dumps({"result": logs}, separators=(",", ":"))
    answer = text[:-200] + text[-200:].replace("false", "true ")
    with pytest.raises(NetworkError, match="no log of a mined block"):
        parse_logs(answer.encode())


ERRORS = [
    {"code": -32005, "message": "query returned more than 10000 results"},
    {"code": -32005, "message": "too many", "data": {"from": "0x1", "limit": [1, 2]}},
    {"message": "no code"},
    {},
]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_the_nodes_own(error):
    with pytest.raises(RpcError):
        parse_logs(json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}).encode())


GARBAGE = [b"", b" ", b"null", b"[]", b"{}", b"7", b'"x"', b"<html>", b"\xff\xfe", b"{" * 50, b'{"result":']
GARBAGE += [b'{"result": 5}', b'{"result": [5]}', b'{"result": [null]}', b'{"result": [{}]}']
GARBAGE += [b'{"result": [[]]}', b'{"result": {"a": {}}}', b'{"result": "{}"}', b'{"result":[{},{},{},{},{}]}']


@pytest.mark.parametrize("answer", GARBAGE, ids=lambda a: repr(a[:20]))
def test_what_is_no_answer_is_a_network_error(answer):
    with pytest.raises(NetworkError):
        parse_logs(answer)


def test_null_is_no_logs():
    assert parse_logs(b'{"result": null}') == []


def test_what_is_nested_too_deep_is_a_network_error():
    with pytest.raises(NetworkError):
        parse_logs(b"[" * 200_000)


def test_no_logs_are_none():
    assert parse_logs(b'{"jsonrpc":"2.0","id":1,"result":[]}') == []
