from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, OTHER, give_certificate, make_home

from nanoward.base.entries.control import (
    OrderIntended,
    OrderReadBack,
    OwnLimitSet,
    RangeCertified,
)
from nanoward.flows.participant.read_own_settings import (
    OwnSettings,
    SignedCertificate,
    read_own_settings,
)
from nanoward.wiring import open_ports
from nanoward.wiring.service import own_certificate

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def settings(home: Path, who: str = ME, *, bend: bool = False) -> OwnSettings:
    told = own_certificate(str(home), who)
    signed = None
    if told is not None:
        content = told[0].replace(b"100", b"300") if bend else told[0]
        signed = SignedCertificate(content=content, signature=told[1], key=told[2])
    with open_ports(str(home), quiet=True, use="read") as ports:
        return read_own_settings(ports, None, who, signed)


def test_a_setting_says_what_was_read_back_and_when(home: Path) -> None:
    (one,) = settings(home).settings
    assert (one.setting, one.value, one.low, one.high, one.own) == (
        "inducer",
        None,
        0,
        150,
        True,
    )
    intended = OrderIntended(
        order="o1", participant=ME, driver="simulated", setting="inducer", kind="set",
        value=50.0, unit="mg", issued=NOW, expires=NOW + timedelta(minutes=20), reasons=(),
    )  # fmt: skip
    with open_ports(str(home), quiet=True) as ports:
        read = OrderReadBack(order="o1", value=50.0, unit="mg", agrees=True, at=NOW)
        limit = OwnLimitSet(participant=ME, setting="inducer", low=0.0, high=90.0, unit="mg")
        ports.ledger.append([intended, read, limit], actor="x", at=NOW)
    (one,) = settings(home).settings
    assert (one.value, one.as_of, one.ends) == (50.0, NOW, NOW + timedelta(minutes=20))
    assert (one.low, one.high) == (0.0, 90.0)  # never wider than the person's own
    (other,) = settings(home, OTHER).settings
    assert (other.value, other.high) == (None, 150.0)


@pytest.mark.hazard("H-418")
def test_a_certificate_permits_what_is_signed_and_nothing_else(home: Path) -> None:
    assert settings(home).certificate is None
    give_certificate(home)
    found = settings(home).certificate
    assert found is not None
    assert [one["setting"] for one in found.permitted] == [100.0, 125.0]
    assert len(found.key_id) == 8
    bent = settings(home, bend=True).certificate
    assert bent is not None
    assert (bent.permitted, bool(bent.problem), bent.content) == ((), True, "")


@pytest.mark.hazard("H-418")
def test_anothers_certificate_under_ones_own_name_permits_nothing(home: Path) -> None:
    give_certificate(home, OTHER)
    folder = home / "certificates"
    for end in ("json", "sig"):
        (folder / f"certificate-{OTHER}.{end}").rename(folder / f"certificate-{ME}.{end}")
    found = settings(home).certificate
    assert found is not None
    assert found.permitted == ()
    assert OTHER in found.problem


@pytest.mark.hazard("H-418")
def test_the_range_is_the_narrower_of_what_is_certified_and_what_one_wants(home: Path) -> None:
    with open_ports(str(home), quiet=True) as ports:
        entries = [
            RangeCertified(participant=ME, setting="inducer", low=20.0, high=80.0, unit="mg",
                           certified_by="Dr Ro"),
            OwnLimitSet(participant=ME, setting="inducer", low=10.0, high=90.0, unit="mg"),
        ]  # fmt: skip
        ports.ledger.append(entries, actor="x", at=NOW)
    (one,) = settings(home).settings
    assert (one.low, one.high) == (20.0, 80.0)
