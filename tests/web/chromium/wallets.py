"""Wallets as browsers have them (EIP-6963, EIP-1193), with test accounts' keys and the tests' own chain behind them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from zuan.chain.accounts import test_account, test_index
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.contracts.handles import Call
from zuan.errors import RpcError
from zuan.signatures import sign

#: What stands in the page: providers that hand every question to the test.
SCRIPT = """
(() => {
  const own = %s;
  window.wallets = {};
  for (const info of own) {
    const heard = {};
    const provider = {
      async request({ method, params }) {
        const answer = JSON.parse(await window.askWallet(info.uuid, method, JSON.stringify(params ?? [])));
        if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
        return answer.result;
      },
      on(name, listener) { (heard[name] ??= new Set()).add(listener); },
      removeListener(name, listener) { heard[name]?.delete(listener); },
    };
    window.wallets[info.uuid] = { emit: (name, value) => [...(heard[name] ?? [])].forEach((listener) => listener(value)) };
    const announce = () => window.dispatchEvent(
      new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info: Object.freeze(info), provider }) }),
    );
    window.addEventListener('eip6963:requestProvider', announce);
    announce();
  }
})();
"""


class Refused(Exception):
    """A wallet's no, by its code."""

    def __init__(self, code: int, message: str = "refused") -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Wallet:
    """A wallet: whose key it has, and how it behaves. ``refuses`` are methods and the code that each ends with; ``asked``
    is what it was asked."""

    name: str
    account: str
    chain_id: int
    locked: bool = False
    knows: bool = True
    refuses: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    icon: str = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
    rdns: str = "test.wallet"

    @property
    def info(self) -> dict[str, str]:
        """How it announces itself."""
        return {"uuid": f"{self.rdns}/{self.name[:20]}", "name": self.name, "icon": self.icon, "rdns": self.rdns}

    @property
    def address(self) -> str:
        """Its account."""
        return str(test_account(test_index(self.account)).address)

    def answer(self, connection: Connection, method: str, params: list[Any]) -> Any:
        """What it answers, having asked its owner, who agrees. :raises Refused: it, or the owner, says no."""
        self.asked.append((method, params))
        if method in self.refuses:
            raise Refused(self.refuses[method])
        key = test_account(test_index(self.account))
        if method in ("eth_requestAccounts", "eth_accounts"):
            if self.locked:
                raise Refused(4100, "locked")
            return [self.address]
        if method == "eth_chainId":
            return hex(self.chain_id)
        if method == "wallet_switchEthereumChain":
            if not self.knows:
                raise Refused(4902, "unknown chain")
            self.chain_id = int(params[0]["chainId"], 16)
            return None
        if method == "eth_signTypedData_v4":
            assert params[0] == self.address
            return "0x" + sign(key, json.loads(params[1])).hex()
        if method == "eth_sendTransaction":
            (sent,) = params
            assert sent["from"] == self.address and sent["value"] == "0x0" and self.chain_id == connection.chain_id
            call = Call(sent["to"], bytes.fromhex(sent["data"][2:]), "what the page asked for")
            sender = Sender(connection, key)
            return sender.send(call, sender.estimate(call) * 5 // 4, sender.next_nonce(), sender.fees())
        return connection.rpc(method, *params)


def install(page: Any, connection: Connection, *wallets: Wallet) -> None:
    """Gives a page's browser wallets, before the page is opened."""
    by_id = {wallet.info["uuid"]: wallet for wallet in wallets}

    def ask(wallet: str, method: str, params: str) -> str:
        try:
            return json.dumps({"result": by_id[wallet].answer(connection, method, json.loads(params))})
        except Refused as error:
            return json.dumps({"error": {"code": error.code, "message": str(error)}})
        except RpcError as error:
            return json.dumps({"error": {"code": error.code, "message": error.message}})

    page.expose_function("askWallet", ask)
    page.add_init_script(SCRIPT % json.dumps([wallet.info for wallet in wallets]))
