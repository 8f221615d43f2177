"""Consent: the state with its whole history, and a signature by the person themselves."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

from nanoward.base.entries import ConsentSigned, body_of
from nanoward.faces.service.api.parts.bodies import Body, Count, Hex, Text, Word
from nanoward.faces.service.api.parts.once import Key, Told, once
from nanoward.faces.service.api.parts.versions import (
    IfMatch,
    Written,
    require_version,
    version_of,
    written,
)
from nanoward.faces.service.api.parts.views import GateClosedError, NotThereError, by_of, meant
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/clearance", tags=["consent"])
ConsentReader = Annotated[Visitor, Depends(Guard(Right.READ_CONSENT, "participant"))]
Signer = Annotated[Visitor, Depends(Guard(Right.SIGN_CONSENT, "participant"))]


class ConsentState(BaseModel):
    """The consent of one participant, with every signature and withdrawal."""

    participant: str
    status: str
    document_sha256: str | None
    document_version: str | None
    renewal: str
    uses: list[str]
    withdrawn: date | None
    history: list[dict[str, Any]]


class ConsentBody(Body):
    """A signature under the document in force, by the person themselves."""

    document_sha256: Hex
    printed_name: Word
    uses: list[Word]
    refused: list[Word] = Field(default_factory=list)
    explained_by: Word
    witnessed_by: Word
    identified_by: Word
    read_s: Count
    answered_right: Count = 0
    agent_off: bool = False
    meaning: Text = ""


@router.get("/participants/{participant}/consent", response_model=ConsentState)
async def consent(request: Request, participant: str, visitor: ConsentReader) -> Response:
    """The consent of a participant; its history stays whole after they left."""
    service = service_of(request)

    def find(ports: Ports) -> bytes:
        who = meant(ports, service, visitor, participant)
        known = on_record(ports.ledger, who)
        if not version_of(ports, who):
            raise NotThereError("it is not there, or not yours to see")
        return to_json(_consent(known, ports.today()))

    return Response(await service.read(find), media_type="application/json")


def _consent(known: ConsentRecord, today: date) -> dict[str, Any]:
    state, document = known.consent, known.consent.document
    return {
        "participant": known.participant,
        "status": state.status(today),
        "document_sha256": document.document_sha256 if document else None,
        "document_version": document.version if document else None,
        "renewal": state.renewal(today),
        "uses": sorted(state.uses),
        "withdrawn": state.withdrawn,
        "history": [{"kind": type(one).__name__, **body_of(one)} for one in state.history],
    }


@router.post("/participants/{participant}/consent", response_model=Written, status_code=201)
async def sign(
    request: Request,
    participant: str,
    visitor: Signer,
    key: Key,
    body: ConsentBody,
    told: IfMatch = None,
) -> Response:
    """Sign the consent document in force, for oneself."""

    def work(ports: Ports) -> Told:
        require_version(ports, participant, told)
        document = on_record(ports.ledger, participant).consent.document
        if document is None or document.document_sha256 != body.document_sha256:
            held = f"version {document.version}" if document else "none"
            raise GateClosedError(f"this document is not in force; {held} is")
        given = body.model_dump(exclude={"document_sha256"})
        signing = ConsentSigned(
            **given | {"uses": tuple(body.uses), "refused": tuple(body.refused)},
            participant=participant,
            document_sha256=body.document_sha256,
            version=document.version,
            signed=ports.today(),
        )
        sign_consent(ports, signing, by=by_of(visitor))
        return written(ports, participant)

    return await once(request, visitor, key, work)
