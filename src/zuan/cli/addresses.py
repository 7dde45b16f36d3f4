"""What an ADDRESS may be on the command line: an address, or any name that people read of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, ZuanError
from ..names import NO_NAMES, book
from ..quoting import did_you_mean, visible

if TYPE_CHECKING:
    from ..names import Names
    from .options import Chain

# In click's context: whether the command's chain is a local one, once that is known; names of test accounts that stood for
# addresses; the command's Chain; and names of what is deployed.
_LOCAL, _TEST_NAMES, _CHAIN, _NAMES = "zuan.local", "zuan.test-names", "zuan.chain", "zuan.names"


class Address(click.ParamType):  # type: ignore[type-arg]
    """An address, or a name; see :func:`resolve_address`."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return resolve_address(value)
        except InputError as error:
            self.fail("; ".join([str(error), *error.problems]), param, ctx)


def resolve_address(text: str) -> str:
    """A checksummed address from an address or a name: a test account's (also by its number, local chains only), one of
    zuan.toml's address book, a keystore's, or what tables call a contract or role of the deployment.

    :raises InputError: it is none of these or means several, its checksum is wrong; or it is a test account's name, and the
        chain no local one.
    """
    from ..chain.accounts import test_account, test_index
    from ..contracts.artifacts import checksum

    if (index := test_index(text)) is not None:
        # Whether the chain is a local one may show only later.
        if context := click.get_current_context(silent=True):
            context.meta.setdefault(_TEST_NAMES, []).append(text)
            if (local := context.meta.get(_LOCAL)) is not None:
                chain_is(local)
        return _of_node(text) or str(test_account(index).address)
    digits = text.removeprefix("0x")
    if digits == text and (named := named_address(text)):
        return named
    if len(digits) != 40 or digits == text or not all(c in "0123456789abcdefABCDEF" for c in digits):
        hint = did_you_mean(text, _known()) if digits == text else ""
        raise InputError(
            f"{visible(text[:80])!r} is no address (0x and 40 hexadecimal digits), nor a name known here{hint}"
        )
    checksummed = checksum(text.lower())
    if text not in (text.lower(), checksummed):
        raise InputError(f"{text} fails its checksum; a digit is wrong (or write it in lower case)")
    if int(digits, 16) == 0:
        raise InputError("address 0 is nobody's")
    return checksummed


def _of_node(number: str) -> str | None:
    """The account that the local node has by this number, as --account counts them."""
    from ..chain.node_accounts import node_addresses

    context = click.get_current_context(silent=True)
    if not number.isdigit() or context is None or "rpc_url" not in context.params:
        return None
    try:
        connection = _chain(context).connection
        held = node_addresses(connection) if connection.is_local else []
    except ZuanError:
        return None
    return held[int(number)] if int(number) < len(held) else None


def named_address(name: str) -> str | None:
    """Whose name it is: in the address book, of a keystore, or else in the deployment; None: nobody's.

    :raises InputError: several accounts go by it, or the keystore does not say its address.
    """
    from ..chain.keystore_folders import keystores
    from ..contracts.artifacts import checksum

    stores = [k for k in keystores() if name in (k.name, k.path.name)]
    found = {k.address or "" for k in stores} | {a.lower() for n, a in book().items() if n == name}
    if not found and (found := {a.lower() for a in deployed_names().addresses(name)}):
        # A manifest may be somebody else's: whom it means is shown whole.
        click.echo(f"{visible(name)} is {', '.join(map(checksum, found))} in this deployment.", err=True)
    if found == {""}:
        raise InputError(f"the keystore {visible(name)} does not say its address; give that")
    if len(found) > 1:
        raise InputError(
            f"several accounts are called {visible(name)}, in [names] of zuan.toml or by keystores; give the address"
        )
    return checksum(found.pop()) if found else None


def _known() -> list[str]:
    """All names that could be meant."""
    from ..chain.accounts import TEST_NAMES
    from ..chain.keystore_folders import keystores

    context = click.get_current_context(silent=True)
    tests = TEST_NAMES if context is None or context.meta.get(_LOCAL, True) else ()
    return [*tests, *book(), *(k.name for k in keystores()), *deployed_names()]


def deployed_names() -> Names:
    """Names of the deployment, or the store, that the command's options name; nobody's where that does not answer."""
    context = click.get_current_context(silent=True)
    if context is None:
        return NO_NAMES
    if _NAMES not in context.meta:
        try:
            context.meta[_NAMES] = _names(context)
        except ZuanError:
            context.meta[_NAMES] = NO_NAMES
    found: Names = context.meta[_NAMES]
    return found


def _names(context: click.Context) -> Names:
    given = _given(context)
    if "store" in given and "rpc_url" not in given:
        from ..circulation.store.places import find_store
        from .store import Asked

        return Asked(find_store(given["store"], given.get("token")), None).book()
    if "rpc_url" in given and "deployments" in given:
        return _chain(context).names
    return NO_NAMES


def _given(context: click.Context) -> dict[str, Any]:
    """The options that name chain and store: they are eager, so they are known before any argument is."""
    names = ("network", "rpc_url", "deployments", "token", "store")
    held = {name: context.params[name] for name in names if name in context.params}
    # While others are still read, click marks what was not given with an object of its own.
    return {name: value if isinstance(value, (str, Path)) else None for name, value in held.items()}


def _chain(context: click.Context) -> Chain:
    """The chain that the options name, before the command has it."""
    from .options import Chain

    given = _given(context)
    return Chain(given["network"], given["rpc_url"], given["deployments"], token=given.get("token"))


def names_in_errors(context: click.Context) -> Names:
    """Names for a message, where the command has the deployment open already."""
    chain: Chain | None = context.meta.get(_CHAIN)
    try:
        return chain.names if chain and "system" in chain.__dict__ else NO_NAMES
    except ZuanError:
        return NO_NAMES


def command_has(chain: Chain) -> Chain:
    """Remembers the command's chain."""
    click.get_current_context().meta[_CHAIN] = chain
    return chain


def chain_is(local: bool) -> None:
    """Says whether the command's chain is a local one: only there a test account's name is somebody.

    :raises InputError: such a name stood for an address, and it is none.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return
    context.meta[_LOCAL] = local
    for name in context.meta.get(_TEST_NAMES, []):
        if not local:
            raise InputError(f"{name} is a test account, whose key everybody knows; on this chain give an address")
        note_keystore(name)


def note_keystore(name: str) -> None:
    """Says, once, that a test account's name is also a keystore's."""
    from ..chain.keystore_folders import keystores

    said: dict[str, Any] = context.meta if (context := click.get_current_context(silent=True)) else {}
    file = next((k.path for k in keystores() if name in (k.name, k.path.name)), None)
    if file and not name.isdigit() and not said.get(f"zuan.noted {name}"):
        said[f"zuan.noted {name}"] = True
        click.echo(f"Note: {name} is the test account here; the keystore {file} is used by its path.", err=True)
