"""Options that commands share, and what they resolve to."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..chain.networks import connect, deployments_folder, fee_limits, wei
from ..errors import InputError, NetworkError
from ..quoting import visible
from .addresses import Address as Address
from .addresses import chain_is, command_has, named_address, note_keystore
from .addresses import resolve_address as resolve_address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from ..chain.connection import Connection
    from ..chain.sender import Receipt, Sender
    from ..contracts.handles import Call, OrderDesk, ReserveVault
    from ..names import Names
    from ..system import System

Command = Callable[..., Any]


@dataclass
class Chain:
    """What the chain options say, resolved when it is needed."""

    network: str | None
    rpc_url: str | None
    folder: Path
    max_fee: int | None = None
    max_tip: int | None = None
    gas_price: int | None = None
    priority_fee: int | None = None
    token: str | None = None

    @functools.cached_property
    def connection(self) -> Connection:
        found = connect(self.network, self.rpc_url, self.folder)
        found.rpc.say = lambda message: click.echo(visible(message), err=True)
        with contextlib.suppress(NetworkError):  # nobody answers there: `zuan sync` has other nodes to ask
            chain_is(found.is_local)
        return found

    @functools.cached_property
    def system(self) -> System:
        """The deployment, found by --token or by its manifest; genuine, or an error."""
        return self.look()

    def look(self, doubts: bool = False) -> System:
        """The same; with ``doubts`` also where a part beside the core is not genuine."""
        from ..system import System

        if self.token:
            return System.at(self.connection, self.token, doubts)
        return System.open(self.connection, self.folder, doubts)

    @functools.cached_property
    def names(self) -> Names:
        """Names for what people read of the deployment."""
        from ..names import known_names

        manifest = self.system.manifest
        contracts = {n: d.address for n, d in manifest.contracts.items()}
        return known_names(contracts, self.connection.is_local, manifest)

    def sender(self, account: str) -> Sender:
        """Sends with the account that ``--account`` names; on a local chain a test account has money for gas."""
        from ..chain.accounts import test_index
        from ..chain.funding import fund
        from ..chain.node_accounts import account_of
        from ..chain.sender import Sender

        limits = fee_limits(fee=self.max_fee, tip=self.max_tip, price=self.gas_price, priority=self.priority_fee)
        found = account_of(self.connection, _account(account), ask_password)
        if self.connection.is_local and test_index(account) is not None:
            fund(self.connection, [found.address])
            note_keystore(account)
        return Sender(self.connection, found, limits)


def open_account(name: str, local: bool) -> LocalAccount:
    """The account that ``--account`` names, to sign without a node. :raises AccountError: it cannot be opened."""
    from ..chain.accounts import load_account, test_index

    if local and test_index(name) is not None:
        note_keystore(name)
    return load_account(_account(name), local, ask_password)


def _account(name: str) -> str:
    """What --account means: also a name that tables show stands for the account with that address."""
    from ..chain.accounts import test_index
    from ..chain.keystore_folders import find_keystore, is_address

    own = test_index(name) is not None or name.isdigit() or is_address(name) or find_keystore(name)
    return name if own else named_address(name) or name


deployments_option = click.option(
    "--deployments",
    is_eager=True,
    type=click.Path(file_okay=False, path_type=Path),
    callback=lambda _, __, given: deployments_folder(given),
    help="Folder of manifests. [env: ZUAN_DEPLOYMENTS; default: deployments]",
)


def chain_options(command: Command) -> Command:
    """Adds --network, --rpc-url and --deployments; the command gets a :class:`Chain` as ``chain``."""

    @click.option(
        "--network", metavar="NAME", is_eager=True, help="A network of zuan.toml, or `local` (what `zuan up` runs)."
    )
    @click.option(
        "--rpc-url", metavar="URL", is_eager=True, help="A node's address: http, https, ws or wss. [env: ETH_RPC_URL]"
    )
    @deployments_option
    @functools.wraps(command)
    def wrapper(network: str | None, rpc_url: str | None, deployments: Path, **others: Any) -> Any:
        return command(chain=command_has(Chain(network, rpc_url, deployments)), **others)

    return wrapper


def system_options(command: Command) -> Command:
    """Adds the chain options and --token, by which a system is found without a manifest."""

    @chain_options
    @click.option(
        "--token",
        is_eager=True,
        type=Address(),
        help="The token's address, or any other contract's of the system: needs no manifest; all code is compared.",
    )
    @functools.wraps(command)
    def wrapper(chain: Chain, token: str | None, **others: Any) -> Any:
        chain.token = token
        return command(chain=chain, **others)

    return wrapper


def account_option(default: str | None) -> Callable[[Command], Command]:
    """Adds --account; ``default`` is the test account used on a local chain (None: it must be given)."""

    def decorate(command: Command) -> Command:
        on_local = f" [local chains: {default}]" if default else ""

        @click.option(
            "--account",
            metavar="NAME",
            required=default is None,
            help=f"Keystore (name, address or path); on local chains a test account or one of the node's.{on_local}",
        )
        @functools.wraps(command)
        def wrapper(account: str | None, chain: Chain, **others: Any) -> Any:
            if account is None:
                if not chain.connection.is_local:
                    raise InputError("say which account sends it, with --account")
                account = default
            return command(account=account, chain=chain, **others)

        return wrapper

    return decorate


class Gwei(click.ParamType):  # type: ignore[type-arg]
    """A price of gas in gwei, with up to nine decimals; comes as wei."""

    name = "gwei"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return wei(value)
        except InputError as error:
            self.fail(str(error), param, ctx)


def broadcast_option(command: Command) -> Command:
    """Adds --broadcast, and what gas may cost: --max-fee, --max-tip, --gas-price and --priority-fee."""

    @click.option(
        "--broadcast", is_flag=True, help="Really send, on a public chain. Without it everything is simulated only."
    )
    @click.option("--max-fee", type=Gwei(), metavar="GWEI", help="Most that gas may cost. [zuan.toml: fees; else 200]")
    @click.option("--max-tip", type=Gwei(), metavar="GWEI", help="Most of it as a tip. [zuan.toml: fees; else 50]")
    @click.option(
        "--gas-price", type=Gwei(), metavar="GWEI", help="Bid one price, as chains without a base fee take it."
    )
    @click.option("--priority-fee", type=Gwei(), metavar="GWEI", help="The tip to bid, whatever the node says.")
    @functools.wraps(command)
    def wrapper(
        chain: Chain,
        max_fee: int | None,
        max_tip: int | None,
        gas_price: int | None,
        priority_fee: int | None,
        **others: Any,
    ) -> Any:
        chain.max_fee, chain.max_tip = max_fee, max_tip
        chain.gas_price, chain.priority_fee = gas_price, priority_fee
        return command(chain=chain, **others)

    return wrapper


confirmations_option = click.option(
    "--confirmations",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Blocks that must stand on top of a mint when this looks for the last time (public chains).",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="JSON on standard output; amounts and serials as text."
)
encoding_option = click.option(
    "--encoding", metavar="NAME", help="The order file's encoding. [default: UTF-8, UTF-16 and GBK are recognised]"
)


def orders_option(command: Command) -> Command:
    """Adds --orders and --encoding; the command gets the ids of that file as ``ids``, none where none is given."""

    @click.option(
        "--orders", type=click.Path(dir_okay=False, path_type=Path), help="An order file whose ids name the references."
    )
    @encoding_option
    @functools.wraps(command)
    def wrapper(orders: Path | None, encoding: str | None, **others: Any) -> Any:
        from ..issuance import read_orders

        if encoding is not None and orders is None:
            raise InputError("--encoding goes with --orders")
        ids = [sale.order_id for sale in read_orders(orders, encoding=encoding).sales] if orders else []
        return command(ids=ids, **others)

    return wrapper


block_option = click.option("--block", type=click.IntRange(min=0), metavar="N", help="As of this block.")
#: Of a span of blocks; its end may be called --block too, as the moment is elsewhere.
since_option = click.option(
    "--since", type=click.IntRange(min=0), default=0, metavar="N", help="From this block on. [default: the first]"
)
until_option = click.option(
    *("--until", "--block", "block"),
    type=click.IntRange(min=0),
    metavar="N",
    help="Up to this block. [default: the newest]",
)


class StatusGroup(click.Group):
    """Commands of which `status` is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["status", *args]
        return super().parse_args(ctx, args)


