"""Who fetches the logs: how each is installed into .bench/, called, and its rows counted afterwards."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from chain import CACHE, ROOT, Chain

PEERS = Path(__file__).with_name("peers")
RAW_BLOCKS_EACH = 16  # About 4 MB of JSON at 400 transfers a block.


@dataclass(frozen=True)
class Contestant:
    """``command`` and ``count`` get the chain and the place for the output; ``count`` also gets what was printed."""

    name: str
    command: Callable[[Chain, Path], list[str]]
    count: Callable[[Chain, Path, str], int]
    version: Callable[[], str]
    install: Callable[[], None] = lambda: None
    until: str = ""
    variables: Callable[[Chain, Path], dict[str, str]] = lambda _chain, _output: {}
    folder: Path = ROOT
    note: str = ""


def _raw(chain: Chain, _output: Path) -> list[str]:
    where = (chain.url, chain.token, str(chain.first_block), str(chain.last_block), str(RAW_BLOCKS_EACH))
    return [sys.executable, str(PEERS / "raw.py"), *where]


def _raw_rows(chain: Chain, _output: Path, printed: str) -> int:
    """It parses nothing: it had all rows if it had all bytes."""
    rows, size = chain.measured(RAW_BLOCKS_EACH)
    return rows if size == int(printed) else 0


def _zuan(chain: Chain, output: Path) -> list[str]:
    program = Path(sys.executable).with_name("zuan")
    return [str(program), "sync", "--rpc-url", chain.url, "--token", chain.token, "--store", str(output)]


def _compile() -> None:
    """As pip does for its packages."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "src")], check=True)


def _parquet_rows(_chain: Chain, output: Path, _printed: str) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(file).num_rows for file in output.rglob("*logs*.parquet"))


def _zuan_rows(_chain: Chain, output: Path, _printed: str) -> int:
    from zuan.circulation.store.catalog import Store

    return Store.open(output).catalog.rows


def _csv_rows(header: bool) -> Callable[[Chain, Path, str], int]:
    def count(_chain: Chain, output: Path, _printed: str) -> int:
        files = [output] if output.is_file() else list(output.rglob("*.csv"))
        return sum(_lines(file) - header for file in files)

    return count


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))


def _where(chain: Chain, output: Path) -> list[str]:
    return [chain.url, chain.token, str(chain.first_block), str(chain.last_block), str(output)]


def _python(peer: str) -> str:
    return str(CACHE / peer / "bin" / "python")


def _etl(chain: Chain, output: Path) -> list[str]:
    program = [str(CACHE / "ethereum-etl" / "bin" / "ethereumetl"), "export_token_transfers"]
    blocks = ["--start-block", str(chain.first_block), "--end-block", str(chain.last_block)]
    return [*program, *blocks, "--provider-uri", chain.url, "--tokens", chain.token, "--output", str(output)]


def _ponder(_chain: Chain, _output: Path) -> list[str]:
    program = ["node", "node_modules/ponder/dist/esm/bin/ponder.js", "start", "--schema", "bench"]
    return [*program, "--log-format", "json", "--hostname", "127.0.0.1", "--port", "0"]


def _ponder_settings(chain: Chain, output: Path) -> dict[str, str]:
    url, token, first, last, place = _where(chain, output)
    names = {"BENCH_URL": url, "BENCH_TOKEN": token, "BENCH_FIRST": first, "BENCH_LAST": last, "BENCH_OUTPUT": place}
    return {**names, "PONDER_TELEMETRY_DISABLED": "1"}


def _ponder_rows(_chain: Chain, output: Path, _printed: str) -> int:
    command = ["node", "count.mjs", str(output)]
    asked = subprocess.run(command, cwd=CACHE / "ponder", capture_output=True, text=True, check=True, timeout=600)
    return int(asked.stdout)


def _installer(peer: str, files: list[Path], steps: Callable[[Path], Iterator[tuple[list[str], Path]]]) -> None:
    """Runs the steps unless the environment was made from these very files already."""
    target, mark = CACHE / peer, hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    done = target / ".made-from"
    if done.exists() and done.read_text(encoding="utf-8") == mark:
        return
    print(f"Installing {peer} into {target} ...", file=sys.stderr)
    shutil.rmtree(target, ignore_errors=True)
    CACHE.mkdir(exist_ok=True)
    for command, folder in steps(target):
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command)}: {(ran.stdout + ran.stderr).strip()[:500]}")
    done.write_text(mark)


def _install_python(peer: str) -> Callable[[], None]:
    pins = PEERS / f"{peer}.txt"

    def steps(target: Path) -> Iterator[tuple[list[str], Path]]:
        yield [sys.executable, "-m", "venv", str(target)], CACHE
        pip = [str(target / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        # All packages are pinned; see peers/README.md for why nothing is resolved again.
        yield [*pip, "--no-deps", "--require-hashes", "-r", str(pins)], CACHE

    return lambda: _installer(peer, [pins], steps)


def _install_node(peer: str) -> Callable[[], None]:
    source = PEERS / peer

    def steps(target: Path) -> Iterator[tuple[list[str], Path]]:
        shutil.copytree(source, target)
        yield ["npm", "ci", "--no-progress", "--loglevel=error"], target

    return lambda: _installer(peer, sorted(p for p in source.rglob("*") if p.is_file()), steps)


def _python_version(peer: str) -> Callable[[], str]:
    ask = f"from importlib.metadata import version; print(version({peer!r}))"
    return lambda: subprocess.run([_python(peer), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


def _node_version(peer: str, package: str) -> Callable[[], str]:
    return lambda: json.loads((CACHE / peer / "node_modules" / package / "package.json").read_text(encoding="utf-8"))[
        "version"
    ]


RAW = Contestant("raw", _raw, _raw_rows, lambda: "", note="the bytes alone, nothing parsed or kept")

PEERS_AND_US = (
    Contestant("zuan", _zuan, _zuan_rows, lambda: version("zuan"), _compile),
    Contestant(
        "cryo",
        lambda chain, output: [_python("cryo"), str(PEERS / "cryo_logs.py"), *_where(chain, output)],
        _parquet_rows,
        _python_version("cryo"),
        _install_python("cryo"),
        note="cryo.freeze to Parquet",
    ),
    Contestant(
        "subsquid",
        lambda chain, output: ["node", "sync.mjs", *_where(chain, output)],
        _csv_rows(header=True),
        _node_version("subsquid", "@subsquid/evm-processor"),
        _install_node("subsquid"),
        folder=CACHE / "subsquid",
        note="evm-processor on RPC, decoded, file store to CSV",
    ),
    Contestant(
        "ethereum-etl",
        _etl,
        _csv_rows(header=True),
        _python_version("ethereum-etl"),
        _install_python("ethereum-etl"),
        note="export_token_transfers to CSV, default batch and workers",
    ),
    Contestant(
        "web3.py",
        lambda chain, output: [_python("web3"), str(PEERS / "web3_logs.py"), *_where(chain, output)],
        _csv_rows(header=False),
        _python_version("web3"),
        _install_python("web3"),
        note="contract.events.Transfer().get_logs to CSV",
    ),
    Contestant(
        "ponder",
        _ponder,
        _ponder_rows,
        _node_version("ponder", "ponder"),
        _install_node("ponder"),
        until="Completed indexing across all chains",
        variables=_ponder_settings,
        folder=CACHE / "ponder",
        note="ponder start to PGlite, until it says that indexing is complete; its database starts in that time too",
    ),
)
