from typing import Any

from nanoward.adapters.formats import FileFormats
from nanoward.bonds import BondRules
from nanoward.catalogue import CatalogueRules
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.testing.fakes import CountedProgress, InlineRunner

FASTA = "".join(f">s{k}|c|run=r\n{'ACGTTGCAAC' * 6}\n" for k in range(4)).encode()
SAMPLES = b"sample,participant,taken\n" + b"".join(
    f"s{k},p{k},2026-01-0{k + 1}\n".encode() for k in range(4)
)


def parts() -> tuple[Any, Any, Any]:
    return FileFormats(), InlineRunner(), CountedProgress()


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
