"""What a certificate permits on a day: nothing is asked of anybody."""

from datetime import date
from typing import Any

from nanoward.audit.notes import verifier_key
from nanoward.base.errors import RefusedError
from nanoward.tuning import may_use, read_certificate
from nanoward.tuning.dosing.self_adjustment_certificate import (
    ANYBODY,
    CertificateHolder,
    void_reason,
)


class NotCertifiedError(RefusedError):
    """A setting may not be used alone on this day."""

    code = "TUN-005"
    next_step = "Use a setting of the certificate, or ask for a new one."


def permitted_settings(
    content: bytes,
    signature: bytes,
    key: str,
    day: date,
    setting: float | None,
    holder: CertificateHolder = ANYBODY,
) -> list[dict[str, Any]]:
    """The settings that may be used alone on this day; refuses where `setting` is none of them.

    BadCertificateError where the signature is not the key's
    """
    known = verifier_key(key.strip())
    found = read_certificate(content, signature, known.holds)
    if why := void_reason(found, holder):
        raise NotCertifiedError(why)
    if setting is not None and (why := may_use(found, setting, day, holder)):
        raise NotCertifiedError(why)
    return [
        {
            "participant": found.participant,
            "setting": one.setting,
            "unit": found.unit,
            "every": found.interval,
            "until": str(one.until),
        }
        for one in found.allowed
        if not may_use(found, one.setting, day, holder) and setting in (None, one.setting)
    ]
