"""nanoward watch reads, as it is typed."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from nanoward.faces.cli import cli


def test_a_virus_in_a_sample_is_told_with_its_reads(tmp_path: Path) -> None:
    virus = "".join(np.random.default_rng(1).choice(list("ACGT"), 5000))
    (tmp_path / "v.fasta").write_text(f">v\n{virus}\n")
    reads = [virus[at : at + 120] for at in (10, 900, 3000, 4000)]
    text = "".join(f"@r{at}\n{one}\n+\n{'I' * 120}\n" for at, one in enumerate(reads))
    (tmp_path / "s.fastq").write_text(text)
    words = ["watch", "reads", str(tmp_path / "s.fastq"), "--known", str(tmp_path / "v.fasta"),
             "--json", "--quiet", "--subject", "P1", "--as-of", "2026-11-30",
             "--out", str(tmp_path / "counts.csv")]  # fmt: skip
    told = CliRunner().invoke(cli, words, standalone_mode=False)
    assert told.return_value == 1
    (one,) = json.loads(told.stdout)["others"]
    assert (one["state"], one["reads"]) == ("seen", 4)
    assert "reads of v.fasta in P1,2026-11-30,4,4.0" in (tmp_path / "counts.csv").read_text()
