"""What ``import brownie`` means in the virtual environment: Brownie, with the help of tools/brownie_hook.py; or with
``ZUAN_ENGINE=pyrevm`` the stand-in in tools/evm. Every start of Python comes through here, so nothing is loaded before
it is needed.
"""

import os
import sys


class _Finder:
    @staticmethod
    def find_spec(fullname, path=None, _target=None):
        if not fullname.startswith("brownie."):
            return None
        from brownie_hook import find

        return find(fullname, path)


if os.environ.get("ZUAN_ENGINE") == "pyrevm":
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "evm"))  # noqa: PTH118, PTH120
else:
    sys.meta_path.insert(0, _Finder)
