"""``zuan authorize``"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..options import Address, Chain, Diamonds, TimeSpan, broadcast_option, chain_options, open_account, send

if TYPE_CHECKING:
    from ...authorization import Authorization
    from ...deploy.manifest import Manifest

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def authorize() -> None:
    """Sign now, let others carry it: transfers, redemptions, tickets, claims, orders, burns; without gas, without a node.

    The file holds one signature (EIP-3009). Whoever carries it (`zuan relay`) can do just what was signed, once, and the
    money of it goes to the signer. Chain and contracts are those of the manifest in --deployments.

    \b
      zuan authorize redeem 100 --account alice -o redeem.json
      zuan authorize transfer bob 20 --account alice --valid 2h
      zuan authorize redeem 100 --holder 0xAb...        unsigned, for a wallet elsewhere; then:
      zuan authorize sign redeem.json --signature 0x...
      zuan relay redeem.json --account deployer
    """


def making(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options with which an authorisation is made; the command returns what it is for."""

    @click.option("--account", metavar="NAME", help="Who signs: keystore name or path, or test account.")
    @click.option("--holder", type=Address(), help="Instead of --account: write it unsigned, for this holder.")
    @click.option("--valid", type=TimeSpan(), default="1d", show_default=True, help="For how long it may be carried.")
    @click.option("--from-time", type=click.IntRange(min=0), default=0, help="Only after this second (UTC, Unix time).")
    @click.option("--until", type=click.IntRange(min=1), help="Only before this second (UTC); instead of --valid.")
    @click.option("--chain-id", type=click.IntRange(min=1), help="Which manifest, where there are several.")
    @click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file. [default: a new one]"
    )
    @chain_options
    @functools.wraps(command)
    def wrapper(
        chain: Chain,
        account: str | None,
        holder: str | None,
        valid: int,
        from_time: int,
        until: int | None,
        chain_id: int | None,
        output: Path | None,
        **others: Any,
    ) -> None:
        from ...authorization import authorize as make
        from ...errors import InputError

        if (account is None) == (holder is None):
            raise click.UsageError("say who signs with --account, or for whom it is with --holder")
        manifest = _manifest(chain, chain_id)
        key = open_account(account, manifest.node is not None) if account else None
        action, value, more = command(chain=chain, manifest=manifest, **others)
        before = until or max(int(time.time()), from_time) + valid
        made = make(
            manifest,
            action,
            key.address if key else str(holder),
            value,
            valid_after=from_time,
            valid_before=before,
            **more,
        )
        made = made.signed_by(key) if key else made
        path = output or Path(f"{action}-{made.nonce.hex()[:8]}.json")
        if path.exists():
            raise InputError(f"{path} exists already; choose another name with -o")
        made.save(path)
        _told(made, path)

    return wrapper


@authorize.command()
@click.argument("to", type=Address())
@click.argument("amount", type=Diamonds())
@making
def transfer(to: str, amount: int, **_: Any) -> Any:
    """Move AMOUNT diamonds to TO."""
    return "transfer", amount, {"to": to}


@authorize.command()
@click.argument("amount", type=Diamonds())
@click.option("--order", "order_id", metavar="ID", help="Your order id, of which the reference goes on the chain.")
@making
def burn(amount: int, order_id: str | None, manifest: Manifest, chain: Chain) -> Any:
    """Destroy AMOUNT diamonds."""
    return "burn", amount, {"ref": _reference(chain, manifest, order_id) if order_id else bytes(32)}


@authorize.command()
@click.argument("amount", type=Diamonds())
@making
def redeem(amount: int, **_: Any) -> Any:
    """Burn AMOUNT diamonds and be paid par for them at once, to the signer."""
    return "redeem", amount, {}


@authorize.command()
@click.argument("amount", type=Diamonds())
@making
def ticket(amount: int, **_: Any) -> Any:
    """Burn AMOUNT diamonds for a ticket, which anybody may have paid to the signer in its turn."""
    return "ticket", amount, {}


@authorize.command()
@click.argument("amount", type=Diamonds())
@making
def claim(amount: int, **_: Any) -> Any:
    """In a wind-down: burn AMOUNT diamonds for their share, paid to the signer."""
    return "claim", amount, {}


