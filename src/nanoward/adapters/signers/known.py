"""Every scheme that signatures may be made with."""

from nanoward.adapters.signers.ed25519 import ed25519_verifies
from nanoward.adapters.signers.webauthn import RelyingParty, webauthn_verifies


class KnownSignatures:
    """Checks Ed25519 signatures, and passkeys where a relying party is named."""

    def __init__(self, party: RelyingParty | None = None) -> None:
        self._party = party

    def verifies(self, *, scheme: str, public: str, message: bytes, signature: str) -> bool:
        if scheme == "ed25519":
            return ed25519_verifies(public, message, signature)
        if scheme == "webauthn" and self._party is not None:
            return webauthn_verifies(self._party, public, message, signature)
        return False
