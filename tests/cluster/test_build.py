"""What the workers build, one of them killed on the way, is what DuckDB answers to the same SQL."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import TRANSFERS
from zuan.cluster.index import MOVES_OF_A_PAGE, bucket_number

COLUMNS = {
    "moves": "seq, sender, sender_order, receiver, receiver_order, value, o, i",
    "balances": "account, account_order, received, sent, balance, transfers, first_block, last_block",
}


def parquet(run, table: str) -> str:
    return f"read_parquet('{run.folder}/index/{table}/*/*.parquet', hive_partitioning = true)"


@pytest.mark.parametrize(
    ("table", "of"), [("moves_by_sender", "moves"), ("moves_by_receiver", "moves"), ("balances", "balances")]
)
def test_every_row_is_the_same(run, reference, table, of):
    built, expected = f"SELECT {COLUMNS[of]} FROM {parquet(run, table)}", f"SELECT {COLUMNS[of]} FROM {of}"
    for one, other in ((built, expected), (expected, built)):
        assert reference.execute(f"SELECT * FROM ({one} EXCEPT ALL {other}) LIMIT 5").fetchall() == []
    assert reference.execute(f"SELECT count(*) FROM {of}").fetchone()[0] > TRANSFERS / 10


def test_sums_outgrow_64_bits(reference):
    assert reference.execute("SELECT max(o) FROM moves").fetchone()[0] > 2**64


def test_an_account_is_in_one_bucket_that_is_known_without_asking(run, reference):
    rows = reference.execute(f"SELECT DISTINCT account, account_order, bucket FROM {parquet(run, 'balances')}")
    found = rows.fetchall()
    buckets = len({bucket for *_, bucket in found})
    assert buckets > 2
    assert all(bucket_number(account, order, buckets) == bucket for account, order, bucket in found)


@pytest.mark.parametrize(("side", "position"), [("sender", "o"), ("receiver", "i")])
def test_each_file_is_sorted_by_account_and_position_and_paged(run, reference, side, position):
    folder = run.folder / "index" / f"moves_by_{side}"
    for file in folder.glob("*/*.parquet"):
        rows = reference.execute(
            f"SELECT {side}, {side}_order, {position}, page FROM read_parquet('{file}')"
        ).fetchall()
        assert rows == sorted(rows)
        number, account = 0, None
        for *now, _, page in rows:
            number = number + 1 if now == account else 0
            account = now
            assert page == number // MOVES_OF_A_PAGE
    files = [file.parent.name for file in folder.glob("*/*.parquet")]
    assert len(files) == len(set(files)), "one task writes one bucket"


def test_several_processes_did_the_work(run):
    """By Spark's own log: tasks ended well on at least two workers, and these are processes beside the driver."""
    before = run.said["workers before"]
    did = {event["Task Info"]["Executor ID"] for event in run.events("TaskEnd") if not event["Task Info"]["Failed"]}
    assert len(did & before.keys()) == 2
    assert len({run.said["own pid"], *before.values()}) == 3


def test_a_killed_worker_is_replaced_and_the_job_goes_on(run):
    killed = run.said["killed"]
    assert run.said["job ran on"]
    assert killed["pid"] == run.said["workers before"][killed["worker"]]
    assert killed["pid"] not in run.said["workers after"].values()
    assert [event["Executor ID"] for event in run.events("ExecutorRemoved")][:1] == [killed["worker"]]
    ends = {event["Job ID"]: event["Job Result"]["Result"] for event in run.events("JobEnd")}
    assert ends[killed["job"]] == "JobSucceeded"


def test_what_the_killed_worker_had_computed_was_computed_again(run):
    reasons = [event["Task End Reason"]["Reason"] for event in run.events("TaskEnd")]
    assert {"ExecutorLostFailure", "FetchFailed", "Resubmitted"} & set(reasons)
