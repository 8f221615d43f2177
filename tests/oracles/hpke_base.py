"""HPKE base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

Written from the text of the RFC, sections 4 to 5, for one message: slow and plain, to hold the
library's against.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(one.to_bytes(2, "big") for one in (0x0020, 0x0001, 0x0003))


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    told = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    found, block = b"", b""
    for count in range(1, -(-length // hashlib.sha256().digest_size) + 1):
        block = hmac.digest(key, block + told + bytes([count]), "sha256")
        found += block
    return found[:length]


def _shared(dh: bytes, enc: bytes, recipient: bytes) -> bytes:
    eae = _extract(KEM, b"", b"eae_prk", dh)
    return _expand(KEM, eae, b"shared_secret", enc + recipient, 32)


def _schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    psk_id = _extract(SUITE, b"", b"psk_id_hash", b"")
    context = b"\0" + psk_id + _extract(SUITE, b"", b"info_hash", info)
    secret = _extract(SUITE, shared, b"secret", b"")
    return (
        _expand(SUITE, secret, b"key", context, 32),
        _expand(SUITE, secret, b"base_nonce", context, 12),
    )


def open_base(enc: bytes, ct: bytes, private: bytes, *, info: bytes, aad: bytes = b"") -> bytes:
    own = X25519PrivateKey.from_private_bytes(private)
    dh = own.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = _schedule(_shared(dh, enc, own.public_key().public_bytes_raw()), info)
    return ChaCha20Poly1305(key).decrypt(nonce, ct, aad)


def seal_base(
    plain: bytes, recipient: bytes, ephemeral: bytes, *, info: bytes, aad: bytes = b""
) -> tuple[bytes, bytes]:
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = own.public_key().public_bytes_raw()
    dh = own.exchange(X25519PublicKey.from_public_bytes(recipient))
    key, nonce = _schedule(_shared(dh, enc, recipient), info)
    return enc, ChaCha20Poly1305(key).encrypt(nonce, plain, aad)
