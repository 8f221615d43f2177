from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.catalogue.call_reads import TypedReads, call_reads
from nanoward.flows.catalogue.read_analysis import analyse, outcome_of, sample_of
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

GENOME = random_genome(4000, 11)
OTHER = GENOME[:1000] + ("A" if GENOME[1000] != "A" else "C") + GENOME[1001:]
AGENT = agent_index({"c": GENOME})
FILES = {
    f"s_{mate}.fastq.gz": ReadFile(name=f"s_{mate}.fastq.gz", content=packed(reads))
    for mate, reads in zip("12", simulated_pairs(OTHER, Library(), 5), strict=True)
}
LANES = (("s_1.fastq.gz", "s_2.fastq.gz"),)


def test_lanes_are_read_in_their_order_with_their_mates() -> None:
    told = sample_of("s", (*LANES, ("s_1.fastq.gz", None)), FILES.__getitem__, None)
    assert (told.first, told.second) == tuple(FILES.values())
    assert told.more == ((FILES["s_1.fastq.gz"], None),)


def test_rows_of_every_table_are_of_the_same_calls() -> None:
    asked = sample_of("s", LANES, FILES.__getitem__, None)
    found = analyse(asked, AGENT, CallingRules(), FileFormats())
    (summary,), (row,), (factor,) = found.summary, found.rows, found.factors
    assert (summary["sample"], summary["consensus_variants"]) == ("s", 1)
    assert row["position"] == factor["position"] == found.variants[0].position == 1001
    (genome,) = found.genomes
    assert genome["sequence"][1000] == OTHER[1000]
    assert {one["contig"] for one in found.coverage} == {"c"}
    again = outcome_of(call_reads(asked, AGENT, CallingRules(), FileFormats()), AGENT)
    assert (again.rows, again.summary, again.coverage) == (
        found.rows,
        found.summary,
        found.coverage,
    )


def test_files_that_cannot_be_used_give_findings_and_no_row() -> None:
    found = outcome_of(TypedReads(sample="s", calls=None, findings=()), AGENT)
    assert found.calls is None
    assert not any((found.variants, found.rows, found.summary, found.coverage, found.genomes))
