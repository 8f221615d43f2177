"""From the bytes of an event table to the table of changes."""

import pytest

from nanoward.flows.tuning.compare_settings import compare_settings
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.tuning import BadTargetError
from nanoward.wiring import open_bench

TEXT = b"""ID,TIME,EVID,AMT,DV,DVID
a,0,1,100,,
a,1,0,0,5,pain
a,2,0,0,6,pain
a,3,1,50,,
a,4,0,0,2,pain
a,5,0,0,1,pain
"""


def test_a_csv_becomes_rows_with_a_verdict() -> None:
    bench = open_bench(quiet=True, workers=1)
    file = EventFile(path="e.csv", content=TEXT)
    rows, findings = compare_settings(bench.formats, file, {"side_effect": "pain"})
    assert not findings
    assert [row["participant"] for row in rows] == ["a", ""]
    assert rows[0]["change"] == -4.0
    assert rows[1]["verdict"] == "cannot tell"  # one person is no programme
    with pytest.raises(BadTargetError):
        compare_settings(bench.formats, file, {})
