"""What a certificate permits: its own settings, until their own days, under its own key."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from nanoward.flows.tuning.use_certificate import NotCertifiedError, permitted_settings
from nanoward.tuning.dosing.self_adjustment_certificate import (
    BadCertificateError,
    Certificate,
    CertifiedSetting,
)
from nanoward.wiring.ledgers import open_signer

DAY = date(2026, 11, 23)
MADE = Certificate(
    participant="p", setting="dose", unit="mg", interval=24.0, epsilon=0.1, issued=DAY,
    observed=DAY, model_sha256="m", history_sha256="h",
    allowed=(
        CertifiedSetting(setting=10.0, until=DAY + timedelta(days=9)),
        CertifiedSetting(setting=20.0, until=DAY + timedelta(days=2)),
    ),
).content()  # fmt: skip


@pytest.mark.hazard("H-41")
def test_the_set_shrinks_by_itself_and_refuses_all_else(tmp_path: Path) -> None:
    signer = open_signer(str(tmp_path))
    signed, key = signer.sign(MADE), str(signer.key)

    def settings(days: int) -> list[float]:
        rows = permitted_settings(MADE, signed, key, DAY + timedelta(days=days), None)
        return [row["setting"] for row in rows]

    assert [settings(days) for days in (-1, 0, 3, 10)] == [[], [10.0, 20.0], [10.0], []]
    assert permitted_settings(MADE, signed, key, DAY, 20.0)[0]["until"] == "2026-11-25"
    for setting, days in ((15.0, 0), (20.0, 3)):
        with pytest.raises(NotCertifiedError):
            permitted_settings(MADE, signed, key, DAY + timedelta(days=days), setting)


@pytest.mark.hazard("H-41")
def test_another_key_or_no_signature_permits_nothing(tmp_path: Path) -> None:
    signer, other = open_signer(str(tmp_path / "a")), open_signer(str(tmp_path / "b"))
    for key, signature in ((str(other.key), signer.sign(MADE)), (str(signer.key), b"")):
        with pytest.raises(BadCertificateError):
            permitted_settings(MADE, signature, key, DAY, None)
