"""What can happen in watch: is something unknown or hostile arriving, and who responds?"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """Something needs a person's attention.

    since      first day of the evidence, where watch raised it
    evidence   of the whole programme, in periods; 0 where no statistic raised it
    threshold  that it was held against, and that stood on the ledger before
    half       conformal or fitted: the half of the evidence that carries the promise
    also       further streams that carry it."""

    alarm: str
    room: str
    subject: str
    message: str
    urgency: str  # now, today, this week
    since: date | None = None
    evidence: float = 0.0
    threshold: float = 0.0
    half: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAnswered:
    """A person took responsibility for an alarm."""

    alarm: str
    answered_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPlanned:
    """How a scan is to judge what comes: its threshold and its rules, before the data.

    rules_sha256  of every rule, chains of bets included
    from_day      first day that is judged by them."""

    scan: str
    run_length: float
    period_days: int
    seed: int
    rules_sha256: str
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NullModelsKept:
    """Null models of all streams, fitted on the past, before the periods that they judge.

    models_sha256  of streams, coefficients and dispersions
    data_sha256    of the counts that they were fitted on."""

    scan: str
    from_day: date
    streams: int
    models_sha256: str
    data_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsScanned:
    """A scan judged all streams up to a day.

    data_sha256  of all counts that it judged, so that a later change of the past is seen."""

    scan: str
    through: date
    streams: int
    silent: int
    evidence: float
    threshold: float
    alarms: int
    data_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened:
    """An alarm or a person opened an incident; one for each cause.

    cause     what it is about: a stream, an agent, a track
    deadline  by when somebody must have acknowledged it."""

    incident: str
    cause: str
    title: str
    urgency: str
    opened_by: str
    deadline: datetime
    playbook: str = ""
    alarm: str = ""
    monotonic_s: float = 0.0
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentJoined:
    """A further alarm of the same cause."""

    incident: str
    alarm: str
    cause: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledged:
    """Somebody on the rota took it."""

    incident: str
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEscalated:
    """Nobody acknowledged it in time: the next level was told.

    level     1 for the first that comes after those on duty
    deadline  by when this level must have acknowledged it."""

    incident: str
    level: int
    told: tuple[str, ...]
    deadline: datetime
    monotonic_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotified:
    """A level was told of it: the notice is out."""

    incident: str
    level: int
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHandedOver:
    """One shift gave it to the next."""

    incident: str
    given_by: str
    taken_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTaskSet:
    """Something that a playbook or a person asks; the room that owns it carries it out."""

    incident: str
    task: str
    room: str
    action: str  # alert, isolate, hold, recall, sample, ready, inform, other
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTaskEnded:
    """A task was done, or somebody said why it is not."""

    incident: str
    task: str
    done: bool
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationReported:
    """What somebody says of an incident: a claim with its grade, signed where by a partner.

    side   "own", or the partner's name
    grade  measured, inferred, believed."""

    incident: str
    side: str
    by: str
    grade: str
    text: str
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStoodDown:
    """A named person ended it, with the reason."""

    incident: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookPublished:
    """What to prepare and ask for an incident of a kind, signed like a spec."""

    playbook: str
    version: int
    playbook_sha256: str
    signed_by: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDrillHeld:
    """A planted threat in a copy of the live streams, and after how long it was told.

    delay  periods until the alarm, -1: not told while it was followed
    low, high  the delay that was predicted."""

    drill: str
    kind: str
    stream: str
    delay: int
    low: int
    high: int
    seed: int
