"""Reads over the network: streamed to the disk, resumed after a cut, held against their digest.

PUT sends a file from its start, PATCH sends on from Upload-Offset, HEAD says how far it came.
The last request says Upload-Complete: ?1 (which is what none says) and the SHA-256 of the whole
file: by Repr-Digest, or by Content-Digest where one PUT holds all of it (RFC 9530).
"""

import base64
import binascii
import hashlib
import re
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.views import NotThereError
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.ports.service.uploads import ReadUploads, UploadState
from nanoward.programme.access.rights import Right

PREFIX = "/api/v1/catalogue/reads"
router = APIRouter(prefix=PREFIX, tags=["reads"])
Writer = Annotated[Visitor, Depends(Guard(Right.WRITE_GENOMES))]
Sample = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
Mate = Annotated[Literal["1", "2", "single"], Path()]
Digest = Annotated[str | None, Header(alias="Repr-Digest", max_length=200)]
PieceDigest = Annotated[str | None, Header(alias="Content-Digest", max_length=200)]
Complete = Annotated[Literal["?0", "?1"], Header(alias="Upload-Complete")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=1 << 50)]
SHA256 = re.compile(r"sha-256=:([A-Za-z0-9+/]+={0,2}):")
PIECE = 1 << 20  # bytes that are held in memory at most
BINARY = {
    "requestBody": {
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    }
}


class DigestMissingError(DoorClosedError):
    """The file's SHA-256 is not told, or not as RFC 9530 writes it."""

    code = "SRV-019"
    next_step = "Send Repr-Digest: sha-256=:BASE64: with the last piece."


class PieceDigestError(DoorClosedError):
    """A piece is not what was sent; nothing of it was kept."""

    code = "SRV-020"
    status = 422
    next_step = "Send the piece again from Upload-Offset."


class ReadsUpload(BaseModel):
    """How far a file of reads has come, and its SHA-256 once it is whole."""

    sample: str
    mate: str
    offset: int
    whole: bool
    sha256: str
    kind: str


@router.put(
    "/{sample}/{mate}", response_model=ReadsUpload, status_code=201, openapi_extra=BINARY
)
async def put(
    request: Request,
    sample: Sample,
    mate: Mate,
    visitor: Writer,
    digest: Digest = None,
    piece_digest: PieceDigest = None,
    complete: Complete = "?1",
) -> Response:
    """Send a file of reads from its start."""
    service = service_of(request)
    whole = complete == "?1"
    told = _sha256(digest or (piece_digest if whole else None), needed=whole)
    uploads = uploads_of(service)
    await service.beside(lambda: uploads.begin(sample, mate))
    await _received(request, service, (sample, mate), 0, piece_digest)
    return await _ended(service, sample, mate, told if whole else None)


@router.patch("/{sample}/{mate}", response_model=ReadsUpload, openapi_extra=BINARY)
async def patch(  # noqa: PLR0913, PLR0917 - each is a header of its own
    request: Request,
    sample: Sample,
    mate: Mate,
    visitor: Writer,
    offset: Offset,
    digest: Digest = None,
    piece_digest: PieceDigest = None,
    complete: Complete = "?1",
) -> Response:
    """Send on from where it ended."""
    service = service_of(request)
    whole = complete == "?1"
    told = _sha256(digest, needed=whole)
    state = await service.beside(lambda: uploads_of(service).state(sample, mate))
    if state is None:
        raise NotThereError("nothing of this file was sent yet")
    await _received(request, service, (sample, mate), offset, piece_digest)
    return await _ended(service, sample, mate, told if whole else None)


@router.head("/{sample}/{mate}", response_class=Response)
async def head(request: Request, sample: Sample, mate: Mate, visitor: Writer) -> Response:
    """How far it came: Upload-Offset, Upload-Complete."""
    service = service_of(request)
    state = await service.beside(lambda: uploads_of(service).state(sample, mate))
    if state is None:
        raise NotThereError("nothing of this file was sent yet")
    return Response(status_code=204, headers=_headers(state))


def uploads_of(service: Service) -> ReadUploads:
    """The uploads of a service."""
    from nanoward.wiring.service import open_uploads

    return service.once_made("uploads", lambda: open_uploads(service.path))


async def _received(
    request: Request, service: Service, name: tuple[str, str], offset: int, told: str | None
) -> None:
    """Keep the body piece by piece; a client that goes away leaves what it sent."""
    uploads, expected = uploads_of(service), _sha256(told, needed=False)
    digest, start, held = hashlib.sha256(), offset, bytearray()

    def keep(content: bytes) -> int:
        if expected:
            digest.update(content)
        return uploads.add(*name, offset, content)

    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) >= PIECE:
                offset = await service.beside(partial(keep, bytes(held)))
                held.clear()
    finally:
        if held:
            offset = await service.beside(partial(keep, bytes(held)))
    if expected and digest.hexdigest() != expected:
        await service.beside(lambda: uploads.cut(*name, start))
        raise PieceDigestError("its Content-Digest is another")


async def _ended(service: Service, sample: str, mate: str, sha256: str | None) -> Response:
    uploads = uploads_of(service)
    if sha256:
        state = await service.beside(lambda: uploads.finish(sample, mate, sha256))
    else:
        found = await service.beside(lambda: uploads.state(sample, mate))
        assert found is not None
        state = found
    told = {
        "sample": sample, "mate": mate, "offset": state.offset, "whole": state.whole,
        "sha256": state.sha256, "kind": state.kind,
    }  # fmt: skip
    return answer(told, 201 if state.whole else 200, _headers(state))


def _headers(state: UploadState) -> dict[str, str]:
    told = {
        "Upload-Offset": str(state.offset),
        "Upload-Complete": "?1" if state.whole else "?0",
    }
    if state.sha256:
        value = base64.b64encode(bytes.fromhex(state.sha256)).decode()
        told["Repr-Digest"] = f"sha-256=:{value}:"
    return told


def _sha256(told: str | None, *, needed: bool) -> str:
    """Hexadecimal; DigestMissingError where it is needed, or none that can be read."""
    if told is None:
        if needed:
            raise DigestMissingError("the SHA-256 of the file is not told")
        return ""
    found = SHA256.fullmatch(told.strip())
    try:
        value = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        value = b""
    if len(value) != 32:
        raise DigestMissingError("the digest is no SHA-256 as RFC 9530 writes it")
    return value.hex()
