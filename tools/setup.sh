#!/usr/bin/env bash
# Makes the virtual environment: locked and hashed packages, the project itself, Brownie's hook, and a Node if there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Zuan needs Python 3.11 or newer; $python is $("$python" --version 2>&1). Try: make PYTHON=python3.11 ..." >&2
  exit 1
}
echo "Installing Python packages into .venv (about a minute and a half, once) ..."
rm -rf .venv
if ! "$python" -m venv .venv >/dev/null 2>&1; then
  # Debian splits ensurepip off; a pip of the system can fill the environment as well.
  rm -rf .venv
  "$python" -m venv --without-pip .venv
  "$python" -m pip --version >/dev/null 2>&1 || {
    echo "This Python can install no packages. On Debian: apt-get install python3-venv" >&2
    rm -rf .venv
    exit 1
  }
  pip() { "$python" -m pip --python .venv/bin/python "$@"; }
else
  pip() { .venv/bin/python -m pip "$@"; }
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1
pip install -qq --require-hashes -r requirements.txt
if ! command -v npm >/dev/null; then
  pip install -qq --require-hashes -r requirements-node.txt
fi
pip install -qq --no-deps --no-build-isolation -e .
# Loaded by every Python of this environment; does nothing until Brownie is imported.
printf 'import sys; sys.path.append(%s); import brownie_start\n' "\"$PWD/tools\"" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/zuan_brownie.pth"
