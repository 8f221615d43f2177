import pytest

from nanoward.flows.steps.foreign_files import is_clinical, unread_file, unreadable_file


@pytest.mark.parametrize(
    "path",
    [
        *(
            "data/sdtm/ae.csv.bak",
            "data/sdtm/.ae.csv",
            "data/sdtm/ae.sas7bdat",
            "data/ae.csv.zip",
        ),
        *("data/fhir/ward.xml", "data/lb_old.csv", "data/sdtm/site1/notes.dat"),
    ],
)
@pytest.mark.hazard("H-130")
def test_a_clinical_file_that_nobody_reads_is_an_error(path: str) -> None:
    (one,) = unread_file(path)
    assert (one.code, one.severity, one.file) == ("CLR-068", "error", path)


@pytest.mark.parametrize(
    "path", ["data/sdtm/README.md", "data/sdtm/define.xml", "data/.DS_Store"]
)
def test_files_for_people_and_of_desks_are_ignored_on_purpose(path: str) -> None:
    assert [one.code for one in unread_file(path)] in ([], ["PRG-001"])


def test_other_foreign_files_are_a_note() -> None:
    assert [one.code for one in unread_file("data/picture.tiff")] == ["PRG-001"]
    assert unreadable_file("data/x", "a link").code == "CLR-069"
    assert not is_clinical("agents/w/ae.csv")
