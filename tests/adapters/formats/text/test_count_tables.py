"""Counts as files: what is wrong with a row is told with its line."""

import pytest

from nanoward.adapters.formats.text.count_tables import read_counts


def read(text: str) -> tuple[list[tuple[str, int | None]], int]:
    told = read_counts("data/counts/w.csv", text.encode())
    return [(one.code, one.line) for one in told.findings], told.table.height


def test_counts_with_populations_are_read_without_a_word() -> None:
    head = "stream,day,count,exposure\n"
    assert read(head + "a,2026-01-05,3,100\na,2026-01-12,0,100\n") == ([], 2)


@pytest.mark.hazard("H-334")
def test_a_negative_count_is_refused_with_its_line() -> None:
    told, rows = read("stream,day,count,exposure\na,2026-01-05,3,9\na,2026-01-12,-2,9\n")
    assert told == [("FMT-027", 3)]
    assert rows == 1


@pytest.mark.hazard("H-334")
def test_a_count_without_population_is_told() -> None:
    told, rows = read("stream,day,count\na,2026-01-05,3\na,2026-01-12,2\n")
    assert told == [("FMT-130", 2)]
    assert rows == 2
    told, rows = read("stream,day,count,exposure\na,2026-01-05,3,9\na,2026-01-12,2,\n")
    assert told == [("FMT-131", 3)]
    assert rows == 1
    told, rows = read("stream,day,count,exposure\na,2026-01-05,3,9\na,2026-01-12,2,0\n")
    assert told == [("FMT-027", 3)]


def test_a_load_is_no_count() -> None:
    told, rows = read("stream,day,count,exposure\na,2026-01-05,3.7,9\na,2026-01-12,2,9\n")
    assert told[0][1] == 2
    assert rows == 1
