"""Ed25519 keys of people: made, kept in a password-protected file, and checked."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import InputError

PUBLIC_BYTES = 32


class BadKeyFileError(InputError):
    """A key's file cannot be read."""

    code = "INP-061"
    next_step = "Name the right file and password; a lost key is revoked and enrolled anew."


class Ed25519Signer:
    """One person's key."""

    scheme: str = "ed25519"

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.public = raw.hex()
        self.key: str = sha256_of(raw)

    def sign(self, message: bytes) -> str:
        return self._private.sign(message).hex()


def new_key(path: Path, password: str) -> Ed25519Signer:
    """Make a key and keep it, encrypted, in a file that only its owner can read."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    if path.exists():
        raise BadKeyFileError("there is a file already", file=path.name)
    path.touch(mode=0o600)
    path.write_bytes(pem)
    return Ed25519Signer(private)


def read_key(path: Path, password: str) -> Ed25519Signer:
    """The key of a file that `new_key` wrote."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password.encode())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKeyFileError("no key, or another password", file=path.name) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKeyFileError("this is no Ed25519 key", file=path.name)
    return Ed25519Signer(private)


def ed25519_verifies(public: str, message: bytes, signature: str) -> bool:
    """Whether a signature is good; never raises."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
