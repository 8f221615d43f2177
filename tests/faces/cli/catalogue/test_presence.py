import gzip
import json
from pathlib import Path

from click.testing import CliRunner

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.commands import group


def test_a_table_of_markers_is_called_and_written(tmp_path: Path) -> None:
    head = "sample,strain,n_markers_detected,n_markers_total,mean_marker_depth\n"
    rows = "".join(f"n{at},A,{at},100,0.1\n" for at in range(10)) + "d,A,95,100,4\n"
    spikes = head.replace("sample", "library,true_spike_percent") + "l,100,A,99,100,9\n"
    (tmp_path / "m.csv.gz").write_bytes(gzip.compress((head + rows).encode()))
    (tmp_path / "k.csv").write_text(spikes)
    (tmp_path / "s.csv").write_text(
        "sample,person,day_relative_to_first_dose\n"
        + "".join(f"n{at},n{at},1\n" for at in range(10)) + "d,d,9\n"
    )  # fmt: skip
    (tmp_path / "p.csv").write_text(
        "person,received_product\n" + "".join(f"n{at},0\n" for at in range(10)) + "d,1\n"
    )
    line = ["presence", str(tmp_path / "m.csv.gz"), "--samples", str(tmp_path / "s.csv"),
            "--people", str(tmp_path / "p.csv"), "--spikes", str(tmp_path / "k.csv"),
            "--level", "0.1"]  # fmt: skip
    told = CliRunner().invoke(
        group, [*line, "--out", str(tmp_path / "o.csv"), "--json"], standalone_mode=False
    )
    body = json.loads(told.stdout)
    assert body["facts"]["present after a dose"] == 1
    assert body["spikes"] == [{"found": 1, "strains": 1, "true_spike_percent": 100}]
    assert "d,d,A" in (tmp_path / "o.csv").read_text()
    text = CliRunner().invoke(group, line, standalone_mode=False).stdout
    assert "present after a dose" in text
    wrong = CliRunner().invoke(group, [*line, "--theirs", "x"], standalone_mode=False)
    assert isinstance(wrong.exception, UsageError)