class Diamonds(click.ParamType):  # type: ignore[type-arg]
    """A positive whole number of diamonds (or ``name``); thousands may be set off by ``_`` or ``,``."""

    def __init__(self, name: str = "diamonds") -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        digits = str(value).replace("_", "").replace(",", "")
        if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits) < 2**128:
            self.fail(f"{value!r} is no positive whole number of {self.name}", param, ctx)
        return int(digits)


class TimeSpan(click.ParamType):  # type: ignore[type-arg]
    """A time span: ``90 s``, ``12h``, ``3d`` or seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).replace(" ", "").replace("_", "")
        size = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}.get(text[-1:], 0)
        digits = text[:-1] if size else text
        if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits) * (size or 1) <= 366 * 86_400 * 100:
            self.fail(f"{value!r} is no time span, such as 90s, 12h or 3d", param, ctx)
        return int(digits) * (size or 1)


def ask_password(prompt: str) -> str:
    """Asks on the terminal. :raises InputError: there is none."""
    if not sys.stdin.isatty():
        from ..chain.accounts import PASSWORD_VARIABLE

        raise InputError(f"the keystore needs a password: set {PASSWORD_VARIABLE}, or run this in a terminal")
    answer: str = click.prompt(prompt, hide_input=True, err=True)
    return answer


to_option = click.option("--to", type=Address(), help="Who is paid (default: the account itself).")


def send_with_permit(
    chain: Chain, account: str, spender: ReserveVault | OrderDesk, amount: int, call: Call, broadcast: bool
) -> Receipt | None:
    """Sends a call that takes the account's diamonds, with the permit for just so many; see :func:`send`."""
    from ..permit import permitted

    holder = chain.sender(account).account
    return send(chain, account, permitted(chain.system, holder, spender, amount, call), broadcast)


def send(chain: Chain, account: str, call: Call, broadcast: bool) -> Receipt | None:
    """Sends a transaction: at once on a local chain, only with ``--broadcast`` on a public one (else None).

    :raises ContractError: a contract refuses.
    """
    sender = chain.sender(account)
    sender.simulate(call)
    what = chain.names.in_text(f"{call.what}, from {sender.address}")
    if not (broadcast or chain.connection.is_local):
        click.echo(f"Simulated: {what}. Nothing was sent; add --broadcast.", err=True)
        return None
    receipt = sender.run(call)
    click.echo(f"Done: {what}.", err=True)
    click.echo(f"Transaction {receipt.tx} in block {receipt.block}, {receipt.gas:,} gas.", err=True)
    return receipt
