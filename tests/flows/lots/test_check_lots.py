from datetime import UTC, date, datetime

import polars as pl
import pytest

from nanoward.agents import Register, sequence_sha256
from nanoward.base.entries import LotRefused, LotReleased
from nanoward.base.plan import Plan
from nanoward.flows.lots.check_lots import (
    ProgrammeAgent,
    check_lots,
    lots_received,
    programme_agent,
    recipients,
)
from nanoward.flows.lots.register_agents import agent_register
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

DAY = date(2026, 11, 23)
LETTERS = "ACGT" * 5
SPEC = f"""\
name = "lamp"
title = "A lamp"
version = "1.0.0"
kind = "device"
expires = 2027-01-01
[[contigs]]
name = "c"
length = 20
sha256 = "{sequence_sha256(LETTERS)}"
[[effects]]
term = "Sleep"
direction = "benefit"
share = 0.5
"""
REFERENCE = pl.DataFrame({"contig": ["c"], "sequence": [LETTERS]})
SAMPLES = pl.DataFrame(
    {"sample": ["a", "b", "x"], "participant": ["p", "p", "q"], "lot": ["L1", "L1", None]}
)


def site_of(spec: str | None) -> Ports:
    plan = Plan(name="w", title="W", sha256="ab", agent="lamp")
    files = {} if spec is None else {"agents/lamp/spec.toml": spec.encode()}
    return memory_site(plan, files, now=datetime(2026, 11, 23, 12, tzinfo=UTC))


def told(ports: Ports, *tables: tuple[str, pl.DataFrame]) -> tuple[ProgrammeAgent, list[str]]:
    materials = Materials(tables=dict(tables), sources={})
    agent = programme_agent(ports, ports.folder.plan(), materials, DAY)
    return agent, [one.code for one in check_lots(agent, materials).findings]


@pytest.mark.hazard("H-53")
def test_a_lot_without_a_release_and_an_unpublished_spec_are_told() -> None:
    ports = site_of(SPEC)
    agent, codes = told(ports, ("reference", REFERENCE), ("samples", SAMPLES))
    assert agent.spec is not None
    assert codes == ["AGT-203", "AGT-201"]
    outcome = check_lots(agent, Materials(tables={"samples": SAMPLES}, sources={}))
    row = outcome.tables["lots"].row(0, named=True)
    assert (row["lot"], row["status"], row["people"]) == ("L1", "unknown", 1)
    assert outcome.facts["lots without a release"] == 1


def test_a_released_lot_is_a_row_without_a_finding() -> None:
    ports = site_of(None)
    word = LotReleased(lot="L1", agent="lamp", version="1.0.0", spec_sha256="ab", released=DAY,
                       differences=2, variants_sha256="", reads=())  # fmt: skip
    ports.ledger.append([word], actor="t", at=ports.clock.now())
    agent = ProgrammeAgent(register=agent_register(ports.ledger))
    outcome = check_lots(agent, Materials(tables={"samples": SAMPLES}, sources={}))
    row = outcome.tables["lots"].row(0, named=True)
    assert (row["status"], row["decided"], row["differences"]) == ("released", DAY, 2)
    assert [one.code for one in outcome.findings] == ["AGT-206"]  # no spec was published


@pytest.mark.hazard("H-268")
def test_a_released_lot_stands_with_its_claimed_escape_and_what_its_reads_could_see() -> None:
    ports = site_of(None)
    told = ("lysis (kill1): escape claimed 1e-09; these reads see a variant from 2.0 %",)
    word = LotReleased(lot="L1", agent="lamp", version="1.0.0", spec_sha256="ab", released=DAY,
                       differences=2, variants_sha256="", reads=(), escapes=told)  # fmt: skip
    ports.ledger.append([word], actor="t", at=ports.clock.now())
    agent = ProgrammeAgent(register=agent_register(ports.ledger))
    outcome = check_lots(agent, Materials(tables={"samples": SAMPLES}, sources={}))
    assert outcome.tables["lots"]["escapes"].to_list() == [list(told)]


@pytest.mark.hazard("H-268")
def test_lots_of_dose_records_are_received_as_those_of_samples() -> None:
    doses = pl.DataFrame(
        {"USUBJID": ["p", "r", "r"], "EXLOT": ["L2 ", "L3", "L4"], "EXDOSE": ["1", "1", "0"]}
    )
    materials = Materials(tables={"samples": SAMPLES, "sdtm.EX": doses}, sources={})
    assert lots_received(materials) == {"p": ["L1", "L2"], "r": ["L3"]}
    assert recipients(materials) == {"L1": 1, "L2": 1, "L3": 1}


def test_faults_of_the_spec_are_findings_of_the_round() -> None:
    _, codes = told(site_of(SPEC.replace("length = 20", "length = 21")),
                    ("reference", REFERENCE))  # fmt: skip
    assert codes == ["AGT-114", "AGT-203"]
    _, codes = told(site_of("name = "), ("reference", REFERENCE))
    assert codes == ["AGT-005"]


def test_a_programme_without_a_spec_or_lots_says_nothing() -> None:
    agent, codes = told(site_of(None), ("samples", SAMPLES.drop("lot")))
    assert (agent.spec, codes) == (None, [])
    assert check_lots(agent, Materials(tables={}, sources={})).tables == {}


def test_recipients_are_people_not_samples() -> None:
    assert recipients(Materials(tables={"samples": SAMPLES}, sources={})) == {"L1": 1}
    assert recipients(Materials(tables={}, sources={})) == {}


@pytest.mark.hazard("H-197")
def test_lots_of_doses_are_judged_as_those_of_samples() -> None:
    doses = pl.DataFrame(
        {
            "USUBJID": ["p1", "p2", "p3", "p4", "p5"],
            "EXLOT": ["L2", " L2 ", "L3", "L4", None],
            "EXTRT": ["AGENT", "AGENT", "AGENT", "Placebo", "AGENT"],
            "EXDOSE": [1.0, None, 1.0, 1.0, 1.0],
            "EXOCCUR": ["Y", None, "N", None, None],
        }
    )
    tables = {"samples": SAMPLES, "sdtm.EX": doses}
    assert recipients(Materials(tables=tables, sources={})) == {"L1": 1, "L2": 2}
    register = Register(lots={"L1": refused("L1")})
    found = check_lots(ProgrammeAgent(register=register), Materials(tables=tables, sources={}))
    assert {(one.code, one.subject) for one in found.findings} == {
        ("AGT-202", "L1"), ("AGT-201", "L2"),
    }  # fmt: skip
    nothing = check_lots(ProgrammeAgent(), Materials(tables={"sdtm.EX": doses}, sources={}))
    assert nothing.findings == ()  # no agent here: EX speaks of other products


def refused(lot: str) -> LotRefused:
    return LotRefused(
        lot=lot, agent="a", version="1.0.0", spec_sha256="", refused=date(2026, 1, 1),
        reasons=("no",), reads=(),
    )  # fmt: skip