@authorize.command()
@click.argument("listing", type=click.IntRange(min=1))
@click.option("--pieces", type=click.IntRange(min=1), default=1, show_default=True, help="How many.")
@click.option("--id", "order_id", metavar="ID", required=True, help="Your order id; its reference binds the details.")
@making
def order(listing: int, pieces: int, order_id: str, manifest: Manifest, chain: Chain) -> Any:
    """Order from LISTING: merchant, terms, delivery time, arbiter and price, as a node has them now, are signed."""
    from ...goods import purchase

    wanted, total = purchase(chain.system, listing, pieces, _reference(chain, manifest, order_id))
    return "order", total, {"purchase": wanted}


@authorize.command()
@FILE
@click.option("--account", metavar="NAME", help="The holder's keystore or test account.")
@click.option("--signature", metavar="HEX", help="A signature made elsewhere, of what `show --typed-data` prints.")
def sign(file: Path, account: str | None, signature: str | None) -> None:
    """Sign FILE, or put in a signature that a wallet made."""
    from ...authorization import read_authorization
    from ...errors import InputError
    from ...signatures import parse

    if (account is None) == (signature is None):
        raise click.UsageError("give --account, or a wallet's --signature")
    made = read_authorization(file)
    if signature is not None:
        try:
            made = made.signed_with(parse(signature))
        except ValueError as error:
            raise InputError(f"the signature cannot be used: {error}") from None
        if made.recovered() != made.holder:
            click.echo(
                "No key of the holder made it: only its contract wallet can accept it, when it is carried.", err=True
            )
    else:
        made = made.signed_by(_load(account or "", made.holder))
    made.save(file)
    _told(made, file)


@authorize.command()
@FILE
@click.option("--typed-data", is_flag=True, help="What a wallet signs (EIP-712), as JSON.")
def show(file: Path, typed_data: bool) -> None:
    """What FILE does, whose it is, and whether a key signed it."""
    from ...authorization import read_authorization
    from ..output import print_json

    made = read_authorization(file)
    if typed_data:
        click.echo(json.dumps(made.typed_data, indent=2, ensure_ascii=False))
        return
    print_json({**made.as_dict(), "nonce": "0x" + made.nonce.hex(), "does": made.words, "signedBy": made.recovered()})


@authorize.command()
@FILE
@chain_options
@click.option("--account", metavar="NAME", required=True, help="The holder, who signs the cancellation.")
@click.option("--carrier", metavar="NAME", help="Who pays the gas. [default: --account]")
@broadcast_option
def cancel(chain: Chain, file: Path, account: str, carrier: str | None, broadcast: bool) -> None:
    """Make FILE's authorisation void for good, before somebody carries it."""
    from ...authorization import cancellation, read_authorization
    from ...errors import InputError
    from ...relaying import misfit

    made = read_authorization(file)
    if why := misfit(chain.system, made):
        raise InputError(f"{file} is not for this deployment: {why}")
    call = cancellation(chain.system, made, _load(account, made.holder))
    send(chain, carrier or account, call, broadcast)


def _told(made: Authorization, path: Path) -> None:
    signed = "signed" if made.signature is not None else "not signed yet"
    click.echo(f"{path}: {made.words}; {signed}.", err=True)


def _manifest(chain: Chain, chain_id: int | None) -> Manifest:
    """The manifest, without a node where the folder has just one (of the chain, if it is named)."""
    from ...deploy.manifest import Manifest, manifests

    found = manifests(chain.folder, chain_id)
    return Manifest.load(found[0]) if len(found) == 1 else Manifest.find(chain.folder, chain.connection)


def _load(account: str, holder: str) -> Any:
    """The holder's key. Signing asks no node: test accounts are taken where a test account is the holder."""
    from ...chain.accounts import test_account_at

    return open_account(account, test_account_at(holder) is not None)


def _reference(chain: Chain, manifest: Manifest, order_id: str) -> bytes:
    from ...issuance.namespaces import namespaces_of

    folder = manifest.folder(chain.folder)
    return namespaces_of(manifest.contracts["DiamondToken"].address, folder).reference(order_id)
