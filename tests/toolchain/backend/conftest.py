"""What a backend does: on the fixtures that the package ships, by shorter names."""

from collections.abc import Callable

import pytest

import zuan
from zuan.chain.sender import Sender


@pytest.fixture
def system(zuan_attested) -> zuan.System:
    """Deployed, with fresh reserves."""
    return zuan_attested


@pytest.fixture
def sender(zuan_sender) -> Callable[[str], Sender]:
    """Sends as a test account: ``sender("alice")``."""
    return zuan_sender
