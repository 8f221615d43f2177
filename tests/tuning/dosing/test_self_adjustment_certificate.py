"""What a person may set alone: only what is allowed, only until it ends, only as signed."""

from datetime import date, timedelta

import numpy as np
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.tuning import Advice, Frontier, Goal, certify, may_use, read_certificate
from nanoward.tuning.dosing.self_adjustment_certificate import (
    BadCertificateError,
    CertificateDates,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
GOAL = Goal(
    setting="dose", unit="mg", interval=24, lowest=0, highest=3, step=1, benefit="b",
    side_effect="s", horizon=24, epsilon=0.1,
)  # fmt: skip
DAY = date(2026, 11, 23)


def frontier(dose: float | None = 1.0) -> Frontier:
    harm = np.array([0.0, 0.05, 0.099, 0.3])
    return Frontier(
        settings=GOAL.settings(), benefit=np.arange(4.0), low=np.zeros(4), high=np.ones(4),
        harm=harm, harm_low=harm, harm_high=harm, mean_harm=harm, utility=np.arange(4.0),
        utility_low=np.arange(4.0), utility_high=np.arange(4.0), allowed=harm <= 0.1,
        why=("", "", "", "too much"), advice=Advice(dose=dose, reason=""),
    )  # fmt: skip


def is_signed(content: bytes, signature: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, content)
    except InvalidSignature:
        return False
    return True


def made(dose: float | None = 1.0, observed: date = DAY) -> bytes:
    latest = DAY + timedelta(days=60)
    dates = CertificateDates(issued=DAY, last_observed=observed, latest=latest)
    return certify("p", GOAL, frontier(dose), ("m", "h"), dates, 30).content()


def test_the_riskier_a_setting_the_sooner_it_ends() -> None:
    content = made()
    found = read_certificate(content, KEY.sign(content), is_signed)
    until = {one.setting: (one.until - DAY).days for one in found.allowed}
    assert until == {0.0: 30, 1.0: 15, 2.0: 0}  # of 30 days: 1 - harm / 0.1
    assert may_use(found, 1.0, DAY + timedelta(days=15)) == ""
    assert "until" in may_use(found, 1.0, DAY + timedelta(days=16))
    assert "not in the certified set" in may_use(found, 3.0, DAY)
    assert "not in the certified set" in may_use(found, 0.5, DAY)
    assert "begins" in may_use(found, 1.0, DAY - timedelta(days=1))


def test_old_data_certify_less() -> None:
    content = made(observed=DAY - timedelta(days=20))
    found = read_certificate(content, KEY.sign(content), is_signed)
    assert [one.setting for one in found.allowed] == [0.0]
    gone = made(observed=DAY - timedelta(days=40))
    assert read_certificate(gone, KEY.sign(gone), is_signed).allowed == ()


def test_without_a_recommendation_nothing_is_certified() -> None:
    content = made(dose=None)
    assert read_certificate(content, KEY.sign(content), is_signed).allowed == ()


def test_a_changed_byte_voids_the_certificate() -> None:
    content = made()
    signature = KEY.sign(content)
    for place in range(0, len(content), 7):
        other = bytearray(content)
        other[place] ^= 1
        with pytest.raises(BadCertificateError):
            read_certificate(bytes(other), signature, is_signed)


def test_the_bytes_are_the_same_each_time_and_unreadable_ones_are_refused() -> None:
    assert made() == made()
    for content in (b"", b"[]", b'{"version": 1, "allowed": []}', b'{"allowed": 3}'):
        with pytest.raises(BadCertificateError):
            read_certificate(content, KEY.sign(content), is_signed)
