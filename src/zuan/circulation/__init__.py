"""Circulation: a token's logs, kept in a folder of Parquet files and asked with SQL.

In rooms; each imports only from those before it (a test holds it): ``fetch`` reads logs from nodes, ``store`` keeps them,
``index`` finds a diamond's next transfer, ``ask`` answers questions, ``check`` compares with the chain, ``syncing`` brings a
store up to it. What others use of them is named here; :mod:`zuan.tracing` answers questions about single diamonds::

    from zuan.circulation import Circulation, Question, sync, verify

    done = sync(system)
    verify(system.connection, done.folder)
    print(Circulation(done.folder).answer(Question(serial=1)).rows)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..extras import require
from ..lazily import names_of

require("circulation", "what reads or keeps a token's circulation", "duckdb", "numpy", "pyarrow", "trie")

if TYPE_CHECKING:
    # What type checkers see; a test compares it with the table.
    from ..tracing.answer import Answer as Answer
    from ..tracing.circulation import Circulation as Circulation
    from ..tracing.flows import Flows as Flows
    from ..tracing.question import Question as Question
    from ..tracing.story import Step as Step
    from .check.compare import Verified as Verified
    from .check.proof import Proven as Proven
    from .syncing.turns import SyncResult as SyncResult
    from .syncing.turns import sync as sync
    from .syncing.turns import sync_token as sync_token
    from .syncing.verifying import prove as prove
    from .syncing.verifying import verify as verify

_HOME = {
    "Answer": "..tracing.answer",
    "Circulation": "..tracing.circulation",
    "Flows": "..tracing.flows",
    "Proven": ".check.proof",
    "Question": "..tracing.question",
    "Step": "..tracing.story",
    "SyncResult": ".syncing.turns",
    "Verified": ".check.compare",
    "prove": ".syncing.verifying",
    "sync": ".syncing.turns",
    "sync_token": ".syncing.turns",
    "verify": ".syncing.verifying",
}

__all__ = sorted(_HOME)

if not TYPE_CHECKING:  # else every misspelt name would be Any
    __getattr__ = names_of(__name__, _HOME)


def __dir__() -> list[str]:
    return __all__
