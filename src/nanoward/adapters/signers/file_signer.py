"""An Ed25519 key in a file of its own, readable by its owner only."""

import base64
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.stores.file_blobs import sync_folder
from nanoward.audit.notes import LOG, BadNoteError, VerifierKey, unb64
from nanoward.base.errors import IntegrityError, OutsideError

BEGINS = "PRIVATE+KEY+"


class MissingKeyError(OutsideError):
    """The key of a ledger or witness is not where it belongs."""

    code = "OUT-023"
    next_step = "Bring the key back from its copy. Nothing was written."


class BadKeyError(IntegrityError):
    """A key file does not hold a key."""

    code = "INT-024"
    next_step = "Bring the key back from its copy. Nothing was written."


class FileSigner:
    """Signs with the key of one file: PRIVATE+KEY+name+id+base64(kind, seed)."""

    def __init__(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise MissingKeyError(f"{path} is not there") from None
        except UnicodeDecodeError:
            raise BadKeyError(f"{path} holds no key") from None
        name, raw = _parts(path, text)
        self._secret = Ed25519PrivateKey.from_private_bytes(raw[1:])
        self._key = VerifierKey(
            name=name, kind=raw[0], public=self._secret.public_key().public_bytes_raw()
        )
        if text != secret_text(self._key, raw[1:]):
            raise BadKeyError(f"{path} does not fit its own id")
        self._seal = hmac.digest(raw[1:], b"nanoward seal key/1", "sha256")

    @property
    def key(self) -> VerifierKey:
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self._secret.sign(message)

    def seal(self, message: bytes) -> bytes:
        return hmac.digest(self._seal, message, "sha256")


def make_signer(path: Path, *, name: str, kind: int = LOG) -> FileSigner:
    """Make a new key; a key that is there already is never touched."""
    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = VerifierKey(name=name, kind=kind, public=public)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(secret_text(key, seed) + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as fault:
        raise OutsideError(f"{path}: no key was made: {fault}") from fault
    return FileSigner(path)


def secret_text(key: VerifierKey, seed: bytes) -> str:
    """What stands in a key's file."""
    secret = base64.b64encode(bytes([key.kind]) + seed).decode()
    return f"{BEGINS}{key.name}+{key.key_id.hex()}+{secret}"


def _parts(path: Path, text: str) -> tuple[str, bytes]:
    parts = text.removeprefix(BEGINS).split("+", 2)
    try:
        raw = unb64(parts[-1])
    except BadNoteError:
        raw = b""
    if not text.startswith(BEGINS) or len(parts) != 3 or len(raw) != 33:
        raise BadKeyError(f"{path} holds no key")
    return parts[0], raw
