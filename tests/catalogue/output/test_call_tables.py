from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nanoward.adapters.formats.sequences.fasta import read_genomes
from nanoward.adapters.formats.sequences.vcf import read_vcf
from nanoward.catalogue.calling.variant_calls import UNREAD
from nanoward.catalogue.output.call_tables import (
    called_variants,
    consensus_fasta,
    factor_rows,
    genome_rows,
    limit_table,
    read_summary,
    variant_rows,
    vcf_text,
)
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(8000, 1)
OTHER = (
    GENOME[:1000] + "ACGTACGTAC"[:3] + GENOME[1000:2000] + GENOME[2010:3000]
    + GENOME[3000].translate(str.maketrans("ACGT", "CGTA")) + GENOME[3001:]
)  # fmt: skip
Calls = Callable[..., Any]


def test_the_consensus_is_the_genome_that_was_sequenced(calls_of: Calls) -> None:
    calls, agent = calls_of(GENOME, *simulated_pairs(OTHER, Library(depth=60), 2))
    table = read_genomes("x.fasta", consensus_fasta("s", calls, agent).encode()).table
    told = table["sequence"][0]
    assert table["contig"][0] == "c"
    assert len(told) == len(OTHER)
    assert told.strip("N") in OTHER
    assert len(told.strip("N")) > 7700


def test_an_insertion_among_unread_letters_is_left_out_of_the_consensus(
    calls_of: Calls,
) -> None:
    calls, agent = calls_of(GENOME, *simulated_pairs(OTHER, Library(depth=60), 2))
    (at,) = [one.at for one in calls.indels if one.size > 0]
    whole = "".join(consensus_fasta("s", calls, agent).split("\n")[1:])
    for first, last in ((at - 5, at), (at, at + 5), (at - 5, at + 5)):
        unread = calls.consensus.copy()
        unread[first:last] = UNREAD
        told = consensus_fasta("s", replace(calls, consensus=unread), agent)
        assert len("".join(told.split("\n")[1:])) == len(whole) - 3
        assert "N" * (last - first) in told.replace("\n", "")


def test_the_vcf_is_read_back_and_rebuilds_the_genome(calls_of: Calls) -> None:
    calls, agent = calls_of(GENOME, *simulated_pairs(OTHER, Library(depth=60), 2))
    variants = called_variants(calls, agent)
    reading = read_vcf("s.vcf", vcf_text("s", variants, agent, "1").encode())
    assert reading.findings == ()
    built = GENOME
    rows = sorted(reading.table.to_dicts(), key=lambda row: -row["position"])
    for row in rows:
        at = row["position"] - 1
        assert built[at : at + len(row["ref"])] == row["ref"]
        built = built[:at] + row["alt"] + built[at + len(row["ref"]) :]
    assert built == OTHER


def test_rows_say_each_variant_once_and_sum_up(calls_of: Calls) -> None:
    calls, agent = calls_of(GENOME, *simulated_pairs(OTHER, Library(depth=60), 2))
    variants = called_variants(calls, agent)
    (genome,) = genome_rows("s", calls, agent)
    assert len(genome["sequence"]) == len(GENOME)
    assert genome["sequence"].count("-") == 10
    assert [len(row["alt"]) for row in variant_rows("s", variants)] == [4, 1]
    assert {row["evidence"] for row in factor_rows("s", variants)} == {"consensus"}
    told = read_summary("s", calls, agent)
    assert told["consensus_variants"] == 3
    assert told["readable"] > 7700


def test_an_indel_at_the_very_start_is_anchored_behind(calls_of: Calls) -> None:
    from nanoward.catalogue.calling.indels import Indel
    from nanoward.catalogue.output.call_tables import _indel_variant

    _, agent = calls_of(GENOME, b"", b"")
    one = Indel(at=0, size=-2, inserted="", forward=5, backward=5, depth=10, frequency=1.0)
    told = _indel_variant(one, agent, "own")
    assert (told.position, told.ref, told.alt) == (1, GENOME[:3], GENOME[2])


def test_limits_are_told_for_every_position_and_never_too_low(calls_of: Calls) -> None:
    calls, agent = calls_of(GENOME, *simulated_pairs(OTHER, Library(depth=60), 2))
    told = limit_table("s", calls, agent)
    runs = told.select("first", "last", "limit").rows()
    assert (runs[0][0], runs[-1][1]) == (1, 8000)
    for first, last, limit in runs:
        exact = calls.limit[first - 1 : last]
        if limit is None:
            assert np.isnan(exact).all()
        else:
            assert (exact <= limit + 1e-6).all()
            assert (exact > limit / 1.26).all()
