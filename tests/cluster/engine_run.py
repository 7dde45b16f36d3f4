"""Run in the engine's own environment: builds the index, kills a worker meanwhile, and asks the index questions.

    python engine_run.py FOLDER SAID

FOLDER has ``transfers/``; the index is written to ``index/`` in it, and what was seen to SAID, as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from zuan.cluster import Index, Place, build, session
from zuan.definitions import SUPPLY


def workers(application: str) -> dict[str, int]:
    """The workers' processes by their number in Spark, found as anybody would: in the list of processes."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if application in words and "org.apache.spark.executor.CoarseGrainedExecutorBackend" in words:
            found[words[words.index("--executor-id") + 1]] = int(process.name)
    return found


def kill_one(spark: Any, building: threading.Event, seen: dict[str, Any]) -> None:
    """Kills a worker when a job has finished a stage, so that what it computed is lost, and runs tasks of the next."""
    tracker = spark.sparkContext.statusTracker()
    while building.is_set():
        for job in tracker.getActiveJobsIds():
            stages = [tracker.getStageInfo(stage) for stage in tracker.getJobInfo(job).stageIds]
            finished = [stage for stage in stages if stage and stage.numTasks == stage.numCompletedTasks > 1]
            running = [stage for stage in stages if stage and stage.numActiveTasks]
            if finished and running:
                number, pid = min(workers(spark.sparkContext.applicationId).items())
                os.kill(pid, signal.SIGKILL)
                while pid in workers(spark.sparkContext.applicationId).values():
                    time.sleep(0.002)
                seen["killed"] = {"worker": number, "pid": pid, "job": job}
                seen["job ran on"] = job in tracker.getActiveJobsIds() and building.is_set()
                return
        time.sleep(0.002)


def main(folder: Path, said: Path) -> None:
    files = sorted((folder / "transfers").glob("*.parquet"))
    seen: dict[str, Any] = {"own pid": os.getpid()}
    with session(workers=2, memory_mb=1024) as spark:
        spark.range(10, numPartitions=10).count()  # all workers are up
        seen["workers before"] = workers(spark.sparkContext.applicationId)
        building = threading.Event()
        building.set()
        killer = threading.Thread(target=kill_one, args=(spark, building, seen))
        killer.start()
        build(spark, files, folder / "index")
        building.clear()
        killer.join()
        seen["workers after"] = workers(spark.sparkContext.applicationId)

        issued = int(spark.sql(SUPPLY).collect()[0].issued)
        index = Index(spark, folder / "index")
        rng = random.Random(5)
        serials = sorted({1, issued, issued + 1, *(rng.randrange(issued) + 1 for _ in range(60))})
        ways = index.trace_many(serials)
        seen["issued"] = issued
        seen["ways"] = [[serial, [written(hop) for hop in way]] for serial, way in ways.items()]
        seen["one way"] = [serials[7], [written(hop) for hop in index.trace(serials[7])]]
        held = [(serial, ways[serial][-1]) for serial in serials if ways[serial] and any(ways[serial][-1].receiver)]
        places = [Place(hop.receiver, hop.receiver_order, hop.position) for _, hop in held[:20]]
        never = Place(b"\1" * 20, 0, 0)
        seen["serials"] = [[serial for serial, _ in held[:20]], index.serials([*places, never])]
        top = index.holders(10)
        seen["top"] = [balance(one) for one in top]
        accounts = [(place.account, place.order) for place in places]
        seen["balances"] = [balance(one) for one in index.balances([*accounts, (never.account, 0)])]
        seen["accounts"] = [[account.hex(), order] for account, order in accounts]
    said.write_text(json.dumps(seen), encoding="utf-8")


def written(hop: Any) -> list[Any]:
    return [hop.seq, hop.sender.hex(), hop.sender_order, hop.receiver.hex(), hop.receiver_order, hop.position]


def balance(one: Any) -> list[Any]:
    figures = [one.received, one.sent, one.balance, one.transfers, one.first_block, one.last_block]
    return [one.account.hex(), one.order, *figures]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
