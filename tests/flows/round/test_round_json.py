import json
from datetime import date

import polars as pl

from nanoward.base.plan import Plan
from nanoward.flows.round.round import Round
from nanoward.flows.round.round_json import round_json
from nanoward.flows.steps.finding_rows import finding_rows, undecided_rows


def test_round_json_tells_figures_and_where_each_table_stands() -> None:
    round_ = Round(
        plan=Plan(name="ward", title="A ward", sha256="", facts=("known",)),
        as_of=date(2026, 11, 23),
        tables={
            "bonds": pl.DataFrame({"a": ["P1"], "score": [1.5]}),
            "findings": finding_rows([]),
            "undecided": undecided_rows([]),
        },
        facts={"bonds": {"pairs compared": 777}},
        provenance={"seed": 7},
    )
    told = json.loads(round_json(round_, {"tables/bonds.parquet": "ab"}))
    assert told["facts"] == {"bonds": {"pairs compared": 777}}
    assert told["tables"]["tables/bonds.parquet"] == {
        "sha256": "ab",
        "rows": 1,
        "columns": {"a": "String", "score": "Float64"},
    }
    assert (told["as_of"], told["known"]) == ("2026-11-23", ["known"])
