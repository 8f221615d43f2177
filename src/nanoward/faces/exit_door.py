"""The way out over HTTP, in the exit's own process: a static page, and one thing to post.

Standard library alone: no framework, no session, no plan. Who asks is known by a stop code. It
answers while the web process is dead; the participant's page tries it where that one is silent.
"""

import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from nanoward.base.errors import NanowardError, OutsideError
from nanoward.faces.way_out import give
from nanoward.faces.words import N_, templates, wanted_language, words_in
from nanoward.ports.exit import StopCodes

WISHES = ("stop", "leave", "less", "concern")
KEEP_S = 8.0  # for the exit to keep a wish among many, before it is kept beside it
CARRY_S = 1.5  # for everybody to be told, before a person who sees a page is answered
LONGEST_BODY = 32_000
LONGEST_WORDS = 4_000
SILENCE_S = 10.0
ANSWERED = 128  # side by side; who comes then waits for a place
_NOTICE = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all a form says Origin: null
    "Cache-Control": "no-store",
}


class DoorTakenError(OutsideError):
    """Somebody else listens where the exit is to answer, or it is not this machine's."""

    code = "OUT-083"
    next_step = "Give the exit another address with --http HOST:PORT."


Answer = dict[str, Any]
OpenCodes = Callable[[], AbstractContextManager[StopCodes]]

DONE = {
    "leave": N_("You have left."),
    "stop": N_("Your word to stop is kept."),
    "less": N_("Your word to have less is kept."),
    "concern": N_("Your word is kept. Only the advocate reads it."),
}
UNKNOWN = N_("We do not know this code.")
UNKNOWN_NEXT = N_(
    "Look at your card again, or call the clinic. Your wish counts as soon as you say it."
)
DOWN = N_("It could not be kept here.")
DOWN_NEXT = N_("Please press again, or call the clinic now.")
OWED = N_(
    "Not everybody could be told yet. We try again until they are. Your word counts already."
)
STOPPED = N_("Your agent is stopped.")
NO_AGENT = N_("No agent of yours was known to run.")


def wish_of(asked: Mapping[str, Any]) -> Answer:
    """What a request asks of the way out, with nothing in it that is not asked for.

    The notice's name says the wish, so that one number used for two wishes is two notices.
    """
    wish = str(asked.get("wish") or "")
    told = str(asked.get("notice") or "")
    number = told if _NOTICE.fullmatch(told) else secrets.token_hex(16)
    found: Answer = {"wish": wish, "notice": f"{wish}-{number}"}
    if wish == "concern":
        found["words"] = str(asked.get("words") or "")[:LONGEST_WORDS]
    if wish == "less":
        found |= {name: str(asked.get(name) or "")[:200] for name in ("setting", "unit")}
        with suppress(TypeError, ValueError):
            found["value"] = float(asked["value"])
        found.setdefault("value", None)
    return found


def give_at_door(
    programme: str, asked: Mapping[str, Any], who: str, channel: str, *, wait_s: float = CARRY_S
) -> Answer:
    """Have the wish of a person kept and carried; what they are told of it.

    wait_s  for everybody to be told; a phone is content with the receipt
    raises  OutsideError where not even the spool can be written
    """
    told = wish_of(asked)
    wish = told.pop("wish")
    found = give(
        programme, wish, who, wait_s=wait_s, answer_s=KEEP_S, by=who, channel=channel, **told
    )
    return {
        "wish": wish,
        "receipt": found["receipt"],
        "owed": sorted(found["owed"]),
        "stopped": [str(one["outcome"]) for one in found["stopped"]],
    }


def answer_lines(answer: Answer) -> list[str]:
    """What a person reads after their wish was kept; texts that are to be translated."""
    lines = []
    if answer["wish"] in ("stop", "leave") and "lane" not in answer["owed"]:
        done = [one for one in answer["stopped"] if one == "done"]
        if done:
            lines.append(STOPPED)
        elif "all" not in answer["owed"]:
            lines.append(NO_AGENT)
    if answer["owed"]:
        lines.append(OWED)
    return lines


