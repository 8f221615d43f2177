"""What became of a message at a moment: a pure function of its entries, the rules and now.

written, sent, arrived, read, acknowledged, answered, refused, overdue, escalated, closed.
Nothing here remembers anything: however often, or seldom, it is asked, the answer for a moment
is the same (Grafana OnCall 1206, 3111: timers that a restart lost or kept for months).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nanoward.programme.messages.duty import on_duty
from nanoward.programme.messages.kinds import KINDS, PARTICIPANT
from nanoward.programme.messages.quiet_hours import QuietHours, quiet_end
from nanoward.programme.messages.rules import ChainStep, DutyRole, MessageRules
from nanoward.programme.messages.threads import Thread

LONGEST_PAUSE = timedelta(days=1)  # between two reminders
ENDED = ("closed", "refused", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """A role that is turned to.

    begins  when the role is responsible
    tells   when it may be told: after its quiet hours
    """

    role: str
    begins: datetime
    tells: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatus:
    """A message at a moment.

    word     one of the ten states
    overdue  its moment passed before what was wanted of it was done
    steps    roles that are responsible by now, the addressee first
    due      roles that are to be told at this moment
    reason   of a refused or closed message
    """

    word: str
    overdue: bool
    steps: tuple[EscalationStep, ...]
    due: tuple[str, ...]
    reason: str = ""

    @property
    def step(self) -> int:
        """How many roles were turned to beyond the first; 0: none."""
        return max(len(self.steps) - 1, 0)


def message_status(
    thread: Thread, rules: MessageRules, now: datetime, quiet: Mapping[str, QuietHours]
) -> MessageStatus:
    """The state of a message.

    quiet  hours that people chose for themselves, by pseudonym
    """
    ended = _ended(thread, rules, now)
    if ended and ended[0] in ("closed", "answered"):
        return MessageStatus(word=ended[0], overdue=False, steps=(), due=(), reason=ended[1])
    overdue = is_overdue(thread, now)
    if ended:  # refused or expired: nobody is turned to, but that it was late is told once
        due = _told_of_late(thread, rules) if overdue and not thread.told_overdue else ()
        return MessageStatus(
            word="refused", overdue=overdue, steps=(), due=due, reason=ended[1]
        )
    steps = escalation_steps(thread, rules, now, quiet)
    silent = _is_silent(thread, now)
    due = () if silent else _due(thread, steps, rules, now)
    word = _word(thread, steps, now, overdue=overdue)
    return MessageStatus(word=word, overdue=overdue, steps=steps, due=due)


def is_overdue(thread: Thread, now: datetime) -> bool:
    """Whether the moment passed before what was wanted was done."""
    if _is_satisfied(thread):
        return False
    taken = thread.acknowledged
    return now > (thread.written.act_by if taken is None else taken.done_by)


def is_outbound(thread: Thread, rules: MessageRules) -> bool:
    """Whether the message is for another site's ledger."""
    return thread.written.site not in ("", rules.site)


def is_settled(thread: Thread, word: str) -> bool:
    """Whether nothing more is wanted: closed, answered, or receipted where that was all."""
    receipted = thread.written.wants == "receipt" and thread.arrived is not None
    return word in ("closed", "answered") or receipted


def _is_satisfied(thread: Thread) -> bool:
    if thread.answered or thread.closed or thread.superseded:
        return True
    return thread.written.wants == "receipt" and thread.arrived is not None


def _ended(thread: Thread, rules: MessageRules, now: datetime) -> tuple[str, str] | None:
    if thread.closed:
        return "closed", thread.closed.reason
    if thread.superseded:
        return "closed", f"message {thread.superseded} took its place"
    over = thread.last_word_at if thread.last_word == "resolved" else None
    if over is not None and now - over >= rules.flap:
        return "closed", "what it was about is over"
    if thread.answered:
        return "answered", ""
    if thread.refused:
        return "refused", thread.refused.reason
    expires = thread.written.expires
    lasting = KINDS[thread.written.kind].lasting if thread.written.kind in KINDS else True
    taken = thread.acknowledged or _is_satisfied(thread)
    if expires is not None and now >= expires and not lasting and not taken:
        return "refused", f"expired at {expires:%Y-%m-%d %H:%M} UTC"
    return None


def _is_silent(thread: Thread, now: datetime) -> bool:
    """Whether no channel may be used: it was acknowledged, or all that was wanted is done."""
    if thread.last_word == "resolved":
        return True
    taken = thread.acknowledged
    return _is_satisfied(thread) or (taken is not None and now < taken.done_by)


def _word(
    thread: Thread, steps: tuple[EscalationStep, ...], now: datetime, *, overdue: bool
) -> str:
    taken = thread.acknowledged
    if taken is not None and now < taken.done_by:
        return "acknowledged"
    if not _is_satisfied(thread):
        if len(steps) > 1:
            return "escalated"
        if overdue:
            return "overdue"
    if taken is not None:
        return "acknowledged"
    if thread.read:
        return "read"
    if thread.arrived:
        return "arrived"
    return "sent" if thread.sent else "written"


