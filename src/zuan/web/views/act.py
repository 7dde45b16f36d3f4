"""What a holder may do: a plain form, what would happen in words and figures, and what the holder's own wallet is asked.

Nothing is sent from here and no key is seen: the wallet gets what the page shows, or the reader takes the command instead.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from ...authorization import Authorization
from ...contracts.artifacts import checksum
from ...errors import ContractError, InputError, NetworkError, ZuanError
from ...quoting import visible
from ...strict import address
from ..acts import ACTS, BY_AMOUNT, BY_NUMBER, BY_PAYEE, SIGNABLE, Prepared, Wish, prepare, signed
from ..page import Page
from ..routes import Parameter, data, view

#: What each act is called, and what it does (texts of the page).
TITLES = {
    "transfer": ("Transfer", "Your diamonds go to somebody else."),
    "redeem": ("Redeem", "Diamonds are burned and you are paid par for them at once, from the vault's free cash."),
    "ticket": ("Redeem in turn", "Diamonds are burned now for a ticket, and par is paid when the vault has the cash."),
    "withdraw": ("Be paid for a ticket", "A ticket is paid as far as it is funded."),
    "refund": ("Take an order back", "Diamonds of an order that was not delivered in time go back to the buyer."),
    "claim": ("Claim a share", "In a wind-down: diamonds are burned for the share that every diamond gets."),
}
_MOST_DIAMONDS, _MOST_DIGITS = 1 << 128, 39
_SIGNATURE = "zuan-signature"

_ADDRESS = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}
_AMOUNT = {"type": "string", "pattern": "^[0-9]{1,39}$"}
_PARAMETERS = (
    Parameter("act", "What to do.", {"type": "string", "enum": list(ACTS)}, "path"),
    Parameter("account", "Whose wallet does it.", _ADDRESS),
    Parameter("amount", "So many diamonds (transfer, redeem, ticket, claim).", _AMOUNT),
    Parameter("number", "Of a ticket (withdraw) or an order (refund).", _AMOUNT),
    Parameter("to", "Who receives or is paid; the account unless told.", _ADDRESS),
    Parameter(
        "how", "send: by the wallet itself; sign: for others to carry.", {"type": "string", "enum": ["send", "sign"]}
    ),
    Parameter("until", "Of what the wallet signed, as this told it.", _AMOUNT),
    Parameter(
        "salt", "Of what the wallet signed, as this told it.", {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
    ),
)


@view("/act", "Act", "system")
def acts(page: Page) -> Response:
    """All that can be done."""
    return page.render("acts.html", titles=TITLES)


@view("/act/{act}", need="system")
def act(page: Page) -> Response:
    """One act: its form, and what it would do once the form is filled in."""
    name = _act(page)
    if page.block is not None:
        # Nobody acts in the past.
        return RedirectResponse(page.here(block=None), 303)
    query = page.request.query_params
    problem, prepared = None, None
    if query.get("account"):
        try:
            prepared = _prepare(page, name)
        except (InputError, ContractError) as error:
            problem = told(page, error)
    return page.render(
        "act.html",
        name=name,
        title=TITLES[name],
        query=query,
        problem=problem,
        prepared=prepared,
        refusal=told(page, prepared.refusal) if prepared and prepared.refusal else None,
        words=sentences(page, prepared) if prepared else [],
        form={
            "amount": name in BY_AMOUNT,
            "number": name in BY_NUMBER,
            "to": name in BY_PAYEE,
            "signs": name in SIGNABLE,
        },
        signs=query.get("how") == "sign",
        command=_command(page, name),
    )


@data(
    "/api/act/{act}",
    "What a wallet is asked for an act, and why it would be refused",
    None,
    _PARAMETERS,
    False,
    "system",
)
def act_data(page: Page) -> Any:
    """The same for scripts; with a wallet's signature (header Zuan-Signature), what comes of it."""
    name = _act(page)
    found = _prepare(page, name)
    answer = {
        "act": name,
        "how": "sign" if found.wish.signs else "send",
        "chainId": page.live_system.connection.chain_id,
        "block": found.block,
        "shown": found.shown,
        "refusal": told(page, found.refusal) if found.refusal else None,
        "words": sentences(page, found),
        "sign": found.typed_data,
        "transaction": None,
        "file": None,
        "name": None,
        "then": None,
    }
    if found.refusal:
        return answer
    if given := page.request.headers.get(_SIGNATURE):
        try:
            made = signed(page.live_system, found.wish, given, page.at.head)
        except (InputError, ContractError) as error:
            return {**answer, "refusal": told(page, error)}
        if isinstance(made, Authorization):
            return {**answer, "file": made.as_dict(), "name": f"{name}-{made.nonce.hex()[:8]}.json"}
        return {**answer, "transaction": _transaction(found.wish.account, made)}
    if found.typed_data is None and found.call:
        return {**answer, "transaction": _transaction(found.wish.account, found.call)}
    salt = "0x" + found.authorization.salt.hex() if found.authorization else None
    return {**answer, "then": page.here(until=found.until, salt=salt, lang=page.language)}


