"""Sending transactions: simulate, sign here, send, wait; an unknown answer is looked up, never guessed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..contracts.artifacts import contract_error
from ..contracts.handles import Call
from ..errors import AccountError, NetworkError, NonceTakenError, RpcError, TransactionError, count
from .connection import Connection

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

#: What nodes say to a transaction that they have already: it is the answer that got lost, not the transaction.
_ALREADY_THERE = ("already known", "known transaction", "already imported")
_RESENDS = 5
_GWEI = 10**9


@dataclass(frozen=True)
class Receipt:
    """A mined transaction: hash, block, gas used, created contract (hex, or None) and raw logs."""

    tx: str
    block: int
    gas: int
    contract: str | None
    logs: list[dict[str, Any]]


@dataclass(frozen=True)
class Fees:
    """What to bid for gas, in wei: EIP-1559's two figures, or one price where the chain has no base fee."""

    fields: dict[str, int]

    @property
    def most(self) -> int:
        """Most that one unit of gas can cost."""
        return self.fields.get("maxFeePerGas") or self.fields["gasPrice"]


@dataclass(frozen=True)
class FeeLimits:
    """Most wei that one unit of gas may cost, and the part of it that may be a tip: nodes name prices, lying ones any."""

    fee: int = 200 * _GWEI
    tip: int = 50 * _GWEI


