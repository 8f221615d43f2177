"""The keys by which sites seal files for one another, and sign them."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class RelayKeys(Protocol):
    """One site's two private keys."""

    @property
    def sealing_key(self) -> str:
        """Public X25519 key, hexadecimal: files for this site are sealed to it."""
        ...

    @property
    def signing_key(self) -> str:
        """Public Ed25519 key, hexadecimal."""
        ...

    def seal(self, content: bytes, *, sealing_key: str) -> bytes:
        """Signed by this site, padded, and sealed for the holder of a key; each time anew."""
        ...

    def open(self, sealed: bytes) -> tuple[bytes, bytes]:
        """Content and signature of a file for this site; BadBundleError for any other bytes."""
        ...

    def is_signed(self, content: bytes, signature: bytes, *, signing_key: str) -> bool:
        """Whether a site signed the content for this one. Never raises."""
        ...
