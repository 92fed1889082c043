"""How the sample hub's answers are sent, and how badly where a fault says so.

What must not move in: what is answered (`server`).
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Protocol

from etl.hub.sample.faults import Fault, Misbehaviour


@dataclass(frozen=True)
class Reply:
    """One answer before it is sent."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(status: int, value: Any, **headers: str) -> Reply:
    """An answer of JSON."""
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json; charset=utf-8", **headers})


def error_reply(status: int, code: str | None, message: str) -> Reply:
    """A refusal, with the reason in the headers by which huggingface_hub tells errors apart."""
    headers = {"X-Error-Message": message, "Content-Type": "text/plain; charset=utf-8"}
    if code:
        headers["X-Error-Code"] = code
    return Reply(status, message.encode(), headers)


class Answering(Protocol):
    """What answers requests."""

    stopping: threading.Event

    def reply(self, target: str, headers: Mapping[str, str]) -> tuple[Reply, Fault | None]:
        """The answer to a request, and the fault that is to spoil it."""
        ...


def _bomb(size: int) -> bytes:
    """`size` zero bytes, compressed: about a thousandth of it."""
    return gzip.compress(bytes(1 << 20), 9) * max(1, size >> 20)


class Handler(BaseHTTPRequestHandler):
    """One connection: each request is answered by the hub, and spoiled where a fault says so."""

    protocol_version = "HTTP/1.1"
    # Without these two an answer takes 40 ms: headers and body in separate packets, the second held back by Nagle.
    wbufsize = 65536
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answer with a body."""
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without one."""
        self._serve(with_body=False)

    def _serve(self, with_body: bool) -> None:
        reply, fault = self.server.hub.reply(self.path, {k.lower(): v for k, v in self.headers.items()})
        body, headers = reply.body, dict(reply.headers)
        match fault.misbehaviour if fault else None:
            case Misbehaviour.STALL:
                self._stall()
                return
            case Misbehaviour.DRIBBLE_HEADERS:
                self._dribble(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: slow\r\n" * 1000, fault.seconds if fault else 0)
                return
            case Misbehaviour.WRONG_BYTES:
                body = b"x" + body[1:]
            case Misbehaviour.CUT_JSON:
                body = body[: len(body) // 2]
            case Misbehaviour.BOMB:
                body = _bomb(fault.size if fault else 0)
                headers["Content-Encoding"] = "gzip"
            case Misbehaviour.NO_ETAG:
                headers.pop("ETag", None)
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and fault:
            self._send_badly(body, fault)
        elif with_body:
            self.wfile.write(body)

    def _send_badly(self, body: bytes, fault: Fault) -> None:
        if fault.misbehaviour is Misbehaviour.DRIBBLE:
            self._dribble(body, fault.seconds)
        elif fault.misbehaviour in (Misbehaviour.RESET, Misbehaviour.SHORT_BODY):
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            if fault.misbehaviour is Misbehaviour.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _stall(self) -> None:
        self.server.hub.stopping.wait(60)
        self.close_connection = True

    def _dribble(self, data: bytes, seconds: float) -> None:
        for i in range(len(data)):
            self.wfile.write(data[i : i + 1])
            self.wfile.flush()
            if self.server.hub.stopping.wait(seconds):
                break
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: counters say more."""


class Server(ThreadingHTTPServer):
    """Listens on loopback, with a thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    _quiet: ClassVar[tuple[type[BaseException], ...]] = (ConnectionError, TimeoutError, ValueError)

    def __init__(self, hub: Answering) -> None:
        self.hub = hub
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be ended."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is over."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left in mid-answer is no error of ours; anything else is shown."""
        if not isinstance(sys.exception(), self._quiet):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """End every connection."""
        for request in list(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
