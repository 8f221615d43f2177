"""A small programme as one of its people meets it: papers, readings, visits, settings, pay."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from tests.faces.cli.programme.programme_folder import PLAN
from tests.faces.service.service_world import Doors, doors

from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts
from nanoward.base.entries import (
    AssessmentRecorded,
    CarrierEnrolled,
    ConsentSigned,
    Entry,
    ReadingTaken,
    StandingDecided,
)
from nanoward.base.entries.control import RangeCertified
from nanoward.base.entries.visits import VisitAsked
from nanoward.flows.consent.issue_consent import Terms, issue_document
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role
from nanoward.wiring import open_ports
from nanoward.wiring.ledgers import open_signer

ME, OTHER, PHONE = "P1", "P2", "+49 30 1234567"
OWN = "https://me.ward.example"
PAPER = (
    "Taking part in the ward.\n\nYou carry an agent that can be set and stopped.\n"
    "You may leave at any time. Nobody may ask you why.\n"
)
CONTROL = """
[control]
agent = "wardling"
spec_sha256 = "69a1c07729678603bbd7df81f2f7a32f9f512371eb212e597e889d47f47207e5"
[control.settings.inducer]
unit = "mg"
low = 0.0
high = 300.0
default = 0.0
step = 25.0
rise_per_h = 75.0
exposure_per_day = 4800.0
lease_s = 1200
who = ["staff", "participant"]
[control.mechanisms.lysis]
dose = 5.0
unit = "g"
log_kill = 6.0
escape = 1e-9
half_life_h = 2.0
second = "by hand"
[control.drivers.simulated]
kind = "simulated"
agents = "microbe"
"""


def make_home(folder: Path, *, signed: bool = True) -> Path:
    """The programme on disk; P1 and P2 are in it, P1 has a visit ahead of them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = f'{PLAN}{CONTROL}[service]\nphone = "{PHONE}"\n'
    (folder / "programme.toml").write_text(text)
    with open_ports(str(folder), quiet=True) as ports:
        now, today = ports.clock.now(), ports.today()
        terms = Terms(version="1", needed=("take part",), optional=("share samples",))
        name, _ = issue_document(ports, PAPER.encode(), terms, by="council")
        for who in (ME, OTHER) if signed else ():
            signing = ConsentSigned(
                participant=who, document_sha256=name, version="1", signed=today,
                uses=("take part",), refused=("share samples",), printed_name="Ada",
                identified_by="passport and PIN", explained_by="Dr Ro", witnessed_by="Kim",
            )  # fmt: skip
            sign_consent(ports, signing, by="nurse")
        entries: list[Entry] = []
        for who in (ME, OTHER) if signed else ():
            entries += [
                StandingDecided(participant=who, standing="cleared", as_of=today, since=today,
                                reasons=("every rule is met",)),
                CarrierEnrolled(participant=who, agent="wardling", spec_sha256="", lot="L1",
                                driver="simulated", owner="ours", person_class="adult",
                                cells=1e6),
                RangeCertified(participant=who, setting="inducer", low=0.0, high=150.0,
                               unit="mg", certified_by="Dr Ro"),
                ReadingTaken(participant=who, quantity="pulse", value=64.0, unit="/min",
                             at=now),
                ReadingTaken(participant=who, quantity="temperature", value=36.6, unit="Cel",
                             at=now - timedelta(days=12)),
                AssessmentRecorded(participant=who, instrument="PHQ9",
                                   assessed=today - timedelta(days=3), score=3.0, urgent=False),
                VisitAsked(booking=f"b-{who}", participant=who, kind="weekly", occasion="",
                           opens=today + timedelta(days=1), planned=today + timedelta(days=3),
                           closes=today + timedelta(days=6), by="plan", reason=""),
            ]  # fmt: skip
        if entries:
            ports.ledger.append(entries, actor="nurse", at=now)
    return folder


def give_certificate(folder: Path, who: str = ME) -> None:
    """A certificate as `nanoward tuning certify --out PROGRAMME/certificates` writes it."""
    from nanoward.flows.tuning.recommend_settings import certificate_name
    from nanoward.tuning.dosing.self_adjustment_certificate import Certificate, CertifiedSetting

    today = datetime.now(UTC).date()
    made = Certificate(
        participant=who, setting="inducer", unit="mg", interval=24.0, epsilon=0.05,
        issued=today - timedelta(days=2), observed=today - timedelta(days=2),
        allowed=(
            CertifiedSetting(setting=100.0, until=today + timedelta(days=30)),
            CertifiedSetting(setting=125.0, until=today + timedelta(days=9)),
        ),
        model_sha256="a" * 64, history_sha256="b" * 64,
    )  # fmt: skip
    out = folder / "certificates"
    out.mkdir(exist_ok=True)
    signer = open_signer(str(folder / ".nanoward" / "certificate-keys"))
    content, name = made.content(), certificate_name(who)
    (out / f"{name}.json").write_bytes(content)
    (out / f"{name}.sig").write_bytes(signer.sign(content))
    (out / "key.txt").write_text(f"{signer.key}\n")


def session_of(folder: Path, who: str = ME) -> str:
    """A session's cookie of a participant, as signing in would begin it now."""
    accounts = SqliteAccounts(folder / ".nanoward" / "accounts.db")
    accounts.add_account(
        Account(account=f"a-{who}", shown=who, roles=(Role.PARTICIPANT,), participant=who)
    )
    value = accounts.begin_session(f"a-{who}", datetime.now(UTC))
    accounts.close()
    return value


@contextmanager
def at_home(folder: Path, **more: Any) -> Iterator["Home"]:
    """The doors of a programme, asked on the participants' host."""
    with doors(folder, **more) as made:
        made.clock.advance(datetime.now(UTC) - made.clock.now())
        yield Home(made)


class Home:
    """The doors, and clients on the participants' host."""

    def __init__(self, made: Doors) -> None:
        self.doors = made

    def client(self, who: str | None = ME, *roles: Role) -> TestClient:
        """Signed in as a participant; nobody for None."""
        held = () if who is None and not roles else (roles or (Role.PARTICIPANT,))
        client = self.doors.client(*held, participant=who)
        client.base_url = OWN
        client.headers["origin"] = OWN
        client.headers["accept"] = "text/html"
        return client


def stop_code(folder: Path, who: str = ME, kind: str = "card") -> str:
    """A code as `nanoward clearance stop-code` draws it."""
    from nanoward.wiring.exit import open_stop_codes

    with open_stop_codes(str(folder)) as codes:
        return codes.draw(who, kind, datetime.now(UTC))


def spool_of(folder: Path) -> list[Any]:
    """Notices that the exit keeps, oldest first."""
    from nanoward.wiring.exit import open_exit_spool

    with open_exit_spool(str(folder)) as spool:
        return [] if spool is None else list(spool.records(kind="exit.NoticeGiven"))
