"""A command that runs until it is ended ends, whenever the signal comes and whichever thread gets it."""

import subprocess
import sys

import pytest

BEFORE = "os.kill(os.getpid(), signal.SIGTERM); ending.wait()"
#: The main thread takes none, so that the kernel gives it to the other one.
TO_ANOTHER = """threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
threading.Timer(0.1, lambda: subprocess.run(["kill", str(os.getpid())])).start()
ending.wait()"""
OF_ANOTHER_KIND = """signal.signal(signal.SIGUSR1, lambda *_: print("heard"))
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGHUP)).start()
ending.wait()"""


@pytest.mark.parametrize(("what", "said"), [(BEFORE, ""), (TO_ANOTHER, ""), (OF_ANOTHER_KIND, "heard\n")])
def test_no_signal_is_slept_through(what, said):
    begin = "import os, signal, subprocess, threading\nfrom zuan.cli.stopping import Ending\nending = Ending()\n"
    done = subprocess.run([sys.executable, "-c", begin + what], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
