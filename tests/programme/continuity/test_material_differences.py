import polars as pl

from nanoward.programme.continuity.material_differences import (
    MaterialFile,
    file_changes,
    people_of,
    renamed_people,
)


def file(path: str, sha: str, rows: int = 5) -> MaterialFile:
    return MaterialFile(path=path, role="sdtm.LB", sha256=sha, rows=rows)


def test_a_file_is_gone_renamed_or_shorter() -> None:
    before = [file("a", "1"), file("b", "2"), file("c", "3"), file("d", "4")]
    after = [file("bb", "2"), file("c", "5", rows=2), file("d", "6", rows=9)]
    found = [(one.path, one.how, one.now, one.rows_now) for one in file_changes(before, after)]
    assert found == [("a", "gone", "", 0), ("b", "renamed", "bb", 5), ("c", "shrank", "", 2)]


def test_a_copy_beside_the_original_is_no_renaming() -> None:
    assert file_changes([file("a", "1")], [file("a", "1"), file("copy", "1")]) == []
    (one,) = file_changes([file("a", "1"), file("b", "1")], [file("b", "1")])
    assert one.how == "gone"


def table(who: str, *days: str) -> dict[str, pl.DataFrame]:
    return {"SV": pl.DataFrame({"USUBJID": [who] * len(days), "SVSTDTC": list(days)})}


def test_a_person_whose_records_stand_under_a_new_name_was_renamed() -> None:
    before, after = (
        table("P4", "2026-01-01", "2026-01-08"),
        table("P-4", "2026-01-01", "2026-01-08"),
    )
    assert renamed_people(before, after, people_of(after) - people_of(before)) == {"P4": "P-4"}


def test_a_person_who_was_known_before_is_nobody_renamed() -> None:
    before = table("P4", "2026-01-01")
    assert renamed_people(before, table("P5", "2026-01-01"), frozenset()) == {}
    assert renamed_people(before, table("P5", "2026-02-01"), frozenset({"P5"})) == {}
