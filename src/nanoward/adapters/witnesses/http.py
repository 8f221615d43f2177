"""The witness protocol over HTTP (C2SP tlog-witness): a desk's server, and how it is asked."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from nanoward.audit.witnessing import WitnessDecision
from nanoward.base.errors import NanowardError, OutsideError, UsageError
from nanoward.ports.witness import WitnessDesk

MOST = 64_000  # bytes of a request
SIZE = "text/x.tlog.size"


class WitnessSilentError(OutsideError):
    """A witness could not be asked."""

    code = "OUT-030"
    next_step = "Nothing was lost; ask again later, or by file: nanoward witness request."


class WitnessServer(ThreadingHTTPServer):
    """Answers POST .../add-checkpoint."""

    daemon_threads = True

    def __init__(self, desk: WitnessDesk, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.desk = desk
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WitnessServer
    timeout = 20

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST:
            self.close_connection = True
            self._respond(400, "a request has a length of at most 64,000 bytes\n")
            return
        content = self.rfile.read(int(length))
        if not self.path.endswith("/add-checkpoint"):
            self._respond(404, "only add-checkpoint is answered here\n")
            return
        try:
            judgement, lines = self.server.desk.answer(content.decode())
        except UnicodeDecodeError:
            self._respond(400, "not UTF-8\n")
        except NanowardError as fault:
            self._respond(500, f"{fault.message}\n")
        else:
            if judgement.size is not None:
                self._respond(409, f"{judgement.size}\n", kind=SIZE)
            else:
                self._respond(judgement.status, lines or f"{judgement.reason}\n")

    def _respond(
        self, status: int, text: str, *, kind: str = "text/plain; charset=utf-8"
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


class HttpWitness:
    """A witness that answers at a URL."""

    def __init__(self, url: str, *, timeout_s: float = 20.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is no address of a witness")
        self._url, self._parts, self._timeout_s = url, parts, timeout_s

    def answer(self, request: str) -> tuple[WitnessDecision, str]:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout_s)
        try:
            path = f"{self._parts.path.rstrip('/')}/add-checkpoint"
            connection.request("POST", path, body=request.encode())
            told = connection.getresponse()
            content = told.read(MOST).decode("utf-8", "replace")
        except (OSError, HTTPException) as fault:
            raise WitnessSilentError(f"{self._url}: {fault}") from fault
        finally:
            connection.close()
        if told.status == 200:
            return WitnessDecision(status=200, reason=""), content
        size = content.strip()
        if told.status == 409 and size.isascii() and size.isdigit() and len(size) <= 18:
            return WitnessDecision(status=409, reason="another size", size=int(size)), ""
        if told.status >= 500 or told.status == 409:
            raise WitnessSilentError(f"{self._url} answered {told.status}: {content[:200]}")
        return WitnessDecision(status=told.status, reason=content[:200].strip()), ""
