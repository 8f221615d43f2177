"""Fire a released kill code: the intent for everybody first, then each driver, then answers."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from nanoward.base.entries import (
    Entry,
    KillAcknowledged,
    KillEnded,
    KillFailed,
    KillIntended,
    KillReviewed,
    KillUnanswered,
)
from nanoward.control.identity import folded_name, identity_of
from nanoward.control.kill_bytes import review_bytes
from nanoward.control.kill_roles import person_of
from nanoward.control.kill_state import OWED, KillState
from nanoward.control.killcode import may_fire, may_resend
from nanoward.control.orders import KILL, Command
from nanoward.control.overdue import Due, must_end, overdue
from nanoward.flows.desk.known_keys import key_verifies, known_signer
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.release_kill import KillRefusedError, alarm, kill_state, moment_of
from nanoward.ports.desk import Desk
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, Execution

AT_ONCE = 32  # drivers called side by side
GROUP = 100  # answers written together


def fire_kill(desk: Desk, book: OrderState, order: str, *, actor: str) -> KillState:
    """Fire at everybody whom the order names and who was not fired at yet."""
    state, now = kill_state(desk, book, order), moment_of(desk)
    revoked = frozenset(book.revoked)
    reasons = {
        who: may_fire(state, who, revoked=revoked, now=now)
        for who in state.request.participants
    }
    ready = [who for who, against in reasons.items() if not against]
    if not ready:
        raise KillRefusedError(
            "; ".join(sorted({one for why in reasons.values() for one in why}))
        )
    _put(
        desk,
        book,
        [
            KillIntended(order=order, participant=who, driver=book.carriers[who].driver)
            for who in ready
        ],
        actor,
    )
    act_on_kill(desk, book, order, ready, actor=actor)
    return book.kills[order]


def resume_kills(desk: Desk, book: OrderState, *, actor: str) -> None:
    """Settle what is owed: read back, then send the same identifier again while it holds."""
    for order, state in list(book.refresh(desk).kills.items()):
        owed = [who for who, word in state.people.items() if word in OWED]
        again: list[str] = []
        entries: list[Entry] = []
        for who in owed:
            carried, silent = _asked(desk, book, state, who)
            if carried is not None:
                entries.append(_answer(desk, order, who, carried))
            elif not silent and (
                against := may_resend(
                    state, who, revoked=frozenset(book.revoked), now=moment_of(desk)
                )
            ):
                reason = f"not carried out, and now {'; '.join(against)}"
                entries.append(KillFailed(order=order, participant=who, reason=reason))
            elif not silent:
                again.append(who)
        if entries:
            _put(desk, book, entries, actor)
        act_on_kill(desk, book, order, again, actor=actor)


def sweep_kills(desk: Desk, book: OrderState, *, actor: str) -> tuple[Due, ...]:
    """End what expired, and raise an alarm, once, for everything that is overdue."""
    now = desk.clock.now()
    found: list[Due] = []
    entries: list[Entry] = []
    for order, state in book.refresh(desk).kills.items():
        if must_end(state, now):
            entries.append(KillEnded(order=order, how="expired", reason="not fired in time"))
        found += overdue(state, now)
    raised = {one.body["alarm"] for one in desk.lane.records(kind="watch.AlarmRaised")}
    for due in found:
        one = alarm(f"overdue/{due.message}", due.order, due.participant, due.message)
        if one.alarm not in raised:
            desk.notifier.notify(
                urgency=due.urgency, subject=due.participant or due.order, message=due.message
            )
            entries.append(one)
    if entries:
        _put(desk, book, entries, actor)
    return tuple(found)


def review_kill(desk: Desk, book: OrderState, review: KillReviewed) -> None:
    """A second person, known by a key, reviews a code that one person released."""
    state = book.refresh(desk).kills.get(review.order)
    if state is None or state.released is None:
        raise KillRefusedError(f"no kill code {review.order} was released")
    signer = known_signer(desk, book, review.key)
    if signer is None or signer.name != review.reviewed_by:
        raise KillRefusedError(f"{review.reviewed_by} has no key that counts")
    message = review_bytes(state.request, signer=signer.name, note=review.note)
    if not key_verifies(desk, review.key, message, review.signature):
        raise KillRefusedError("the signature does not verify")
    if identity_of(signer) in _releasers(desk, state):
        raise KillRefusedError(f"{signer.name} released it and cannot review it")
    _put(desk, book, [review], review.reviewed_by)


def _releasers(desk: Desk, state: KillState) -> set[str]:
    """Whoever took part in the release, by every name that the plan has for them."""
    assert state.released is not None
    names = {*state.released.released_by, *(one.signer for one in state.approvals)}
    known = {one.signer.name: identity_of(one.signer) for one in desk.plan.signers}
    return {known.get(one, folded_name(one)) for one in names} | {
        person_of(one) for one in state.approvals
    }


def kill_command(state: KillState, who: str) -> Command:
    """What a driver is told; the identifier names order and participant, and never changes.

    A sealed code may have been asked for days ago: it stands from the moment of its use.
    """
    request = state.request
    sealed = state.released is not None and state.released.sealed
    issued = state.released_at if sealed and state.released_at else request.not_before
    return Command(
        order=f"{request.order}:{who}",
        participant=who,
        kind=KILL,
        setting=request.mechanism,
        value=request.dose,
        unit=request.unit,
        issued=issued,
        expires=request.expires,
    )


def act_on_kill(
    desk: Desk, book: OrderState, order: str, people: Sequence[str], *, actor: str
) -> None:
    """Call the driver of everybody to whom the code is owed, and write what they answer."""
    state = book.kills[order]
    entries: list[Entry] = []
    for entry in _answers(desk, book, state, people):
        entries.append(entry)
        if len(entries) >= GROUP:
            _put(desk, book, entries, actor)
            entries = []
    if entries:
        _put(desk, book, entries, actor)


def _answers(
    desk: Desk, book: OrderState, state: KillState, people: Sequence[str]
) -> Iterator[Entry]:
    """One entry per person, as the drivers answer; one slow driver delays nobody else."""
    if len(people) <= 1:
        yield from (_fired(desk, book, state, who) for who in people)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(_fired, desk, book, state, who) for who in people]
        yield from (one.result() for one in as_completed(waiting))


def _fired(desk: Desk, book: OrderState, state: KillState, who: str) -> Entry:
    order, driver = state.request.order, desk.drivers.get(book.carriers[who].driver)
    if driver is None:
        return KillUnanswered(order=order, participant=who, reason="no such driver")
    try:
        carried = driver.execute(kill_command(state, who), now=desk.clock.now())
    except DriverSilentError as fault:
        return KillUnanswered(order=order, participant=who, reason=fault.message)
    except DriverRefusedError as fault:
        return KillFailed(order=order, participant=who, reason=fault.message)
    return _answer(desk, order, who, carried)


def _asked(
    desk: Desk, book: OrderState, state: KillState, who: str
) -> tuple[Execution | None, bool]:
    """What a driver knows of a fire, and whether it was silent."""
    driver = desk.drivers.get(book.carriers[who].driver)
    if driver is None:
        return None, True
    try:
        return driver.outcome_of(kill_command(state, who)), False
    except DriverSilentError:
        return None, True


def _answer(desk: Desk, order: str, who: str, carried: Execution) -> KillAcknowledged:
    monotonic_s = desk.clock.monotonic()
    return KillAcknowledged(
        order=order, participant=who, at=carried.at, monotonic_s=monotonic_s
    )


def _put(desk: Desk, book: OrderState, entries: Sequence[Entry], actor: str) -> None:
    desk.lane.append(entries, actor=actor, at=desk.clock.now())
    book.refresh(desk)
