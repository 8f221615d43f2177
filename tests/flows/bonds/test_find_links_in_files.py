from typing import Any

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.bonds import BondRules
from nanoward.catalogue import CatalogueRules
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.flows.catalogue.type_files import NoReferenceError, sequenced_role, type_files
from nanoward.testing.fakes import CountedProgress, InlineRunner

FASTA = "".join(f">s{k}|c|run=r\n{'ACGTTGCAAC' * 6}\n" for k in range(4)).encode()
SAMPLES = b"sample,participant,taken\n" + b"".join(
    f"s{k},p{k},2026-01-0{k + 1}\n".encode() for k in range(4)
)


def parts() -> tuple[Any, Any, Any]:
    return FileFormats(), InlineRunner(), CountedProgress()


def test_the_first_sample_stands_in_for_a_missing_reference_and_names_for_people() -> None:
    found = type_files({"genomes": ("g.fasta", FASTA)}, CatalogueRules(), *parts())
    assert found.tables["profiles"]["participant"].to_list() == ["s0", "s1", "s2", "s3"]
    assert found.tables["profiles"]["consensus_differences"].sum() == 0


def test_bonds_are_found_in_plain_files() -> None:
    files = {
        "genomes": ("g.fasta", FASTA),
        "samples": ("s.csv", SAMPLES),
        "contacts": ("c.csv", b"a,b,kind\np0,p1,room\n"),
    }
    found = find_links_in_files(
        files, FileRules(catalogue=CatalogueRules(), bonds=BondRules()), *parts()
    )
    assert found.tables["bonds"].height == 6
    assert found.facts["pairs with recorded contact"] == 1
    assert found.undecided


def test_variants_alone_need_a_reference() -> None:
    variants = b"sample,contig,position,ref,alt,frequency\ns0,c,2,C,T,0.4\n"
    with pytest.raises(NoReferenceError):
        type_files({"variants": ("v.csv", variants)}, CatalogueRules(), *parts())


def test_a_file_is_known_by_its_name() -> None:
    assert sequenced_role("a/b.FASTA.gz") == "genomes"
    assert sequenced_role("a/b.vcf.gz") == "variants"
