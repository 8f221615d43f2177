"""What can happen in pregnancies, and to people beside the plan who were exposed."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyReported:
    """A pregnancy became known: a case is open until every outcome is."""

    case: str
    participant: str  # who is pregnant, under a pseudonym of her own
    relation: str  # participant, partner, staff, resident
    source: str  # test, word, record
    prospective: bool  # its outcome was not known when it was reported
    reported: date
    at: datetime  # first knowledge, UTC
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyConsentAsked:
    """Somebody who is no participant was asked; nobody is named before they say yes."""

    case: str
    relation: str
    asked: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyConsentSigned:
    """She agreed that her pregnancy is followed; hers alone, and she may take it back."""

    case: str
    participant: str
    consent_sha256: str
    signed: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyConsentRefused:
    """Somebody unnamed said no: one is counted, and nothing follows for anybody."""

    case: str
    relation: str
    refused: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyConsentWithdrawn:
    """She took her consent back: nothing more of her is written."""

    case: str
    participant: str
    withdrawn: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyDated:
    """Conception lies within days, by some evidence; never a day alone."""

    case: str
    participant: str
    earliest: date
    latest: date
    evidence: str
    assumes_growth: bool  # by size or last period: it assumes what an agent may have changed
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyContactMade:
    """She was asked, or was not reached."""

    case: str
    participant: str
    day: date
    reached: bool
    is_pregnant: bool
    fetuses: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyEnded:
    """What became of one fetus, within days."""

    case: str
    participant: str
    fetus: int  # from 1
    outcome: str
    first: date  # the first day on which it can have happened
    last: date
    anomaly: str  # none, suspected, confirmed, unknown
    infant: str  # pseudonym of a child born alive
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfantSeen:
    """A child was seen, or its parents were asked, or could not be."""

    case: str
    participant: str  # the infant
    day: date
    months: int  # of the contact that it was planned as
    state: str  # well, ill, died, not reached
    anomaly: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEstimated:
    """What the record said of the length of gestation on a day; NaN is written as null."""

    as_of: date
    pregnancies: int
    births: int
    mean_d: float | None
    low_d: float | None
    high_d: float | None
    earliest_d: float | None
    latest_d: float | None
    why: str  # not yet estimable, and why; empty where it is


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureOpened:
    """Somebody who never joined may carry the agent: a case is open until they are clear."""

    case: str
    participant: str  # the exposed person
    relation: str  # household, visitor, staff, crew, resident, participant
    source: str  # sample, bond, word
    evidence: str  # sample or pair; never shown to the person
    opened: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureTold:
    """The person was told, without anybody's name."""

    case: str
    participant: str
    message: str
    words_sha256: str
    told: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureConsentSigned:
    """What the person agreed to; their data serve them first, and nothing else without this."""

    case: str
    participant: str
    uses: tuple[str, ...]  # test, flush, follow-up, data
    consent_sha256: str
    signed: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureConsentRefused:
    """The person wants nothing of it; no reason is asked, and the offer stands."""

    case: str
    participant: str
    refused: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureTested:
    """A sample of the person was looked at for the agent."""

    case: str
    participant: str
    day: date
    result: str  # carries, clear, unreadable
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFlushed:
    """The person was flushed at their own wish."""

    case: str
    participant: str
    day: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureClosed:
    """The case came to its end: clear by tests, or the person wants no more."""

    case: str
    participant: str
    outcome: str  # clear, declined, not exposed
    closed: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyDescribed:
    """An anomaly of a fetus or child in words, under a name by chance, for two readers."""

    item: str
    case: str
    participant: str  # the mother
    fetus: int
    words: str
    described: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyCoded:
    """One reader's codes of a description, read without knowing the exposure."""

    item: str
    participant: str
    codes: tuple[str, ...]  # ICD-10 Q00 to Q99, or none
    coded: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyAdjudicated:
    """A third person's codes, where two readers differ."""

    item: str
    participant: str
    codes: tuple[str, ...]
    reason: str
    decided: date
    by: str


PREGNANCY_ENTRIES = (
    PregnancyReported,
    PregnancyConsentAsked,
    PregnancyConsentSigned,
    PregnancyConsentRefused,
    PregnancyConsentWithdrawn,
    PregnancyDated,
    PregnancyContactMade,
    PregnancyEnded,
    InfantSeen,
    TermEstimated,
    AnomalyDescribed,
    AnomalyCoded,
    AnomalyAdjudicated,
    ExposureOpened,
    ExposureTold,
    ExposureConsentSigned,
    ExposureConsentRefused,
    ExposureTested,
    ExposureFlushed,
    ExposureClosed,
)
