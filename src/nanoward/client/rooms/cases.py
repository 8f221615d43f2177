"""Cases: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from nanoward.client.rooms.shared import CaseDone
from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptionBody:
    """Between which days conception was, and by what."""

    earliest: date
    latest: date
    evidence: str
    assumes_growth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactBody:
    """A contact with her."""

    day: date
    reached: bool = True
    is_pregnant: bool = True
    fetuses: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureBody:
    """Somebody who may carry the agent and was never given it."""

    participant: str
    relation: str = "unknown"
    source: str = "word"
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureCloseBody:
    """By what a case ends."""

    outcome: Literal["clear", "declined", "not exposed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    """A case of somebody who carries the agent, or may, and was never given it."""

    case: str
    participant: str
    relation: str
    opened: date
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBody:
    """How a pregnancy ended."""

    outcome: str
    first: date
    last: date | None = None
    fetus: int = 1
    anomaly: str = "unknown"
    infant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[ExposureRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyRow:
    """A case of a pregnancy."""

    case: str
    participant: str
    relation: str
    reported: date
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[PregnancyRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyBody:
    """A pregnancy that became known; a participant's agent is held in the same append."""

    participant: str
    relation: str = "participant"
    source: str = "test"
    prospective: bool = True
    reported: date | None = None
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyOpened:
    """The case, whether the agent is held, and the messages that were written."""

    case: str
    held: bool
    messages: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestBody:
    """A sample of an exposed person that was looked at, by their consent."""

    day: date
    result: Literal["carries", "clear", "unreadable"]


class CasesPart:
    """The part of the API about cases."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def pregnancies(self, *, after: str | None = None, limit: int = 50) -> PregnancyRowPage:
        """Every case of a pregnancy, by name."""
        return self._transport.ask(
            PregnancyRowPage,
            "GET",
            "/api/v1/programme/pregnancies",
            query={"after": after, "limit": limit},
        )

    def open_pregnancy(self, body: PregnancyBody, *, key: str | None = None) -> PregnancyOpened:
        """Open a case; for a participant the hold stands in the same append."""
        return self._transport.ask(
            PregnancyOpened, "POST", "/api/v1/programme/pregnancies", body=body, key=key
        )

    def exposures(self, *, after: str | None = None, limit: int = 50) -> ExposureRowPage:
        """Every case of an exposed person, by name."""
        return self._transport.ask(
            ExposureRowPage,
            "GET",
            "/api/v1/programme/exposures",
            query={"after": after, "limit": limit},
        )

    def open_exposure(self, body: ExposureBody, *, key: str | None = None) -> CaseDone:
        """Open a case, once for each person."""
        return self._transport.ask(
            CaseDone, "POST", "/api/v1/programme/exposures", body=body, key=key
        )

    def date_pregnancy(
        self, case: str, body: ConceptionBody, *, key: str | None = None
    ) -> CaseDone:
        """Say when conception was; a later word takes the place of an earlier one."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/pregnancies/{_quoted(case)}/conception",
            body=body,
            key=key,
        )

    def contact(self, case: str, body: ContactBody, *, key: str | None = None) -> CaseDone:
        """Write down a contact with her."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/pregnancies/{_quoted(case)}/contacts",
            body=body,
            key=key,
        )

    def outcome(self, case: str, body: OutcomeBody, *, key: str | None = None) -> CaseDone:
        """Write down an outcome."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/pregnancies/{_quoted(case)}/outcomes",
            body=body,
            key=key,
        )

    def test_exposed(self, case: str, body: TestBody, *, key: str | None = None) -> CaseDone:
        """A sample of the person was looked at, by their consent."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/exposures/{_quoted(case)}/tests",
            body=body,
            key=key,
        )

    def close_exposure(
        self, case: str, body: ExposureCloseBody, *, key: str | None = None
    ) -> CaseDone:
        """Close a case."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/exposures/{_quoted(case)}/closing",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
