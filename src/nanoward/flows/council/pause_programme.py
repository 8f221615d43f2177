"""A pause on one word, actions that a query closes, unblinding on record, questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.council import (
    ActionAgreed,
    ActionClosed,
    ArmRevealed,
    CouncilAsked,
    CouncilPaused,
)
from nanoward.base.names import participant_id
from nanoward.flows.council.council_state import (
    charter_now,
    matters_now,
    member_of,
    round_record,
    round_tables_of,
    signed_bytes_of,
)
from nanoward.flows.messages.write_message import write_message
from nanoward.flows.pregnancies.keep_pregnancies import register_now
from nanoward.flows.pregnancies.keep_urgent import events_now
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import CouncilDesk, MemberKeys
from nanoward.ports.ports import Ports
from nanoward.programme.council.charter import (
    Charter,
    CouncilRefusedError,
    NotMemberError,
    UnknownCouncilMatterError,
)
from nanoward.programme.council.matters import QUERIES, UNBLIND, CouncilMatters
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.kinds import KINDS

NAME_BYTES = 6
MEMBERS_TO_CLOSE = 2


def pause_programme(
    desk: CouncilDesk, reason: str, *, by: str, keys: MemberKeys | None = None
) -> CouncilPaused:
    """Nobody is dosed or raised from this append on. Without keys it is the sponsor's word.

    A member shows who they are by their key; whoever stops needs nothing but a name. Only the
    council's decision ends it.
    """
    ports, charter = desk.ports, charter_now(desk.ports)
    if keys is not None:
        member_of(desk, charter, by, keys)
    now = ports.clock.now()
    entry = CouncilPaused(
        pause=f"z-{desk.messages.chance(NAME_BYTES).hex()}",
        role="sponsor" if keys is None else "member", reason=reason, at=now,
        meets_by=now + timedelta(hours=charter.meeting_hours), by=by, signature="",
    )  # fmt: skip
    if keys is not None:
        entry = replace(entry, signature=keys.sign(signed_bytes_of(entry)))
    ports.ledger.append([entry], actor=by, at=now)
    body = (
        f"The programme is paused by {by}: {reason}. The council meets by {entry.meets_by:%c}."
    )
    _tell_council(desk, body, urgency="now", cause=f"pause:{entry.pause}")
    return entry


def _tell_council(desk: CouncilDesk, body: str, *, urgency: str, cause: str) -> None:
    roles = desk.messages.rules.roles
    draft = Draft(
        sender="council", to="council" if "council" in roles else next(iter(roles)),
        kind="safety notice", body=body, urgency=urgency, cause=cause,
    )  # fmt: skip
    assert draft.kind in KINDS
    write_message(desk.messages, draft)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlan:
    """What is to be done, by whom and when, and the query that says that it was."""

    what: str
    who: str
    due: date
    query: str
    pack: str = ""


def agree_action(desk: CouncilDesk, plan: ActionPlan, *, by: str) -> str:
    """An action of a pack's meeting; its query is of a closed list of forms."""
    ports = desk.ports
    if _form(plan.query) is None:
        raise CouncilRefusedError(f"{plan.query!r} is no query; {'; '.join(QUERIES)}")
    pack = matters_now(ports).pack(plan.pack).pack
    said = "|".join((plan.what, plan.who, plan.due.isoformat(), plan.query))
    name = f"a-{sha256_of(said.encode())[:12]}"

    def decide() -> Sequence[Entry]:
        if name in matters_now(ports).actions:
            return ()
        made = ActionAgreed(
            action=name, pack=pack, what=plan.what, who=plan.who, due=plan.due,
            query=plan.query, at=ports.clock.now(), by=by,
        )  # fmt: skip
        return (made,)

    append_decided(ports, decide, by=by)
    return name


def _form(query: str) -> tuple[str, str] | None:
    """(form, name) of a query; None where it is of no known form."""
    words = query.split()
    match words:
        case ["entry", name]:
            return "entry", name
        case ["event", name, "reported"]:
            return "event", name
        case ["no", "finding", name]:
            return "finding", name
        case ["case", name, "closed"]:
            return "case", name
    return None


def is_done(ports: Ports, query: str) -> bool:
    """Whether a query is true now."""
    form = _form(query)
    if form is None:
        return False
    kind, name = form
    if kind == "entry":
        return any(record.kind == name for record in ports.ledger.records())
    if kind == "event":
        event = events_now(ports).get(name)
        return event is not None and bool(event.to_authority())
    if kind == "case":
        case = register_now(ports).cases.get(name)
        return case is not None and not case.is_ongoing
    _, held = round_record(ports, None)
    findings = round_tables_of(ports, held, ("findings",)).get("findings")
    return findings is not None and name not in findings["code"].to_list()


