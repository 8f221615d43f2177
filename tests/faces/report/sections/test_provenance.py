from reading import read
from rounds import empty_round, full_round

from nanoward.faces.report.sections.provenance import provenance


def test_every_input_stands_with_its_hash(full_page: str) -> None:
    told = provenance(full_round(20))
    assert told.inputs is not None
    assert [row[0].text for row in told.inputs.rows] == [
        "data/samples.csv",
        "data/sdtm/ae.parquet",
    ]
    assert "1c" * 32 in read(full_page).text


def test_every_table_of_the_round_is_named_with_its_rows() -> None:
    round_ = full_round(20)
    told = {row[0].text: row[1].text for row in provenance(round_).outputs.rows}
    assert told["tables/standings.parquet"] == "20"
    assert told["tables/bonds.parquet"] == "777"
    assert len(told) == len(round_.tables)


def test_the_ledger_is_told_by_size_and_head() -> None:
    assert provenance(full_round(20)).ledger == f"1402 entries, head {'9f' * 32}"
    assert "was not told" in provenance(empty_round()).ledger


def test_versions_seed_and_plan_are_told() -> None:
    told = dict(provenance(full_round(20)).run)
    assert told["nanoward"] == "0.1.0"
    assert told["Libraries"] == "numpy 2.3.4, polars 1.35.2"
    assert told["Seed"] == "7"
    assert told["Plan (SHA-256)"] == "ab" * 32


def test_known_facts_licence_and_the_way_to_check_are_on_the_page(full_page: str) -> None:
    text = read(full_page).text
    assert "Nothing here was measured on anybody." in text
    assert "Licence Apache-2.0" in text
    assert "nanoward verify" in text
