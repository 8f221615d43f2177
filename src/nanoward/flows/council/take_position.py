"""Members open a pack, take positions in secret, show them, and the council decides."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.council import (
    CouncilDecided,
    CouncilPaused,
    CouncilPauseEnded,
    PackMade,
    PackOpened,
    PositionCommitted,
    PositionShown,
)
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.flows.council.council_state import (
    charter_now,
    matters_now,
    member_of,
    signed_bytes_of,
)
from nanoward.flows.council.executive_part import EXECUTIVE, executive_part
from nanoward.flows.council.explain_number import ExplainedNumber, explain_number
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import CouncilDesk, MemberKeys
from nanoward.programme.council.charter import CouncilRefusedError
from nanoward.programme.council.matters import (
    GOES_ON,
    RAISE,
    Position,
    commit_faults,
    decide_faults,
    raise_faults,
    show_faults,
    vote,
)

NONCE_BYTES = 16


class PackChangedError(IntegrityError):
    """A part of a pack is not what the ledger says that it was."""

    code = "PRG-194"
    next_step = "Make the pack again from the ledger; keep the file that is wrong."


def open_pack(
    desk: CouncilDesk, pack: str, part: str, *, member: str, keys: MemberKeys | None = None
) -> bytes:
    """A part of a pack, and on the ledger who opened it when, before it is given.

    keys  of the member, for the closed and the executive part
    """
    ports = desk.ports
    made = matters_now(ports).pack(pack)
    opened = PackOpened(
        pack=made.pack, part=part, member=member, at=ports.clock.now(), signature=""
    )
    if part == "open" or keys is None:
        content = ports.blobs.get(Sha256(made.open_sha256))
        opened = replace(opened, part="open")
    elif part == EXECUTIVE:
        member_of(desk, charter_now(ports), member, keys)
        content = executive_part(desk, made)
        opened = replace(opened, signature=keys.sign(signed_bytes_of(opened)))
    else:
        member_of(desk, charter_now(ports), member, keys)
        sealed = dict(one.split(" ") for one in made.sealed)
        if member not in sealed:
            raise CouncilRefusedError(f"the pack was not sealed for {member}")
        content, signature = keys.open(ports.blobs.get(Sha256(sealed[member])))
        good = keys.is_signed(content, signature, signing_key=desk.keys.signing_key)
        if not good or sha256_of(content) != made.closed_sha256:
            raise PackChangedError(f"the closed part of {made.pack} was changed")
        opened = replace(opened, signature=keys.sign(signed_bytes_of(opened)))
    ports.ledger.append([opened], actor=member, at=ports.clock.now())
    return content


def commit_position(
    desk: CouncilDesk, pack: str, said: Position, *, member: str, keys: MemberKeys
) -> str:
    """Take a position: its commitment on the ledger, itself sealed for the member alone."""
    ports, charter = desk.ports, charter_now(desk.ports)
    member_of(desk, charter, member, keys)
    known = replace(said, nonce=desk.messages.chance(NONCE_BYTES).hex())
    made: PackMade = matters_now(ports).pack(pack)
    content = known.content(made, member)
    sealed = keys.seal(content, sealing_key=keys.sealing_key)

    def decide() -> Sequence[Entry]:
        now = ports.clock.now()
        faults = commit_faults(matters_now(ports), made, member, said.decision, now)
        if faults:
            raise CouncilRefusedError("; ".join(faults))
        entry = PositionCommitted(
            pack=made.pack, member=member, commitment=known.commitment(made, member),
            sealed_sha256=ports.blobs.put(sealed), at=now, signature="",
        )  # fmt: skip
        return (replace(entry, signature=keys.sign(signed_bytes_of(entry))),)

    append_decided(ports, decide, by=member)
    return known.commitment(made, member)


def show_position(desk: CouncilDesk, pack: str, *, member: str, keys: MemberKeys) -> Position:
    """Show what was committed, once all have spoken; anything else is refused."""
    ports, charter = desk.ports, charter_now(desk.ports)
    member_of(desk, charter, member, keys)
    shown: list[Position] = []

    def decide() -> Sequence[Entry]:
        matters, now = matters_now(ports), ports.clock.now()
        made = matters.pack(pack)
        faults = show_faults(matters, charter, made, member, now)
        if faults:
            raise CouncilRefusedError("; ".join(faults))
        committed = matters.committed[made.pack, member]
        content, _ = keys.open(ports.blobs.get(Sha256(committed.sealed_sha256)))
        if sha256_of(content) != committed.commitment:
            raise PackChangedError(f"the position of {member} is not what was committed")
        said = json.loads(content)
        known = Position(
            decision=said["decision"], reason=said["reason"], conflict=said["conflict"],
            accepts_guess=said["accepts_guess"], nonce=said["nonce"],
        )  # fmt: skip
        shown[:] = [known]
        if (made.pack, member) in matters.shown:
            return ()
        entry = PositionShown(
            pack=made.pack, member=member, decision=known.decision, reason=known.reason,
            conflict=known.conflict, accepts_guess=known.accepts_guess, nonce=known.nonce,
            at=now,
        )  # fmt: skip
        return (entry,)

    append_decided(ports, decide, by=member)
    return shown[0]


def decide_pack(
    desk: CouncilDesk, pack: str, rests_on: Sequence[str] = (), *, by: str, keys: MemberKeys
) -> CouncilDecided:
    """The council's decision by its positions; CouncilRefusedError without quorum.

    rests_on  numbers that a raise rests on
    """
    ports, charter = desk.ports, charter_now(desk.ports)
    member_of(desk, charter, by, keys)
    decided: list[CouncilDecided] = []

    def decide() -> Sequence[Entry]:
        matters, now = matters_now(ports), ports.clock.now()
        made = matters.pack(pack)
        found_numbers = [explain_number(desk, f"{made.pack}/{one}") for one in rests_on]
        numbers = [(one, two.grade) for one, two in zip(rests_on, found_numbers, strict=True)]
        faults = list(decide_faults(matters, charter, made, by, now))
        found = vote(matters, charter, made)
        if found.decision == RAISE:
            faults += raise_faults(matters, made, numbers)
        if faults:
            raise CouncilRefusedError("; ".join(faults))
        entry = CouncilDecided(
            pack=made.pack, decision=found.decision, positions=found.positions,
            minority=found.minority, rests_on=tuple(f"{a} ({b})" for a, b in numbers), at=now,
            by=by, accepts=_accepted(found.decision, found_numbers),
        )  # fmt: skip
        decided[:] = [entry]
        return (entry, *_consequences(desk, entry, by))

    append_decided(ports, decide, by=by)
    return decided[0]


def _accepted(decision: str, numbers: Sequence[ExplainedNumber]) -> tuple[str, ...]:
    """Guesses behind the numbers of a raise: whoever was for it has signed that this may be."""
    if decision != RAISE:
        return ()
    return tuple(dict.fromkeys(guess for one in numbers for guess in one.guesses))


def _consequences(desk: CouncilDesk, entry: CouncilDecided, by: str) -> list[Entry]:
    """Going on ends every pause; a stop or pause begins one where none stands."""
    pauses = matters_now(desk.ports).open_pauses()
    if entry.decision in GOES_ON:
        return [
            CouncilPauseEnded(pause=one.pause, pack=entry.pack, at=entry.at, by=by)
            for one in pauses
        ]
    if entry.decision in ("stop", "pause") and not pauses:
        hours = timedelta(hours=charter_now(desk.ports).meeting_hours)
        return [
            CouncilPaused(
                pause=f"z-{entry.pack}", role="council", reason=f"decided: {entry.decision}",
                at=entry.at, meets_by=entry.at + hours, by=by, signature="",
            )
        ]  # fmt: skip
    return []
