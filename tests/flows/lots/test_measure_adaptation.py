from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from nanoward.adapters.meter import ProcessMeter
from nanoward.base.entries import LotReleased, body_of
from nanoward.base.plan import Plan
from nanoward.flows.lots.adaptation_analysis import adaptation_findings
from nanoward.flows.lots.adaptation_questions import open_questions
from nanoward.flows.lots.measure_adaptation import alarms, first_doses, is_altered
from nanoward.flows.lots.register_agents import LOT_SCHEMA
from nanoward.flows.round.ward_round import RoundSummary, ward_round
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.step_outcome import Materials
from nanoward.simulation.genomes.genome import mean_rate
from nanoward.simulation.study import KINDS
from nanoward.testing.ports import memory_site
from nanoward.wiring import open_ports

TRUE_RATE = mean_rate(KINDS["microbe"])


def held(ward: Path) -> RoundSummary:
    with open_ports(str(ward), quiet=True, workers=1) as ports:
        return ward_round(ports, as_of=None, seed=7, render=lambda _: b"")


def release(ward: Path) -> None:
    """The simulated lot on the ledger, with its true variants from 2 % on."""
    lot = pl.read_csv(ward / "truth" / "lot.csv").filter(pl.col("frequency") >= 0.02)
    table = lot.with_columns(
        depth=pl.lit(400, pl.Int64), part=pl.lit("backbone"), locus=pl.lit("")
    ).select(*LOT_SCHEMA)
    with open_ports(str(ward), quiet=True, workers=1) as ports:
        word = LotReleased(
            lot="LOT-A", agent="wardling", version="1.0.0", spec_sha256="ab",
            released=date(2026, 1, 1), differences=table.height,
            variants_sha256=ports.blobs.put(parquet_of(table)), reads=(),
        )  # fmt: skip
        ports.ledger.append([word], actor="t", at=ports.clock.now())


@pytest.fixture(scope="module")
def rounds(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RoundSummary, RoundSummary, RoundSummary]:
    """Without a release, with one, and held again."""
    import shutil

    ward = Path(shutil.copytree(simulated, tmp_path_factory.mktemp("lots") / "ward"))
    (ward / "data" / "events.csv").unlink()  # no settings to tune here
    for file in (ward / "data" / "sdtm").iterdir():
        if file.name not in ("ex.xpt", "dm.xpt"):
            file.unlink()
    before = held(ward)
    release(ward)
    return before, held(ward), held(ward)


Rounds = tuple[RoundSummary, RoundSummary, RoundSummary]


def table(summary: RoundSummary, name: str) -> pl.DataFrame:
    return summary.round_.tables[name]


def everybody(summary: RoundSummary) -> Mapping[str, float]:
    return table(summary, "rates").filter(participant="*").row(0, named=True)


def test_the_rate_of_the_simulation_is_recovered_from_the_lot(rounds: Rounds) -> None:
    every = everybody(rounds[1])
    assert every["low"] <= TRUE_RATE <= every["high"]
    assert 0.6 < every["per_site_year"] / TRUE_RATE < 1.5


@pytest.mark.hazard("H-57")
def test_with_the_lot_known_its_variants_are_no_adaptation(
    rounds: Rounds, simulated: Path
) -> None:
    before, after, _ = rounds
    truth = pl.read_csv(simulated / "truth" / "lot.csv").filter(pl.col("frequency") >= 0.02)
    lot = set(truth.select("contig", "position", "alt").rows())
    dosed = set(table(after, "departures").filter(start="lot")["participant"])
    assert dosed
    assert set(table(before, "departures")["start"]) == {"first sample"}
    names = ("contig", "position", "alt")

    def acquired(summary: RoundSummary) -> set[tuple[object, ...]]:
        rows = table(summary, "acquired").filter(pl.col("participant").is_in(dosed))
        return set(rows.select(names).rows())

    assert acquired(before) & lot
    assert acquired(after)
    assert not acquired(after) & lot


