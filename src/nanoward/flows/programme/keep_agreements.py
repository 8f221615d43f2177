"""Draft an agreement, refuse it by its rules, sign it by all parties, end it; who is bound.

Its end takes nothing: what was earned is owed, safety visits after it go on being paid
(`paying_agreements`), and nobody who is in loses an agreement by somebody else's word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from nanoward.base.entries import Entry
from nanoward.base.entries.books import (
    AgreementDrafted,
    AgreementEnded,
    AgreementRefused,
    AgreementSigned,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.ids import Sha256
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import (
    board_now,
    entries_about,
    ledger_entries,
    rules_of_programme,
)
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.binding import (
    Binding,
    Signing,
    binding_versions,
    worse_for_participant,
)
from nanoward.programme.agreements.document import (
    Agreement,
    AgreementError,
    read_agreement,
    signed_bytes,
    untranslated,
)
from nanoward.programme.agreements.exit_paths import exit_paths, leave_cost
from nanoward.programme.agreements.forbidden import LODGING_DAYS, Violation, violations

Verify = Callable[[str, bytes, str], bool]
GONE = frozenset({"withdrawn", "died", "completed", "discontinued"})
OWN = ("participant", "companion", "lodger", "visitor")  # kinds that bind people, not parties


class AgreementRefusedError(RefusedError):
    """An agreement that breaks rules, or lacks a signature; nobody is bound by it."""

    code = "PRG-116"
    next_step = "Mend the paragraphs that are named; every party then signs the same bytes."


class NotBoundError(UsageError):
    """Nobody is bound by an agreement of this name on that day."""

    code = "PRG-123"
    next_step = "See what binds them: nanoward programme agreements bound PROGRAMME WHO."


class EndRefusedError(RefusedError):
    """An end that would take an agreement from somebody who is in, or backdates it."""

    code = "PRG-124"
    next_step = "The person may end it at any time; others once they have left."


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySignature:
    """One party's signature over a document; key and signature are hexadecimal."""

    role: str
    name: str
    key: str
    signature: str


