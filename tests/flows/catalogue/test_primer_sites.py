from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.catalogue.primer_sites import primer_sites
from nanoward.testing.reads import random_genome

AGENT = agent_index({"a": random_genome(300, 1), "b": random_genome(300, 2)})


def test_primers_stand_on_the_index_and_those_beyond_it_are_told() -> None:
    bed = b"b\t0\t20\tx_LEFT\t1\t+\nb\t200\t220\tx_RIGHT\t1\t-\nc\t0\t9\tlost\t1\t+\n"
    sites, wrong = primer_sites(("p.bed", bed), AGENT, FileFormats())
    assert sites is not None
    start = dict(zip(AGENT.contigs, AGENT.starts, strict=True))["b"]
    assert sites.forward.tolist() == [[start, start + 20]]
    assert sites.backward.tolist() == [[start + 200, start + 220]]
    assert [(one.code, one.file) for one in wrong] == [("CAT-057", "p.bed")]
    assert primer_sites(None, AGENT, FileFormats()) == (None, ())


def test_a_primer_that_ends_behind_its_contig_is_told() -> None:
    bed = b"b\t280\t300\tlast_LEFT\t1\t+\nb\t281\t301\tover_LEFT\t1\t+\n"
    sites, wrong = primer_sites(("p.bed", bed), AGENT, FileFormats())
    assert sites is not None
    assert len(sites.forward) == 1
    assert [one.code for one in wrong] == ["CAT-057"]
    assert "over_LEFT" in wrong[0].message
