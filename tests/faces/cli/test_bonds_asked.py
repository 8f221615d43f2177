import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tests.faces.service.api.conftest import held

from nanoward.faces.cli.bonds import group

__all__ = ["held"]


def typed(*words: str) -> str:
    shown = CliRunner().invoke(group, [*words], standalone_mode=False)
    assert shown.return_value == 0, (shown.output, shown.exception)
    return shown.stdout


def test_all_pairs_of_a_file_of_genomes_are_counted_and_the_near_ones_written(
    tmp_path: Path,
) -> None:
    file = tmp_path / "g.fasta"
    file.write_text(
        "".join(f">s{k}|c\n{'ACGT' * 20}{'A' * k}{'C' * (9 - k)}\n" for k in range(10))
    )
    out = tmp_path / "out"
    shown = typed("distances", str(file), "--most", "2", "--out", str(out), "--quiet")
    assert shown.splitlines()[:4] == [
        "genomes: 10", "columns: 89", "pairs compared: 45", "pairs at most 2 apart: 17",
    ]  # fmt: skip
    assert pl.read_csv(out / "distances.csv")["pairs"].to_list() == list(range(9, 0, -1))
    assert pl.read_csv(out / "near.csv").height == 17
    told = json.loads(typed("distances", str(file), "--most", "2", "--json", "--quiet"))
    assert told["near"][0] == {"a": "s0", "b": "s1", "differing": 1, "compared": 89}


def test_sharing_is_asked_of_rates_and_of_minor_variants(tmp_path: Path) -> None:
    rates, variants, samples = (tmp_path / name for name in ("r.csv", "v.csv", "s.csv"))
    rates.write_text("a,b,rate\nx,y,0.9\nx,z,0.2\ny,z,0.25\nw,x,0.2\nw,y,0.3\nw,z,0.28\n")
    assert typed("sharing", str(rates)).splitlines()[2].split()[:3] == ["x", "y", "all"]
    assert len(json.loads(typed("sharing", str(rates), "--json"))["sharing"]) == 6
    variants.write_text(
        "sample,contig,position,ref,alt,frequency\ns0,c,5,A,G,0.1\ns1,c,5,A,G,0.2\n"
    )
    samples.write_text(
        "sample,participant,taken,season\n"
        + "".join(f"s{k},p{k},2026-01-01,{'AB'[k % 2]}\n" for k in range(4))
    )
    words = ("sharing", "--variants", str(variants), "--samples", str(samples), "--quiet")
    assert typed(*words).splitlines()[2].split()[:2] == ["p0", "p1"]
    apart = json.loads(typed(*words, "--strata", "season", "--json"))
    assert {(row["a"], row["b"]) for row in apart["sharing"]} == {("p0", "p2"), ("p1", "p3")}
    refused = CliRunner().invoke(group, ["sharing", "--variants", str(variants)])
    assert refused.exit_code == 2


@pytest.mark.hazard("H-425")
def test_a_large_round_keeps_near_pairs_and_any_other_is_asked_for(
    held: Path, tmp_path: Path
) -> None:
    from nanoward.faces.cli import cli

    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    (folder,) = (ward / "rounds").iterdir()
    before = {path.stem: pl.read_parquet(path) for path in (folder / "tables").iterdir()}
    plan = ward / "programme.toml"
    lines = [one for one in plan.read_text().splitlines() if one != "[bonds]"]
    own = "[bonds]" in plan.read_text().splitlines()
    text = plan.read_text()
    plan.write_text(
        text.replace("[bonds]", "[bonds]\nkeep_pairs = 0", 1) if own
        else "\n".join([*lines, "", "[bonds]", "keep_pairs = 0", ""])
    )  # fmt: skip
    told = CliRunner().invoke(
        cli, ["round", str(ward), "--as-of", folder.name, "--quiet", "--workers", "1"]
    )
    assert told.exit_code in (0, 1, 8), told.output
    after = {path.stem: pl.read_parquet(path) for path in (folder / "tables").iterdir()}
    kept = before["bonds"].join(
        after["bonds"], on=["a", "b"], how="semi", maintain_order="left"
    )
    assert kept.equals(after["bonds"])
    assert after["bonds"].height < before["bonds"].height
    assert after["bond_scores"].equals(before["bond_scores"])
    page = (folder / "report.html").read_text()
    assert f"{before['bonds'].height} pairs compared" in page
    gone = before["bonds"].join(after["bonds"], on=["a", "b"], how="anti").sort("a", "b")
    a, b = gone.select("a", "b").row(0)
    shown = json.loads(typed("pair", str(ward), b, a, "--json", "--quiet"))
    assert shown["pairs"][0]["p_value"] == gone["p_value"][0]
    assert typed("pair", str(ward), a, "--quiet").count("\n") > 2
