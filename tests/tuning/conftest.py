"""Small models and people for the tests of this room."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nanoward.tuning import History, Model, Parameter, Residual, people

sys.path.insert(0, str(Path(__file__).parent))  # families.py, shared by test files
sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))  # closed_form_oracle.py


@pytest.fixture(scope="session")
def oral() -> Model:
    """One compartment after a depot, as published for NONMEM's evaluation model 001."""
    return Model(
        name="oral",
        quantity="",
        unit="mg/L",
        compartments=1,
        absorption="first-order",
        parameters=(
            Parameter(name="CL", typical=4.0, unit="L/h", variance=0.2),
            Parameter(name="V", typical=70.0, unit="L", variance=0.2),
            Parameter(name="KA", typical=1.0, unit="1/h", variance=0.2),
        ),
        residual=Residual(proportional=0.05),
    )


@pytest.fixture(scope="session")
def person_of() -> Callable[..., History]:
    """A person from rows (TIME, EVID, AMT, DV) and further columns, as written models do."""

    def made(model: Model, rows: Sequence[Sequence[Any]], *columns: str) -> History:
        names = ("TIME", "EVID", "AMT", "DV", *columns)
        table = pl.DataFrame(
            [{"ID": "one", **dict(zip(names, row, strict=True))} for row in rows],
            schema_overrides={"DV": pl.Float64, "AMT": pl.Float64, "TIME": pl.Float64},
            infer_schema_length=None,
        )
        return people(table, model)[0][0]

    return made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The kernel is compiled once per machine, which may take minutes where others work too."""
    for item in items:
        if any(part in str(item.path) for part in ("tuning", "fit_people", "tune_settings")):
            item.add_marker(pytest.mark.timeout(900))
