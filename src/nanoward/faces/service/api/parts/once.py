"""One request, one act: an Idempotency-Key binds a request to what it did, and to its answer.

The key is written in the transaction of the append that the request causes, so that neither a
lost answer nor a hundred equal requests at once do anything twice. An answer may name people:
it is kept for seven days, sealed under the client's own key, which is kept nowhere.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from fastapi import Header, Request
from fastapi.responses import Response
from pydantic_core import to_json

from nanoward.base.errors import NanowardError
from nanoward.base.when import utc
from nanoward.faces.service.guard import Visitor
from nanoward.faces.service.problems import (
    PROBLEM,
    DoorClosedError,
    problem_of,
    status_of,
)
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.ports.ports import Ports
from nanoward.ports.service.requests import KeepsRequests, KeptRequest, Requests

KEPT = timedelta(days=7)
NONCE = 12
JSON = "application/json"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Drawn by the client, once for each act: the same key acts once.",
    ),
]
Work = Callable[[Ports], Any]
Outcome = tuple[int, bytes, Mapping[str, str]]


class KeyReusedError(DoorClosedError):
    """The Idempotency-Key stands for another request already."""

    code = "SRV-010"
    status = 409
    next_step = "Draw a new key for what is a new request; nothing was done now."


class AnswerLostError(DoorClosedError):
    """The request was done before, but its answer was lost on the way."""

    code = "SRV-011"
    status = 409
    next_step = "Read what stands now; send nothing again under this key."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer beside its body: headers of it, or another status."""

    body: Any
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it is bound.

    name    SHA-256 over account and key: what it is kept under
    secret  seals its answer; never kept
    body    SHA-256 over method, path and body
    """

    name: str
    secret: bytes
    body: str
    at: datetime

    @property
    def act(self) -> str:
        """A name for what is done by it, for parts that know orders and notices by name."""
        return self.name[:32]


async def asked_of(request: Request, account: str, key: str, at: datetime) -> Asked:
    """The request as it is bound to its key."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    bound = f"{account}\n{key}".encode()
    return Asked(
        name=sha256(b"name\n" + bound).hexdigest(),
        secret=sha256(b"answer\n" + bound).digest(),
        body=sha256(target + await request.body()).hexdigest(),
        at=at,
    )


async def once(
    request: Request, visitor: Visitor, key: str, work: Work, *, status: int = 201
) -> Response:
    """Do what is asked on the programme's ledger, once, and answer; again, the same answer.

    KeyReusedError, AnswerLostError, and what `work` raises.
    """
    service = service_of(request)
    asked = await asked_of(request, visitor.account.account, key, service.clock.now())

    def done(ports: Ports) -> Outcome:
        outcome = _done(ports, asked, work, status)
        if service.is_idle():  # else the next append keeps it, in the same transaction
            _requests(ports).keep_now()
        return outcome

    return await _joined(service, asked, lambda: service.act(done))


async def once_beside(
    request: Request,
    visitor: Visitor,
    key: str,
    work: Callable[[Asked], Any],
    *,
    status: int = 201,
    repeats: bool = False,
) -> Response:
    """As `once`, for work that appends elsewhere: by the lane, or to other ledgers.

    The request is kept before the work begins. `repeats`: the work does nothing twice under
    one name of `Asked.act`, so a request that was cut off is done again; otherwise it is
    answered with AnswerLostError.
    """
    service = service_of(request)
    asked = await asked_of(request, visitor.account.account, key, service.clock.now())

    async def done() -> Outcome:
        before = await service.act(lambda ports: _begun(ports, asked, repeats=repeats))
        if before is not None:
            return before
        code, content, headers = await service.beside(lambda: _content(work(asked), status))
        kept = _kept(asked, code, content)
        await service.act(lambda ports: _requests(ports).keep_request(kept))
        return code, content, headers

    return await _joined(service, asked, done)


async def _joined(service: Service, asked: Asked, begin: Callable[[], Any]) -> Response:
    """Equal requests that run at once are one; it goes on where a client goes away."""
    found = service.running.get(asked.name)
    if found is not None and found[0] != asked.body:
        raise KeyReusedError("the key stands for a request that runs now")
    if found is None:
        task = asyncio.ensure_future(begin())
        service.running[asked.name] = found = (asked.body, task)
        task.add_done_callback(lambda _: service.running.pop(asked.name, None))
    code, content, headers = await asyncio.shield(found[1])
    return Response(content, code, dict(headers), PROBLEM if code >= 400 else JSON)


def _done(ports: Ports, asked: Asked, work: Work, status: int) -> Outcome:
    """In the writer's thread: the answer that is kept, or the work with its answer kept."""
    requests = _requests(ports)
    if (found := requests.request(asked.name)) is not None:
        return _replayed(found, asked)
    requests.claim = _begun_now(asked)
    try:
        code, content, headers = _content(work(ports), status)
    except NanowardError as fault:
        if requests.claim is not None:
            raise
        code, content, headers = status_of(fault), to_json(problem_of(fault)), {}
    finally:
        written, requests.claim = requests.claim is None, None
    first = 0
    if written and (bound := requests.request(asked.name)) is not None:
        first = bound.first
    requests.keep_later(replace(_kept(asked, code, content), first=first))
    if asked.name.startswith("000"):  # one in 4,096 requests
        requests.forget_requests(_moment(asked.at - KEPT))
    return code, content, headers


def _begun(ports: Ports, asked: Asked, *, repeats: bool) -> Outcome | None:
    requests = _requests(ports)
    found = requests.request(asked.name)
    if found is None:
        requests.keep_request(_begun_now(asked))
        return None
    if repeats and found.body == asked.body and not found.status:
        return None
    return _replayed(found, asked)


def _replayed(found: KeptRequest, asked: Asked) -> Outcome:
    if found.body != asked.body:
        raise KeyReusedError("the key stands for another request")
    if not found.status:
        what = f"record {found.first} was written" if found.first else "it was begun"
        raise AnswerLostError(f"the request came at {found.at}, and {what}")
    try:
        content = ChaCha20Poly1305(asked.secret).decrypt(
            found.answer[:NONCE], found.answer[NONCE:], asked.name.encode()
        )
    except InvalidTag:
        raise AnswerLostError("its answer was kept, and cannot be read any more") from None
    return found.status, content, {"Idempotency-Replayed": "true"}


def _kept(asked: Asked, status: int, content: bytes) -> KeptRequest:
    nonce = sha256(content + asked.secret).digest()[:NONCE]  # one secret, one answer, one nonce
    sealed = ChaCha20Poly1305(asked.secret).encrypt(nonce, content, asked.name.encode())
    return replace(_begun_now(asked), status=status, answer=nonce + sealed)


def _begun_now(asked: Asked) -> KeptRequest:
    return KeptRequest(key=asked.name, body=asked.body, at=_moment(asked.at))


def _moment(at: datetime) -> str:
    return utc(at).isoformat(timespec="seconds")


def _content(answer: Any, status: int) -> Outcome:
    told = answer if isinstance(answer, Told) else Told(body=answer)
    content = to_json(told.body, inf_nan_mode="null")
    return told.status or status, content, told.headers


def _requests(ports: Ports) -> Requests:
    assert isinstance(ports.ledger, KeepsRequests)
    return ports.ledger.requests
