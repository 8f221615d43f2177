"""Every undosed carrier seen in a sample has an open case in the same round."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.pregnancies import check_exposures as check_exposures_module
from nanoward.flows.pregnancies.check_exposures import check_exposures
from nanoward.flows.pregnancies.keep_exposures import cases_now
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.testing.messages import MessageBay

SCHEMA = {
    "sample": pl.String,
    "participant": pl.String,
    "taken": pl.Date,
    "typed_as": pl.String,
}


def materials(dosed: list[str], samples: pl.DataFrame | None = None) -> Materials:
    day = TODAY - timedelta(days=90)
    ex = pl.DataFrame(
        {"USUBJID": dosed, "EXTRT": ["AGENT"] * len(dosed), "EXDOSE": [1.0] * len(dosed),
         "EXSTDTC": [day.isoformat()] * len(dosed)}
    )  # fmt: skip
    tables: dict[str, pl.DataFrame] = {"sdtm.EX": ex} if dosed else {}
    return Materials(tables=tables, sources={})


def held(made: MessageBay, known: Materials, tables: dict[str, Any], days: int = 0) -> Outcome:
    found = check_exposures(made.desk.ports, known, tables, TODAY + timedelta(days=days))
    if found.entries:
        made.desk.ports.ledger.append(found.entries, actor="round", at=made.clock.now())
    return found


def households(seed: int) -> tuple[list[str], pl.DataFrame, set[str]]:
    """Households with a dosed member each; the agent passes to some of the others."""
    chance = np.random.default_rng(seed)
    dosed, rows, carriers = [], [], set()
    for house in range(40):
        dosed.append(f"H{house}-0")
        rows.append((f"s{house}-0", f"H{house}-0", TODAY, "agent"))
        for member in range(1, int(chance.integers(2, 6))):
            who, took = f"H{house}-{member}", chance.random() < 0.3
            if chance.random() < 0.7:  # not everybody gives a sample
                rows.append((f"s{house}-{member}", who, TODAY, "agent" if took else "other"))
                carriers |= {who} if took else set()
    return dosed, pl.DataFrame(rows, schema=SCHEMA, orient="row"), carriers


@pytest.mark.hazard("H-350")
@pytest.mark.parametrize("seed", range(5))
def test_in_simulated_households_every_undosed_carrier_has_an_open_case(seed: int) -> None:
    dosed, profiles, carriers = households(seed)
    made = bay()
    found = held(made, materials(dosed), {"profiles": profiles})
    opened = {one.participant for one in cases_now(made.desk.ports).values() if one.is_open}
    assert opened == carriers
    assert len(carriers) > 10
    assert found.tables["exposed"].height == len(carriers)
    assert not any(who in str(found.tables["exposed"].rows()) for who in carriers)
    again = held(made, materials(dosed), {"profiles": profiles})
    assert again.entries == ()  # once


def test_bonds_open_cases_too_and_what_is_late_is_told() -> None:
    made = bay()
    profiles = pl.DataFrame([("s", "A", TODAY, "agent")], schema=SCHEMA, orient="row")
    bonds = pl.DataFrame({"a": ["A"], "b": ["B"], "linked": [True]})
    tables = {"profiles": profiles, "bonds": bonds}
    found = held(made, materials(["A"]), tables)
    assert [one.code for one in found.findings] == ["PRG-165"]
    assert "B" not in found.findings[0].message
    late = held(made, materials(["A"]), tables, days=2)
    assert [(one.code, one.severity) for one in late.findings] == [("PRG-166", "error")]


def test_where_nobody_knows_who_was_dosed_it_is_asked() -> None:
    profiles = pl.DataFrame([("s", "A", TODAY, "agent")], schema=SCHEMA, orient="row")
    found = held(bay(), materials([]), {"profiles": profiles})
    assert found.entries == ()
    assert len(found.undecided) == 1
    assert held(bay(), materials([]), {}) == Outcome()


@pytest.mark.parametrize(
    ("who", "is_open", "evidence", "closed"),
    [
        ("Q1", False, "s1", True),
        ("Q1", False, "bond", True),
        ("Q1", False, "s2", False),
        ("Q1", True, "s1", False),
        ("Q2", False, "s1", False),
    ],
)
def test_what_closed_a_case_opens_none_again(
    who: str, evidence: str, *, is_open: bool, closed: bool
) -> None:
    case = SimpleNamespace(participant="Q1", is_open=is_open, evidence="s1")
    carrier: Any = SimpleNamespace(participant=who, evidence=evidence)
    assert check_exposures_module._is_closed_by([case], carrier) == closed
