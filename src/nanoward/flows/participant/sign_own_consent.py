"""What a person needs to sign a consent document alone, on their own page."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanoward.audit.receipts import Head
from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned
from nanoward.base.errors import NanowardError, RefusedError
from nanoward.base.ids import Sha256
from nanoward.clearance.consent.consent_state import Consent
from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.ports.ports import Ports

COMPONENTS = "passkey and printed name"  # two (21 CFR 11.200): what is held, what is known


class SignAtClinicError(RefusedError):
    """This document is signed with somebody beside the person."""

    code = "CLR-060"
    next_step = "Sign it at the clinic: questions about it are asked there."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPapers:
    """A person's consents.

    document  in force; text  of it, None where it is no text or cannot be read
    due       whether it asks for a signature now
    kept, closed  what stays open after leaving, and what leaving closes: the gates' own list
    """

    consent: Consent
    status: str
    document: ConsentDocumentIssued | None
    text: str | None
    due: bool
    kept: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSignature:
    """What the person filled in.

    read_s  seconds between the text being shown and the signature, by the server's clock
    """

    document_sha256: str
    uses: Sequence[str]
    refused: Sequence[str]
    printed_name: str
    explained_by: str
    witnessed_by: str
    read_s: int
    agent_off: bool = False


def read_own_papers(ports: Ports, participant: str) -> OwnPapers:
    """Every signature and withdrawal, also after leaving, and the text in force."""
    consent = on_record(ports.ledger, participant).consent
    document = consent.document
    status = consent.status(ports.today())
    return OwnPapers(
        consent=consent,
        status=status,
        document=document,
        text=None if document is None else _text(ports, Sha256(document.document_sha256)),
        due=document is not None and status != "active",
        kept=open_after_withdrawal(),
        closed=closed_by_withdrawal(),
    )


def _text(ports: Ports, name: Sha256) -> str | None:
    try:
        return ports.blobs.get(name).decode("utf-8")
    except (NanowardError, OSError, UnicodeDecodeError):
        return None


def sign_own_consent(
    ports: Ports, participant: str, given: OwnSignature
) -> tuple[ConsentSigned, Head]:
    """Sign as `nanoward clearance sign` does, with the same refusals.

    SignAtClinicError where questions are asked: nobody marks their own.
    """
    document = on_record(ports.ledger, participant).consent.document
    if document is not None and document.pass_mark:
        raise SignAtClinicError(
            f"{document.pass_mark} of {document.questions} questions are answered first"
        )
    signing = ConsentSigned(
        participant=participant,
        document_sha256=given.document_sha256,
        version="" if document is None else document.version,
        signed=ports.today(),
        uses=tuple(given.uses),
        refused=tuple(given.refused),
        printed_name=given.printed_name,
        identified_by=COMPONENTS,
        explained_by=given.explained_by,
        witnessed_by=given.witnessed_by,
        read_s=given.read_s,
        agent_off=given.agent_off,
    )
    return sign_consent(ports, signing, by=participant)
