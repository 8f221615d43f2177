"""Clearance: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The score of an assessment; urgent: somebody goes there now."""

    instrument: str
    score: float | None
    band: str
    missing: list[str]
    urgent: bool
    told: str
    dangers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentBody:
    """The answers to one instrument; null: left out."""

    instrument: str
    answers: dict[str, int | None]
    assessed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernBody:
    """A word for the participants' advocate alone."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationBody:
    """Every open change of a person is confirmed, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentBody:
    """A signature under the document in force, by the person themselves."""

    document_sha256: str
    printed_name: str
    uses: list[str]
    refused: list[str] = field(default_factory=list)
    explained_by: str
    witnessed_by: str
    identified_by: str
    read_s: int
    answered_right: int = 0
    agent_off: bool = False
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentState:
    """The consent of one participant, with every signature and withdrawal."""

    participant: str
    status: str
    document_sha256: str | None
    document_version: str | None
    renewal: str
    uses: list[str]
    withdrawn: date | None
    history: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer:
    """Yes, or no with every reason."""

    allowed: bool
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateBody:
    """An act that somebody wants to do with a person."""

    act: str
    use: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveBody:
    """Uses of data that are taken back alone; none named: everything, and the person ..."""

    uses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a notice is on the disk, with its place in the exit's ledger."""

    notice: str
    seq: int
    leaf: str
    checkpoint: str
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What became of a notice: whom it reached, and who is still owed it."""

    receipt: Receipt
    carried: dict[str, str]
    owed: dict[str, str]
    stopped: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A participant in the list, with the standing that counts now."""

    participant: str
    standing: str
    since: date | None
    as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[PersonRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant: standing, consent, and by which record of them this is what stands."""

    participant: str
    standing: str
    decided: date | None
    consent: str
    orders_waiting: int
    orders_sent: int
    paused: list[str]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBody:
    """A measurement that was taken now."""

    quantity: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """A reading as it was recorded."""

    participant: str
    quantity: str
    value: float
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: the version of the person afterwards."""

    participant: str
    version: int


class ClearancePart:
    """The part of the API about clearance."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def leave(
        self, participant: str, *, body: LeaveBody | None = None, key: str | None = None
    ) -> Notice:
        """Leave: one act, at once, no reason asked."""
        return self._transport.ask(
            Notice,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/withdrawal",
            body=body,
            key=key,
        )

    def concern(self, participant: str, body: ConcernBody, *, key: str | None = None) -> Notice:
        """Say a private word: the advocate hears it; no gate and no pay moves."""
        return self._transport.ask(
            Notice,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/concern",
            body=body,
            key=key,
        )

    def stop(self, participant: str, *, key: str | None = None) -> Notice:
        """Return a person's agent to its safe default, now."""
        return self._transport.ask(
            Notice, "POST", f"/api/v1/control/stops/{_quoted(participant)}", key=key
        )

    def participants(self, *, after: str | None = None, limit: int = 50) -> PersonRowPage:
        """Everybody, by name, with the standing that counts now."""
        return self._transport.ask(
            PersonRowPage,
            "GET",
            "/api/v1/clearance/participants",
            query={"after": after, "limit": limit},
        )

    def person(self, participant: str) -> Person:
        """One participant; the ETag is the last record that names them."""
        return self._transport.ask(
            Person, "GET", f"/api/v1/clearance/participants/{_quoted(participant)}"
        )

    def assess(
        self, participant: str, body: AssessmentBody, *, key: str | None = None
    ) -> Assessment:
        """Record the answers to an instrument; with danger the hold stands in the ..."""
        return self._transport.ask(
            Assessment,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/assessments",
            body=body,
            key=key,
        )

    def read(
        self, participant: str, body: ReadingBody, *, key: str | None = None
    ) -> ReadingRow:
        """Record a measurement of a participant, taken now; refused once they have ..."""
        return self._transport.ask(
            ReadingRow,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/readings",
            body=body,
            key=key,
        )

    def gate(self, participant: str, body: GateBody, *, key: str | None = None) -> GateAnswer:
        """Ask the gate whether an act may be done; the answer is kept before it is ..."""
        return self._transport.ask(
            GateAnswer,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/gate",
            body=body,
            key=key,
        )

    def confirm(
        self,
        participant: str,
        body: ConfirmationBody,
        *,
        key: str | None = None,
        version: int | None = None,
    ) -> Written:
        """Confirm every open change of a person: their standing follows from the data ..."""
        return self._transport.ask(
            Written,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/standing",
            body=body,
            key=key,
            version=version,
        )

    def consent(self, participant: str) -> ConsentState:
        """The consent of a participant; its history stays whole after they left."""
        return self._transport.ask(
            ConsentState,
            "GET",
            f"/api/v1/clearance/participants/{_quoted(participant)}/consent",
        )

    def sign(
        self,
        participant: str,
        body: ConsentBody,
        *,
        key: str | None = None,
        version: int | None = None,
    ) -> Written:
        """Sign the consent document in force, for oneself."""
        return self._transport.ask(
            Written,
            "POST",
            f"/api/v1/clearance/participants/{_quoted(participant)}/consent",
            body=body,
            key=key,
            version=version,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
