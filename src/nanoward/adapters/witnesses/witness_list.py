"""The witnesses of a programme, one file each: key, address, and what it cosigned last."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.audit.notes import WITNESS, BadNoteError, is_signed, read_note, verifier_key
from nanoward.ports.witness import KnownWitness


class WitnessFiles:
    """Files in .nanoward/witnesses/."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self) -> Sequence[KnownWitness]:
        found = [_read(path) for path in self._folder.glob("*.json")]
        return sorted(found, key=lambda one: one.key.name)

    def keep(self, witness: KnownWitness) -> None:
        if witness.key.kind != WITNESS:
            raise BadNoteError(f"the key of {witness.key.name} is no witness's")
        said = {
            "cosigned": "" if witness.cosigned is None else str(witness.cosigned),
            "key": str(witness.key),
            "url": witness.url,
        }
        name = sha256(witness.key.name.encode()).hexdigest()[:16]
        content = json.dumps(said, indent=1, sort_keys=True).encode()
        write_whole(self._folder / f"{name}.json", content)


def _read(path: Path) -> KnownWitness:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        key, url, text = verifier_key(said["key"]), str(said["url"]), str(said["cosigned"])
    except (ValueError, KeyError, TypeError) as fault:
        raise BadNoteError(f"{path.name} is damaged: {fault}") from None
    note = read_note(text) if text else None
    if note is not None and not is_signed(note, key):
        raise BadNoteError(f"{path.name}: {key.name} did not cosign what stands there")
    return KnownWitness(key=key, url=url, cosigned=note)
