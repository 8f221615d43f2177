"""Consent as a state that entries move: what a person has agreed to, as of a moment.

States: none, active, renewal (a newer version, an expiry or a finding asks for a new
signature), withdrawn. Nothing is forgotten: every signature and withdrawal stays in the
history, and joining again after a withdrawal is a new consent that starts from nothing.

Rules from 45 CFR 46.116 (no penalty for leaving; the chance to ask and to understand) and
21 CFR 11.50, 11.70 (printed name, moment, meaning; bound to the record) and 11.200(a) (two
distinct components, such as an identification and a password, where no body is measured).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    GatesClosed,
)

Status = Literal["none", "active", "renewal", "withdrawn"]
MEANING = "I agree to take part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One person's consent after some entries; `signed` is the signature that stands.

    uses     agreed to and not taken back
    demand   why a new signature is needed, empty when none is
    history  every signature and withdrawal, oldest first
    """

    participant: str
    document: ConsentDocumentIssued | None = None  # the version in force
    signed: ConsentSigned | None = None
    uses: frozenset[str] = frozenset()
    withdrawn: date | None = None
    demand: str = ""
    demand_off: bool = False
    history: tuple[ConsentSigned | ConsentWithdrawn, ...] = ()

    def status(self, as_of: date) -> Status:
        """The state on a day; an expired signature asks for renewal."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.signed is None:
            return "none"
        return "renewal" if self.renewal(as_of) else "active"

    def renewal(self, as_of: date) -> str:
        """Why a new signature is needed on that day; empty when none is."""
        if self.signed is None or self.document is None:
            return self.demand
        if self.demand:
            return self.demand
        if self.signed.document_sha256 != self.document.document_sha256:
            return f"version {self.document.version} is in force since {self.document.issued}"
        ends = self.expires()
        over = ends is not None and as_of >= ends
        return f"the consent of {self.signed.signed} expired on {ends}" if over else ""

    def expires(self) -> date | None:
        """First day on which the signature counts no more; null where it does not expire."""
        if self.signed is None or self.document is None or self.document.valid_days is None:
            return None
        return self.signed.signed + timedelta(days=self.document.valid_days)


def consent_of(participant: str, entries: Iterable[Entry]) -> Consent:
    """The person's consent after the entries, in their order; others' entries are skipped."""
    state = Consent(participant=participant)
    for entry in entries:
        state = consent_after(state, entry)
    return state


def consent_after(state: Consent, entry: Entry) -> Consent:
    """The consent after one more entry."""
    match entry:
        case ConsentDocumentIssued():
            return replace(state, document=entry)
        case ConsentSigned() if entry.participant == state.participant:
            return replace(
                state,
                signed=entry,
                uses=frozenset(entry.uses),
                withdrawn=None,
                demand="",
                demand_off=False,
                history=(*state.history, entry),
            )
        case ConsentRenewalDemanded() if entry.participant == state.participant:
            off = state.demand_off or entry.agent_off
            return replace(state, demand=entry.reason, demand_off=off)
        case ConsentWithdrawn() if entry.participant == state.participant:
            return _taken_back(state, entry)
        case GatesClosed() if entry.participant == state.participant:
            gone = state.withdrawn or entry.since
            return replace(state, signed=None, uses=frozenset(), withdrawn=gone)
        case _:
            return state


def _taken_back(state: Consent, entry: ConsentWithdrawn) -> Consent:
    """Everything, or some uses; a use without which nobody takes part ends all."""
    history = (*state.history, entry)
    left = state.uses - frozenset(entry.uses)
    needed = frozenset(state.document.needed) if state.document else frozenset()
    if entry.uses and not needed & frozenset(entry.uses):
        return replace(state, uses=left, history=history)
    return replace(
        state,
        signed=None,
        uses=frozenset(),
        withdrawn=state.withdrawn or entry.withdrawn,
        history=history,
    )


def signing_refusals(state: Consent, signing: ConsentSigned) -> tuple[str, ...]:
    """Every reason why this signature cannot be taken; empty when it can."""
    document = state.document
    if document is None:
        return ("no consent document is in force",)
    return (
        *_document_refusals(document, signing),
        *_person_refusals(signing),
        *_understanding_refusals(document, signing),
        *(
            ("the agent must be switched off while this consent is signed",)
            if state.demand_off and not signing.agent_off
            else ()
        ),
    )


def _document_refusals(
    document: ConsentDocumentIssued, signing: ConsentSigned
) -> Iterable[str]:
    if signing.document_sha256 != document.document_sha256:
        yield f"version {document.version} is in force; this is another document"
    elif signing.version != document.version:
        yield f"the document is version {document.version}, not {signing.version}"
    if signing.signed < document.issued:
        yield f"signed on {signing.signed}, before the document of {document.issued}"
    known = {*document.needed, *document.optional}
    answered = (*signing.uses, *signing.refused)
    for use in sorted(set(answered) - known):
        yield f"the document does not speak of {use!r}"
    for use in sorted(known - set(answered)):
        yield f"{use!r} was neither agreed to nor refused"
    for use in sorted(set(signing.uses) & set(signing.refused)):
        yield f"{use!r} was both agreed to and refused"
    for use in sorted(set(document.needed) & set(signing.refused)):
        yield f"nobody can take part without {use!r}, which was refused"


def _person_refusals(signing: ConsentSigned) -> Iterable[str]:
    for name, told in (
        ("the printed name", signing.printed_name),
        ("the meaning of the signature", signing.meaning),
        ("how the signer was identified", signing.identified_by),
        ("who explained", signing.explained_by),
        ("who witnessed", signing.witnessed_by),
    ):
        if not told.strip():
            yield f"{name} is missing"
    if signing.identified_by.strip() and not signing.key and not _components(signing):
        yield (
            f"{signing.identified_by!r} is one component; two are needed (21 CFR 11.200),"
            ' such as "passport and PIN"'
        )
    if signing.at is None or signing.at.tzinfo is None:
        yield "the moment of signing is missing or has no time zone"
    people = (signing.participant, signing.printed_name, signing.explained_by)
    if signing.witnessed_by.strip() and signing.witnessed_by in people:
        yield "the witness must be neither the signer nor the one who explained"
    if signing.explained_by and signing.explained_by in people[:2]:
        yield "nobody explains the consent to themselves"


def _components(signing: ConsentSigned) -> bool:
    """Whether two different components identified the signer."""
    told = {one.strip() for one in re.split(r"\band\b|[+,;&]", signing.identified_by)}
    return len(told - {""}) >= 2


def _understanding_refusals(
    document: ConsentDocumentIssued, signing: ConsentSigned
) -> Iterable[str]:
    if signing.answered_right < document.pass_mark:
        yield (
            f"{signing.answered_right} of {document.questions} questions were answered right;"
            f" {document.pass_mark} are needed: explain again"
        )
    if signing.read_s < document.least_reading_s:
        yield f"read for {signing.read_s} s; it takes {document.least_reading_s} s at least"


def signature_hash(signing: ConsentSigned) -> str:
    """SHA-256 over all that was signed: change a word of it and the signature fails."""
    parts = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in (
            ("participant", signing.participant),
            ("document", signing.document_sha256),
            ("version", signing.version),
            ("at", signing.at.isoformat() if signing.at else None),
            ("uses", signing.uses),
            ("refused", signing.refused),
            ("name", signing.printed_name),
            ("meaning", signing.meaning),
            ("identified", signing.identified_by),
            ("explained", signing.explained_by),
            ("witnessed", signing.witnessed_by),
            ("read", signing.read_s),
            ("right", signing.answered_right),
            ("off", signing.agent_off),
        )
    }
    if signing.key:  # signatures older than these fields are bound without them
        parts["key"] = signing.key
    if signing.programme:
        parts["programme"] = signing.programme
    return str(sha256_of(canonical_json(parts).encode()))


def signature_holds(signing: ConsentSigned) -> bool:
    """Whether the signature still belongs to its record."""
    return signing.signature_sha256 == signature_hash(signing)
