"""A witness in a folder: its key, the ledgers it knows, and the last checkpoint of each."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from nanoward.adapters.signers.file_signer import FileSigner, make_signer
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.audit.checkpoints import Checkpoint, checkpoint_of
from nanoward.audit.notes import (
    LOG,
    WITNESS,
    BadNoteError,
    Signature,
    VerifierKey,
    cosigned_message,
    read_note,
    verifier_key,
)
from nanoward.audit.witnessing import WitnessDecision, evaluate_request, origin_in
from nanoward.base.errors import OutsideError
from nanoward.ports.clock import Clock


def make_desk(folder: Path, *, name: str) -> VerifierKey:
    """Make a witness's key; a key that is there already is never touched."""
    return make_signer(folder / "witness.key", name=name, kind=WITNESS).key


class FolderDesk:
    """One answer at a time: what was cosigned is on the disk before the answer is given."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._signer = FileSigner(folder / "witness.key")
        if self._signer.key.kind != WITNESS:
            raise BadNoteError(f"{folder} holds no witness's key")

    @property
    def key(self) -> VerifierKey:
        return self._signer.key

    def trust(self, key: VerifierKey) -> None:
        """Know a ledger from now on."""
        if key.kind != LOG:
            raise BadNoteError(f"the key of {key.name} signs no ledger")
        write_whole(self._of(key.name) / "ledger.vkey", f"{key}\n".encode())

    def last(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a ledger that was cosigned."""
        try:
            content = (self._of(origin) / "cosigned.txt").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return checkpoint_of(read_note(content))

    def answer(self, request: str) -> tuple[WitnessDecision, str]:
        with self._alone():
            origin = origin_in(request) or ""
            judgement = evaluate_request(request, self._key_of(origin), self.last(origin))
            if judgement.note is None:
                return judgement, ""
            line = self._cosignature(judgement.note.text, self._clock.now()).line()
            kept = f"{judgement.note}{line}"
            write_whole(self._of(origin) / "cosigned.txt", kept.encode())
            return judgement, line

    def _cosignature(self, text: str, now: datetime) -> Signature:
        moment = int(now.timestamp())
        signed = self._signer.sign(cosigned_message(text, moment))
        key = self._signer.key
        return Signature(
            name=key.name, key_id=key.key_id, signed=moment.to_bytes(8, "big") + signed
        )

    def _key_of(self, origin: str) -> VerifierKey | None:
        try:
            return verifier_key((self._of(origin) / "ledger.vkey").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def _of(self, origin: str) -> Path:
        return self._folder / "ledgers" / sha256(origin.encode()).hexdigest()[:32]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        place = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX)
            yield
        except OSError as fault:
            raise OutsideError(f"the witness's folder: {fault}") from fault
        finally:
            os.close(place)
