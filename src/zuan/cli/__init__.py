"""The command line: ``zuan``. Commands parse, call the library and render; nothing is computed here."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from ..errors import FAILED, STOPPED, ContractError, ZuanError, count
from ..quoting import did_you_mean, visible

#: Problems of one file that are shown; the rest is counted.
MOST_PROBLEMS = 50

#: Commands in the order in which help lists them.
COMMANDS = {
    "demo": "The whole story on a local chain, from the first attestation to a wind-down.",
    "up": "Start a local chain with a deployment on it; stays up.",
    "accounts": "Accounts that can be used here: test accounts, the node's, keystores.",
    "networks": "What is deployed where, and which chains are still alive.",
    "deploy": "Deploy token, oracle, vault, mint gate, order desk and governance.",
    "supply": "What is outstanding and what stands behind it.",
    "attest": "Build, sign and submit the auditors' statement.",
    "suspend": "Stop minting for a while, as one auditor.",
    "mint": "Mint one order, or propose a large one.",
    "issue": "Mint a platform's order file, each order exactly once.",
    "transfer": "Move diamonds.",
    "burn": "Destroy your own diamonds.",
    "redeem": "Burn diamonds and be paid par for them, at once.",
    "ticket": "Redeem in turn, when the vault is short of cash.",
    "order": "Diamonds for goods, through escrow.",
    "authorize": "Sign now, let others carry it: transfers, redemptions, orders without gas.",
    "relay": "Carry what holders signed, each once.",
    "reserves": "The vault's cash, tickets and surplus.",
    "wind-down": "The end, by rule: start it, claim the share.",
    "governance": "What is about to change, and when.",
    "history": "Every mint and burn: order, serials, attestation, transaction.",
    "sync": "Keep the whole circulation of a token in a folder, from its logs.",
    "whois": "What an address is here, and whether it is genuine.",
    "trace": "The life of a diamond; what became of a mint, an order, a transaction.",
    "balances": "Who holds how much, at any block.",
    "holders": "How many hold diamonds, and how much the largest hold.",
    "flows": "What moved between accounts, ready to be drawn.",
    "verify": "Compare the store with the chain: supply, balances, events; proofs.",
    "check": "What somebody can do to the holders of any token, with proof.",
    "web": "Serve the live page: figures, lists and the rating, for people and programs.",
    "travel": "Move a local chain's clock forward.",
}


class _Commands(click.Group):
    """Loads a command's module when it is used, so that ``zuan --help`` is quick."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ContractError as error:
            # Who is refused is told by name, as in tables; what the command knew of the chain is still at hand.
            from .addresses import names_in_errors

            error.args = (names_in_errors(ctx).in_text(str(error)),)
            raise

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_")
        command: click.Command = getattr(import_module(f".commands.{module}", __package__), module)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            hint = did_you_mean(args[0], COMMANDS) or "; see `zuan --help`"
            raise click.UsageError(f"there is no command {visible(args[0])}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Begin with:
  zuan demo                       see all of it in a minute (in the repository)
  zuan up                         a local chain to work on (leave it running)
  zuan supply                     in another terminal
\b
Which chain: --rpc-url URL, --network NAME (from zuan.toml), ETH_RPC_URL, or the
local chain that `zuan up` runs. A public chain gets transactions only with --broadcast.
\b
Exit codes: 0 fine, 1 failed, 2 usage or bad input, 3 under-reserved or mismatch,
4 stale (no attestation allows minting), 5 the node is behind the store, or the
store not on its chain, 130 stopped with Ctrl-C.""",
)
@click.version_option(package_name="zuan", prog_name="zuan")
def cli() -> None:
    """Prepaid credit that cannot be inflated, frozen, quietly devalued or made to vanish.

    Issue diamonds against attested reserves, spend and redeem them at par, and check from the chain alone what is
    outstanding and what stands behind it.
    """


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        _say("stopped")
        code = STOPPED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ZuanError as error:
        _say(str(error))
        problems = getattr(error, "problems", ())
        for problem in problems[:MOST_PROBLEMS]:
            click.echo(f"  {visible(problem)}", err=True)
        if (more := len(problems) - MOST_PROBLEMS) > 0:
            click.echo(f"  ... and {count(more)} more", err=True)
        code = error.exit_code
    except KeyboardInterrupt:
        _say("stopped")
        code = STOPPED
    except OSError as error:
        # Whoever read our output has gone (`zuan history | head`), or the disk under it is full.
        if not isinstance(error, BrokenPipeError):
            _say(f"cannot write the output: {(error.strerror or str(error)).lower()}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str) -> None:
    click.echo(click.style("Error: ", fg="red", bold=True) + visible(sentence), err=True)
