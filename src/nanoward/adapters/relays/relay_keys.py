"""A site's keys for bundles, in one file that only its owner can read.

Sealing is HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
ChaCha20-Poly1305, as the library `cryptography` has it; each file under a key of its own. The
signature stands within: from outside nobody can try keys on it to learn who wrote.
"""

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from nanoward.adapters.stores.private import FILE, make_private
from nanoward.base.errors import InputError
from nanoward.programme.relays.bundle import (
    DOMAIN,
    OVERHEAD,
    STEP,
    BadBundleError,
    padded,
    signed_bytes,
    unpadded,
)

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class BadRelayKeysError(InputError):
    """The keys of a site cannot be read."""

    code = "INP-192"
    next_step = (
        "Bring relay.keys back from its copy, or open the site anew: nanoward site open."
    )


class FileRelayKeys:
    """The two private keys of a site."""

    def __init__(self, sealing: X25519PrivateKey, signing: Ed25519PrivateKey) -> None:
        self._sealing, self._signing = sealing, signing
        self.sealing_key: str = sealing.public_key().public_bytes_raw().hex()
        self.signing_key: str = signing.public_key().public_bytes_raw().hex()

    def seal(self, content: bytes, *, sealing_key: str) -> bytes:
        public = bytes.fromhex(sealing_key)
        signature = self._signing.sign(signed_bytes(content, public))
        plain = padded(content, signature)
        return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), DOMAIN)

    def open(self, sealed: bytes) -> tuple[bytes, bytes]:
        if len(sealed) % STEP or len(sealed) <= OVERHEAD:
            raise BadBundleError("the file has not the size of a bundle: it was cut or changed")
        try:
            plain = SUITE.decrypt(sealed, self._sealing, DOMAIN)
        except (InvalidTag, ValueError):
            raise BadBundleError("the file is not for this site, or was changed") from None
        return unpadded(plain)

    def sign(self, message: bytes) -> str:
        """A signature over a message, hexadecimal."""
        return self._signing.sign(message).hex()

    def is_signed(self, content: bytes, signature: bytes, *, signing_key: str) -> bool:
        public = bytes.fromhex(self.sealing_key)
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signing_key))
            key.verify(signature, signed_bytes(content, public))
        except (InvalidSignature, ValueError):
            return False
        return True


def new_relay_keys() -> FileRelayKeys:
    """Fresh keys, in memory alone."""
    return FileRelayKeys(X25519PrivateKey.generate(), Ed25519PrivateKey.generate())


def relay_keys_in(path: Path) -> FileRelayKeys:
    """The keys of a file, made where there is none; BadRelayKeysError."""
    if not path.exists():
        make_private(path.parent)
        sealing, signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        told = {
            "sealing": sealing.private_bytes_raw().hex(),
            "signing": signing.private_bytes_raw().hex(),
        }
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE)
        with os.fdopen(place, "w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return FileRelayKeys(
            X25519PrivateKey.from_private_bytes(bytes.fromhex(told["sealing"])),
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(told["signing"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise BadRelayKeysError("no relay keys stand here", file=path.name) from None
