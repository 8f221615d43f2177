"""Somebody beside the plan may carry the agent: told without a name, tested, flushed, clear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.pregnancies import (
    ExposureClosed,
    ExposureConsentRefused,
    ExposureConsentSigned,
    ExposureFlushed,
    ExposureOpened,
    ExposureTested,
    ExposureTold,
)
from nanoward.base.names import participant_id
from nanoward.flows.messages.write_message import known_people, write_message
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.exposed.cases import (
    RELATIONS,
    RESULTS,
    SOURCES,
    USES,
    ExposedCase,
    ImpossibleExposureError,
    NamingWordsError,
    NotAgreedError,
    UnknownExposureError,
    case_name,
    exposed_cases,
    open_case_of,
)
from nanoward.programme.messages.drafts import Draft, attachment_faults
from nanoward.programme.messages.kinds import PARTICIPANT


def cases_now(ports: Ports) -> dict[str, ExposedCase]:
    """Every case as the ledger has it now."""
    return exposed_cases(ledger_entries(ports, "pregnancies"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureNews:
    """Who may carry the agent, how they stand to the programme, and how that is known."""

    participant: str
    relation: str = "unknown"
    source: str = "word"
    evidence: str = ""


def opening_of(
    cases: dict[str, ExposedCase], news: ExposureNews, day: date, *, by: str
) -> ExposureOpened | None:
    """The entry that opens a case; None where the person has an open one."""
    if open_case_of(cases.values(), news.participant) is not None:
        return None
    earlier = sum(one.participant == news.participant for one in cases.values())
    return ExposureOpened(
        case=case_name(news.participant, earlier), participant=news.participant,
        relation=news.relation, source=news.source, evidence=news.evidence, opened=day, by=by,
    )  # fmt: skip


def open_exposure(ports: Ports, news: ExposureNews, *, by: str) -> str:
    """Open a case, once for each person; returns its name."""
    if news.relation not in RELATIONS or news.source not in SOURCES:
        raise ImpossibleExposureError(
            f"{news.relation!r} by {news.source!r}; relations: {', '.join(RELATIONS)}"
        )
    who = participant_id(news.participant)
    told = ExposureNews(
        participant=who, relation=news.relation, source=news.source, evidence=news.evidence
    )

    def decide() -> Sequence[Entry]:
        made = opening_of(cases_now(ports), told, ports.today(), by=by)
        return () if made is None else (made,)

    append_decided(ports, decide, by=by)
    known = open_case_of(cases_now(ports).values(), who)
    assert known is not None
    return known.case


def tell_exposed(desk: MessageDesk, case: str, *, by: str, words: str = "") -> str:
    """Tell the person what it means for them; NamingWordsError where it tells of anybody.

    Goes as a safety notice, which is open to everybody; the channel tells no text. Returns the
    message.
    """
    known = _open(desk.ports, case)
    words = words or known.words
    people = {*known_people(desk), *_everybody(desk.ports)} - {known.participant}
    faults = attachment_faults("message", words.encode(), people)
    if faults:
        raise NamingWordsError("; ".join(faults))
    draft = Draft(
        sender="exposed", to=PARTICIPANT, kind="safety notice", body=words,
        participant=known.participant, urgency="today", cause=f"exposed:{case}",
    )  # fmt: skip
    message = write_message(desk, draft).message
    told = ExposureTold(
        case=case, participant=known.participant, message=message,
        words_sha256=sha256_of(words.encode()), told=desk.ports.today(), by=by,
    )  # fmt: skip
    desk.ports.ledger.append([told], actor=by, at=desk.ports.clock.now())
    return message


def _everybody(ports: Ports) -> set[str]:
    """Everybody whom an entry names, in whatever room."""
    found: set[str] = set()
    for record in ports.ledger.records():
        for name in ("participant", "a", "b", "subject"):
            value = record.body.get(name)
            if isinstance(value, str) and value:
                found.add(value)
    return found


def sign_exposure(
    ports: Ports, case: str, uses: Sequence[str], consent: bytes, *, by: str
) -> None:
    """The person agreed to some of: test, flush, follow-up, data."""
    unknown = sorted(set(uses) - set(USES))
    if unknown or not uses or not consent.strip():
        raise NotAgreedError(f"{', '.join(unknown) or 'nothing'} is agreed to; {USES}")

    def decide() -> Sequence[Entry]:
        known = _open(ports, case)
        if known.told is None:
            raise NotAgreedError(f"{case}: the person was not told yet")
        signed = ExposureConsentSigned(
            case=case, participant=known.participant, uses=tuple(uses),
            consent_sha256=sha256_of(consent), signed=ports.today(), by=by,
        )  # fmt: skip
        return (signed,)

    ports.blobs.put(consent)
    append_decided(ports, decide, by=by)


def refuse_exposure(ports: Ports, case: str, *, by: str) -> None:
    """The person wants nothing of it; the offer stands."""

    def decide() -> Sequence[Entry]:
        known = _open(ports, case)
        refused = ExposureConsentRefused(
            case=case, participant=known.participant, refused=ports.today(), by=by
        )
        return (refused,)

    append_decided(ports, decide, by=by)


def record_test(ports: Ports, case: str, day: date, result: str, *, by: str) -> ExposedCase:
    """A sample of the person was looked at, by their consent. Returns the case after it."""

    def decide() -> Sequence[Entry]:
        known = _agreed(ports, case, "test")
        if result not in RESULTS or not known.opened <= day <= ports.today():
            raise ImpossibleExposureError(f"{case}: {result!r} on {day}; {', '.join(RESULTS)}")
        tested = ExposureTested(
            case=case, participant=known.participant, day=day, result=result, by=by
        )
        return (tested,)

    append_decided(ports, decide, by=by)
    return cases_now(ports)[case]


def record_flush(ports: Ports, case: str, day: date, *, by: str) -> None:
    """The person was flushed at their own wish; tests begin anew."""

    def decide() -> Sequence[Entry]:
        known = _agreed(ports, case, "flush")
        if not known.opened <= day <= ports.today():
            raise ImpossibleExposureError(f"{case}: a flush on {day}")
        flushed = ExposureFlushed(case=case, participant=known.participant, day=day, by=by)
        return (flushed,)

    append_decided(ports, decide, by=by)


def close_exposure(ports: Ports, case: str, outcome: str, *, by: str) -> None:
    """Close a case: "clear" by tests, "declined" at the person's word, or "not exposed"."""

    def decide() -> Sequence[Entry]:
        known = _open(ports, case)
        if outcome == "clear" and not known.is_clear:
            raise ImpossibleExposureError(f"{case}: {known.clear_tests} clear tests in a row")
        if outcome == "declined" and known.refused is None:
            raise ImpossibleExposureError(f"{case}: the person did not say no")
        if outcome not in ("clear", "declined", "not exposed"):
            raise ImpossibleExposureError(f"{case}: closed as {outcome!r}")
        closed = ExposureClosed(
            case=case, participant=known.participant, outcome=outcome, closed=ports.today(),
            by=by,
        )  # fmt: skip
        return (closed,)

    append_decided(ports, decide, by=by)


def _open(ports: Ports, case: str) -> ExposedCase:
    known = cases_now(ports).get(case)
    if known is None or not known.is_open:
        raise UnknownExposureError(f"no exposed person's case {case!r} is open")
    return known


def _agreed(ports: Ports, case: str, use: str) -> ExposedCase:
    known = _open(ports, case)
    if use not in known.uses:
        raise NotAgreedError(f"{case}: the person has not agreed to {use}")
    return known
