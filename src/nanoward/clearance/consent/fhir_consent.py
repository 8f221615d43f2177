"""A person's consents as FHIR R4 Consent resources, with the status that they have now.

One resource per signature. A signature that was taken back, renewed or has expired is
`inactive`, and what was refused or taken back stands as a `deny`: a consent that still reads
`active` after its revocation is what other tools got wrong.

Source: HL7 FHIR R4 (4.0.1), resource Consent, https://hl7.org/fhir/R4/consent.html.
"""

from datetime import date
from typing import Any

from nanoward.base.entries import ConsentSigned, ConsentWithdrawn
from nanoward.clearance.consent.consent_state import Consent

_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_CATEGORY = "http://loinc.org"
_HASH = "urn:ietf:rfc:6234:sha-256"
_USE = "urn:nanoward:consent-use"


def fhir_consents(consent: Consent, as_of: date) -> list[dict[str, Any]]:
    """All signatures of a person, oldest first, as of a day."""
    known = [one for one in consent.history if _day(one) <= as_of]
    signatures = [one for one in known if isinstance(one, ConsentSigned)]
    return [
        _resource(consent, number, signing, _ended(known, signing), as_of)
        for number, signing in enumerate(signatures, 1)
    ]


def _day(one: ConsentSigned | ConsentWithdrawn) -> date:
    return one.signed if isinstance(one, ConsentSigned) else one.withdrawn


def _ended(
    history: list[ConsentSigned | ConsentWithdrawn], signing: ConsentSigned
) -> list[ConsentSigned | ConsentWithdrawn]:
    """What came after the signature, up to and with the next one."""
    later = history[history.index(signing) + 1 :]
    for place, one in enumerate(later):
        if isinstance(one, ConsentSigned):
            return later[: place + 1]
    return later


def _resource(
    consent: Consent,
    number: int,
    signing: ConsentSigned,
    later: list[ConsentSigned | ConsentWithdrawn],
    as_of: date,
) -> dict[str, Any]:
    withdrawals = [one for one in later if isinstance(one, ConsentWithdrawn)]
    renewed = next((one for one in later if isinstance(one, ConsentSigned)), None)
    whole = next((one for one in withdrawals if _ends_all(consent, one)), None)
    expiry = consent.expires() if signing is consent.signed else None
    over = whole is not None or renewed is not None or (expiry is not None and as_of >= expiry)
    taken_back = {use for one in withdrawals for use in one.uses}
    denied = (
        signing.uses + signing.refused
        if whole
        else tuple(u for u in signing.uses if u in taken_back) + signing.refused
    )
    end = whole.withdrawn if whole else renewed.signed if renewed else expiry
    return {
        "resourceType": "Consent",
        "id": f"{signing.participant}-{number}",
        "status": "inactive" if over else "active",
        "scope": {"coding": [{"system": _SCOPE, "code": "research"}]},
        "category": [{"coding": [{"system": _CATEGORY, "code": "59284-0"}]}],
        "patient": {"reference": f"Patient/{signing.participant}"},
        "dateTime": (signing.at or signing.signed).isoformat(),
        "performer": [{"reference": f"Patient/{signing.participant}"}],
        "identifier": [{"system": _HASH, "value": signing.document_sha256}],
        "policy": [{"uri": f"urn:nanoward:consent-document:{signing.version}"}],
        "verification": [
            {
                "verified": bool(signing.witnessed_by),
                "verifiedWith": {"display": signing.witnessed_by},
                "verificationDate": (signing.at or signing.signed).isoformat(),
            }
        ],
        "provision": {
            "type": "deny" if whole else "permit",
            "period": {"start": signing.signed.isoformat()}
            | ({"end": end.isoformat()} if end else {}),
            "provision": [
                *(_answer("permit", use) for use in signing.uses if use not in denied),
                *(_answer("deny", use) for use in denied),
            ],
        },
    }


def _ends_all(consent: Consent, one: ConsentWithdrawn) -> bool:
    needed = set(consent.document.needed) if consent.document else set()
    return not one.uses or bool(needed & set(one.uses))


def _answer(kind: str, use: str) -> dict[str, Any]:
    return {"type": kind, "code": [{"coding": [{"system": _USE, "code": use}]}]}
