import io
from pathlib import Path

import polars as pl

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.catalogue.read_rules import ReadRules
from nanoward.flows.type_read_files import type_read_files
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs


def test_each_sample_gets_a_vcf_and_a_consensus_and_all_a_table(tmp_path: Path) -> None:
    genome = random_genome(5000, 1)
    other = genome[:2000] + "G" * 4 + genome[2000:]
    paths = []
    for sample, text in (("a", genome), ("b", other)):
        for mate, reads in zip("12", simulated_pairs(text, Library(), 2), strict=True):
            paths.append(str(tmp_path / f"{sample}_{mate}.fastq.gz"))
            Path(paths[-1]).write_bytes(packed(reads))
    told = type_read_files(
        paths, ("r.fasta", f">c\n{genome}\n".encode()), ReadRules(), FileFormats(),
        SilentProgress(),
    )  # fmt: skip
    assert sorted(told.files) == [
        "a.fasta", "a.vcf", "b.fasta", "b.vcf",
        "coverage.parquet", "factors.parquet", "limits.parquet",
    ]  # fmt: skip
    table = pl.read_parquet(io.BytesIO(told.files["factors.parquet"]))
    assert table["sample"].to_list() == ["b"]
    assert [row["consensus_variants"] for row in told.summaries] == [0, 1]
    limits = pl.read_parquet(io.BytesIO(told.files["limits.parquet"]))
    for sample in "ab":
        own = limits.filter(pl.col("sample") == sample)
        assert (own["last"] - own["first"] + 1).sum() == 5000
        assert own["first"].to_list()[1:] == (own["last"] + 1).to_list()[:-1]
    assert limits["limit"].drop_nulls().is_between(0, 1).all()
