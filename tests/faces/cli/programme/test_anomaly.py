"""Anomalies from the command line: described, read by two, decided, agreement told."""

from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed

A, P = ("programme", "anomaly"), ("programme", "pregnancy")


@pytest.mark.hazard("H-249")
def test_described_coded_decided_and_reported(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    case = said(*P, "open", folder, "P1", "--by", "nurse")["case"]
    child = said(*P, "outcome", folder, case, "live birth", day, "--anomaly", "confirmed",
                 "--by", "nurse")["infant"]  # fmt: skip
    told = typed(*A, "describe", folder, case, "cleft lip of P1's child", "--by", "nurse")
    assert "the words tell P1" in str(told.exception)
    words = (*A, "describe", folder, case, "cleft of the left lip", "--by", "nurse")
    item = said(*words)["item"]
    assert typed(*A, "list", folder, "--by", "nurse").stdout.strip() == "nothing waits"
    assert said(*A, "list", folder, "--by", "ann")["items"][0]["item"] == item
    assert said(*A, "code", folder, item, "--code", "Q36.9", "--by", "ann")["state"] == "waits"
    bad = typed(*A, "code", folder, item, "--code", "lip", "--by", "bea")
    assert "no code from Q00 to Q99" in str(bad.exception)
    assert said(*A, "code", folder, item, "--code", "Q35", "--by", "bea")["state"] == "differs"
    decide = (*A, "decide", folder, item, "--code", "Q36.9", "--reason", "palate whole")
    assert said(*decide, "--by", "cal")["codes"] == ["Q36.9"]
    agreed = said(*A, "agreement", folder)
    assert (agreed["items"], agreed["same_codes"], agreed["category"]) == (1, 0, None)
    assert "kappa cannot be told" in typed(*A, "agreement", folder).stdout
    shown = said(*P, "report", folder)
    assert shown["anomalies"] == [{"code": "Q36.9", "count": "under 5"}]
    assert shown["infants"] == []
    closed = said(*P, "report", folder, "--closed")
    assert closed["anomalies"] == [{"code": "Q36.9", "count": 1}]
    assert (closed["infants"][0]["infant"], closed["infants"][0]["seen"]) == (child, [])
