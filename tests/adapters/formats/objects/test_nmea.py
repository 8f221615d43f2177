"""AIS against published messages, and everything that may be broken."""

import pytest

from nanoward.adapters.formats.objects.nmea import KNOT, checksum, is_nmea, read_nmea

TIME = "\\s:base,c:1700000000*00\\"
CLASS_A = "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"  # gpsd's AIVDM page: 477553000
CLASS_B = "!AIVDM,1,1,,A,B52K>;h00Fc>jpUlNV@ikwpUoP06,0*4C"  # 338087471 by New York
STATIC = (
    "!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E",
    "!AIVDM,2,2,3,B,1@0000000000000,2*55",
)


def sealed(body: str) -> str:
    return f"!{body}*{checksum(body):02X}"


def read(*lines: str) -> tuple[list[dict[str, object]], list[tuple[str, int | None]]]:
    told = read_nmea("r.nmea", "\n".join(lines).encode())
    return told.table.to_dicts(), [(one.code, one.line) for one in told.findings]


def test_published_messages_say_what_their_publishers_say() -> None:
    rows, told = read(TIME + CLASS_A, "2023-11-14T22:13:31Z " + CLASS_B)
    assert told == []
    assert [row["object"] for row in rows] == ["477553000", "338087471"]
    assert rows[0]["latitude"] == pytest.approx(47.58283333)
    assert rows[0]["longitude"] == pytest.approx(-122.34583333)
    assert (rows[0]["speed"], rows[0]["course"], rows[0]["stream"]) == (0.0, 51.0, "base")
    assert rows[1]["latitude"] == pytest.approx(40.684540)
    assert rows[1]["speed"] == pytest.approx(0.1 * KNOT)
    assert [row["time"] for row in rows] == [1700000000.0, 1700000011.0]


@pytest.mark.hazard("H-325")
def test_a_wrong_checksum_is_told_with_its_line_and_not_used() -> None:
    rows, told = read(TIME + CLASS_A, TIME + CLASS_A[:-1] + "D")
    assert len(rows) == 1
    assert told == [("FMT-310", 2)]


@pytest.mark.hazard("H-325")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AIVDM,1,1,,B,177KQJ5000G,0", "FMT-311"),  # cut short
        ("AIVDM,1,1,,B", "FMT-311"),
        ("AIVDM,1,1,,B,17~|},0", "FMT-311"),  # no six-bit letters
    ],
)
def test_what_is_broken_is_told(line: str, code: str) -> None:
    assert read(TIME + sealed(line)) == ([], [(code, 1)])


def test_parts_are_joined_others_counted_and_a_lost_part_told() -> None:
    assert read(TIME + STATIC[0], TIME + STATIC[1]) == ([], [("FMT-314", None)])
    assert read(TIME + STATIC[0]) == ([], [("FMT-311", 1)])
    _, told = read(TIME + STATIC[0], TIME + STATIC[0])
    assert told == [("FMT-311", 1), ("FMT-311", 2)]


def test_no_time_and_noise_between_lines() -> None:
    assert read(CLASS_A) == ([], [("FMT-312", 1)])
    rows, told = read("", "# a comment", TIME + CLASS_A, "!broken")
    assert len(rows) == 1
    assert told == [("FMT-311", 4)]


def test_files_are_known_by_name_or_content() -> None:
    assert is_nmea("a.nmea.gz", b"")
    assert is_nmea("a.txt", CLASS_A.encode())
    assert not is_nmea("a.csv", b"time,lat\n")
