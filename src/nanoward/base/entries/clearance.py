"""What can happen in clearance: may this person start, stay, or must they leave now?"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDocumentIssued:
    """A version of the consent document came into force; older ones are signed no more."""

    document_sha256: str
    version: str
    issued: date
    needed: tuple[str, ...]  # uses without which nobody can take part
    optional: tuple[str, ...]  # uses that may be refused one by one
    questions: int  # comprehension check: how many are asked
    pass_mark: int  # and how many must be right
    least_reading_s: int
    valid_days: int | None  # null: until another version or a demand


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSigned:
    """A participant signed a version of the consent document.

    The signature shows printed name, moment and meaning, and is bound to what was signed by
    its hash (21 CFR 11.50 and 11.70)."""

    participant: str
    document_sha256: str
    version: str
    signed: date
    at: datetime | None = None
    uses: tuple[str, ...] = ()  # agreed to
    refused: tuple[str, ...] = ()
    printed_name: str = ""
    meaning: str = ""
    identified_by: str = ""  # the two components: "id and password", "passport and PIN"
    explained_by: str = ""
    witnessed_by: str = ""
    read_s: int = 0
    answered_right: int = 0
    agent_off: bool = False  # signed while the agent was switched off
    signature_sha256: str = ""
    key: str = ""  # public key of the signer's second component, where one was used
    key_signature: str = ""  # made with it over signature_sha256
    programme: str = ""  # name of the programme that the signature is for


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRenewalDemanded:
    """A finding made a fresh consent necessary; until then nothing new is done."""

    participant: str
    demanded: date
    reason: str
    agent_off: bool  # it must be signed with the agent switched off


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """A participant took back consent; no reason is asked."""

    participant: str
    withdrawn: date
    at: datetime | None = None
    uses: tuple[str, ...] = ()  # empty: everything
    channel: str = ""  # console, spoken, offline code, paper
    notice: str = ""  # of the way out that this carries on; see exit.NoticeGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesClosed:
    """Everything that is refused from now on, and what stays open for the person's sake."""

    participant: str
    since: date
    closed: tuple[str, ...]
    open: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtSpoken:
    """A private word for doubt: it withdraws nothing and is told to the advocate alone."""

    participant: str
    spoken: date
    words_sha256: str  # the words themselves are kept apart
    notice: str = ""  # of the way out that this carries on


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPermitted:
    """The gate said yes to an act that concerns a participant."""

    participant: str
    act: str
    use: str  # of data, empty for other acts
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRefused:
    """The gate said no; nothing was done."""

    participant: str
    act: str
    use: str
    by: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecorded:
    """A weekly medical or psychological assessment was made."""

    participant: str
    instrument: str
    assessed: date
    score: float | None  # null when too many items are missing
    urgent: bool  # an answer signals danger


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerSignalled:
    """An answer signals danger, or the question for it was left out: somebody goes now."""

    participant: str
    instrument: str
    assessed: date
    items: tuple[str, ...]
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDecided:
    """What a participant may do as of a day, with every reason."""

    participant: str
    standing: str
    as_of: date
    since: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConfirmed:
    """A named person confirmed that what vanished or was corrected may go.

    signed  name, key and signature; empty where the programme names nobody who may sign."""

    participant: str
    changes: tuple[str, ...]  # names of the changes, as the round told them
    reason: str
    by: str
    confirmed: date
    signed: str = ""
