"""A shop's backend: mints what was paid for, keeps a table of what happens on the chain, lets holders sign in.

The functions fit into Django, Flask or a worker as they are; any number of workers may run them at once.
"""

import sqlite3

import zuan


def mint_paid_order(
    system: zuan.System, sender: zuan.Sender, order_id: str, buyer: str, diamonds: int
) -> tuple[int, int]:
    """Mints a paid order and returns its serial numbers. After any error call it again: it never mints twice."""
    mint = zuan.mint(system, sender, buyer, diamonds, order_id, confirmations=0 if system.connection.is_local else 3)
    return mint.first_serial, mint.last_serial


def keep_up(system: zuan.System, db: sqlite3.Connection, follow: bool = True) -> None:
    """Copies what happens into a table. Stop it whenever you like, and run it again: it goes on where it was."""
    db.execute("CREATE TABLE IF NOT EXISTS happenings (kind, account, amount, ref, tx, block_hash, time)")
    db.execute("CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY CHECK (id = 1), cursor)")
    row = db.execute("SELECT cursor FROM place").fetchone()
    for found in zuan.watch(system, row and row[0], follow=follow):
        with db:  # the happening and the cursor behind it, both or neither
            if found.kind == "undone":  # the chain was reorganised
                db.execute("DELETE FROM happenings WHERE block_hash = ?", [found.block_hash])
            else:
                values = (found.kind, found.account, found.amount, found.ref, found.tx, found.block_hash, found.time)
                db.execute("INSERT INTO happenings VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            db.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", [found.cursor])


def may_sign_in(connection: zuan.Connection, account: str, challenge: str, signature: str) -> bool:
    """Whether the holder's wallet signed the challenge, which names your site and holds a number used once."""
    return zuan.verify_message(connection, account, challenge, signature)