class Sender:
    """Sends transactions of one account on one connection.

    :param limits: what gas may cost; nothing is sent for more.
    """

    def __init__(self, connection: Connection, account: LocalAccount, limits: FeeLimits | None = None) -> None:
        self.connection, self.account = connection, account
        self.limits = limits or FeeLimits()
        self.rpc = connection.rpc

    @property
    def address(self) -> str:
        """Checksummed address of the account."""
        return str(self.account.address)

    def simulate(self, call: Call) -> None:
        """Runs the call on the newest block without sending it.

        :raises ContractError: a contract refuses.
        """
        self._try("eth_call", call, "latest")

    def estimate(self, call: Call) -> int:
        """Gas that the call takes on the newest block.

        :raises ContractError: a contract refuses.
        """
        return int(self._try("eth_estimateGas", call), 16)

    def run(self, call: Call, nonce: int | None = None) -> Receipt:
        """Simulates, sends (with the next nonce unless told) and waits.

        :raises ContractError: a contract refuses.
        :raises TransactionError: it was sent but not mined in time, or failed.
        """
        gas = self.estimate(call)
        # A quarter more than estimated: state may change in between, and unused gas costs nothing.
        nonce = self.next_nonce() if nonce is None else nonce
        return self.wait(self.send(call, gas + gas // 4, nonce, self.fees()), call)

    def next_nonce(self) -> int:
        """Nonce of the next transaction, after those still waiting."""
        return int(self.rpc("eth_getTransactionCount", self.address, "pending"), 16)

    def waiting(self) -> int:
        """How many transactions of this account are sent but not mined."""
        calls = [("eth_getTransactionCount", (self.address, tag)) for tag in ("pending", "latest")]
        pending, latest = (int(n, 16) for n in self.rpc.batch(calls))
        return max(0, pending - latest)

    def settle(self, seconds: float = 300) -> None:
        """Waits until no transaction of this account is waiting, e.g. those of a run that was killed.

        :raises TransactionError: some still wait after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while waiting := self.waiting():
            if time.monotonic() > deadline:
                raise TransactionError(
                    f"{waiting} earlier transactions of {self.address} are not mined after {seconds:.0f} s; "
                    "wait, or replace them with a higher fee, and run this again"
                )
            time.sleep(0.2)

    def fees(self) -> Fees:
        """A bid that stays valid while the base fee doubles, within the limits.

        :raises TransactionError: gas costs more than the limits allow.
        """
        block = self.rpc("eth_getBlockByNumber", "latest", False)
        if "baseFeePerGas" not in block:
            price = int(self.rpc("eth_gasPrice"), 16)
            self._affordable(price, self.limits.fee, "gas costs", "--max-fee")
            return Fees({"gasPrice": price})
        try:
            tip = int(self.rpc("eth_maxPriorityFeePerGas"), 16)
        except RpcError:
            tip = min(_GWEI, self.limits.tip)
        base = int(block["baseFeePerGas"], 16)
        self._affordable(tip, self.limits.tip, "the node wants a tip of", "--max-tip")
        self._affordable(base + tip, self.limits.fee, "gas costs", "--max-fee")
        return Fees({"maxFeePerGas": min(2 * base + tip, self.limits.fee), "maxPriorityFeePerGas": tip})

    def _affordable(self, wei: int, most: int, what: str, option: str) -> None:
        if wei > most:
            raise TransactionError(
                f"{what} {_gwei(wei)} gwei now, the limit is {_gwei(most)}; nothing more was sent. Ask another node, wait, "
                f"or allow more with {option} (or [fees] in zuan.toml)"
            )

    def send(self, call: Call, gas: int, nonce: int, fees: Fees) -> str:
        """Signs and sends; returns the hash. After a lost answer it is looked up, and only
        if the node does not know it are the same bytes sent again: that cannot do it twice.

        :raises AccountError: the account cannot pay the gas.
        :raises NonceTakenError: another transaction of the account was mined in its place.
        :raises NetworkError: the node stayed away; the hash is in the message.
        """
        fields: dict[str, Any] = {**fees.fields, "gas": gas, "nonce": nonce, "chainId": self.connection.chain_id}
        fields |= {"data": "0x" + call.data.hex(), "value": 0}
        if call.to:
            fields["to"] = call.to
        signed = self.account.sign_transaction(fields)
        raw, tx = "0x" + bytes(signed.raw_transaction).hex(), "0x" + bytes(signed.hash).hex()
        for attempt in range(_RESENDS):
            try:
                self.rpc("eth_sendRawTransaction", raw)
                return tx
            except RpcError as error:
                said = error.message.lower()
                if any(words in said for words in _ALREADY_THERE) or self._known(tx):
                    return tx
                if "nonce" in said or "replace" in said:
                    raise NonceTakenError(
                        f"another transaction of {self.address} took nonce {nonce}; {call.what} was not sent, run it again"
                    ) from None
                if "insufficient funds" in said:
                    need = count(gas * fees.most)
                    raise AccountError(f"{self.address} cannot pay the gas (up to {need} wei); fund it") from None
                raise contract_error(error) or error from None
            except NetworkError as error:
                if attempt == _RESENDS - 1:
                    raise NetworkError(f"{error}; whether transaction {tx} arrived is unknown") from None
                time.sleep(0.2 * 2**attempt)
                # Not every node refuses what it has mined already (Ganache runs it again): look before sending again.
                if self._known(tx):
                    return tx
        raise AssertionError("unreachable")

    def wait(self, tx: str, call: Call, seconds: float = 300) -> Receipt:
        """Waits for a transaction to be mined.

        :raises ContractError: a contract refused it.
        :raises TransactionError: it is not mined after ``seconds``, or failed without a reason.
        """
        pause, deadline = 0.01, time.monotonic() + seconds
        while True:
            if found := self.rpc("eth_getTransactionReceipt", tx):
                break
            if time.monotonic() > deadline:
                raise TransactionError(
                    f"transaction {tx} ({call.what}) is not mined after {seconds:.0f} s; look at it later", tx
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 2)
        receipt = Receipt(
            tx, int(found["blockNumber"], 16), int(found["gasUsed"], 16), found["contractAddress"], found["logs"]
        )
        if int(found["status"], 16) == 0:
            self._explain(call, receipt)
        return receipt

    def _explain(self, call: Call, receipt: Receipt) -> None:
        """Raises why a mined transaction failed, by running it again on the block before it."""
        try:
            self.rpc("eth_call", self._fields(call), hex(receipt.block - 1))
        except RpcError as error:
            if found := contract_error(error):
                raise found from None
        raise TransactionError(f"transaction {receipt.tx} failed: {call.what}", receipt.tx)

    def _known(self, tx: str) -> bool:
        try:
            return self.rpc("eth_getTransactionByHash", tx) is not None
        except NetworkError:
            return False

    def _try(self, method: str, call: Call, *where: str) -> str:
        """Runs a call without sending it. :raises ContractError: a contract refuses."""
        try:
            return str(self.rpc(method, self._fields(call), *where))
        except RpcError as error:
            raise contract_error(error) or error from None

    def _fields(self, call: Call) -> dict[str, str]:
        fields = {"from": self.address, "data": "0x" + call.data.hex()}
        return {**fields, "to": call.to} if call.to else fields


def _gwei(wei: int) -> str:
    """Wei in gwei, e.g. ``1,000,000`` or ``0.5``."""
    whole, rest = divmod(wei, _GWEI)
    return count(whole) + (f".{rest:09}".rstrip("0") if rest else "")
