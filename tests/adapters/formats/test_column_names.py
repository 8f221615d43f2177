"""Which names of columns may be told: known ones, once."""

import pytest

from nanoward.adapters.formats.column_names import (
    EVERY_TABLE,
    BadColumnError,
    aliases,
    pairs_of,
)


@pytest.mark.hazard("H-264")
@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        ([("nosuch", "x")], "no column is called"),
        ([("participent", "x")], "is participant meant?"),
        ([("samples.nosuch", "x")], "samples has no column"),
        ([("nosuch.sample", "x")], "no table"),
        ([("sample", "a"), ("sample", "b")], "told twice"),
        ([("sample", "a"), ("participant", "A")], "two columns"),
        ([("sample", "")], "names no column"),
        ([("", "x")], "names no column"),
        ([("LB.QZ", "x")], "has no column"),
    ],
)
def test_an_unknown_or_doubled_name_is_refused(pairs: list[tuple[str, str]], word: str) -> None:
    with pytest.raises(BadColumnError, match=word):
        aliases(pairs, ("samples", "contacts", "sdtm"))


def test_a_name_goes_to_every_table_that_knows_it_and_one_with_a_table_to_that_alone() -> None:
    found = aliases([("sample", "Probe"), ("Contacts.KIND", "Art"), ("lb.lbdtc", "Tag")],
                    ("samples", "variants", "contacts", "sdtm"))  # fmt: skip
    assert found == {
        "samples": {"sample": "Probe"}, "variants": {"sample": "Probe"},
        "contacts": {"kind": "Art"}, "sdtm.LB": {"LBDTC": "Tag"},
    }  # fmt: skip


def test_a_covariate_is_a_name_of_event_tables_where_no_other_table_has_it() -> None:
    pairs = [("WT", "Gewicht"), ("value", "Stufe")]
    found = aliases(pairs, ("events", "adjustments"))
    assert found == {"events": {"WT": "Gewicht"}, "adjustments": {"value": "Stufe"}}
    assert aliases([("events.WT", "Gewicht")], EVERY_TABLE) == {"events": {"WT": "Gewicht"}}
    with pytest.raises(BadColumnError):
        aliases(pairs, EVERY_TABLE)


def test_a_programme_remembers_names_flat_and_by_table() -> None:
    section = {"participant": "Proband", "events": {"ID": "SUBJ"}}
    assert pairs_of(section) == [("participant", "Proband"), ("events.ID", "SUBJ")]
    assert aliases(pairs_of(section), EVERY_TABLE)["events"]["ID"] == "SUBJ"
    with pytest.raises(BadColumnError, match="no text"):
        pairs_of({"participant": 3})


@pytest.mark.parametrize(
    ("section", "named"), [({"participant": 3}, "participant"), ({"events": {"ID": 3}}, "ID")]
)
def test_a_name_that_is_no_text_is_named(section: dict[str, object], named: str) -> None:
    with pytest.raises(BadColumnError, match=rf"\[columns\] {named} is no text"):
        pairs_of(section)
