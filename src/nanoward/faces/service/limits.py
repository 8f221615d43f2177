"""How much a request may hold: 1 MB, a table 32 MB, reads as much as the disk takes."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nanoward.faces.service.problems import plain_problem

MOST = 1_000_000  # bytes
TABLE = 32_000_000
READS = "/api/v1/catalogue/reads/"
TABLES = ("/api/v1/programme/files", "/console/")


def most_of(path: str) -> int | None:
    """The most bytes of a body to a path; None where it is streamed and counted there."""
    if path.startswith(READS):
        return None
    return TABLE if path.startswith(TABLES) else MOST


class BodyLimit:
    """Refuses what is too long (413): by its own word, or as soon as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        most = most_of(scope["path"])
        if most is None:
            await self._app(scope, receive, send)
            return
        told = next(
            (value for name, value in scope["headers"] if name == b"content-length"), b"0"
        )
        if not told.isdigit() or int(told) > most:
            why = f"a request holds at most {most} bytes"
            answer = plain_problem(None, 413, "Too much at once", why)
            await answer(scope, receive, send)
            return
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                raise HTTPException(413, f"a request holds at most {most} bytes")
            return message

        await self._app(scope, counted, send)
