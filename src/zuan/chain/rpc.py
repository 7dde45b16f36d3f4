"""A small JSON-RPC client, which adapts to what the node takes.

``import web3`` takes longer than a whole ``zuan supply`` may (docs/decisions/0003), so reading goes through this;
writing uses web3's libraries. Batches shrink until the node takes them, and limits are waited out, here and nowhere else.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from ..errors import NetworkError, RpcError
from .endpoint import parse
from .refusals import HESITATION, Kind, Patience, Say, kind
from .transport import Response, Transport

# Requests that change something are not repeated after a lost answer; for a transaction, the sender looks it up first.
_NOT_REPEATED = frozenset(
    {"eth_sendRawTransaction", "eth_sendTransaction", "evm_mine", "evm_increaseTime", "evm_revert", "evm_snapshot"}
)
# Questions whose refusal in unknown words may have been a limit: only these are asked again then.
_QUESTIONS = frozenset(
    {
        *("eth_blockNumber", "eth_call", "eth_chainId", "eth_getBalance", "eth_getBlockByNumber", "eth_getCode"),
        *("eth_getLogs", "eth_getStorageAt", "eth_getTransactionCount", "eth_getTransactionReceipt"),
    }
)
_MOST_AT_ONCE = 100
# Seconds for an answer, from the request to its last byte; and for which a busy node is asked again.
_TIMEOUT = 20.0
_PATIENCE = 30.0

Request = tuple[str, Sequence[Any]]


class Rpc:
    """A JSON-RPC endpoint; threads may share it.

    :param url: ``http://``, ``https://``, ``ws://`` or ``wss://`` address; a password or key in it is never shown (see
        :attr:`where`).
    :param timeout: seconds to wait for each answer.
    :param patience: seconds to go on while the node is busy.
    :raises InputError: it is no such address.
    """

    def __init__(self, url: str, timeout: float = _TIMEOUT, patience: float = _PATIENCE) -> None:
        self._endpoint = parse(url)
        self.url = url.strip()
        #: Scheme, host and port only: the rest of an address may be a secret.
        self.where = self._endpoint.where
        #: Told when something is waited for.
        self.say: Say = lambda _: None
        self._transport = Transport(self._endpoint, timeout)
        self._patience = patience
        # The largest batch that the node takes, and how many to ask for at once while it is busy.
        self._most, self._at_once = _MOST_AT_ONCE, _MOST_AT_ONCE
        self._ids = itertools.count(1)

    def __repr__(self) -> str:
        return f"Rpc({self.where})"

    @property
    def is_loopback(self) -> bool:
        """Whether the node is on this machine."""
        return self._endpoint.is_loopback

    @property
    def is_websocket(self) -> bool:
        """Whether it is asked by websocket."""
        return self._endpoint.is_websocket

    def __call__(self, method: str, *params: Any) -> Any:
        """The result of one request.

        :raises RpcError: the node answered with an error.
        :raises NetworkError: it did not answer, or not with JSON-RPC.
        """
        return self.batch([(method, params)])[0]

    def batch(self, calls: Sequence[Request], errors: bool = False) -> list[Any]:
        """The results of several requests, as many at a time as the node takes, in their order.

        :param errors: give each failed request's :class:`RpcError` in its place instead of raising the first.
        """
        results: list[Any] = [None] * len(calls)
        todo = list(range(len(calls)))
        patience = Patience(self._patience, min(HESITATION, self._patience), say=self.say)
        while todo:
            answers = self.attempt([calls[n] for n in todo])
            failed = []
            for n, answer in zip(todo, answers, strict=True):
                results[n] = answer
                if isinstance(answer, RpcError) and _may_pass(calls[n][0], answer):
                    failed.append(n)
            if len(failed) < len(todo):
                patience.progress()
            if not failed or not patience.again(results[failed[0]]):
                break
            todo = failed
        if not errors:
            for result in results:
                if isinstance(result, RpcError):
                    raise result
        return results

    def attempt(self, calls: Sequence[Request]) -> list[Any]:
        """The results of several requests, each asked once; a refusal stands in its place.

        :raises NetworkError: the node does not answer, or not with JSON-RPC.
        """
        results: list[Any] = []
        while len(results) < len(calls):
            part = calls[len(results) : len(results) + self._at_once]
            found = self._ask(part)
            if found is None:
                # It takes no batches, or none so large: how large is found by trying.
                self._most = self._at_once = max(1, len(part) // 4)
            elif isinstance(found, RpcError):
                # It is busy: the rest would be refused too.
                self._at_once = max(1, len(part) // 2)
                return results + [found] * (len(calls) - len(results))
            else:
                self._at_once = min(self._most, self._at_once + 1)
                results += found
        return results

    def raw(self, method: str, *params: Any) -> bytes:
        """The bytes of the answer to one request, as the node sent them.

        :raises RpcError: the node refused with a status of HTTP's.
        :raises NetworkError: it did not answer.
        """
        answer = self._post([(method, params)])[0]
        if answer.status != 200:
            parsed = self._json(answer)
            refused = parsed.get("error") if isinstance(parsed, dict) else None
            if refused is not None:
                raise rpc_error(refused, answer.status, _seconds(answer))
        return answer.body

    def abort(self) -> None:
        """Ends a request that another thread is waiting for, with an error there."""
        self._transport.abort()

    def close(self) -> None:
        """Closes the connection; the next request opens it again."""
        self._transport.close()

    def _ask(self, calls: Sequence[Request]) -> list[Any] | RpcError | None:
        """The results of requests that go together; an error where it refuses all of them for now, None where the node
        does not take so many."""
        answer, bodies = self._post(calls)
        wait = _seconds(answer)
        try:
            parsed = self._json(answer)
        except RpcError as error:
            return error if kind(error) is Kind.BUSY else None if len(calls) > 1 else [error]
        answers = [a for a in (parsed if isinstance(parsed, list) else [parsed]) if isinstance(a, dict)]
        by_id = {a.get("id"): a for a in answers if not isinstance(a.get("id"), (list, dict))}
        results: list[Any] = []
        for body in bodies:
            found = by_id.get(body["id"])
            if found is None:
                # One error for all of them, as an object, or in a list of one.
                refused = answers[0].get("error") if len(answers) == 1 else None
                whole = None if refused is None else rpc_error(refused, answer.status, wait)
                if whole is not None and kind(whole) is Kind.BUSY:
                    return whole
                if len(calls) > 1:
                    return None
                if whole is None:
                    raise NetworkError(f"the node at {self.where} answered something that is no JSON-RPC")
                results.append(whole)
            elif found.get("error") is not None:
                results.append(rpc_error(found["error"], answer.status, wait))
            elif "result" not in found:
                raise NetworkError(f"the node at {self.where} answered something that is no JSON-RPC")
            else:
                results.append(found["result"])
        return results

    def _post(self, calls: Sequence[Request]) -> tuple[Response, list[dict[str, Any]]]:
        bodies = []
        for method, params in calls:
            bodies.append({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)})
        repeat = not any(method in _NOT_REPEATED for method, _ in calls)
        return self._transport.post(json.dumps(bodies if len(bodies) > 1 else bodies[0]).encode(), repeat), bodies

    def _json(self, answer: Response) -> Any:
        """What an answer says. :raises RpcError: a refusal by HTTP alone. :raises NetworkError: nothing of the kind."""
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            pass
        status = answer.status
        if 300 <= status < 400:
            raise NetworkError(f"{self.where} sends on to {_place(answer)} (HTTP {status}); give that address")
        if status in (408, 413, 429, 431):
            raise RpcError(status, f"HTTP {status}", status=status, wait=_seconds(answer))
        hint = "is it an Ethereum node's address?"
        if status in (401, 403):
            hint = "is the key in its address right?"
        elif self._endpoint.is_websocket:
            hint = "does it open websockets? Else give its http:// or https:// address"
        raise NetworkError(f"{self.where} answered HTTP {status} without JSON; {hint}")


def rpc_error(error: Any, status: int = 200, wait: float | None = None) -> RpcError:
    """The error that a node answered, whatever it looks like.

    :param status: HTTP's.
    :param wait: seconds after which the node wants to be asked again, where a header says so.
    """
    if not isinstance(error, dict):
        return RpcError(0, str(error), status=status, wait=wait)
    code, data = error.get("code"), error.get("data")
    rate = data if isinstance(data, dict) else {}
    seconds = rate.get("backoff_seconds", (rate.get("rate") or {}).get("backoff_seconds") if _is_rate(rate) else None)
    if isinstance(seconds, (int, float)):
        wait = float(seconds)
    message = str(error.get("message") or error)
    return RpcError(code if isinstance(code, int) else 0, message, data, status=status, wait=wait)


def _is_rate(data: dict[str, Any]) -> bool:
    return isinstance(data.get("rate"), dict)


def _may_pass(method: str, error: RpcError) -> bool:
    """Whether a refusal may pass by itself."""
    found = kind(error)
    return found is Kind.BUSY or (found is Kind.UNKNOWN and method in _QUESTIONS)


def _seconds(answer: Response) -> float | None:
    """What ``Retry-After`` says; None where it is absent, or a date."""
    value = answer.headers.get("Retry-After") or ""
    return float(value) if value.isascii() and value.isdigit() else None


def _place(answer: Response) -> str:
    """Where a redirection leads, without what may be secret in it."""
    parts = urlsplit(answer.headers.get("Location") or "")
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname and parts.scheme else "another address"
