"""``zuan whois``"""

from __future__ import annotations

import click

from ..options import Address, Chain, json_option, system_options


@click.command()
@click.argument("address", type=Address())
@json_option
@system_options
def whois(chain: Chain, address: str, as_json: bool) -> int:
    """What ADDRESS is: a part of the system, and whether that is genuine; its roles, listings, orders, tickets, diamonds.

    The system is that of --token, else of ADDRESS itself, else of the manifest. Names come from [names] in zuan.toml, the
    contracts, the manifest's roles, and the test accounts of local chains. Ends with exit code 3 where a contract of the
    system is not genuine.

    \b
      zuan whois alice
      zuan whois 0x... --rpc-url https://...
    """
    from ...errors import MISMATCH, DeploymentError
    from ...names import known_names
    from ...whois import whois as look
    from ..output import print_json
    from ..render.code import print_identity

    connection = chain.connection
    try:
        system = chain.look(doubts=True)
    except DeploymentError:
        system = None
    manifest = system.manifest if system else None
    contracts = {n: d.address for n, d in manifest.contracts.items()} if manifest else {}
    names = known_names(contracts, connection.is_local, manifest)
    found = look(connection, address, system, names)
    if as_json:
        print_json(found.as_dict())
    else:
        print_identity(found)
    return 0 if found.check is None or found.check.genuine else MISMATCH
