import polars as pl

from nanoward.base.tables import BONDS
from nanoward.bonds import NodeMetadata
from nanoward.faces.report.sections.bond_metadata import COLOURS, colour_columns, contact_table
from nanoward.maths.frames import frame_of


def test_many_names_share_the_last_colour_and_a_scale_is_cut_in_fifths() -> None:
    people = {f"p{k:02d}": {"home": f"h{min(k, 12)}", "ct": 10.0 + k} for k in range(30)}
    known = NodeMetadata(people=people, columns={"home": False, "ct": True})
    found = colour_columns(known)
    assert len(found["home"].labels) == COLOURS
    assert found["home"].labels[-1] == "other"
    assert found["home"].of["p29"] == 0  # h12 is the commonest
    assert len(found["ct"].labels) == 5
    assert (found["ct"].of["p00"], found["ct"].of["p29"]) == (0, 4)


def test_a_column_with_one_value_tells_nobody_apart() -> None:
    known = NodeMetadata(people={"a": {"x": "1"}, "b": {"x": "1"}}, columns={"x": False})
    assert colour_columns(known) == {}


def test_contacts_stand_with_what_the_genomes_say() -> None:
    bonds = frame_of(BONDS, [{"a": "p1", "b": "p2", "stratum": "", "linked": True,
                              "q_value": 0.01}])  # fmt: skip
    contacts = pl.DataFrame({"a": ["p2", "p1"], "b": ["p1", "p3"], "kind": ["room", None]})
    told = contact_table(contacts, bonds)
    assert told
    assert [[cell.text for cell in row][6] for row in told.rows] == ["not compared", "linked"]
    assert contact_table(None, bonds) is None
