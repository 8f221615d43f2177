from nanoward.catalogue import SampleMaterial, Variant, doubts


def test_every_doubt_names_the_sample_and_what_to_do() -> None:
    material = SampleMaterial(sample="s", participant="p", taken=None, lineage="H5N1")
    one = Variant(contig="c", position=2, ref="A", alt="G", frequency=0.1, depth=None)
    told = (
        doubts.unknown_contig("s", "c", "genomes"),
        doubts.runs_differ("s", 30, 10),
        doubts.no_consensus("s"),
        doubts.no_place("s", one),
        doubts.no_reference(material, []),
        doubts.not_laid("s", "c"),
        doubts.other_reference("s", one, "ACGT"),
        doubts.in_the_dark("s", one),
    )
    assert len({finding.code for finding in told}) == len(told)
    for finding in told:
        assert finding.subject == "s"
        assert "s" in finding.message.split()
        assert finding.next_step
        assert dict(finding.row)["sample"] == "s"