def test_held_again_nothing_is_computed_and_the_tables_are_the_same(rounds: Rounds) -> None:
    _, after, again = rounds
    assert again.computed == 0
    names = ("departures", "rates", "acquired", "recurrence", "selection", "guarded_loci",
             "owners", "carryover", "lots")  # fmt: skip
    for name in names:
        assert table(after, name).equals(table(again, name))


def test_an_unknown_lot_is_an_open_question_and_a_known_one_is_none(rounds: Rounds) -> None:
    def asked(summary: RoundSummary) -> set[str]:
        questions = table(summary, "undecided").filter(room="catalogue")
        return {who for who in questions["subject"] if who == "LOT-A"}

    assert asked(rounds[0]) == {"LOT-A"}
    assert asked(rounds[1]) == set()


@pytest.mark.hazard("H-53")
def test_every_altered_kill_locus_is_a_finding_and_one_alarm_for_good(rounds: Rounds) -> None:
    _, after, again = rounds
    guarded = table(after, "guarded_loci")
    altered = guarded.filter(state="altered").select("participant", "locus").unique()
    assert altered.height > 0
    found = table(after, "findings").filter(code="CAT-050")
    assert found.height == altered.height
    assert len(alarms(guarded)) == altered.height
    assert again.head == after.head  # the ledger says it once


def test_sound_samples_of_a_simulated_ward_belong_to_their_people(rounds: Rounds) -> None:
    assert "swapped" not in set(table(rounds[1], "owners")["verdict"])
    assert table(rounds[1], "carryover").filter(pl.col("flagged")).is_empty()


def test_dosing_days_come_from_ex_and_a_partial_day_is_none() -> None:
    ex = pl.DataFrame(
        {"USUBJID": ["p", "p", "q"], "EXSTDTC": ["2026-01-09", "2026-01-02T10:00", "2026-01"]}
    )
    assert first_doses(Materials(tables={"sdtm.EX": ex}, sources={})) == {"p": date(2026, 1, 2)}
    assert first_doses(Materials(tables={}, sources={})) == {}


def test_alarms_name_person_and_locus(rounds: Rounds) -> None:
    guarded = table(rounds[1], "guarded_loci")
    body = body_of(alarms(guarded)[0])
    assert body["urgency"] == "now"
    assert str(body["alarm"]).startswith("altered ")
    assert is_altered({"guarded_loci": guarded})
    assert not is_altered({})


def test_tables_without_trouble_give_no_finding(rounds: Rounds) -> None:
    tables = {name: one.clear() for name, one in rounds[1].round_.tables.items()}
    assert adaptation_findings(tables) == ()
    assert open_questions(tables) == ()


@pytest.mark.hazard("H-280")
def test_a_week_without_samples_and_with_a_contact_is_computed_anew() -> None:
    """The same file holds contacts of later days: rows up to the round's day count."""
    bases = "ACGT" * 50
    files = {
        "agents/phage/reference.fasta": f">phage\n{bases}\n".encode(),
        "data/samples.csv": b"sample,participant,taken\nS1,P1,2026-11-01\nS2,P2,2026-11-02\n",
        "data/genomes.fasta": f">S1|phage\n{bases}\n>S2|phage\n{bases}\n".encode(),
        "data/contacts.csv": b"a,b,kind,first,last\nP1,P2,household,2026-11-10,2026-11-12\n",
    }
    meter = ProcessMeter()
    plan = Plan(name="ward", title="A ward", sha256="ab", agent="phage")
    site = memory_site(plan, files, now=datetime(2026, 11, 30, 12, tzinfo=UTC))
    ports = replace(site, meter=meter)
    for day in (8, 15, 15):
        ward_round(ports, as_of=date(2026, 11, day), seed=7, render=lambda _: b"")
    told = [one for one in meter.steps if one.label == "adaptation"]
    assert told[1].why.startswith("measure_adaptation: changed: contacts")
    assert told[2].why == "from an earlier round"
