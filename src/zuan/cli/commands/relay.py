"""``zuan relay``"""

from __future__ import annotations

from pathlib import Path

import click

from ..options import Chain, account_option, broadcast_option, json_option, system_options


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
@system_options
@account_option("deployer")
@broadcast_option
def relay(chain: Chain, account: str, files: tuple[Path, ...], as_json: bool, broadcast: bool) -> int:
    """Carry authorisations that holders signed, for the gas of --account. They can do nothing but what was signed.

    Each is checked first and sent in a transaction of its own; used ones are skipped, so run it again after any trouble.
    Ends with exit code 1 when one was refused.

    \b
      zuan authorize redeem 100 --account alice -o alice.json
      zuan relay alice.json
      zuan relay inbox/*.json --json
    """
    from ...authorization import read_authorization
    from ...errors import InputError
    from ...relaying import relay as carry
    from ..output import print_json

    found, bad = [], []
    for path in files:
        try:
            found.append((str(path), read_authorization(path)))
        except InputError as error:
            bad.append({"file": str(path), "state": "refused", "why": str(error)})
    for entry in bad:
        click.echo(f"refused  {entry['why']}", err=True)
    results = []
    sends = broadcast or chain.connection.is_local
    for done in carry(chain.system, chain.sender(account), found, sends):
        results.append(done)
        tail = {"carried": f" (transaction {done.tx}, {done.gas:,} gas)", "ready": " (simulated; add --broadcast)"}
        why = f": {done.why}" if done.why else ""
        click.echo(f"{done.state:<8} {done.name}  {done.authorization.words}{tail.get(done.state, why)}", err=True)
    if as_json:
        print_json([*bad, *(done.as_dict() for done in results)])
    refused = len(bad) + sum(done.state == "refused" for done in results)
    carried = sum(done.state == "carried" for done in results)
    used = sum(done.state == "used" for done in results)
    click.echo(f"{carried} carried, {used} used before, {refused} refused.", err=True)
    return 1 if refused else 0
