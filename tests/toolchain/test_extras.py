"""An installation without the extras: what needs one says which."""

import sys

import pytest

import zuan
from zuan.errors import MissingError


@pytest.fixture
def light(monkeypatch):
    """As if pyarrow were not installed, and nothing that needs it had been imported."""
    for name in [n for n in sys.modules if n.split(".")[:2] in (["zuan", "circulation"], ["zuan", "tracing"])]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("circulation", "tracing"):
        monkeypatch.delattr(zuan, name, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.parametrize("command", ["sync", "trace 1", "balances", "holders", "flows", "verify", "supply --at 1"])
def test_a_command_that_lacks_a_package_says_how_to_get_it(light, zuan_main, tmp_path, command):
    code, out, said = zuan_main(*command.split(), ETH_RPC_URL="http://127.0.0.1:1", ZUAN_DEPLOYMENTS=str(tmp_path))
    assert (code, out) == (2, "") and said == (
        "Error: what reads or keeps a token's circulation needs the package pyarrow, which is not installed; "
        "run `pip install 'zuan[circulation]'`\n"
    )


def test_from_python_it_is_an_error_of_zuan(light):
    with pytest.raises(MissingError, match="pip install"):
        _ = zuan.Circulation
