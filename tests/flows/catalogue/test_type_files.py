"""Plain files typed without a programme."""

from typing import Any

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue import CatalogueRules
from nanoward.flows.catalogue.type_files import NoReferenceError, sequenced_role, type_files
from nanoward.testing.fakes import CountedProgress, InlineRunner

FASTA = "".join(f">s{k}|c|run=r\n{'ACGTTGCAAC' * 6}\n" for k in range(4)).encode()


def parts() -> tuple[Any, Any, Any]:
    return FileFormats(), InlineRunner(), CountedProgress()


def test_the_first_sample_stands_in_for_a_missing_reference_and_names_for_people() -> None:
    found = type_files({"genomes": ("g.fasta", FASTA)}, CatalogueRules(), *parts())
    assert found.tables["profiles"]["participant"].to_list() == ["s0", "s1", "s2", "s3"]
    assert found.tables["profiles"]["consensus_differences"].sum() == 0


def test_variants_alone_need_a_reference() -> None:
    variants = b"sample,contig,position,ref,alt,frequency\ns0,c,2,C,T,0.4\n"
    with pytest.raises(NoReferenceError):
        type_files({"variants": ("v.csv", variants)}, CatalogueRules(), *parts())


def test_a_file_is_known_by_its_name() -> None:
    assert sequenced_role("a/b.FASTA.gz") == "genomes"
    assert sequenced_role("a/b.vcf.gz") == "variants"