def closing_entries(ports: Ports, matters: CouncilMatters) -> list[ActionClosed]:
    """Actions whose query is true: they close by themselves, once."""
    now = ports.clock.now()
    return [
        ActionClosed(action=one.action, how="query", members=(), reason=one.query, at=now)
        for one in matters.open_actions()
        if is_done(ports, one.query)
    ]


def close_action(
    desk: CouncilDesk, action: str, reason: str, signers: Sequence[tuple[str, MemberKeys]]
) -> None:
    """Close an action without its query: two members with a reason, by their keys."""
    ports, charter = desk.ports, charter_now(desk.ports)
    names = sorted({member_of(desk, charter, name, keys).name for name, keys in signers})
    if len(names) < MEMBERS_TO_CLOSE or not reason.strip():
        raise CouncilRefusedError(f"{len(names)} members; {MEMBERS_TO_CLOSE}, and a reason")

    def decide() -> Sequence[Entry]:
        matters = matters_now(ports)
        if action not in matters.actions or action in matters.closed:
            raise UnknownCouncilMatterError(f"no action {action!r} is open")
        return (
            ActionClosed(
                action=action, how="members", members=tuple(names), reason=reason,
                at=ports.clock.now(),
            ),
        )  # fmt: skip

    append_decided(ports, decide, by=names[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedArm:
    """The arm of one participant, and the record that somebody knows it now."""

    participant: str
    arm: str
    entry: ArmRevealed


def reveal_arm(
    desk: CouncilDesk, who: str, reason: str, *, by: str, keys: MemberKeys, pack: str = ""
) -> RevealedArm:
    """Unblind one person: in an emergency by a physician, otherwise by the council's vote.

    First the record, then the arm; the council is told in the same moment.

    pack  whose decision was to unblind; empty: an emergency
    """
    ports, charter = desk.ports, charter_now(desk.ports)
    name = participant_id(who)
    if not reason.strip():
        raise CouncilRefusedError("nobody is unblinded without a reason")
    if pack:
        member_of(desk, charter, by, keys)
        decided = matters_now(ports).decided.get(pack)
        if decided is None or decided.decision != UNBLIND:
            raise CouncilRefusedError(f"the council has not voted to unblind in {pack}")
    else:
        _physician(desk, charter, by, keys)
    _, held = round_record(ports, None)
    standings = round_tables_of(ports, held, ("standings",)).get("standings")
    arms = (
        dict(standings.select("participant", "arm").iter_rows())
        if standings is not None
        else {}
    )
    if not arms.get(name):
        raise UnknownCouncilMatterError(f"no arm of {name} is on record")
    entry = ArmRevealed(
        participant=name, who=by, how="vote" if pack else "emergency", reason=reason, pack=pack,
        at=ports.clock.now(),
    )  # fmt: skip
    ports.ledger.append([entry], actor=by, at=entry.at)
    body = f"{by} has unblinded one participant ({entry.how}): {reason}."
    _tell_council(desk, body, urgency="now", cause=f"unblind:{by}:{entry.at.isoformat()}")
    return RevealedArm(participant=name, arm=str(arms[name]), entry=entry)


def _physician(desk: CouncilDesk, charter: Charter, name: str, keys: MemberKeys) -> None:
    known = charter.physicians.get(name)
    if known is None or (keys.sealing_key, keys.signing_key) != (
        known.sealing_key, known.signing_key,
    ):  # fmt: skip
        raise NotMemberError(f"{name!r} is no physician who may unblind, or not by this key")
    message = b"unblind"
    if not desk.signatures.verifies(
        scheme="ed25519", public=known.signing_key, message=message,
        signature=keys.sign(message),
    ):  # fmt: skip
        raise NotMemberError(f"the signature of {name} does not verify")


def ask_council(desk: CouncilDesk, words: str, to: str, *, by: str) -> str:
    """A question to the council, or of it to a role; a message that wants an answer."""
    roles = desk.messages.rules.roles
    if to not in roles or not words.strip():
        raise CouncilRefusedError(f"nobody is asked as {to!r}; {', '.join(sorted(roles))}")
    name = f"q-{desk.messages.chance(NAME_BYTES).hex()}"
    entry = CouncilAsked(question=name, words=words, to=to, at=desk.ports.clock.now(), by=by)
    desk.ports.ledger.append([entry], actor=by, at=entry.at)
    draft = Draft(sender=by, to=to, kind="task", body=words, urgency="week", wants="answer",
                  cause=f"council:{name}")  # fmt: skip
    write_message(desk.messages, draft)
    return name
