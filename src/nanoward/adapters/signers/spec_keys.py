"""Ed25519 signatures (RFC 8032) of agent specs, as hexadecimal text."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from nanoward.base.errors import InputError
from nanoward.ports.designs import SigningKey


class NoKeyError(InputError):
    """A text that should be a private key is none."""

    code = "AGT-002"
    next_step = "Give the 64 hexadecimal digits that `nanoward agents key` wrote."


class Ed25519Signatures:
    """Keys and signatures as hexadecimal text."""

    def new_key(self) -> SigningKey:
        key = Ed25519PrivateKey.generate()
        return SigningKey(
            private=key.private_bytes_raw().hex(),
            public=key.public_key().public_bytes_raw().hex(),
        )

    def sign(self, private: str, message: bytes) -> tuple[str, str]:
        try:
            key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private.strip()))
        except ValueError as fault:
            raise NoKeyError("this is no Ed25519 private key") from fault
        return key.public_key().public_bytes_raw().hex(), key.sign(message).hex()

    def verify(self, public: str, message: bytes, signature: str) -> bool:
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
            key.verify(bytes.fromhex(signature), message)
        except (ValueError, InvalidSignature):
            return False
        return True
