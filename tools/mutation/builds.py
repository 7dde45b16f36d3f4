"""Builds of mutants: only the contracts that a changed file is part of, without optimizer, in seconds."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from mutants import Mutant
from solc import build as compiler
from solc.warm import WarmSolc, errors

#: The metadata differs with every comment: it is no code.
_NO_METADATA = {"appendCBOR": False, "bytecodeHash": "none"}


class Builder:
    """Compiles originals into a folder, and mutants into copies of it."""

    def __init__(self, solc: WarmSolc, base: Path) -> None:
        self.solc, self.base = solc, base
        self._request = compiler.standard_input()
        self._request["settings"] |= {"viaIR": False, "optimizer": {"enabled": False}, "metadata": _NO_METADATA}
        self._outputs = self._request["settings"].pop("outputSelection")["*"]["*"]
        self.sources = {path: source["content"] for path, source in self._request["sources"].items()}
        self._optimized: dict[str, dict[str, str]] = {}

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        answer = self._compile(self.sources, {"*": {"": ["ast"]}})
        if errors(answer):
            raise SystemExit("\n".join(errors(answer)))
        trees: dict[str, Any] = answer["sources"]
        return trees

    def tree(self, path: str) -> Any:
        """The syntax tree of a source."""
        return self._parsed[path]["ast"]

    def build_base(self) -> None:
        """Compiles the originals."""
        answer = self._compile(self.sources, {"*": {"*": self._outputs}})
        if errors(answer):
            raise SystemExit("\n".join(errors(answer)))
        shutil.rmtree(self.base, ignore_errors=True)
        self._save(answer, self.base)
        self.solc.close()

    @contextmanager
    def folder(self, mutant: Mutant) -> Iterator[tuple[Path, str]]:
        """A folder with the mutant's artifacts among the original ones; or why there is none: "invalid" or "equal"."""
        with tempfile.TemporaryDirectory(prefix="mutant") as name:
            folder = Path(name)
            answer = self._compile_users(mutant, {})
            if errors(answer):
                yield folder, "invalid"
                return
            (folder / "data").mkdir()
            for original in (self.base / "data").iterdir():
                (folder / "data" / original.name).symlink_to(original)
            yield folder, "" if self._save(answer, folder) else "equal"

    def equal_when_optimized(self, mutant: Mutant) -> bool:
        """Whether the optimizer sees no difference: then there is none."""
        optimizer = {"optimizer": {"enabled": True, "runs": 200}}
        if mutant.path not in self._optimized:
            same = Mutant(mutant.path, 0, 0, "", "", 0, "")
            self._optimized[mutant.path] = _codes(self._compile_users(same, optimizer))
        return _codes(self._compile_users(mutant, optimizer)) == self._optimized[mutant.path]

    def _compile_users(self, mutant: Mutant, settings: dict[str, Any]) -> dict[str, Any]:
        users = self._users(mutant.path)
        sources = {path: self.sources[path] for path in users}
        sources[mutant.path] = mutant.apply(self.sources[mutant.path].encode()).decode()
        return self._compile(sources, {path: {"*": self._outputs} for path in users}, settings)

    def _users(self, path: str) -> list[str]:
        """The deployable contracts' files that this one is part of."""
        files = [p for p in self.sources if Path(p).parent == Path("contracts")]
        return [p for p in files if path in self._imports(p)]

    def _imports(self, path: str) -> set[str]:
        """The file and all that it imports, but for interfaces, whose code is elsewhere."""
        found, todo = set(), [path]
        while todo:
            at = todo.pop()
            if at in found or at not in self.sources or "/interfaces/" in at:
                continue
            found.add(at)
            nodes = self._parsed[at]["ast"]["nodes"]
            todo += [node["absolutePath"] for node in nodes if node["nodeType"] == "ImportDirective"]
        return found

    def _compile(self, sources: dict[str, str], outputs: Any, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        common = {**self._request["settings"], **(settings or {}), "outputSelection": outputs}
        contents = {path: {"content": text} for path, text in sources.items()}
        return self.solc.compile({**self._request, "sources": contents, "settings": common})

    def _save(self, answer: dict[str, Any], folder: Path) -> bool:
        """Writes the artifacts; tells whether one differs from what was there."""
        (folder / "data").mkdir(parents=True, exist_ok=True)
        changed = False
        for path, contracts in answer["contracts"].items():
            for name, contract in contracts.items():
                if not path.startswith("contracts/") or not contract["evm"]["bytecode"]["object"]:
                    continue
                text = json.dumps(compiler.artifact(name, path, {"metadata": "", **contract}))
                file = folder / "data" / f"{name}.json"
                if not file.exists() or _code(json.loads(file.read_text(encoding="utf-8"))) != _code(json.loads(text)):
                    changed = True
                    file.unlink(missing_ok=True)
                    file.write_text(text)
        return changed


def _code(artifact: dict[str, Any]) -> tuple[str, str]:
    return artifact["bytecode"], artifact["deployedBytecode"]


def _codes(answer: dict[str, Any]) -> dict[str, str]:
    return {
        name: contract["evm"]["bytecode"]["object"] + contract["evm"]["deployedBytecode"]["object"]
        for contracts in answer["contracts"].values()
        for name, contract in contracts.items()
    }
