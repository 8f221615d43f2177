"""VCF and BCF of bcftools and htslib, held against what htslib itself reads of them."""

from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.formats.sequences.vcf import read_vcf

# Broken by the specification: no genotype stands in for what their fields say wrongly
BROKEN = ("not listed", "is no allele", "fields", "no read shows", "values where")
REFUSALS = {"FMT-024", "FMT-026", "FMT-027"}


def alleles_by_htslib(pysam: Any, path: Path) -> list[tuple[str, str, int, str, str]]:
    """Alleles of letters in called genotypes of records that passed; [] where it stops."""
    found = []
    try:
        with pysam.VariantFile(str(path)) as source:
            for record in source:
                if list(record.filter.keys()) not in ([], ["PASS"]):
                    continue
                for sample, call in record.samples.items():
                    copies = call.get("GT") or ()
                    found += [
                        (sample, record.chrom, record.pos, record.ref.upper(), alt.upper())
                        for alt in {record.alts[at - 1] for at in copies if at}
                        if None not in copies and set(alt.upper()) <= set("ACGTN")
                    ]
    except (OSError, ValueError, TypeError, IndexError):
        pass
    return found


@pytest.mark.hazard("H-179")
@pytest.mark.timeout(300)
def test_every_called_allele_is_read_or_told(peer_files) -> None:
    pysam = pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    pysam.set_verbosity(0)
    files = peer_files(("bcftools", "htslib"), (".vcf", ".vcf.gz", ".bcf"))
    assert len(files) > 500
    silent, refused = [], []
    for path in files:
        told = read_vcf(path.name, path.read_bytes())
        keys = ("sample", "contig", "position", "ref", "alt")
        held = set(told.table.select(keys).rows())
        codes = {one.code for one in told.findings}
        lost = [one for one in alleles_by_htslib(pysam, path) if one not in held]
        if lost and not codes & {*REFUSALS, "FMT-053"}:
            silent.append((path.name, lost[:3]))
        refused += [
            (path.name, one.message)
            for one in told.findings
            if one.code in REFUSALS and not any(word in one.message for word in BROKEN)
        ]
    assert silent == []
    assert refused == []
