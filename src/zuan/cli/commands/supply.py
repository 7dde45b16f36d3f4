"""``zuan supply``"""

from __future__ import annotations

import click

from ..options import Chain, block_option, chain_options, json_option


@click.command()
@block_option
@json_option
@chain_options
def supply(chain: Chain, block: int | None, as_json: bool) -> int:
    """What is outstanding and what stands behind it, read from the chain.

    \b
    Ends with exit code 3 when the diamonds outstanding are not fully covered by
    reserves, and 4 when no attestation allows minting (none yet, stale, suspended,
    ended by a change of auditors); so a script can watch it:
      zuan supply --json | jq -r .coverage
      zuan supply --block 1200          as it was then
    """
    from ...supply import read_supply
    from ..render import print_json, print_supply

    found = read_supply(chain.system, block)
    if as_json:
        print_json(found.as_dict())
    else:
        print_supply(found)
    return found.exit_code
