"""Makes Brownie 1.22 work here; a ``.pth`` file in the virtual environment loads it with Brownie (tools/brownie_start.py).

1. Brownie's compiled (mypyc) modules raise ``TypeError: dict object expected`` on project settings; the ``.py`` files
   beside them work. So those are preferred.
2. Brownie's ``development`` network means Anvil; here it is the project's own Ganache, on a free port, with the
   hardfork that the contracts are compiled for and the accounts that ``zuan`` knows.
3. Brownie's own folder is ``build/.brownie`` instead of one in the home folder, whose networks and packages would make
   one machine differ from another, and which ``make clean`` could not remove. Only its accounts stay in ``~/.brownie``:
   keys must not lie in a folder that is cleaned.
4. ``brownie run`` says in a sentence why it finds no network.
5. Sources are UTF-8, whatever the locale: Brownie would read them in the locale's encoding.
6. py-solc-x finds the project's compiler, and would otherwise try to download one.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def _open(file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, **more: Any) -> Any:
    return open(file, mode, buffering, encoding or (None if "b" in mode else "utf-8"), **more)  # noqa: PTH123


class _Loader(SourceFileLoader):
    """Loads a part of Brownie, which would read sources in the encoding of the user's locale."""

    def exec_module(self, module: ModuleType) -> None:
        module.open = _open  # type: ignore[attr-defined]
        super().exec_module(module)


class _ConfigLoader(_Loader):
    """Loads ``brownie._config``, then registers the project's chain."""

    def exec_module(self, module: ModuleType) -> None:
        home, data = Path.home, ROOT / "build"
        Path.home = staticmethod(lambda: data)  # type: ignore[method-assign,assignment]
        try:
            super().exec_module(module)
        finally:
            Path.home = home  # type: ignore[method-assign]
        module.CONFIG.networks["development"] = _ganache()


class _RunLoader(_Loader):
    """Loads ``brownie run``, and has it say in a sentence why there is no connection."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.network = SimpleNamespace(connect=_told(module.network.connect))  # type: ignore[attr-defined]


_LOADERS = {"brownie._config": _ConfigLoader, "brownie._cli.run": _RunLoader}


def _told(connect: Callable[[str], None]) -> Callable[[str], None]:
    def told(network: str) -> None:
        try:
            connect(network)
        except KeyError as error:
            raise SystemExit(f"Error: Brownie knows no network {error}; see `brownie networks list`") from None
        except Exception as error:  # whatever it is, the network's settings or its node are the cause
            # Of an address, what comes after the host may be a secret.
            why = re.sub(r"(\w+://)(?:[^/\s'\"]*@)?([^/\s'\"]+)[^\s'\"]*", r"\1\2", str(error))
            raise SystemExit(f"Error: no connection to the network {network}: {why}") from None

    return told


def find(fullname: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """Finds ``brownie.*`` as Python source, whatever compiled modules lie beside it."""
    _prepare()
    for folder in path or ():
        stem = Path(folder, fullname.rpartition(".")[2])
        for source, search in ((stem / "__init__.py", [str(stem)]), (stem.with_suffix(".py"), None)):
            if source.exists():
                loader: Loader = _LOADERS.get(fullname, _Loader)(fullname, str(source))
                return importlib.util.spec_from_file_location(
                    fullname, source, loader=loader, submodule_search_locations=search
                )
    return None


@cache
def _prepare() -> None:
    """What Brownie and the compilers' managers read from the environment, before they are imported."""
    (ROOT / "build").mkdir(exist_ok=True)
    keep_keys()
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / "tools"))
    os.environ.setdefault("VVM_BINARY_PATH", str(ROOT / "build"))
    # Ganache's launcher needs node, which may be the one in the virtual environment.
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


def keep_keys() -> None:
    """Makes Brownie's accounts those of the home folder; any that an earlier version put into ``build`` go there."""
    kept, here = Path.home() / ".brownie" / "accounts", ROOT / "build" / ".brownie" / "accounts"
    kept.mkdir(parents=True, exist_ok=True)
    if here.is_symlink():
        if here.readlink() == kept:
            return
        here.unlink()
    elif here.exists():
        for file in here.iterdir():
            to, number = kept / file.name, 2
            while to.exists():
                to, number = kept / f"{file.stem}-{number}{file.suffix}", number + 1
            shutil.move(file, to)
            print(f"The keystore {file.name} is {to} now.", file=sys.stderr)
        here.rmdir()
    here.parent.mkdir(parents=True, exist_ok=True)
    # Several workers of pytest begin at once.
    with suppress(FileExistsError):
        here.symlink_to(kept)


def _ganache() -> dict[str, Any]:
    from zuan.chain.accounts import TEST_ACCOUNTS, TEST_MNEMONIC
    from zuan.chain.connection import CHAIN_ID

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "name": "Ganache",
        "id": "development",
        "cmd": str(ROOT / "node_modules" / ".bin" / "ganache"),
        "host": "http://127.0.0.1",
        "timeout": 120,
        "cmd_settings": {
            "port": port,
            "accounts": TEST_ACCOUNTS,
            "evm_version": "shanghai",
            "mnemonic": TEST_MNEMONIC,
            "gas_limit": 30_000_000,
            "chain_id": CHAIN_ID,
            "network_id": CHAIN_ID,
        },
    }
