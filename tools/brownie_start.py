"""Every start of Python in the virtual environment comes through here, so it does next to nothing: the first import of
Brownie loads tools/brownie_hook.py, which says what for.
"""

import sys


class _First:
    @staticmethod
    def find_spec(fullname, _path=None, _target=None):
        if fullname == "brownie":
            import brownie_hook  # noqa: F401


sys.meta_path.insert(0, _First)
