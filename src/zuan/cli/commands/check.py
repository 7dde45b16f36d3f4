"""``zuan check``"""

from __future__ import annotations

from pathlib import Path

import click

from ...errors import MISMATCH, InputError
from ...files import write_atomically
from ...quoting import visible
from ..options import Chain, block_option, chain_options, json_option, resolve_address


@click.command()
@click.argument("address", required=False)
@block_option
@click.option("--since", type=click.IntRange(min=0), metavar="BLOCK", help="What is otherwise now than it was then.")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the report."
)
@click.option("--why", is_flag=True, help="Also why each is asked, what happened, and how to check it by hand.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as one HTML file.")
@click.option(
    "--badge",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a badge (SVG), grey when its block is over a day old.",
)
@click.option(
    "--atom", type=click.Path(dir_okay=False, path_type=Path), help="With --since: write the changes as an Atom feed."
)
@click.option(
    "--replay",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Run the witnesses of a --json or --html file again.",
)
@click.option(
    "--verify",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Check the proofs of a --json or --html file, without a node.",
)
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="A synced store of the token, or the folder of stores: read its past there, and look for signs of a Ponzi scheme.",
)
@json_option
@chain_options
def check(
    chain: Chain,
    address: str | None,
    block: int | None,
    since: int | None,
    lang: str,
    why: bool,
    html: Path | None,
    badge: Path | None,
    atom: Path | None,
    replay: Path | None,
    verify: Path | None,
    store: Path | None,
    as_json: bool,
) -> int:
    """What somebody can do to the holders of a token, each claim with a witness.

    ADDRESS is any ERC-20 token. Everybody who may have power over it tries
    everything that its code offers, in a copy of the chain's state: nothing is sent.
    "Yes" ships calls that anybody can run again (--replay); without them the answer
    is "unknown". "No" says what was tried.

    \b
      zuan check 0x... --rpc-url URL
      zuan check 0x... --json > report.json; zuan check --replay report.json
      zuan check 0x... --block 1200        what it would have said then
      zuan check 0x... --since 1200        what has changed; --atom FILE for readers
      zuan check 0x... --store circulation signs in the flows that `zuan sync` keeps
      zuan check --verify report.json      what it proves, without any node

    Exit codes: 0 fine, 3 when a witness or a proof does not hold.
    """
    from ...rating import rate
    from ...rating import replay as run_again
    from ...rating.atom import feed, told
    from ...rating.page import badge as draw
    from ...rating.page import lines, page
    from ...rating.report import changes
    from ...rating.witness import load
    from ..output import print_json

    if verify is not None:
        if address or replay or since is not None or html or badge or atom or store:
            raise InputError("--verify takes everything from its file; leave the address and other files out")
        _verify(verify, as_json)
        return 0
    if replay is not None:
        if address or since is not None or html or badge or atom or store:
            raise InputError("--replay takes everything from its file; leave the address and other files out")
        witnesses = load(replay)
        results = run_again(chain.connection, witnesses)
        held = [
            {"claim": w.claim, "token": w.token, "by": list(dict.fromkeys(s.caller for s in w.steps)), "failed": r}
            for w, r in zip(witnesses, results, strict=True)
        ]
        if as_json:
            print_json({"block": witnesses[0].block, "witnesses": held})
        for one in [] if as_json else held:
            by = f" by {', '.join(one['by'])}" if one["by"] else ""
            click.echo(visible(f"{one['token']}  {one['claim']}{by}: {one['failed'] or 'it holds'}"))
        return MISMATCH if any(results) else 0
    if address is None:
        raise InputError("say which token, by its address")
    if atom is not None and since is None:
        raise InputError("an Atom feed is of changes: say with --since from which block on")
    token = resolve_address(address)
    if store is not None:
        from ...circulation.store.places import find_store

        store = find_store(store, token)
    report = rate(chain.connection, token, block, store)
    if since is not None:
        if since >= report.block:
            raise InputError(f"--since {since} is not before block {report.block}")
        found = changes(rate(chain.connection, token, since), report)
        if atom is not None:
            write_atomically(atom, feed(report, since, found, lang), make_folder=False)
        if as_json:
            print_json({"since": since, "block": report.block, "changes": found})
        else:
            click.echo(f"Blocks {since:,} to {report.block:,}: {len(found)} changes")
            for one in found:
                click.echo(visible(f"  {one['what']}: {told(one['before'], lang)} -> {told(one['after'], lang)}"))
        return 0
    if html is not None:
        write_atomically(html, page(report, lang), make_folder=False)
    if badge is not None:
        stale = report.is_stale(chain.connection.block().timestamp)
        write_atomically(badge, draw(report, lang, stale), make_folder=False)
    if as_json:
        print_json(report.as_dict())
    else:
        click.echo("\n".join(lines(report, lang, why)))
    return 0


def _verify(path: Path, as_json: bool) -> None:
    """Says what a report proves without a node, and what not."""
    from ...rating.offline import read_report, verify
    from ..output import print_json

    found = verify(read_report(path))
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(f"Block {found.block:,}, hash {found.hash}, state root {found.state_root}:")
    for contract, code in found.code.items():
        click.echo(f"  {contract} runs code with the hash {code}")
        for one in (s for s in found.slots if s.contract == contract):
            click.echo(visible(f"    slot {one.slot:#x} holds {one.value:#x}: {one.what}"))
    click.echo("Not proven:")
    for line in found.open:
        click.echo(f"  {line}")
