"""`zuan issue`, killed with SIGKILL at random moments and run again, on a real Ganache."""

import random
import signal
import subprocess
import time

import pytest

from tests.toolchain.conftest import ZUAN, environment
from zuan import read_history, read_namespaces, read_orders

ORDERS = 400
KILLS = 6


def run(chain, folder, cwd, *args):
    return subprocess.Popen(
        [*ZUAN, "issue", "orders.csv", *args],
        cwd=cwd,
        env=environment(chain.url, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("batch", [5, 40])
def test_killed_at_any_moment_and_run_again_every_order_is_minted_exactly_once(
    chain, folder, system, attest, tmp_path, batch
):
    attest(10_000_000)
    buyers = [f"0x{i + 1:040x}" for i in range(50)]
    lines = [f"K-{i},{buyers[i % 50]},{i + 1}" for i in range(ORDERS)]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,buyer,amount", *lines]))
    rng, cut_short = random.Random(batch), 0
    for number in range(KILLS):
        process = run(chain, folder, tmp_path, "--batch", str(batch))
        if number:
            time.sleep(rng.uniform(0.5, 3.0))
        while not number and process.poll() is None and not system.token.total_supply():
            pass  # The first is killed as soon as something is minted, however quick the machine is.
        process.kill()
        cut_short += process.wait() == -signal.SIGKILL
        process.stdout.close()
    # Two at once, the second of them started in the middle of the first.
    first = run(chain, folder, tmp_path, "--batch", str(batch))
    before = system.token.total_supply()
    while first.poll() is None and system.token.total_supply() == before:
        pass
    second = run(chain, folder, tmp_path, "--batch", str(batch))
    said = [process.communicate(timeout=120)[0] for process in (first, second)]
    # One of them may be overtaken so often, each time it looks again, that it gives up, and says what to do: that is done.
    for process, words in zip((first, second), said, strict=True):
        assert process.returncode == 0 or "run the same command again" in words, words
    last = run(chain, folder, tmp_path, "--batch", str(batch))
    words = last.communicate(timeout=120)[0]
    assert last.returncode == 0 and f"{ORDERS} of {ORDERS} orders minted" in words, words
    assert cut_short > 0, "the kills must have hit a run in the middle for this to mean anything"
    refs = [mint.ref for mint in read_history(system).mints]
    assert sorted(refs) == sorted(
        read_namespaces(system).reference(s.order_id) for s in read_orders(tmp_path / "orders.csv").sales
    )
    assert system.token.total_supply() == ORDERS * (ORDERS + 1) // 2


def test_ctrl_c_says_how_many_are_minted_and_what_to_do(chain, folder, system, attest, tmp_path):
    attest(10_000_000)
    lines = [f"C-{i},0x{i + 1:040x},1" for i in range(500)]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,buyer,amount", *lines]))
    process = run(chain, folder, tmp_path, "--batch", "1")
    while "50 of 500" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = process.stdout.read()
    process.stdout.close()
    assert process.wait() == 130
    assert "stopped" in said and "run the same command again" in said and "Traceback" not in said
    assert 50 <= len(read_history(system).mints) < 500
