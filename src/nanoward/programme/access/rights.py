"""The matrix of roles and rights: which role may do what, and of whom it sees how much.

One table, asked by every route and every page. What is not written here is refused.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the programme; one account may hold several."""

    INVESTIGATOR = "investigator"
    NURSE = "nurse"
    MONITOR = "monitor"
    PHARMACOLOGIST = "pharmacologist"
    EPIDEMIOLOGIST = "epidemiologist"
    COUNCIL = "council"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ADVOCATE = "advocate"
    PARTICIPANT = "participant"


class Scope(StrEnum):
    """How much of a matter a role reaches, from most to least.

    all         everybody, by name
    site        people of one's own site
    own_lots    what one's own lots touch
    coded_arm   everybody; arms are codes
    pseudonyms  everybody under pseudonyms
    minimal     what an epidemiologist needs: days, contacts, samples
    hashes      that a record is there, and its hash
    own         oneself alone
    """

    ALL = "all"
    SITE = "site"
    OWN_LOTS = "own_lots"
    CODED_ARM = "coded_arm"
    PSEUDONYMS = "pseudonyms"
    MINIMAL = "minimal"
    HASHES = "hashes"
    OWN = "own"


class Right(StrEnum):
    """One thing that can be done through a door."""

    READ_PROGRAMME = "read programme"  # plan, rounds, findings, health of the service
    HOLD_ROUND = "hold round"
    READ_IDENTITY = "read identity"
    READ_CLINICAL = "read clinical record"
    WRITE_CLINICAL = "write clinical record"
    READ_GENOMES = "read genomes"
    WRITE_GENOMES = "write genomes"
    READ_CONSENT = "read consent"
    SIGN_CONSENT = "sign consent"
    SIGN_STANDING = "sign standing"
    PROPOSE_STANDING = "propose standing"
    RECALL = "recall"
    READ_SETTINGS = "read settings"
    PROPOSE_SETTING = "propose setting"
    SEND_ORDER = "send order"
    READ_CONTROL = "read control"
    STOP_AGENT = "stop agent"
    LEAVE = "leave"
    RAISE_CONCERN = "raise concern"
    READ_CONCERNS = "read concerns"
    REQUEST_KILL = "request kill"
    APPROVE_KILL = "approve kill"
    FIRE_KILL = "fire kill"
    UNBLIND = "unblind"
    READ_VISITS = "read visits"
    BOOK_VISIT = "book visit"
    RECORD_VISIT = "record visit"
    READ_AGREEMENTS = "read agreements"
    WRITE_AGREEMENTS = "write agreements"
    READ_MESSAGES = "read messages"
    WRITE_MESSAGES = "write messages"
    READ_INCIDENTS = "read incidents"
    ACT_INCIDENTS = "act on incidents"
    READ_COUNCIL = "read council"
    ACT_COUNCIL = "act in council"
    READ_PREGNANCIES = "read pregnancies"
    WRITE_PREGNANCIES = "write pregnancies"
    READ_PARTNERS = "read partners"
    WRITE_PARTNERS = "write partners"
    READ_LEDGER = "read ledger"
    READ_LOOKS = "read looks"  # who looked at whose data
    READ_ROLES = "read roles"
    PROPOSE_ROLE = "propose role"
    CONFIRM_ROLE = "confirm role"
    EXPORT = "export"
    USE_ACCOUNT = "use account"  # one's own sessions, and the list of one's devices
    USE_DEVICES = "use own devices"  # add and remove them
    MANAGE_ACCOUNTS = "manage accounts"  # invites, others' sessions, recovery, roles' ends
    ISSUE_CARD = "issue card"
    OPEN_EMERGENCY = "open emergency access"
    REVIEW_EMERGENCY = "review emergency access"


A, S, L, C = Scope.ALL, Scope.SITE, Scope.OWN_LOTS, Scope.CODED_ARM
P, M, H, O = Scope.PSEUDONYMS, Scope.MINIMAL, Scope.HASHES, Scope.OWN  # noqa: E741

