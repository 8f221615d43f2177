"""The 80 columns by hand; comments and second lines are told apart."""

import pytest

from nanoward.adapters.formats.objects.astrometry import read_astrometry

#       0         1         2         3         4         5         6         7
LINE = "     K07Tf8A* C2007 10 09.24576 23 08 17.40 -08 21 02.2          19.8 R      G96"


def line(text: str = LINE) -> str:
    return text[:77].ljust(77) + text.rstrip()[-3:]


def test_an_observation_by_hand() -> None:
    told = read_astrometry("o.txt", line().encode())
    row = told.table.row(0, named=True)
    assert row["object"] == "K07Tf8A"
    assert row["time"] == "2007-10-09 05:53:54"
    assert row["right_ascension"] == pytest.approx(15 * (23 + 8 / 60 + 17.4 / 3600))
    assert row["declination"] == pytest.approx(-(8 + 21 / 60 + 2.2 / 3600))
    assert (row["magnitude"], row["observatory"], row["discovery"]) == (19.8, "G96", True)
    assert told.findings == ()


@pytest.mark.hazard("H-325")
def test_other_lines_are_told_each_as_what_it_is() -> None:
    one = line()
    second, bad = one[:14] + "s" + one[15:], one[:15] + "2007 13 41.24576 " + one[32:]
    padded = one[:32] + " 3 49  9.89 " + one[44:]
    text = "\n".join(["COM a comment", one, second, bad, padded, one[:47] + "81" + one[49:]])
    told = read_astrometry("o.txt", text.encode())
    assert told.table["line"].to_list() == [2, 5]
    codes = sorted((one.code, one.line) for one in told.findings)
    assert codes == [("FMT-340", 1), ("FMT-341", 3), ("FMT-342", 4), ("FMT-342", 6)]


def test_blank_lines_are_nothing_and_are_not_told() -> None:
    told = read_astrometry("o.txt", f"\n{line()}\n   \n\n".encode())
    assert (told.table.height, told.findings) == (1, ())
    assert told.table["line"].to_list() == [2]
