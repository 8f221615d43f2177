"""The keys of a programme in one file, encrypted with a password: scrypt and AES-256-GCM."""

import base64
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from nanoward.adapters.backups.archive import KEPT, is_key
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.base.errors import InputError

MAGIC = b"nanoward keys 1\n"
SALT, NONCE = 16, 12
COST, BLOCK = 1 << 16, 8  # 64 MiB and some tenths of a second for each guess


class BadKeyBoxError(InputError):
    """A file of keys cannot be opened: another password, or it was changed."""

    code = "INP-240"
    next_step = "Give the password of this file; without its keys a backup cannot be opened."


def keys_of(programme: Path) -> dict[str, bytes]:
    """Every key of a programme: path below .nanoward to content."""
    kept = programme / KEPT
    return {
        path.relative_to(kept).as_posix(): path.read_bytes()
        for path in sorted(kept.rglob("*"))
        if path.is_file() and not path.is_symlink() and is_key(path.relative_to(kept))
    }


def write_box(
    file: Path, keys: Mapping[str, bytes], password: str,
    chance: Callable[[int], bytes] = os.urandom,
) -> None:  # fmt: skip
    """Write keys to a file, in place of the one that is there, whole or not at all."""
    salt, nonce = chance(SALT), chance(NONCE)
    told = {name: base64.b64encode(content).decode() for name, content in keys.items()}
    sealed = _cipher(password, salt).encrypt(nonce, json.dumps(told).encode(), MAGIC)
    write_whole(file, MAGIC + salt + nonce + sealed)
    file.chmod(0o600)


def read_box(file: Path, password: str) -> dict[str, bytes]:
    """The keys of a file; BadKeyBoxError."""
    content = file.read_bytes()
    start = len(MAGIC)
    if not content.startswith(MAGIC):
        raise BadKeyBoxError("it holds no keys", file=file.name)
    salt, nonce = content[start : start + SALT], content[start + SALT : start + SALT + NONCE]
    try:
        plain = _cipher(password, salt).decrypt(nonce, content[start + SALT + NONCE :], MAGIC)
    except (InvalidTag, ValueError):
        raise BadKeyBoxError("another password, or it was changed", file=file.name) from None
    return {name: base64.b64decode(one) for name, one in json.loads(plain).items()}


def _cipher(password: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=1).derive(password.encode()))
