"""Passkeys of one host: registered with py_webauthn, verified by the product's own verifier.

ES256 alone: a key that signs in and could not sign an order would be found out on the day it
is needed. Web Authentication level 2, sections 5.4, 7.1 and 7.2.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_registration_response,
)
from webauthn.helpers import decode_credential_public_key, options_to_json_dict
from webauthn.helpers.cose import COSECRV, COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from nanoward.adapters.signers.webauthn import RelyingParty, said_by_device, webauthn_verifies
from nanoward.base.canonical import sha256_of
from nanoward.ports.service.passkeys import Assertion, NewPasskey, PasskeyRefusedError

WAIT_MS = 120_000
ES256 = COSEAlgorithmIdentifier.ECDSA_SHA_256
LONGEST = 20_000  # letters of one part of an answer


class HostPasskeys:
    """The ceremonies of one relying party: its domain, and the origin of its pages."""

    def __init__(self, party: RelyingParty, name: str) -> None:
        self._party, self._name = party, name

    def registration(
        self, *, challenge: bytes, account: str, shown: str, known: Sequence[str]
    ) -> Mapping[str, Any]:
        options = generate_registration_options(
            rp_id=self._party.domain,
            rp_name=self._name,
            user_id=account.encode(),
            user_name=shown,
            user_display_name=shown,
            challenge=challenge,
            timeout=WAIT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(known),
            supported_pub_key_algs=[ES256],
        )
        return dict(options_to_json_dict(options))

    def challenge_in(self, told: Mapping[str, Any]) -> bytes:
        try:
            client = json.loads(_unpacked(str(told["response"]["clientDataJSON"])[:LONGEST]))
            return _unpacked(client["challenge"])
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as fault:
            raise PasskeyRefusedError("this is no answer of a passkey") from fault

    def registered(self, told: Mapping[str, Any], *, challenge: bytes) -> NewPasskey:
        try:
            made = verify_registration_response(
                credential=dict(told),
                expected_challenge=challenge,
                expected_rp_id=self._party.domain,
                expected_origin=self._party.origin,
                require_user_verification=True,
                supported_pub_key_algs=[ES256],
            )
            key = decode_credential_public_key(made.credential_public_key)
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise PasskeyRefusedError(f"this is no new passkey: {fault}") from fault
        if not isinstance(key, DecodedEC2PublicKey) or key.crv != COSECRV.P256:
            raise PasskeyRefusedError("the passkey is of a kind that cannot sign an order")
        public = _spki(key)
        return NewPasskey(
            device=_packed(made.credential_id),
            public=public.hex(),
            key=sha256_of(public),
            counter=made.sign_count,
            bound=made.credential_device_type is CredentialDeviceType.SINGLE_DEVICE,
        )

    def request(self, *, challenge: bytes, devices: Sequence[str]) -> Mapping[str, Any]:
        options = generate_authentication_options(
            rp_id=self._party.domain,
            challenge=challenge,
            timeout=WAIT_MS,
            allow_credentials=_described(devices),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options_to_json_dict(options))

    def read(self, told: Mapping[str, Any]) -> Assertion:
        try:
            parts = told["response"]
            names = ("authenticatorData", "clientDataJSON", "signature")
            signature = {name: str(parts[name]) for name in names}
            client = json.loads(_unpacked(signature["clientDataJSON"][:LONGEST]))
            counter, bound = said_by_device(_unpacked(signature["authenticatorData"]))
            return Assertion(
                device=str(told["id"]),
                challenge=_unpacked(client["challenge"]),
                counter=counter,
                bound=bound,
                signature=json.dumps(signature),
            )
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as fault:
            raise PasskeyRefusedError("this is no signature of a passkey") from fault

    def verifies(self, public: str, message: bytes, signature: str) -> bool:
        return webauthn_verifies(self._party, public, message, signature)


def _described(devices: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_unpacked(one)) for one in devices]


def _spki(key: DecodedEC2PublicKey) -> bytes:
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(key.x, "big"), int.from_bytes(key.y, "big"), SECP256R1()
    )
    return numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
