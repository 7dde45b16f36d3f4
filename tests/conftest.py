"""What all tests share."""

import os
import signal

import pytest

# Whoever starts the tests in the background of a shell has them ignore Ctrl-C, and so would the programs that they stop.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _engine_of_this_process_alone() -> None:
    """The programs that tests start get Brownie itself, whatever stands in for it here (tools/brownie_start.py)."""
    os.environ.pop("ZUAN_ENGINE", None)