def told(page: Page, error: ZuanError) -> str:
    """A refusal as a sentence in the page's language."""
    said = page.told(error)
    return visible(said[:1].upper() + said[1:]) + (page.text("."))


def sentences(page: Page, found: Prepared) -> list[str]:
    """What would happen, in the page's language."""
    said = []
    for words in found.words:
        values = {name: f"{v:,}" if isinstance(v, int) else _named(page, v) for name, v in words.values.items()}
        said.append(page.text(words.text).format(**values))
    return said


def _named(page: Page, account: str) -> str:
    """An address, whole, and the name that it goes by here."""
    name = page.name_of(account)
    return f"{visible(name)} ({account})" if name else account


def _act(page: Page) -> str:
    name = page.request.path_params["act"]
    if name not in ACTS:
        raise InputError(f"there is nothing of that name to do; there are {', '.join(ACTS)}")
    return str(name)


def _prepare(page: Page, name: str) -> Prepared:
    """:raises NetworkError: the node is lost: nobody can say what would happen now."""
    if page.node and page.node.state != "ok":
        raise NetworkError("the node does not answer, or is behind: what would happen now is not known")
    return prepare(page.live_system, _wish(page, page.request.query_params, name), page.at.head)


def _wish(page: Page, query: QueryParams, name: str) -> Wish:
    """What the form says. :raises InputError: it is not filled in, or makes no sense; the message says what."""
    to = query.get("to", "").strip()
    signs = query.get("how") == "sign"
    claims_later = name == "claim" and not signs
    return Wish(
        name,
        _address(page, query.get("account", "").strip()),
        _whole(query.get("amount", ""), zero=claims_later) if name in BY_AMOUNT else 0,
        _whole(query.get("number", "")) if name in BY_NUMBER else 0,
        _address(page, to) if name in BY_PAYEE and (to or name == "transfer") else None,
        signs,
        _whole(query["until"]) if query.get("until") else None,
        _salt(query["salt"]) if query.get("salt") else None,
    )


def _address(page: Page, given: str) -> str:
    """An address, or the name of one in the address book and the deployment."""
    known = page.site.names.addresses(given)
    if len(known) > 1:
        raise InputError("several accounts go by that name; give the address")
    try:
        return address(checksum(known[0]) if known else given)
    except ValueError:
        raise InputError(
            "give an address: 0x and 40 hexadecimal digits, of which none is wrong; or a name that is known here"
        ) from None


def _whole(given: str, zero: bool = False) -> int:
    digits = given.replace("_", "").replace(",", "").replace(" ", "")
    if zero and not digits:
        return 0
    fits = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    if not fits or not (not zero) <= int(digits) < _MOST_DIAMONDS:
        raise InputError("give a whole number, such as 100")
    return int(digits)


def _salt(given: str) -> bytes:
    try:
        found = bytes.fromhex(given.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise InputError("a salt is 0x and 64 hexadecimal digits")
    return found


def _transaction(account: str, call: Any) -> dict[str, str]:
    """As wallets take it (``eth_sendTransaction``); gas and fees are the wallet's business."""
    return {"from": account, "to": call.to, "data": "0x" + call.data.hex(), "value": "0x0"}


def _command(page: Page, name: str) -> str:
    """The same with ``zuan``, for whoever has no wallet in the browser."""
    query = page.request.query_params
    amount = "".join(c for c in query.get("amount", "") if c.isdigit()) or "AMOUNT"
    number = "".join(c for c in query.get("number", "") if c.isdigit()) or "NUMBER"
    to, account = (_plain(query.get(key, "")) for key in ("to", "account"))
    payee = ["--to", to] if to and to != account and name != "transfer" else []
    signs = query.get("how") == "sign" and name in SIGNABLE
    words = {
        "transfer": ["transfer", to or "TO", amount],
        "redeem": ["redeem", amount, *payee],
        "ticket": ["ticket"]
        + ["open"] * (not signs)
        + [amount]
        + (["--payee", account or "YOURS"] if not signs else []),
        "withdraw": ["ticket", "withdraw", number, *payee],
        "refund": ["order", "refund", number],
        "claim": (["claim"] if signs else ["wind-down", "claim"]) + ([amount] if amount != "0" else []) + payee,
    }[name]
    where = ["--rpc-url", page.node_url]
    if signs:
        return " ".join(["zuan", "authorize", *words, "--account", "YOURS", "-o", f"{name}.json"])
    return " ".join(["zuan", *words, "--account", "YOURS", "--token", page.site.token, *where, "--broadcast"])


def _plain(given: str) -> str:
    """An address for a command; anything else is left out of what somebody pastes into a shell."""
    try:
        return address(given.strip())
    except ValueError:
        return ""