def party_signature(said: Any, file: str) -> PartySignature:
    """A signature from JSON; AgreementError where it is none."""
    keys = {"role", "name", "key", "signature"}
    fits = isinstance(said, Mapping) and set(said) == keys
    if not fits or not all(isinstance(one, str) for one in said.values()):
        raise AgreementError(f"a signature holds {', '.join(sorted(keys))}", file=file)
    return PartySignature(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCheck:
    """What was computed of an agreement.

    cost          the dearest exit path as a share of pay; None: dearer than all pay
    untranslated  paragraph and language of every text that a translation leaves out
    """

    agreement: Agreement
    violations: tuple[Violation, ...]
    cost: Fraction | None
    week: int
    reason: str
    untranslated: tuple[str, ...] = ()

    def refusals(self) -> tuple[str, ...]:
        """Why nobody may sign it; none: it may be signed."""
        return (*(_told(one) for one in self.violations), *_left_out(self.untranslated))


def check_agreement(content: bytes, file: str, most: Fraction) -> AgreementCheck:
    """Read an agreement and run it over every exit path; nothing is written."""
    agreement = read_agreement(content, file)
    found = violations(agreement.said(), weeks=agreement.weeks, most=most)
    dearest = leave_cost(exit_paths(agreement.terms, agreement.weeks))
    return AgreementCheck(
        agreement=agreement,
        violations=found,
        cost=dearest.cost,
        week=dearest.week,
        reason=dearest.reason,
        untranslated=untranslated(agreement),
    )


def signable(content: bytes, file: str) -> Agreement:
    """The document, where a translation leaves nothing out; AgreementRefusedError otherwise."""
    one = read_agreement(content, file)
    left_out = _left_out(untranslated(one))
    if left_out:
        raise AgreementRefusedError(f"{one.name} {one.version}: {left_out[0]}")
    return one


def draft_agreement(ports: Ports, content: bytes, file: str, *, by: str) -> AgreementCheck:
    """Keep a version so that it may be signed; AgreementRefusedError names the rules broken.

    The refusal is written down as well: what was asked of people is on record.
    """
    check = check_agreement(content, file, rules_of_programme(ports).leave_cost_share)
    one, today = check.agreement, ports.today()
    if check.refusals():
        refused = AgreementRefused(
            agreement=one.name,
            version=one.version,
            agreement_sha256=one.sha256,
            rules=tuple(dict.fromkeys(broken.rule for broken in check.violations)),
            reasons=check.refusals(),
            refused=today,
        )
        ports.ledger.append([refused], actor=by, at=ports.clock.now())
        raise AgreementRefusedError(f"{one.name} {one.version}: {'; '.join(refused.reasons)}")
    _require_new_version(ports, one)
    ports.blobs.put(one.content)
    drafted = AgreementDrafted(
        agreement=one.name,
        version=one.version,
        kind=one.kind,
        agreement_sha256=one.sha256,
        drafted=today,
        leave_cost=str(check.cost),
    )
    ports.ledger.append([drafted], actor=by, at=ports.clock.now())
    return check


def _told(broken: Violation) -> str:
    where = f" (paragraph {broken.paragraph})" if broken.paragraph else ""
    return f"{broken.rule}{where}: {broken.why}"


def _left_out(paragraphs: Sequence[str]) -> tuple[str, ...]:
    return (f"a translation lacks {', '.join(paragraphs)}",) if paragraphs else ()


def _require_new_version(ports: Ports, one: Agreement) -> None:
    for known in drafted_agreements(ports):
        same = (known.agreement, known.version) == (one.name, one.version)
        if same and known.agreement_sha256 != one.sha256:
            raise AgreementRefusedError(f"{one.name} {one.version} is another document")


def drafted_agreements(ports: Ports) -> list[AgreementDrafted]:
    """Every version that may be signed, in order."""
    return [one for one in ledger_entries(ports, "books") if isinstance(one, AgreementDrafted)]


def sign_agreement(
    ports: Ports, sha256: str, who: str, signatures: Sequence[PartySignature], verify: Verify,
    *, by: str,
) -> tuple[str, ...]:  # fmt: skip
    """Bind somebody by a drafted version that all parties signed.

    Returns what is worse in it than in the version that binds them already: then the earlier
    one goes on counting, and they are told. AgreementRefusedError with every reason.
    """
    person, today = participant_id(who), ports.today()
    one = _drafted(ports, sha256)
    rules = rules_of_programme(ports)
    broken = violations(one.said(), weeks=one.weeks, most=rules.leave_cost_share)
    reasons = [*(_told(violation) for violation in broken), *_left_out(untranslated(one))]
    reasons += signature_faults(one, person, signatures, rules.people, verify)
    if one.valid_until is not None and one.valid_until < today:
        reasons.append(f"it was valid until {one.valid_until}")
    if reasons:
        raise AgreementRefusedError(f"{one.name} {one.version}: {'; '.join(reasons)}")
    known = bound_agreements(ports, person, today)
    before = next((two for two in known if two.agreement.name == one.name), None)
    worse = () if before is None else worse_for_participant(before.agreement, one)
    entry = AgreementSigned(
        participant=person,
        agreement=one.name,
        version=one.version,
        agreement_sha256=one.sha256,
        signed=today,
        signatures=tuple(f"{s.role} {s.name} {s.key} {s.signature}" for s in signatures),
    )
    ports.ledger.append([entry], actor=by, at=ports.clock.now())
    return worse


def _drafted(ports: Ports, sha256: str) -> Agreement:
    full = [
        one.agreement_sha256
        for one in drafted_agreements(ports)
        if one.agreement_sha256.startswith(sha256)
    ]
    if not sha256 or len(set(full)) != 1:
        raise AgreementRefusedError(f"no drafted agreement is {sha256!r}")
    return read_agreement(ports.blobs.get(Sha256(full[0])), full[0][:12])


def signature_faults(
    one: Agreement,
    who: str,
    signatures: Sequence[PartySignature],
    people: Mapping[str, str],
    verify: Verify,
) -> list[str]:
    """What is missing or wrong among the signatures of a document.

    people  who may sign for the programme's side: name to public key
    """
    told: list[str] = []
    message, held = signed_bytes(one), {}
    for given in signatures:
        wanted = one.parties.get(given.role)
        if wanted is None:
            told.append(f"{given.role} is no party to it")
        elif not verify(given.key, message, given.signature):
            told.append(f"the signature of {given.name} does not fit this document")
        elif wanted and (given.name != wanted or people.get(given.name) != given.key):
            told.append(f"{given.name} may not sign for {given.role} with this key")
        elif not wanted and given.name != who:
            told.append(f"{given.name} cannot sign for {who}")
        else:
            held[given.role] = given.key
    told += [f"{role} has not signed" for role in one.parties if role not in held]
    if len(set(held.values())) < len(held):
        told.append("two parties signed with one key")
    return told


def bound_agreement(ports: Ports, who: str, day: date) -> Binding | None:
    """The first of `bound_agreements`; None where they signed none, or all ended."""
    return next(iter(bound_agreements(ports, who, day)), None)


def bound_agreements(ports: Ports, who: str, day: date) -> tuple[Binding, ...]:
    """The version that binds somebody on a day, of each agreement: the participation first."""
    signed: list[AgreementSigned | AgreementEnded] = []
    for one in _about(ports, who):
        if isinstance(one, AgreementSigned):  # after its end too: then it binds again
            signed.append(one)
        elif one.ended <= day:
            signed = [known for known in signed if known.agreement != one.agreement]
    return _bindings(ports, who, signed, day)


def paying_agreements(ports: Ports, who: str, day: date) -> tuple[Binding, ...]:
    """The versions that bind somebody, then those that bound them until they ended.

    An agreement that ended asks for nothing more and goes on paying: for the safety visits
    that it promised, and for whatever somebody who is in still does.
    """
    entries = _about(ports, who)
    bound = bound_agreements(ports, who, day)
    names = [one.agreement for one in entries if isinstance(one, AgreementEnded)]
    ended = (
        binding
        for name in reversed(dict.fromkeys(names))
        for binding in _bindings(
            ports, who, [one for one in entries if one.agreement == name], day
        )
    )
    return tuple({one.agreement.sha256: one for one in (*bound, *ended)}.values())


def _about(ports: Ports, who: str) -> list[AgreementSigned | AgreementEnded]:
    return [
        one
        for one in entries_about(ports, who, "books")
        if isinstance(one, AgreementSigned | AgreementEnded) and one.participant == who
    ]


def _bindings(
    ports: Ports, who: str, entries: Sequence[AgreementSigned | AgreementEnded], day: date
) -> tuple[Binding, ...]:
    counted = [one for one in entries if isinstance(one, AgreementSigned)]
    versions = {
        one.agreement_sha256: read_agreement(ports.blobs.get(Sha256(one.agreement_sha256)))
        for one in counted
    }
    signings = [
        Signing(who=who, sha256=one.agreement_sha256, day=one.signed) for one in counted
    ]
    return binding_versions(who, signings, versions, day)


def end_agreement(
    ports: Ports,
    who: str,
    agreement: str,
    *,
    by: str,
    day: date | None = None,
    reason: str = "",
) -> date:
    """End an agreement on a day, today where none is named; returns the day.

    Twice is once. Nobody is asked for a reason. EndRefusedError names each thing against it.
    """
    person, ended = participant_id(who), day or ports.today()
    while True:
        head = ports.ledger.head()
        entries = _ended(ports, person, agreement, ended, by=by, reason=reason)
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return ended


def _ended(
    ports: Ports, person: str, agreement: str, ended: date, *, by: str, reason: str
) -> Sequence[Entry]:
    known = bound_agreements(ports, person, max(ended, ports.today()))
    bound = next((one for one in known if one.agreement.name == agreement), None)
    if bound is None:
        raise NotBoundError(f"no agreement {agreement!r} binds {person} on {ended}")
    told = end_refusals(
        bound.agreement.kind, ended, ports.today(), own=participant_id(by) == person,
        left=board_now(ports).standing.get(person) in GONE,
    )  # fmt: skip
    if told:
        raise EndRefusedError(f"{agreement} with {person}: {'; '.join(told)}")
    return (
        AgreementEnded(participant=person, agreement=agreement, ended=ended, reason=reason),
    )


def end_refusals(
    kind: str, ended: date, today: date, *, own: bool, left: bool
) -> tuple[str, ...]:
    """What speaks against an end.

    own   the person whom it binds ends it;  left  they are not in any more
    """
    told = [f"it cannot end on {ended}, which is past"] if ended < today else []
    if kind == "participant" and not own and not left:
        told.append("it binds somebody who is in; only they can end it")
    earliest = today + timedelta(days=LODGING_DAYS)
    if kind in ("companion", "lodger") and not own and ended < earliest:
        told.append(f"it ends on {earliest} at the earliest: {LODGING_DAYS} days' notice")
    return tuple(told)
