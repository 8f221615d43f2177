"""What a witness decides: cosign only what continues all that it cosigned before.

Source: C2SP tlog-witness, add-checkpoint, with the status codes it prescribes.
"""

from dataclasses import dataclass

from nanoward.audit.checkpoints import Checkpoint, checkpoint_of, read_request
from nanoward.audit.notes import BadNoteError, Note, VerifierKey, is_signed
from nanoward.audit.tree import EMPTY_ROOT, is_consistent


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessDecision:
    """A witness's answer to a request, before it is kept and signed.

    status  200: may be cosigned; 400 malformed, 403 not signed, 404 unknown ledger,
            409 starts from another size, 422 not consistent
    size    of the last cosigned checkpoint, with 409
    """

    status: int
    reason: str
    note: Note | None = None
    size: int | None = None


def origin_in(content: str) -> str | None:
    """The ledger that a request speaks of; None where it is malformed."""
    try:
        return checkpoint_of(read_request(content).note).origin
    except BadNoteError:
        return None


def evaluate_request(
    content: str, key: VerifierKey | None, last: Checkpoint | None
) -> WitnessDecision:
    """Judge a request.

    key   of the ledger, None when the witness does not know it
    last  what was cosigned last, None when nothing was
    """
    try:
        request = read_request(content)
        asked = checkpoint_of(request.note)
    except BadNoteError as fault:
        return WitnessDecision(status=400, reason=fault.message)
    if key is None or asked.origin != key.name:
        return WitnessDecision(status=404, reason=f"unknown ledger {asked.origin}")
    if not is_signed(request.note, key):
        return WitnessDecision(status=403, reason="not signed by the ledger's key")
    if request.old > asked.size:
        return WitnessDecision(status=400, reason="the old size is beyond the checkpoint")
    known = last or Checkpoint(origin=asked.origin, size=0, root=EMPTY_ROOT)
    if request.old != known.size:
        return WitnessDecision(
            status=409, reason="another size was cosigned last", size=known.size
        )
    if asked.size == 0 and asked.root != EMPTY_ROOT:
        return WitnessDecision(status=422, reason="an empty ledger has another root")
    if not is_consistent(known.size, asked.size, known.root, asked.root, request.proof):
        return WitnessDecision(status=422, reason="it does not continue what was cosigned")
    return WitnessDecision(status=200, reason="", note=request.note)