@cache
def style() -> bytes:
    """The style that both pages share."""
    return (files("nanoward.faces.service.participant") / "static" / "me.css").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitDoor:
    """What the exit answers over HTTP.

    own_origin  of the participant's page, which alone may ask from a browser
    phone       of the clinic; "" where it is not known
    """

    programme: str
    codes: OpenCodes
    own_origin: str = ""
    phone: str = ""

    def notice(self, asked: Mapping[str, Any], wait_s: float = 0.0) -> tuple[int, Answer]:
        """Status and answer of a wish; it is kept before this returns 200."""
        if str(asked.get("wish")) not in WISHES:
            return 422, {"detail": "nothing else can be asked for here"}
        try:
            with self.codes() as codes:
                who = codes.participant_of(str(asked.get("code") or "")[:200])
        except Exception:  # noqa: BLE001 - a disk that fails is told, not a trace
            return 503, {"detail": "stop codes cannot be read now"}
        if who is None:
            return 403, {"detail": "nobody has this stop code"}
        try:
            return 200, give_at_door(self.programme, asked, who, "exit page", wait_s=wait_s)
        except (NanowardError, OSError) as fault:
            return 503, {"detail": getattr(fault, "message", "it could not be kept")}

    def page(
        self, language: str, status: int = 0, answer: Answer | None = None, code: str = ""
    ) -> bytes:
        """The static page, with what became of a wish where one was just said."""
        words = words_in(language)
        title, lines = "", list[str]()
        if answer is not None and status == 200:
            title, lines = DONE[answer["wish"]], answer_lines(answer)
        elif status == 403:
            title, lines = UNKNOWN, [UNKNOWN_NEXT]
        elif status:
            title, lines = DOWN, [DOWN_NEXT]
        text = templates().get_template("exit.html.j2").render(
            _=words, plain=words.plain, words=words, title=title, lines=lines, phone=self.phone,
            answer=answer if status == 200 else None, notice=secrets.token_hex(16),
            code="" if status == 403 else code,
        )  # fmt: skip
        return text.encode()


@contextmanager
def open_door(address: tuple[str, int], door: ExitDoor) -> Iterator[int]:
    """Answer over HTTP until the block ends; the port that was taken.

    DoorTakenError where somebody else listens there.
    """
    try:
        server = ExitHttp(address, door)
    except OSError as fault:
        raise DoorTakenError(f"{address[0]}:{address[1]}: {fault.strerror}") from fault
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


class ExitHttp(ThreadingHTTPServer):
    """Answers every connection in a thread of its own, up to a number of them."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], door: ExitDoor) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.door, self.room = door, threading.BoundedSemaphore(ANSWERED)
        super().__init__(address, ExitHandler)


class ExitHandler(BaseHTTPRequestHandler):
    """One request. Nothing of it is logged: an address may tell who left."""

    server: ExitHttp
    timeout = SILENCE_S
    server_version, sys_version = "exit", ""

    def handle(self) -> None:
        """Answer in turn; who comes when all places are taken waits for one."""
        with self.server.room, suppress(OSError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""

    def do_OPTIONS(self) -> None:
        """The participant's page may ask; no other may."""
        self._send(204, b"", "text/plain")

    def do_GET(self) -> None:
        """The page, its style, and whether it lives."""
        address = self.path.partition("?")[0]
        if address == "/me.css":
            self._send(200, style(), "text/css; charset=utf-8")
        elif address == "/health/live":
            self._send(200, b'{"status": "live"}', "application/json")
        elif address in ("/", "/me", "/me/"):
            self._send(200, self.server.door.page(self._language()), "text/html; charset=utf-8")
        else:
            self._send(404, b"not here", "text/plain")

    def do_POST(self) -> None:
        """Keep a wish; JSON is answered with JSON, a form with the page."""
        size = self.headers.get("Content-Length", "")
        if self.path != "/notice" or not size.isdecimal() or int(size) > LONGEST_BODY:
            self._send(404 if self.path != "/notice" else 413, b"not here", "text/plain")
            return
        foreign = self.headers.get("Origin") not in (None, self.server.door.own_origin)
        if foreign and not self._own():
            self._send(403, b"another page asked", "text/plain")
            return
        content = self.rfile.read(int(size))
        if self.headers.get("Content-Type", "").startswith("application/json"):
            status, answer = self.server.door.notice(_json(content))
            self._send(status, json.dumps(answer, default=str).encode(), "application/json")
            return
        asked = dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True))
        status, answer = self.server.door.notice(asked, CARRY_S)
        page = self.server.door.page(self._language(), status, answer, asked.get("code", ""))
        self._send(status, page, "text/html; charset=utf-8")

    def _own(self) -> bool:
        """Whether its own page posts."""
        origin = self.headers.get("Origin", "")
        return origin.partition("://")[2] == self.headers.get("Host")

    def _language(self) -> str:
        return wanted_language("", self.headers.get("Accept-Language", ""))

    def _send(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        own = self.server.door.own_origin
        if own and self.headers.get("Origin") == own:
            self.send_header("Access-Control-Allow-Origin", own)
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Methods", "POST")
            self.send_header("Access-Control-Max-Age", "600")
        self.send_header("Vary", "Origin, Accept-Language")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
