from datetime import UTC, date, datetime

import polars as pl
import pytest

from nanoward.base.entries import BondFound, StandingDecided
from nanoward.base.plan import Plan
from nanoward.flows.round.compare_standings import latest_standings
from nanoward.flows.round.round import Round
from nanoward.flows.round.ward_round import FutureRoundError, RoundSummary, ward_round
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import MemoryFolder
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASES = "ACGT" * 50
SAMPLES = b"sample,participant,taken\nS1,P1,2026-11-01\nS2,P2,2026-11-20\n"


def a_programme(**files: bytes) -> Ports:
    plan = Plan(name="ward", title="A ward", sha256="ab", agent="phage")
    return memory_site(plan, dict(files), now=NOW)


def rendered(round_: Round) -> bytes:
    head = round_.provenance["ledger"]["head"]
    return f"{round_.as_of} {sorted(round_.tables)} {head}".encode()


def held(ports: Ports, day: date | None = None) -> RoundSummary:
    return ward_round(ports, as_of=day, seed=7, render=rendered)


def small_ward() -> Ports:
    mutated = BASES[:10] + "T" + BASES[11:]
    return a_programme(
        **{
            "agents/phage/reference.fasta": f">phage\n{BASES}\n".encode(),
            "data/samples.csv": SAMPLES,
            "data/genomes.fasta": f">S1|phage\n{BASES}\n>S2|phage\n{mutated}\n".encode(),
        }
    )


def test_an_empty_programme_gets_a_round_that_says_what_it_could_not_decide() -> None:
    ports = a_programme()
    summary = held(ports)
    assert summary.round_.as_of == NOW.date()
    assert summary.round_.tables["undecided"].height > 0
    assert summary.round_.tables["findings"].height == 0


def test_a_small_ward_is_typed_and_every_decision_stands_on_the_ledger() -> None:
    ports = small_ward()
    summary = held(ports)
    profiles = summary.round_.tables["profiles"].sort("sample")
    assert profiles["consensus_differences"].to_list() == [0, 1]
    kinds = [record.kind for record in ports.ledger.records()]
    assert kinds[0] == "programme.ProgrammeOpened"
    assert kinds.count("catalogue.SampleTyped") == 2
    assert kinds[-1] == "programme.RoundHeld"
    assert ports.ledger.verify() == summary.head


def test_a_round_with_nothing_new_computes_nothing_and_writes_the_same_bytes() -> None:
    ports = small_ward()
    first = held(ports)
    assert isinstance(ports.folder, MemoryFolder)
    before = dict(ports.folder.rounds)
    again = held(ports)
    assert (again.computed, again.head) == (0, first.head)
    assert ports.folder.rounds == before


def test_a_round_for_an_earlier_day_knows_only_what_was_known_then() -> None:
    summary = held(small_ward(), date(2026, 11, 10))
    assert summary.round_.tables["profiles"]["sample"].to_list() == ["S1"]


@pytest.mark.hazard("H-03")
def test_the_ledger_holds_the_decisions_before_the_report_is_made() -> None:
    ports = small_ward()

    def power_cut(round_: Round) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ward_round(ports, as_of=None, seed=7, render=power_cut)
    kinds = [record.kind for record in ports.ledger.records()]
    assert "catalogue.SampleTyped" in kinds
    assert "programme.RoundHeld" not in kinds
    undisturbed = small_ward()
    held(undisturbed)
    held(ports)
    assert isinstance(ports.folder, MemoryFolder)
    assert isinstance(undisturbed.folder, MemoryFolder)
    assert ports.folder.rounds == undisturbed.folder.rounds


SDTM = {
    "data/sdtm/dm.csv": b"STUDYID,DOMAIN,USUBJID,ARM,ARMCD\nS,DM,P1,A,A\nS,DM,P2,A,A\n",
}


def clinical(**files: bytes) -> Ports:
    plan = Plan(name="ward", title="A ward", sha256="ab", sections={"clearance": {}})
    return memory_site(plan, SDTM | files, now=NOW)


@pytest.mark.hazard("H-66")
def test_a_round_for_a_day_that_has_not_come_is_refused_and_nothing_is_written() -> None:
    ports = clinical()
    with pytest.raises(FutureRoundError, match="2026-11-24 is after today"):
        held(ports, date(2026, 11, 24))
    assert ports.ledger.head().size == 0


@pytest.mark.hazard("H-66")
def test_today_is_the_day_at_the_site() -> None:
    plan = Plan(name="ward", title="", sha256="", time_zone="Pacific/Kiritimati")
    ports = memory_site(plan, {}, now=NOW)  # 12:00 at Greenwich is 02:00 of the 24th there
    assert held(ports).round_.as_of == date(2026, 11, 24)


@pytest.mark.hazard("H-69")
@pytest.mark.parametrize(
    "room", ["tune_settings", "find_links", "watch_people", "check_control"]
)
def test_another_rooms_fault_is_told_and_standings_are_on_the_ledger_before_it(
    room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports, seen = clinical(), []

    def breaks(*_: object, **__: object) -> None:
        seen.append([one.kind for one in ports.ledger.records()])
        raise ZeroDivisionError("no dose rows")

    monkeypatch.setattr(f"nanoward.flows.round.ward_round.{room}", breaks)
    summary = held(ports)
    assert seen[0].count("clearance.StandingDecided") == 2
    found = summary.round_.tables["findings"].filter(pl.col("code") == "CTL-012")
    assert "no dose rows" in found["message"][0]
    assert summary.concerns.held == ("P1", "P2")
    assert [one.kind for one in ports.ledger.records()][-1] == "programme.RoundHeld"


@pytest.mark.hazard("H-69")
def test_bonds_are_not_dropped_by_a_round_that_could_not_look_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports = clinical()
    bond = BondFound(
        a="P1", b="P2", stratum="", score=9.5, p_value=0.001, q_value=0.01, n_null=9, contact=""
    )
    ports.ledger.append([bond], actor="round", at=NOW)

    def breaks(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("nanoward.flows.round.ward_round.find_links", breaks)
    held(ports)
    assert "bonds.BondDropped" not in [one.kind for one in ports.ledger.records()]


@pytest.mark.hazard("H-67")
def test_a_person_gone_from_the_records_is_held_and_told() -> None:
    ports = clinical()
    stood = StandingDecided(
        participant="P9", standing="cleared", as_of=NOW.date(), since=None, reasons=()
    )
    ports.ledger.append([stood], actor="round", at=NOW)
    summary = held(ports)
    codes = summary.round_.tables["findings"]["code"].to_list()
    assert "CTL-010" in codes
    assert latest_standings(ports.ledger)["P9"].standing == "held"
    assert "P9" in summary.concerns.held
