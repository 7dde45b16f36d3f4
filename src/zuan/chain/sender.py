"""Sending transactions: simulate, sign here, send, wait; an unknown answer is looked up, never guessed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..contracts.artifacts import contract_error
from ..contracts.handles import Call
from ..errors import NetworkError, NonceTakenError, RpcError, TransactionError, ZuanError
from . import shapes
from .connection import Connection
from .fees import FeeLimits, Fees, bid, gwei
from .funding import cannot_pay
from .mempool import NotTaken, verdict
from .node_accounts import NodeAccount
from .refusals import Kind, kind

if TYPE_CHECKING:
    from .node_accounts import Signer

_RESENDS = 5
# Seconds to wait for a node that takes no more transactions of an account for now.
_WAIT_SECONDS = 45.0


@dataclass(frozen=True)
class Receipt:
    """A mined transaction: hash, block, gas used, created contract (hex, or None) and raw logs."""

    tx: str
    block: int
    gas: int
    contract: str | None
    logs: list[dict[str, Any]]


class Sender:
    """Sends transactions of one account on one connection.

    :param limits: what gas may cost; nothing is sent for more.
    """

    def __init__(self, connection: Connection, account: Signer, limits: FeeLimits | None = None) -> None:
        self.connection, self.account = connection, account
        self.limits = limits or FeeLimits()
        self._legacy = False
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
        return shapes.quantity(self._try("eth_estimateGas", call), "gas")

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
        return shapes.quantity(self.rpc("eth_getTransactionCount", self.address, "pending"), "a nonce")

    def waiting(self) -> int:
        """How many transactions of this account are sent but not mined."""
        calls = [("eth_getTransactionCount", (self.address, tag)) for tag in ("pending", "latest")]
        pending, latest = (shapes.quantity(n, "a nonce") for n in self.rpc.batch(calls))
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
        """What to bid for gas now; see :func:`zuan.chain.fees.bid`."""
        found = bid(self.rpc, self.limits)
        return found.legacy if self._legacy else found

    def send(self, call: Call, gas: int, nonce: int, fees: Fees) -> str:
        """Signs and sends; returns the hash. After a lost answer it is looked up, and only
        if the node does not know it are the same bytes sent again: that cannot do it twice.

        :raises AccountError: the account cannot pay the gas.
        :raises NonceTakenError: another transaction of the account was mined in its place.
        :raises NetworkError: the node stayed away; the hash is in the message.
        """
        tx, transmit = self._prepared(call, gas, nonce, fees)
        attempt, deadline = 0, time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                return transmit()
            except RpcError as error:
                found = verdict(error.message)
                if tx and (found is NotTaken.THERE or self._known(tx)):
                    return tx
                if found is NotTaken.LEGACY and "gasPrice" not in fees.fields:
                    # The chain takes one price only; no other transaction was made of these fields.
                    self._legacy, fees = True, fees.legacy
                    tx, transmit = self._prepared(call, gas, nonce, fees)
                    continue
                if (found is NotTaken.WAIT or kind(error) is Kind.BUSY) and time.monotonic() < deadline:
                    # One at a time (EIP-7702), a full pool: what is under way makes room.
                    time.sleep(0.3)
                    continue
                raise self._refusal(error, found, call, gas, nonce, fees) from None
            except NetworkError as error:
                attempt += 1
                if tx is None or attempt == _RESENDS:
                    which = tx or f"{nonce} of {self.address}"
                    raise NetworkError(f"{error}; whether transaction {which} arrived is unknown") from None
                time.sleep(0.1 * 2**attempt)
                # Not every node refuses what it has mined already (Ganache runs it again): look before sending again.
                if self._known(tx):
                    return tx

    def _prepared(self, call: Call, gas: int, nonce: int, fees: Fees) -> tuple[str | None, Callable[[], str]]:
        """A transaction's hash, and what sends it and returns the hash; where the node signs, it is not known before."""
        fields: dict[str, Any] = {**fees.fields, "gas": gas, "nonce": nonce, "chainId": self.connection.chain_id}
        fields |= {"data": "0x" + call.data.hex(), "value": 0}
        if call.to:
            fields["to"] = call.to
        if isinstance(self.account, NodeAccount):
            return None, partial(self.account.send, fields)
        signed = self.account.sign_transaction(fields)
        raw, tx = "0x" + bytes(signed.raw_transaction).hex(), "0x" + bytes(signed.hash).hex()

        def transmit() -> str:
            self.rpc("eth_sendRawTransaction", raw)
            return tx

        return tx, transmit

    def _refusal(self, error: RpcError, found: NotTaken, call: Call, gas: int, nonce: int, fees: Fees) -> ZuanError:
        """Why a transaction was not taken, in a sentence."""
        if found is NotTaken.TAKEN:
            return NonceTakenError(
                f"another transaction of {self.address} took nonce {nonce}; {call.what} was not sent, run it again"
            )
        if found is NotTaken.POOR:
            return cannot_pay(self.connection, self.address, gas * fees.most)
        if found is NotTaken.CHEAP:
            return TransactionError(
                f"the node takes no {gwei(fees.most)} gwei for gas ({error.message}); {call.what} was not sent. Offer more "
                "with --priority-fee or --gas-price"
            )
        if found is NotTaken.DEAR:
            return TransactionError(
                f"the node sends nothing so dear ({error.message}); {call.what} was not sent. Offer less with --gas-price"
            )
        if found is NotTaken.WAIT:
            return TransactionError(
                f"the node still takes no more transactions of {self.address} ({error.message}); {call.what} was not sent, "
                "run it again later"
            )
        return contract_error(error) or error

    def wait(self, tx: str, call: Call, seconds: float = 300) -> Receipt:
        """Waits for a transaction to be mined.

        :raises ContractError: a contract refused it.
        :raises TransactionError: it is not mined after ``seconds``, or failed without a reason.
        """
        pause, deadline = 0.01, time.monotonic() + seconds
        while True:
            if found := shapes.receipt(self.rpc("eth_getTransactionReceipt", tx)):
                break
            if time.monotonic() > deadline:
                raise TransactionError(
                    f"transaction {tx} ({call.what}) is not mined after {seconds:.0f} s; look at it later", tx
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 2)
        receipt = Receipt(tx, found["blockNumber"], found["gasUsed"], found["contractAddress"], found["logs"])
        if found["status"] == 0:
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
            if refusal := contract_error(error):
                raise refusal from None
            if verdict(error.message) is NotTaken.POOR:
                raise cannot_pay(self.connection, self.address) from None
            raise

    def _fields(self, call: Call) -> dict[str, str]:
        fields = {"from": self.address, "data": "0x" + call.data.hex()}
        return {**fields, "to": call.to} if call.to else fields