_COLUMNS = (
    Role.INVESTIGATOR, Role.NURSE, Role.MONITOR, Role.PHARMACOLOGIST, Role.EPIDEMIOLOGIST,
    Role.COUNCIL, Role.PARTNER, Role.AUDITOR, Role.ADMINISTRATOR, Role.ADVOCATE,
    Role.PARTICIPANT,
)  # fmt: skip
N = None  # refused
_ROWS: Mapping[Right, tuple[Scope | None, ...]] = {
    #                        inv nur mon pha epi cou par aud adm adv own
    Right.READ_PROGRAMME:    (A, A, A, A, A, A, N, A, A, A, N),
    Right.HOLD_ROUND:        (A, N, N, N, N, N, N, N, N, N, N),
    Right.READ_IDENTITY:     (A, S, N, N, N, N, N, N, N, N, O),
    Right.READ_CLINICAL:     (A, S, A, P, M, C, N, H, N, N, O),
    Right.WRITE_CLINICAL:    (A, S, N, N, N, N, N, N, N, N, O),
    Right.READ_GENOMES:      (A, N, A, N, A, A, L, H, N, N, O),
    Right.WRITE_GENOMES:     (N, N, N, N, A, N, N, N, N, N, N),
    Right.READ_CONSENT:      (A, S, A, N, N, A, N, A, N, A, O),
    Right.SIGN_CONSENT:      (N, N, N, N, N, N, N, N, N, N, O),
    Right.SIGN_STANDING:     (A, N, N, N, N, N, N, N, N, N, N),
    Right.PROPOSE_STANDING:  (A, S, N, N, N, N, N, N, N, N, N),
    Right.RECALL:            (A, N, N, N, N, A, N, N, N, N, N),
    Right.READ_SETTINGS:     (A, S, A, P, N, C, N, H, N, N, O),
    Right.PROPOSE_SETTING:   (A, N, N, P, N, N, N, N, N, N, O),
    Right.SEND_ORDER:        (A, S, N, N, N, N, N, N, N, N, O),
    Right.READ_CONTROL:      (A, S, A, P, N, C, L, H, N, N, O),
    Right.STOP_AGENT:        (A, A, A, A, A, A, L, N, N, A, O),
    Right.LEAVE:             (N, N, N, N, N, N, N, N, N, N, O),
    Right.RAISE_CONCERN:     (N, N, N, N, N, N, N, N, N, N, O),
    Right.READ_CONCERNS:     (N, N, N, N, N, N, N, H, N, A, O),
    Right.REQUEST_KILL:      (A, S, N, N, N, N, N, N, N, N, O),
    Right.APPROVE_KILL:      (A, N, N, N, N, A, N, N, N, N, N),
    Right.FIRE_KILL:         (A, N, N, N, N, N, N, N, N, N, N),
    Right.UNBLIND:           (A, N, N, N, N, A, N, N, N, N, N),
    Right.READ_VISITS:       (A, S, A, N, N, N, N, N, N, N, O),
    Right.BOOK_VISIT:        (A, S, N, N, N, N, N, N, N, N, O),
    Right.RECORD_VISIT:      (A, S, N, N, N, N, N, N, N, N, N),
    Right.READ_AGREEMENTS:   (A, N, A, N, N, A, N, A, A, A, O),
    Right.WRITE_AGREEMENTS:  (N, N, N, N, N, N, N, N, A, N, O),
    Right.READ_MESSAGES:     (A, S, A, N, N, N, N, H, N, N, O),
    Right.WRITE_MESSAGES:    (A, S, N, N, N, N, N, N, N, A, O),
    Right.READ_INCIDENTS:    (A, A, A, N, A, A, N, A, N, N, N),
    Right.ACT_INCIDENTS:     (A, A, N, N, A, N, N, N, N, N, N),
    Right.READ_COUNCIL:      (N, N, N, N, N, A, N, H, N, N, N),
    Right.ACT_COUNCIL:       (N, N, N, N, N, A, N, N, N, N, N),
    Right.READ_PREGNANCIES:  (A, S, A, N, N, C, N, H, N, N, O),
    Right.WRITE_PREGNANCIES: (A, S, N, N, N, N, N, N, N, N, O),
    Right.READ_PARTNERS:     (A, N, A, N, A, A, L, A, A, N, N),
    Right.WRITE_PARTNERS:    (N, N, A, N, N, N, L, N, A, N, N),
    Right.READ_LEDGER:       (A, N, A, N, N, A, N, H, N, N, N),
    Right.READ_LOOKS:        (N, N, N, N, N, A, N, A, N, A, O),
    Right.READ_ROLES:        (A, A, A, A, A, A, A, A, A, A, A),
    Right.PROPOSE_ROLE:      (N, N, N, N, N, N, N, N, A, N, N),
    Right.CONFIRM_ROLE:      (N, N, N, N, N, A, N, N, A, N, N),
    Right.EXPORT:            (A, N, A, P, P, N, L, A, N, N, O),
    Right.USE_ACCOUNT:       (O, O, O, O, O, O, O, O, O, O, O),
    Right.USE_DEVICES:       (O, O, O, O, O, O, O, O, O, O, O),
    Right.MANAGE_ACCOUNTS:   (N, N, N, N, N, N, N, N, A, N, N),
    Right.ISSUE_CARD:        (A, S, N, N, N, N, N, N, N, N, N),
    Right.OPEN_EMERGENCY:    (A, A, N, A, N, N, N, N, N, N, N),
    Right.REVIEW_EMERGENCY:  (N, N, N, N, N, A, N, N, N, N, N),
}  # fmt: skip

