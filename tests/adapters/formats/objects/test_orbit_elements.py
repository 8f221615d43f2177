"""Two-line elements with their checksums, and OMM in three forms."""

import json

import pytest

from nanoward.adapters.formats.objects.orbit_elements import line_checksum, read_orbits

LINES = (
    "1 06251U 62025E   06176.82412014  .00008885  00000-0  12808-3 0  3985",
    "2 06251  58.0579  54.0425 0030035 139.1568 221.1854 15.56387291  6774",
)
OMM = {
    "OBJECT_NAME": "V", "NORAD_CAT_ID": 5, "EPOCH": "2026-01-01T00:00:00",
    "MEAN_MOTION": 10.8, "ECCENTRICITY": 0.18, "INCLINATION": 34.2, "RA_OF_ASC_NODE": 1.0,
    "ARG_OF_PERICENTER": 2.0, "MEAN_ANOMALY": 3.0, "BSTAR": 1e-5,
}  # fmt: skip


def test_lines_with_and_without_a_name() -> None:
    told = read_orbits("c.tle", "\n".join(["0 DELTA", *LINES, *LINES]).encode())
    assert told.table["name"].to_list() == ["DELTA", "06251"]
    assert told.table["line"].to_list() == [2, 4]
    assert line_checksum(LINES[0]) == 5


@pytest.mark.hazard("H-325")
def test_a_wrong_checksum_or_two_objects_in_one_set_are_told() -> None:
    wrong = LINES[0][:68] + "6"
    other = LINES[1][:2] + "06252" + LINES[1][7:68]
    other += str(line_checksum(other))
    told = read_orbits("c.tle", "\n".join([wrong, LINES[1], LINES[0], other]).encode())
    assert told.table.height == 0
    assert [(one.code, one.line) for one in told.findings] == [("FMT-350", 1), ("FMT-350", 4)]


def test_an_omm_is_the_same_in_every_form() -> None:
    cells = "".join(f"<{name}>{value}</{name}>" for name, value in OMM.items())
    forms = (
        json.dumps([OMM]), f"<ndm><omm><body><segment>{cells}</segment></body></omm></ndm>",
        ",".join(OMM) + "\n" + ",".join(str(one) for one in OMM.values()),
    )  # fmt: skip
    read = [read_orbits("c", one.encode()) for one in forms]
    assert [one.findings for one in read] == [(), (), ()]
    assert len({one.table["elements"][0] for one in read}) == 1
    assert read[0].table["object"][0] == "5"


def test_what_is_no_catalogue_is_told() -> None:
    lacking = {name: value for name, value in OMM.items() if name != "EPOCH"}
    for text, code in (
        (json.dumps([lacking]), "FMT-350"), ("[", "FMT-004"), ("<a>", "FMT-004"),
        ("<!DOCTYPE a><b/>", "FMT-004"), ("[]", "FMT-011"),
    ):  # fmt: skip
        assert code in [one.code for one in read_orbits("c", text.encode()).findings]
