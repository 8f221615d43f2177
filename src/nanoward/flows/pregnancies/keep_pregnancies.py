"""A pregnancy becomes known, is dated, followed and ends; the agent is held at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nanoward.base.entries import Entry, StandingDecided
from nanoward.base.entries.bonds import ContactRecorded
from nanoward.base.entries.pregnancies import (
    InfantSeen,
    PregnancyContactMade,
    PregnancyDated,
    PregnancyEnded,
    PregnancyReported,
)
from nanoward.base.names import participant_id
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.messages.write_message import write_message
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.pregnancies.cases import (
    INFANT_MONTHS,
    INFANT_STATES,
    LIVE_BIRTH,
    MATERNAL_DEATH,
    PARTICIPANT,
    RELATIONS,
    SOURCES,
    ImpossiblePregnancyError,
    PregnancyCase,
    PregnancyConsentMissingError,
    PregnancyRegister,
    conception_faults,
    may_write,
    outcome_faults,
    pregnancy_register,
)

_HOLDS = ("screened", "cleared")  # whoever is held, recalled or gone stays so
SPONSOR_HOURS = 24  # protocols ask that the sponsor hears of a pregnancy within a day
NAME_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyNews:
    """What became known.

    case  of the consent that she signed, where she is no participant
    """

    participant: str
    relation: str = PARTICIPANT
    source: str = "test"
    prospective: bool = True
    reported: date | None = None
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPregnancy:
    """The case; whether the agent was held by it; messages that ask and tell."""

    case: str
    held: bool
    messages: tuple[str, ...]


def register_now(ports: Ports) -> PregnancyRegister:
    """Every case as the ledger has it now."""
    return pregnancy_register(ledger_entries(ports, "pregnancies"))


def open_pregnancy(desk: MessageDesk, news: PregnancyNews, *, by: str) -> OpenedPregnancy:
    """Open a case; for a participant the hold stands in the same append.

    PregnancyConsentMissingError where she is no participant and has not agreed herself.
    """
    ports, who = desk.ports, participant_id(news.participant)
    if news.relation not in RELATIONS or news.source not in SOURCES:
        raise ImpossiblePregnancyError(
            f"a pregnancy of a {news.relation!r} by {news.source!r}; relations:"
            f" {', '.join(RELATIONS)}; sources: {', '.join(SOURCES)}"
        )
    today = ports.today()
    reported = news.reported or today
    if reported > today:
        raise ImpossiblePregnancyError(f"{reported} has not come; today is {today}")
    name = news.case or f"p-{desk.chance(NAME_BYTES).hex()}"
    held: list[bool] = []

    def decide() -> Sequence[Entry]:
        register = register_now(ports)
        _refuse_unless_open(register, news, who, name)
        told = PregnancyReported(
            case=name, participant=who, relation=news.relation, source=news.source,
            prospective=news.prospective, reported=reported, at=ports.clock.now(), by=by,
        )  # fmt: skip
        hold = _hold(ports, who, reported) if news.relation == PARTICIPANT else ()
        held[:] = [bool(hold)]
        return (told, *hold)

    append_decided(ports, decide, by=by)
    messages = _told(desk, name, who, news.relation)
    return OpenedPregnancy(case=name, held=held[0], messages=messages)


def _refuse_unless_open(
    register: PregnancyRegister, news: PregnancyNews, who: str, name: str
) -> None:
    if news.relation != PARTICIPANT and register.signed.get(name) != who:
        raise PregnancyConsentMissingError(
            f"a {news.relation} is no participant: nothing of her is written without her own"
            " consent, under the case that she signed for"
        )
    if name in register.cases:
        raise ImpossiblePregnancyError(f"the case {name} is open already")
    going = [one.case for one in register.of(who) if one.is_ongoing]
    if going:
        raise ImpossiblePregnancyError(f"{who} has a pregnancy that goes on: {going[0]}")


def _hold(ports: Ports, who: str, since: date) -> tuple[Entry, ...]:
    if on_record(ports.ledger, who).standing not in _HOLDS:
        return ()
    held = StandingDecided(
        participant=who, standing="held", as_of=ports.today(), since=since,
        reasons=("pregnant: no dose and no raise; stop and leave stay open",),
    )  # fmt: skip
    return (held,)


def _told(desk: MessageDesk, case: str, who: str, relation: str) -> tuple[str, ...]:
    """Flush is a question to clinician and council; the sponsor hears within a day."""
    now = desk.ports.clock.now()
    flush = (
        f"Case {case}: a pregnancy is known. The agent is held. Is it to be flushed? A flush"
        " may harm the pregnancy, and so may the agent. Answer yes or no with the reason."
    )
    tell = f"Case {case}: tell sponsor and registry of a pregnancy in {SPONSOR_HOURS} hours."
    wishes = [("coordinator", tell, "acknowledgement", "sponsor")]
    if relation == PARTICIPANT:
        wishes += [(role, flush, "answer", "flush") for role in ("physician", "council")]
    written = []
    for role, body, wants, what in wishes:
        to = role if role in desk.rules.roles else next(iter(desk.rules.roles))
        draft = Draft(
            sender="pregnancies", to=to, kind="safety notice", body=body, participant=who,
            urgency="today", act_by=now + timedelta(hours=SPONSOR_HOURS), wants=wants,
            cause=f"pregnancy:{case}:{what}",
        )  # fmt: skip
        written.append(write_message(desk, draft).message)
    return tuple(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptionNews:
    """Days within which conception lies, and by what it is known."""

    earliest: date
    latest: date
    evidence: str
    assumes_growth: bool = False


def date_pregnancy(ports: Ports, case: str, news: ConceptionNews, *, by: str) -> None:
    """Write down when conception was; a later word takes the place of an earlier one."""

    def decide() -> Sequence[Entry]:
        known = may_write(register_now(ports), case)
        _refuse(conception_faults(known, news.earliest, news.latest, ports.today()), case)
        if not news.evidence.strip():
            raise ImpossiblePregnancyError(f"{case}: conception is dated by nothing")
        dated = PregnancyDated(
            case=case, participant=known.participant, earliest=news.earliest,
            latest=news.latest, evidence=news.evidence, assumes_growth=news.assumes_growth,
            by=by,
        )  # fmt: skip
        return (dated,)

    append_decided(ports, decide, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNews:
    """She was asked on a day, or was not reached."""

    day: date
    reached: bool = True
    is_pregnant: bool = True
    fetuses: int = 1


def record_contact(ports: Ports, case: str, news: ContactNews, *, by: str) -> None:
    """Write down a contact with her."""

    def decide() -> Sequence[Entry]:
        known = may_write(register_now(ports), case)
        faults = []
        if not known.reported <= news.day <= ports.today():
            faults.append(f"{news.day} is before the report or has not come")
        if news.reached and news.is_pregnant and not known.is_ongoing:
            faults.append(f"all outcomes are known ({known.outcome}): nothing goes on")
        if not 1 <= news.fetuses <= 9:
            faults.append(f"{news.fetuses} fetuses")
        _refuse(tuple(faults), case)
        made = PregnancyContactMade(
            case=case, participant=known.participant, day=news.day, reached=news.reached,
            is_pregnant=news.is_pregnant, fetuses=max(news.fetuses, known.fetuses), by=by,
        )  # fmt: skip
        return (made,)

    append_decided(ports, decide, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNews:
    """What became of one fetus; last: the last possible day, where it is not the first."""

    outcome: str
    first: date
    last: date | None = None
    fetus: int = 1
    anomaly: str = "unknown"
    infant: str = ""


def record_outcome(
    desk: MessageDesk, case: str, news: OutcomeNews, *, by: str
) -> PregnancyCase:
    """Write down an outcome; a child born alive was in contact with its mother by birth.

    A death of the mother is the outcome of every fetus that has none. Returns the case after.
    """
    ports = desk.ports
    infant = participant_id(news.infant) if news.infant else ""
    if news.outcome == LIVE_BIRTH and not infant:
        infant = f"i-{desk.chance(NAME_BYTES).hex()}"

    def decide() -> Sequence[Entry]:
        known = may_write(register_now(ports), case)
        ended = PregnancyEnded(
            case=case, participant=known.participant, fetus=news.fetus, outcome=news.outcome,
            first=news.first, last=news.last or news.first, anomaly=news.anomaly,
            infant=infant if news.outcome == LIVE_BIRTH else "", by=by,
        )  # fmt: skip
        _refuse(outcome_faults(known, ended, ports.today()), case)
        entries: list[Entry] = [*_grown(known, ended), ended]
        if ended.infant:
            entries.append(
                ContactRecorded(a=known.participant, b=ended.infant, kind="birth",
                                first=ended.first, last=ended.last)
            )  # fmt: skip
        if news.outcome == MATERNAL_DEATH:
            entries += _other_fetuses(known, ended)
        return entries

    append_decided(ports, decide, by=by)
    return register_now(ports).case(case)


def _grown(known: PregnancyCase, ended: PregnancyEnded) -> tuple[Entry, ...]:
    """A fetus that nobody had told of is one more."""
    if ended.fetus <= known.fetuses:
        return ()
    seen = PregnancyContactMade(
        case=known.case, participant=known.participant, day=ended.last, reached=True,
        is_pregnant=False, fetuses=ended.fetus, by=ended.by,
    )  # fmt: skip
    return (seen,)


def _other_fetuses(known: PregnancyCase, ended: PregnancyEnded) -> list[Entry]:
    return [
        PregnancyEnded(
            case=known.case, participant=known.participant, fetus=fetus,
            outcome=MATERNAL_DEATH, first=ended.first, last=ended.last, anomaly="unknown",
            infant="", by=ended.by,
        )
        for fetus in range(1, known.fetuses + 1)
        if fetus != ended.fetus and fetus not in known.ends
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InfantNews:
    """A child on a day; months: of the contact that it was planned as, 0 for after birth."""

    infant: str
    day: date
    months: int = 0
    state: str = "well"
    anomaly: str = "unknown"


def record_infant(ports: Ports, case: str, news: InfantNews, *, by: str) -> None:
    """Write down how a child of a case is."""

    def decide() -> Sequence[Entry]:
        known = may_write(register_now(ports), case)
        born = {one.infant: one for one in known.ends.values() if one.infant}
        faults = []
        if news.infant not in born:
            faults.append(f"no child {news.infant!r} was born; known: {', '.join(born) or '-'}")
        elif not born[news.infant].first <= news.day <= ports.today():
            faults.append(f"{news.day} is before its birth or has not come")
        if news.months not in (0, *INFANT_MONTHS) or news.state not in INFANT_STATES:
            faults.append(f"{news.months} months, {news.state!r}")
        _refuse(tuple(faults), case)
        seen = InfantSeen(
            case=case, participant=news.infant, day=news.day, months=news.months,
            state=news.state, anomaly=news.anomaly, by=by,
        )  # fmt: skip
        return (seen,)

    append_decided(ports, decide, by=by)


def _refuse(faults: Sequence[str], case: str) -> None:
    if faults:
        raise ImpossiblePregnancyError(f"{case}: {'; '.join(faults)}")
