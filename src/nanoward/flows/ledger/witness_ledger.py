"""Have witnesses cosign the ledger's checkpoint, and raise an alarm when one lags."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nanoward.audit.checkpoints import WitnessRequest, checkpoint_of, read_request
from nanoward.audit.notes import Note, cosigned_at, is_signed, read_signatures, with_signatures
from nanoward.audit.tree import is_consistent
from nanoward.base.errors import IntegrityError, OutsideError, RefusedError, UsageError
from nanoward.base.findings import Finding
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.witness import KnownWitness, WitnessDesk, Witnesses

MOST_LAG = timedelta(minutes=60)


class ContradictedError(IntegrityError):
    """A witness remembers another history than this ledger shows."""

    code = "INT-028"
    next_step = (
        "Stop. Either this ledger was rolled back or rewritten, or the witness errs: compare "
        "its checkpoint with every copy and receipt there is."
    )


class NotCosignedError(RefusedError):
    """A witness says no: nothing was signed."""

    code = "REF-020"
    next_step = "If it does not continue what was cosigned, keep the request: it is evidence."


class RefusedByWitnessError(OutsideError):
    """A witness did not cosign."""

    code = "OUT-031"
    next_step = "Ask the witness whether it knows this ledger's key: nanoward witness trust."


class UnknownWitnessError(UsageError):
    """The programme has no such witness."""

    code = "USE-013"
    next_step = "Add it first: nanoward witness add PROGRAMME KEY."


def request_for(
    ledger: ProvenLedger, witness: KnownWitness, *, old: int | None = None
) -> WitnessRequest:
    """What a witness is asked: to cosign the present checkpoint, with its proof."""
    if old is None:
        old = checkpoint_of(witness.cosigned).size if witness.cosigned else 0
    note = ledger.checkpoint()
    if old > checkpoint_of(note).size:
        raise ContradictedError(
            f"{witness.key.name} cosigned {old} records, here are {checkpoint_of(note).size}"
        )
    return WitnessRequest(old=old, proof=ledger.consistency(old) if old else (), note=note)


def ask_witness(
    ledger: ProvenLedger, witnesses: Witnesses, witness: KnownWitness, desk: WitnessDesk
) -> KnownWitness:
    """Ask, and keep the cosignature; asks again when the witness remembers another size."""
    request = request_for(ledger, witness)
    judgement, lines = desk.answer(str(request))
    if judgement.size is not None:
        request = request_for(ledger, witness, old=judgement.size)
        judgement, lines = desk.answer(str(request))
    if judgement.status == 422:
        raise ContradictedError(f"{witness.key.name}: {judgement.reason}")
    if judgement.status != 200:
        raise RefusedByWitnessError(
            f"{witness.key.name} answered {judgement.status}: {judgement.reason}"
        )
    return accept_cosignature(ledger, witnesses, witness, request.note, lines)


def accept_cosignature(
    ledger: ProvenLedger, witnesses: Witnesses, witness: KnownWitness, note: Note, lines: str
) -> KnownWitness:
    """Keep a cosignature of a checkpoint of this ledger; all that it claims is verified."""
    cosigned = with_signatures(note, read_signatures(lines))
    if not is_signed(cosigned, ledger.key()) or not is_signed(cosigned, witness.key):
        raise RefusedByWitnessError(f"what came back is not cosigned by {witness.key.name}")
    said, here = checkpoint_of(cosigned), checkpoint_of(ledger.checkpoint())
    fits = said.size <= here.size and is_consistent(
        said.size, here.size, said.root, here.root, ledger.consistency(said.size)
    )
    if not fits:
        raise ContradictedError(f"{witness.key.name} cosigned another history")
    if witness.cosigned is not None and checkpoint_of(witness.cosigned).size > said.size:
        return witness
    kept = replace(witness, cosigned=cosigned)
    witnesses.keep(kept)
    return kept


def witness_named(known: Sequence[KnownWitness], name: str) -> KnownWitness:
    """The witness of this name; UnknownWitnessError where there is none."""
    for one in known:
        if one.key.name == name:
            return one
    raise UnknownWitnessError(f"the programme has no witness {name}")


def accept_answer(
    ledger: ProvenLedger, witnesses: Witnesses, witness: KnownWitness, request: str, answer: str
) -> int:
    """Keep the answer to a request that went by file; returns the size that was cosigned."""
    note = read_request(request).note
    kept = accept_cosignature(ledger, witnesses, witness, note, answer)
    return checkpoint_of(kept.cosigned).size if kept.cosigned else 0


def cosign_request(desk: WitnessDesk, request: str) -> str:
    """The witness's side of an exchange by file; NotCosignedError where it says no."""
    judgement, lines = desk.answer(request)
    if judgement.size is not None:
        raise NotCosignedError(
            f"{judgement.reason}: {judgement.size} records",
            next_step="Have the request made anew, from what was cosigned last.",
        )
    if judgement.status != 200:
        raise NotCosignedError(f"{judgement.status}: {judgement.reason}")
    return lines


def cosigned_checkpoint(ledger: ProvenLedger, known: Sequence[KnownWitness]) -> Note:
    """The present checkpoint, with the cosignatures of all witnesses that have seen it."""
    note = ledger.checkpoint()
    for witness in known:
        if witness.cosigned is not None and witness.cosigned.text == note.text:
            note = with_signatures(note, witness.cosigned.signatures)
    return note


def lagging(
    ledger: ProvenLedger,
    known: Sequence[KnownWitness],
    now: datetime,
    *,
    most: timedelta = MOST_LAG,
) -> list[Finding]:
    """A finding for each witness that has not seen records older than `most`."""
    size = ledger.head().size
    found = []
    for witness in known:
        seen = checkpoint_of(witness.cosigned).size if witness.cosigned else 0
        if seen >= size:
            continue
        oldest = datetime.fromisoformat(next(ledger.rows(after=seen)).at)
        lag = now - oldest
        if lag > most or lag < timedelta(0):
            found.append(_late(witness, size - seen, lag))
    return found


def _late(witness: KnownWitness, unseen: int, lag: timedelta) -> Finding:
    minutes = lag.total_seconds() / 60
    moment = cosigned_at(witness.cosigned, witness.key) if witness.cosigned else None
    last = "never" if moment is None else f"last at {moment} s since 1970"
    behind = f"{minutes:.0f} minutes behind" if minutes >= 0 else "ahead of this clock's time"
    return Finding(
        code="AUD-003",
        severity="warning",
        message=f"{unseen} records are not cosigned ({last}); the oldest is {behind}",
        next_step="Ask it now: nanoward witness ask PROGRAMME; then see why it was late.",
        subject=witness.key.name,
    )
