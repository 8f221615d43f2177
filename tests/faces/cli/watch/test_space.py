"""nanoward watch conjunctions, orbits and approaches, as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli

OWN = (
    "1 06251U 62025E   06176.82412014  .00008885  00000-0  12808-3 0  3985\n"
    "2 06251  58.0579  54.0425 0030035 139.1568 221.1854 15.56387291  6774\n"
)
OTHER = (
    "1 28057U 03049A   06177.78615833  .00000060  00000-0  35940-4 0  1836\n"
    "2 28057  98.4283 247.6961 0000884  88.1964 271.9322 14.35478080140550\n"
)
_AXES = ("R", "T", "N", "RDOT", "TDOT", "NDOT")


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["watch", *words], standalone_mode=False)


def message(second: str) -> str:
    lines = ["MESSAGE_ID = M", "TCA = 2026-01-01T00:00:00", "COMMENT HBR = 10 [m]"]
    for number, velocity in ((1, "0 7.546 0"), (2, second)):
        lines += [
            f"OBJECT = OBJECT{number}",
            "REF_FRAME = EME2000",
            "X = 7000",
            "Y = 0",
            "Z = 0",
        ]
        lines += [f"{a}_DOT = {v}" for a, v in zip("XYZ", velocity.split(), strict=True)]
        lines += [
            f"C{a}_{b} = {0 if a != b else 2500 if i < 3 else 1e-3}"
            for i, a in enumerate(_AXES) for b in _AXES[: i + 1]
        ]  # fmt: skip
    return "\n".join(lines)


@pytest.mark.hazard("H-326")
def test_a_slow_conjunction_says_that_the_plane_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "m.cdm").write_text(message("0 7.54602 0"))
    told = typed("conjunctions", str(tmp_path / "m.cdm"), "--draws", "200", "--quiet",
                 "--out", str(tmp_path / "o.csv"))  # fmt: skip
    assert told.return_value == 1
    assert "2-D not valid: slow or long encounter" in told.stdout
    assert (tmp_path / "o.csv").read_text().startswith("message,")
    (tmp_path / "f.cdm").write_text(message("0 4 6.4"))
    fast = typed("conjunctions", str(tmp_path / "f.cdm"), "--limit", "0.5", "--json", "--quiet")
    assert fast.return_value == 0
    assert json.loads(fast.stdout)["conjunctions"][0]["plane"] is not None


def test_a_catalogue_is_screened(tmp_path: Path) -> None:
    (tmp_path / "c.tle").write_text(OWN + OTHER)
    (tmp_path / "own.tle").write_text(OWN)
    words = ["orbits", str(tmp_path / "c.tle"), "--protected", str(tmp_path / "own.tle"),
             "--as-of", "2006-06-26", "--quiet"]  # fmt: skip
    near = typed(*words, "--within", "500")
    assert near.return_value == 1
    assert "28057" in near.stdout
    assert typed(*words, "--within", "5").return_value == 0


def test_approaches_are_listed_by_threat(tmp_path: Path) -> None:
    rows = [["2020 B", "x", "0.02", "22"], ["2020 A", "y", "0.001", "28"]]
    table = {"fields": ["des", "cd", "dist", "h"], "data": rows}
    (tmp_path / "cad.json").write_text(json.dumps(table))
    told = typed("approaches", str(tmp_path / "cad.json"), "--json")
    assert told.return_value == 1
    assert [one["object"] for one in json.loads(told.stdout)["approaches"]] == [
        "2020 A",
        "2020 B",
    ]
    assert typed("approaches", str(tmp_path / "cad.json"), "--within", "0.1").return_value == 0