MATRIX: Mapping[tuple[Right, Role], Scope] = {
    (right, role): scope
    for right, row in _ROWS.items()
    for role, scope in zip(_COLUMNS, row, strict=True)
    if scope is not None
}
NEVER_ASKS_AGAIN = frozenset({Right.STOP_AGENT, Right.LEAVE, Right.RAISE_CONCERN})
STEP_UP = frozenset(
    {Right.APPROVE_KILL, Right.UNBLIND, Right.EXPORT, Right.PROPOSE_ROLE, Right.CONFIRM_ROLE,
     Right.USE_DEVICES, Right.MANAGE_ACCOUNTS}
)  # signed in anew at most five minutes ago  # fmt: skip
OWN_ACCOUNT = frozenset({Right.USE_ACCOUNT, Right.USE_DEVICES})  # without any role too
SIGNING = frozenset(
    {Right.SIGN_STANDING, Right.APPROVE_KILL, Right.FIRE_KILL, Right.REQUEST_KILL,
     Right.UNBLIND, Right.PROPOSE_ROLE, Right.CONFIRM_ROLE, Right.ACT_COUNCIL, Right.EXPORT}
)  # what nobody does for a day after they came back without a passkey of their own  # fmt: skip
EMERGENCY = frozenset(
    {Right.READ_IDENTITY, Right.READ_CLINICAL, Right.READ_SETTINGS, Right.READ_CONTROL,
     Right.READ_CONSENT, Right.READ_VISITS, Right.READ_PREGNANCIES}
)  # what an emergency access to one participant opens  # fmt: skip
LOOKS = frozenset(
    {Right.READ_IDENTITY, Right.READ_CLINICAL, Right.READ_GENOMES, Right.READ_CONSENT,
     Right.READ_SETTINGS, Right.READ_CONTROL, Right.READ_CONCERNS, Right.READ_VISITS,
     Right.READ_AGREEMENTS, Right.READ_MESSAGES, Right.READ_PREGNANCIES, Right.READ_LEDGER,
     Right.EXPORT, Right.UNBLIND}
)  # reading people's data, which they see who did  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """That a right is held, by which role, and of whom it reaches how much."""

    right: Right
    role: Role
    scope: Scope


def grant(
    roles: Iterable[Role],
    right: Right,
    *,
    subject: str | None = None,
    me: str | None = None,
    same_site: bool = True,
    opened: Collection[str] = (),
) -> Grant | None:
    """The widest grant that these roles have for a right; None where it is refused.

    subject    the person whom it is about; None where it is about no single person
    me         the participant whom the account is of, if any
    same_site  whether the subject's site is the account's own
    opened     participants whose record is open to the account in an emergency
    """
    held = tuple(roles)
    found = [
        Grant(right=right, role=role, scope=scope)
        for role in held
        if (scope := MATRIX.get((right, role))) is not None
        and _reaches(scope, role, subject, me, same_site=same_site)
    ]
    if right in EMERGENCY and subject is not None and subject in opened:
        found += [
            Grant(right=right, role=role, scope=Scope.ALL)
            for role in held
            if (Right.OPEN_EMERGENCY, role) in MATRIX
        ]
    order = list(Scope)
    return min(found, key=lambda one: order.index(one.scope), default=None)


def _reaches(
    scope: Scope, role: Role, subject: str | None, me: str | None, *, same_site: bool
) -> bool:
    if scope is Scope.OWN and role is Role.PARTICIPANT:
        return me is not None and subject in (None, me)
    if scope is Scope.SITE:
        return subject is None or same_site
    return True
