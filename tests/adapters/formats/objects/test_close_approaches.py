"""CAD and Scout tables, and times of error in JPL's words."""

import json

import pytest

from nanoward.adapters.formats.objects.close_approaches import read_approaches, time_error_s


def test_a_cad_table_is_read_by_its_fields() -> None:
    fields = ["des", "jd", "cd", "dist", "dist_min", "dist_max", "v_rel", "t_sigma_f", "h"]
    rows = [["2020 AB", "1", "2020-Jan-01", "0.05", "0.04", "0.06", "12.5", "< 00:01", "22"],
            ["2020 CD", "1", "x", None, None, None, None, None, None]]  # fmt: skip
    told = read_approaches("cad.json", json.dumps({"fields": fields, "data": rows}).encode())
    row = told.table.row(0, named=True)
    assert (row["object"], row["distance"], row["time_error"]) == ("2020 AB", 0.05, 60.0)
    assert [(one.code, one.line) for one in told.findings] == [("FMT-330", 2)]


def test_scout_speaks_of_lunar_distances() -> None:
    data = [{"objectName": "P1", "caDist": "2.0", "vInf": "11.1", "H": "29.2", "lastRun": "x"}]
    told = read_approaches("s.json", json.dumps({"data": data}).encode())
    assert told.table["distance"][0] == pytest.approx(2 * 0.00256955529)


def test_anything_else_is_told() -> None:
    for text in (b"[1]", b"{", b'{"fields": []}', b'{"fields": [], "data": 3}'):
        assert read_approaches("x.json", text).findings


def test_errors_of_time_by_hand() -> None:
    assert time_error_s("00:12") == 720.0
    assert time_error_s("3_09:11") == 3 * 86_400 + 9 * 3600 + 660
    assert time_error_s("soon") is None
