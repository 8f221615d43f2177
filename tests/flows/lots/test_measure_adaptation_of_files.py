"""Files of one role are read each by itself and taken together."""

import polars as pl
import pytest

from nanoward.catalogue import catalogue_rules
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus
from nanoward.flows.lots import (
    measure_adaptation_of_files as measure_adaptation_of_files_module,
)
from nanoward.flows.lots.measure_adaptation_of_files import (
    AdaptFiles,
    EmptyLotError,
    NoDaysError,
    measure_adaptation_of_files,
)
from nanoward.wiring import open_bench

LETTERS = "ACGTTGCAAC" * 60
SAMPLES = (
    "s.csv",
    b"sample,participant,taken\ns1,p,2026-01-01\ns2,p,2026-02-01\ns3,q,2026-02-01\n",
)


def test_the_order_and_the_number_of_files_change_nothing() -> None:
    bench = open_bench(quiet=True)
    texts = [f">s{k}|c\n{'G' * k}{LETTERS[k:]}\n".encode() for k in (1, 2, 3)]
    others = {"samples": SAMPLES, "reference": ("r.fasta", f">c\n{LETTERS}\n".encode())}
    apart = [(f"{k}.fasta", text) for k, text in enumerate(texts)]
    found = [
        measure_adaptation_of_files(
            AdaptFiles(genomes=genomes, others=others),
            catalogue_rules({}),
            bench.formats,
            bench.runner,
            bench.progress,
        )
        for genomes in ([("all.fasta", b"".join(texts))], apart, apart[::-1])
    ]
    for one in found[1:]:
        assert one.facts == found[0].facts
        for name in ("departures", "rates", "acquired", "owners"):
            assert one.tables[name].equals(found[0].tables[name])
    acquired = found[0].tables["acquired"]
    assert acquired.select("participant", "position").rows() == [("p", 2)]


def test_a_lot_that_cannot_be_read_is_refused_with_its_place() -> None:
    bench = open_bench(quiet=True)
    genomes = [("a.fasta", f">s1|c\n{LETTERS}\n".encode())]
    files = AdaptFiles(
        genomes=genomes, others={"samples": SAMPLES}, lots={"L1": ("l.csv", b"a,b\n1,2\n")}
    )
    with pytest.raises(EmptyLotError, match="lot L1") as fault:
        measure_adaptation_of_files(
            files, catalogue_rules({}), bench.formats, bench.runner, bench.progress
        )
    assert (fault.value.code, fault.value.file) == ("CAT-016", "l.csv")


def test_without_a_reference_there_is_no_layout_and_loci_are_of_its_contigs() -> None:
    here = AnnotatedLocus(name="k", role="kill", contig="c", first=1, last=3)
    away = AnnotatedLocus(name="k", role="kill", contig="d", first=1, last=3)
    none = measure_adaptation_of_files_module._layout({}, (here,))
    assert (none.letters, none.regions) == ({}, ())
    table = pl.DataFrame({"contig": ["c"], "sequence": ["acgt"]})
    found = measure_adaptation_of_files_module._layout({"reference": table}, (here, away))
    assert (found.letters, found.regions) == ({"c": "ACGT"}, (here,))


def test_without_samples_nothing_is_measured() -> None:
    bench = open_bench(quiet=True)
    with pytest.raises(NoDaysError) as fault:
        measure_adaptation_of_files(
            AdaptFiles(genomes=[], others={}), catalogue_rules({}), bench.formats,
            bench.runner, bench.progress,
        )  # fmt: skip
    assert fault.value.code == "CAT-015"
