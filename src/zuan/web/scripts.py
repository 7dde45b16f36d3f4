"""The sentences that the page's scripts say, by the names that they use (``static/texts.js``)."""

from __future__ import annotations

from collections.abc import Callable

#: Words of times, as :func:`zuan.web.show.span` and ``moment`` have them.
_TIMES = ("d", "h", "min", "s", "{span} ago", "in {span}")

_SENTENCES = {
    "copy": "Copy",
    "copied": "Copied",
    "copy.failed": "Copying failed",
    "copy.label": "Copy: {what}",
    "state.cut": "The line to this page is cut. What you see may be old; it is asked for again by itself.",
    "wallet.none": "No wallet was found in this browser. Install one, or use the command below.",
    "wallet.choose": "Choose one of your wallets.",
    "wallet.asked": "Asked {name}: look into its window.",
    "wallet.rejected": "You declined in the wallet. Nothing was sent.",
    "wallet.locked": "The wallet is locked, or gives this page no account. Unlock it and choose it again.",
    "wallet.pending": "The wallet has a question open already. Answer it in its window first.",
    "wallet.unsupported": "The wallet cannot do this. Use another, or the command below.",
    "wallet.gone": "The wallet went away. Choose it again.",
    "wallet.unknownChain": "The wallet does not know this chain. Add it there, then try again.",
    "wallet.otherChain": "The wallet stayed on its chain.",
    "wallet.other": "The wallet says: {said}",
    "wallet.wrongChain": "The wallet is on chain {there}; this is on chain {chain}.",
    "wallet.otherAccount": "The wallet acts for {account}; this was prepared for {wanted}.",
    "act.forThis": "Show it for {account}",
    "act.filledIn": "{name} acts for {account}. Fill in the rest, and see what will happen.",
    "act.switch": "Switch to chain {chain}",
    "act.ready": "{name} is ready with {account}.",
    "act.send": "Send it with the wallet",
    "act.sign": "Sign it with the wallet",
    "act.looking": "Looking once more at what will happen …",
    "act.otherFigures": "Figures have changed since this was shown. Look again before you sign.",
    "act.again": "Look again",
    "act.askPermit": "The wallet asks you to allow just these diamonds for this one act. Then it asks you to send.",
    "act.askSign": "The wallet asks you to sign.",
    "act.askSend": "The wallet asks you to send.",
    "act.noServer": "The page's server does not answer. Nothing was sent.",
    "act.signed": "Signed. Give the file {name} to whoever carries it with `zuan relay`.",
    "act.download": "Save {name}",
    "act.sent": "Sent as transaction {hash}; waiting until it is in a block.",
    "act.done": "Done: transaction {hash} is in block {block}.",
    "act.failed": "Transaction {hash} is in block {block}, but failed: nothing changed. Look again, and see why.",
    "act.notYet": "Transaction {hash} is not in a block yet. Look at it in your wallet; do not send it again.",
}


def sentences(translate: Callable[[str], str]) -> dict[str, str]:
    """All of them in a language, by name."""
    return {name: translate(text) for name, text in _SENTENCES.items()} | {word: translate(word) for word in _TIMES}
