import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from nanoward.faces.cli.bonds import group


def written(folder: Path) -> list[str]:
    rng = np.random.default_rng(1)
    fasta, samples = [], ["sample,participant,taken,season"]
    for k in range(7):
        letters = np.full(600, "A")
        letters[rng.choice(600, 20, replace=False)] = "G"
        text = fasta[0].split("\n")[1] if k == 1 else "".join(letters.tolist())
        fasta.append(f">s{k}|c\n{text}")
        samples.append(f"s{k},p{k},2026-01-01,A")
    (folder / "g.fasta").write_text("\n".join(fasta) + "\n")
    (folder / "s.csv").write_text("\n".join(samples) + "\n")
    (folder / "c.csv").write_text("a,b,kind\np0,p1,room\n")
    where = {name: str(folder / name) for name in ("g.fasta", "s.csv", "c.csv")}
    return [
        "find", where["g.fasta"], "--samples", where["s.csv"], "--contacts", where["c.csv"],
        "--strata", "season", "--quiet",
    ]  # fmt: skip


def test_the_closest_pair_is_told_first_with_what_cannot_be_told(tmp_path: Path) -> None:
    shown = CliRunner().invoke(group, written(tmp_path), standalone_mode=False)
    assert shown.return_value == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("1 of 21 pairs linked (7 people, 1 strata)")
    assert lines[2].split()[:3] == ["p0", "p1", "A"]
    assert any(line.startswith("cannot tell: all") for line in lines)


def test_json_holds_every_pair_and_every_open_question(tmp_path: Path) -> None:
    told = json.loads(CliRunner().invoke(group, [*written(tmp_path), "--json"]).stdout)
    assert len(told["bonds"]) == told["facts"]["pairs compared"] == 21
    assert {"findings", "undecided"} <= set(told)


def test_a_requirement_that_is_no_pair_is_refused(tmp_path: Path) -> None:
    shown = CliRunner().invoke(group, [*written(tmp_path), "--require", "quality"])
    assert shown.exit_code == 2
    assert "COLUMN=VALUE" in shown.output