def escalation_steps(
    thread: Thread, rules: MessageRules, now: datetime, quiet: Mapping[str, QuietHours]
) -> tuple[EscalationStep, ...]:
    """Roles that are responsible by now, oldest first.

    Nobody on duty means the next role, and where nobody further is on duty, all of them. Who
    acknowledged is left in peace until their own moment; then it goes on where it stood. A
    message for another site waits for its moment, and then turns to those who wrote it.
    """
    if _is_satisfied(thread) and thread.written.wants == "receipt":
        return ()
    chain = _chain(thread, rules)
    moment = thread.written.act_by if is_outbound(thread, rules) else _begins(thread)
    steps: list[EscalationStep] = []
    taken, resumed, place = thread.acknowledged, False, 0
    while moment <= now:
        if taken is not None and moment > taken.at and not resumed:
            moment, resumed = max(moment, taken.done_by), True
            if place == len(chain):
                place = 0  # everybody was turned to before: once more
            continue
        if place == len(chain):
            if taken is None or resumed:
                break
            moment, resumed, place = max(moment, taken.done_by), True, 0
            continue
        role = _role(chain[place].role, rules, thread, quiet)
        if not on_duty(role.roster, moment):
            later = any(
                on_duty(_role(one.role, rules, thread, quiet).roster, moment)
                for one in chain[place + 1 :]
            )
            if later:
                place += 1
                continue
            steps += [
                _step(_role(one.role, rules, thread, quiet), thread, moment)
                for one in chain[place:]
            ]
            break
        step = _step(role, thread, moment)
        steps.append(step)
        safety = KINDS[thread.written.kind].safety if thread.written.kind in KINDS else True
        moment = (step.begins if safety else step.tells) + chain[place].wait
        place += 1
    return tuple(steps)


def _told_of_late(thread: Thread, rules: MessageRules) -> tuple[str, ...]:
    """Who hears that a message came to nothing: whoever wrote it, else whoever is next."""
    written = thread.written
    if written.sender in rules.roles:
        return (written.sender,)
    return tuple(one.role for one in rules.chain(written.kind, written.urgency)[:1])


def _begins(thread: Thread) -> datetime:
    """From when on the addressee has it: when it came to this ledger, or was written."""
    came = thread.written.origin and thread.arrived
    return came or thread.written.made


def _chain(thread: Thread, rules: MessageRules) -> list[ChainStep]:
    """The addressee and those after; of an outbound message the sender and those after."""
    written = thread.written
    if is_outbound(thread, rules):
        first, wait = written.sender, timedelta(hours=1)
    else:
        first = written.to
        wait = rules.first
        if written.urgency != "now":
            wait = max(written.act_by - _begins(thread), rules.first)
    rest = rules.chain(written.kind, written.urgency)
    chain = [ChainStep(role=first, wait=wait)] if _is_known(first, rules) else []
    chain += [one for one in rest if one.role != first]
    return chain or [ChainStep(role=first, wait=wait)]


def _is_known(role: str, rules: MessageRules) -> bool:
    return role == PARTICIPANT or role in rules.roles


def _role(
    name: str, rules: MessageRules, thread: Thread, quiet: Mapping[str, QuietHours]
) -> DutyRole:
    if name != PARTICIPANT:
        return rules.roles.get(name) or DutyRole(name=name)
    own = quiet.get(thread.written.participant)
    person = rules.person
    if own is None:
        return person
    return DutyRole(name=PARTICIPANT, quiet=own, deliveries=person.deliveries)


def _step(role: DutyRole, thread: Thread, moment: datetime) -> EscalationStep:
    """Quiet hours put off the telling; not of what is urgent now, nor past a safety moment."""
    written = thread.written
    end = None if written.urgency == "now" else quiet_end(role.quiet, moment)
    kind = KINDS.get(written.kind)
    if end is not None and (kind is None or kind.safety) and end > written.act_by:
        end = None
    return EscalationStep(role=role.name, begins=moment, tells=end or moment)


def _due(
    thread: Thread, steps: tuple[EscalationStep, ...], rules: MessageRules, now: datetime
) -> tuple[str, ...]:
    """Roles to be told now: those who were not told since their step began, and reminders."""
    found: dict[str, None] = {}
    for step in steps:
        if step.tells > now:
            continue
        last = thread.sent.get(step.role)
        if last is None or last < step.begins:
            found[step.role] = None
        elif thread.written.urgency == "now":
            first = step.tells
            if reminders(first, now, rules.reminder) > reminders(first, last, rules.reminder):
                found[step.role] = None
    return tuple(found)


def reminders(first: datetime, at: datetime, pause: timedelta) -> int:
    """How many reminders are due by a moment, ever more seldom: each pause twice the last.

    From a day on the pauses stay a day long (the decaying repeats wished for in Alertmanager
    2595). What was missed while nothing ran is made up for by one.
    """
    waited = (at - first) / pause
    if waited <= 0:
        return 0
    doublings = math.ceil(math.log2(LONGEST_PAUSE / pause)) if pause < LONGEST_PAUSE else 0
    count = int(math.log2(waited + 1))
    if count <= doublings:
        return count
    reached = pause * (2**doublings - 1)
    return doublings + int((at - first - reached) / LONGEST_PAUSE)
