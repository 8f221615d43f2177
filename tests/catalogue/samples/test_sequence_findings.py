from nanoward.catalogue import SampleInput, Variant
from nanoward.catalogue.samples import sequence_findings


def test_every_doubt_names_the_sample_and_what_to_do() -> None:
    material = SampleInput(sample="s", participant="p", taken=None, lineage="H5N1")
    one = Variant(contig="c", position=2, ref="A", alt="G", frequency=0.1, depth=None)
    told = (
        sequence_findings.unknown_contig("s", "c", "genomes", ["C"]),
        sequence_findings.runs_differ("s", 30, 10),
        sequence_findings.too_different("s", (0.94, 0.96), 0.99),
        sequence_findings.too_different("s", (0.985, 0.995), 0.99),
        sequence_findings.no_place("s", [one]),
        sequence_findings.no_reference(material, []),
        sequence_findings.not_aligned("s", "c"),
        sequence_findings.other_reference("s", [one]),
        sequence_findings.uncovered("s", [one] * 5),
    )
    assert len({finding.code for finding in told}) == len(told)
    for finding in told:
        assert finding.subject == "s"
        assert "s" in finding.message.split()
        assert finding.next_step
        assert dict(finding.row)["sample"] == "s"


def test_a_contig_that_is_nearly_one_of_the_reference_is_named() -> None:
    told = sequence_findings.unknown_contig("s", "Chr1", "genomes", ["chr1", "p"])
    assert "is 'chr1' meant?" in told.message
