"""The participants' page answers on a host name of its own (ASVS 3.5.4)."""

from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN = ("/me",)  # answers on the participants' host alone
STAFF = ("/console", "/api", "/people")  # on the console's alone
ALWAYS = ("/health", "/metrics")  # supervisors ask by address; who may is the route's


class TwoHosts:
    """Lets a request pass where its path is at home on the host that it names."""

    def __init__(self, app: ASGIApp, *, origin: str, own_origin: str) -> None:
        self._app = app
        self._staff, self._own = host_of(origin), host_of(own_origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        why = misplaced(scope["path"], host, staff=self._staff, own=self._own)
        if not why:
            await self._app(scope, receive, send)
            return
        status = 404 if host in (self._staff, self._own) else 421
        told = {"type": f"/problems/HTTP-{status}", "title": "Not here", "status": status}
        answer = JSONResponse(
            {**told, "detail": why, "next_step": "Open the address that the service told."},
            status,
            media_type="application/problem+json",
        )
        await answer(scope, receive, send)


def misplaced(path: str, host: str, *, staff: str, own: str) -> str:
    """Why a path is not answered on a host; "" where it is.

    A host that the service does not bear gets nothing: another name may point at us.
    """
    if _under(path, ALWAYS):
        return ""
    if host not in (staff, own):
        return "nobody answers under this name"
    if staff == own:
        return ""
    if host == staff and _under(path, OWN):
        return "this page is at home on the participants' host"
    if host == own and _under(path, STAFF):
        return "this page is at home on the console's host"
    return ""


def host_of(origin: str) -> str:
    """Host and port of an origin, as a browser says them."""
    return urlsplit(origin).netloc.lower()


def _under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in roots)
