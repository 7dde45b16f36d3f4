"""A small JSON-RPC client over HTTP.

``import web3`` takes longer than a whole ``zuan supply`` may (docs/decisions/0003), so reading goes through this;
writing uses web3's libraries. One connection is kept open and opened again when the node has closed it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from ..errors import InputError, NetworkError, RpcError

# Requests that change something are not repeated after a lost answer; for a transaction, the sender looks it up first.
_NOT_REPEATED = frozenset({"eth_sendRawTransaction", "evm_mine", "evm_increaseTime", "evm_revert", "evm_snapshot"})

Call = tuple[str, Sequence[Any]]


class Rpc:
    """A JSON-RPC endpoint.

    :param url: ``http://`` or ``https://`` address; a password or key in it is never shown (see :attr:`where`).
    :param timeout: seconds to wait for each answer.
    """

    def __init__(self, url: str, timeout: float = 60) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{parts.scheme or url!r} is no http:// or https:// address of a node")
        try:
            port = parts.port
        except ValueError:
            raise InputError("the node's address has a port that is no number from 1 to 65535") from None
        self.url = url
        #: Scheme, host and port only: the rest of an address may be a secret.
        self.where = f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "")
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + b64encode(login.encode()).decode()
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, port, timeout=timeout, context=context
            )
        else:
            self._http = http.client.HTTPConnection(parts.hostname, port, timeout=timeout)
        self._id = self._status = 0
        self._aborted = False

    def __repr__(self) -> str:
        return f"Rpc({self.where})"

    def __call__(self, method: str, *params: Any) -> Any:
        """The result of one request.

        :raises RpcError: the node answered with an error.
        :raises NetworkError: it did not answer, or not with JSON-RPC.
        """
        return self.batch([(method, params)])[0]

    def batch(self, calls: Sequence[Call], errors: bool = False) -> list[Any]:
        """The results of several requests in one HTTP request, in their order.

        :param errors: give each failed request's :class:`RpcError` in its place instead of raising the first.
        """
        if not calls:
            return []
        bodies = []
        for method, params in calls:
            self._id += 1
            bodies.append({"jsonrpc": "2.0", "id": self._id, "method": method, "params": list(params)})
        repeat = not any(method in _NOT_REPEATED for method, _ in calls)
        answer = self._json(self._post(json.dumps(bodies if len(bodies) > 1 else bodies[0]).encode(), repeat))
        if isinstance(answer, dict) and len(bodies) > 1:
            # A node that takes no batches answers one error for all of them.
            _result(answer)
        answers = answer if isinstance(answer, list) else [answer]
        by_id = {a.get("id"): a for a in answers if isinstance(a, dict)}
        results = []
        for body in bodies:
            if body["id"] not in by_id:
                if len(bodies) == 1 and len(answers) == 1 and isinstance(answers[0], dict) and "error" in answers[0]:
                    by_id[body["id"]] = answers[0]
                else:
                    raise NetworkError(f"the node at {self.where} left a request unanswered")
            try:
                results.append(_result(by_id[body["id"]]))
            except RpcError as error:
                if not errors:
                    raise
                results.append(error)
        return results

    def raw(self, method: str, *params: Any) -> bytes:
        """The bytes of the answer to one request, as the node sent them.

        :raises NetworkError: it did not answer.
        """
        self._id += 1
        request = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": list(params)}
        return self._post(json.dumps(request).encode(), method not in _NOT_REPEATED)

    def _post(self, body: bytes, repeat: bool) -> bytes:
        # A kept connection that the node has closed shows only when used: that one failure is repeated. What must not
        # be repeated gets a new connection.
        if not repeat:
            self._http.close()
        attempts = 2 if repeat and self._http.sock is not None else 1
        for attempt in range(1, attempts + 1):
            try:
                self._http.request("POST", self._path, body, self._headers)
                response = self._http.getresponse()
                self._status = response.status
                return response.read()
            except TimeoutError:
                self._http.close()
                raise NetworkError(f"the node at {self.where} did not answer in {self._http.timeout:.0f} s") from None
            except (OSError, http.client.HTTPException) as error:
                self._http.close()
                aborted, self._aborted = self._aborted, False
                if attempt == attempts or aborted:
                    raise NetworkError(
                        f"no node answers at {self.where} ({_reason(error)}); "
                        "start one with `zuan up`, or give another --rpc-url"
                    ) from None
        raise AssertionError("one attempt returns or raises")

    def _json(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except (ValueError, RecursionError):
            raise NetworkError(
                f"{self.where} answered HTTP {self._status} without JSON; is it an Ethereum node's address?"
            ) from None

    def abort(self) -> None:
        """Ends a request that another thread is waiting for, with an error there."""
        connected = self._http.sock
        if connected is not None:
            self._aborted = True
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the connection; the next request opens it again."""
        self._http.close()


def _result(answer: Any) -> Any:
    if not isinstance(answer, dict):
        raise NetworkError("the node answered something that is no JSON-RPC")
    if (error := answer.get("error")) is not None:
        raise rpc_error(error)
    if "result" not in answer:
        raise NetworkError("the node answered something that is no JSON-RPC")
    return answer["result"]


def rpc_error(error: Any) -> RpcError:
    """The error that a node answered, whatever it looks like."""
    if not isinstance(error, dict):
        return RpcError(0, str(error))
    code = error.get("code")
    return RpcError(code if isinstance(code, int) else 0, str(error.get("message") or error), error.get("data"))


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.lower()
