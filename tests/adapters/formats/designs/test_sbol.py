import pytest
import sbol3

from nanoward.adapters.formats.designs.design_annotations import NoDesignError
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.formats.designs.sbol import read_sbol


def foreign() -> str:
    """Two components with letters, one without, and an object that is no design."""
    sbol3.set_namespace("https://others.invalid")
    document = sbol3.Document()
    letters = sbol3.Sequence("s", elements="acgtacgtac", encoding=sbol3.IUPAC_DNA_ENCODING)
    part = sbol3.Component("part", types=[sbol3.SBO_DNA], name="lux pR", sequences=[letters])
    place = sbol3.Range(letters, 2, 7, orientation=sbol3.SBOL_REVERSE_COMPLEMENT)
    part.features.append(sbol3.SequenceFeature([place], name="kill", roles=[sbol3.SO_CDS]))
    two = [sbol3.Range(letters, 1, 2), sbol3.Range(letters, 5, 6)]
    part.features.append(sbol3.SequenceFeature(two, name="joined"))
    bare = sbol3.Component("bare", types=[sbol3.SBO_PROTEIN])
    for one in (letters, part, bare, sbol3.Collection("shelf", name="a shelf")):
        document.add(one)
    text: str = document.write_string("sorted nt")
    return text


def test_components_with_letters_and_features_of_one_range_are_read() -> None:
    design = read_sbol("x.nt", foreign(), ".nt")
    assert dict(design.sequences) == {"part": "ACGTACGTAC"}  # a name with a blank is no name
    assert design.loci == (
        ("joined [1 of 2]", "part", 1, 2, "+"),
        ("kill", "part", 2, 7, "-"),
        ("joined [2 of 2]", "part", 5, 6, "+"),
    )
    assert [(one.code, one.column) for one in design.findings] == [("AGT-213", "joined")]


@pytest.mark.hazard("H-195")
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('#start> "2"', '#start> "qz"'),
        ('#end> "7"', '#end> "qz"'),
        ('#end> "7"', '#qz> "7"'),
        ('#start> "2"', '#start> "9"'),
        ("#orientation> <http://sbols.org/v3#reverseComplement>", "#orientation> <http://qz>"),
    ],
)
def test_a_place_that_is_not_understood_is_told(was: str, becomes: str) -> None:
    assert foreign().count(was) == 1
    design = read_sbol("x.nt", foreign().replace(was, becomes), ".nt")
    assert ("AGT-215", "kill") in [(one.code, one.column) for one in design.findings]
    assert not [one for one in design.loci if one[0] == "kill"]


@pytest.mark.hazard("H-195")
def test_an_orientation_of_the_sequence_ontology_is_understood() -> None:
    was = "<http://sbols.org/v3#reverseComplement>"
    for term, strand in (("0001031", "-"), ("0001030", "+")):
        text = foreign().replace(was, f"<https://identifiers.org/SO:{term}>")
        assert ("kill", "part", 2, 7, strand) in read_sbol("x.nt", text, ".nt").loci


@pytest.mark.hazard("H-195")
def test_each_sequence_is_a_contig_and_ranges_lie_on_their_own() -> None:
    sbol3.set_namespace("https://others.invalid")
    document = sbol3.Document()
    dna = {"encoding": sbol3.IUPAC_DNA_ENCODING}
    one = sbol3.Sequence("one", elements="acgtacgtac", **dna)
    two = sbol3.Sequence("two", elements="ttttt", **dna)
    chain = sbol3.Sequence("chain", elements="MKV", encoding=sbol3.IUPAC_PROTEIN_ENCODING)
    part = sbol3.Component("part", types=[sbol3.SBO_DNA], sequences=[one, two])
    folded = sbol3.Component("folded", types=[sbol3.SBO_PROTEIN], sequences=[chain])
    for place, name in (
        (sbol3.Range(two, 2, 3), "second"),
        (sbol3.EntireSequence(one), "whole"),
        (sbol3.Cut(one, 4), "cut"),
    ):
        part.features.append(sbol3.SequenceFeature([place], name=name))
    for each in (one, two, chain, part, folded):
        document.add(each)
    design = read_sbol("x.nt", document.write_string("sorted nt"), ".nt")
    assert dict(design.sequences) == {"one": "ACGTACGTAC", "two": "TTTTT"}
    assert set(design.loci) == {("whole", "one", 1, 10, "+"), ("second", "two", 2, 3, "+")}
    assert {(found.code, found.column) for found in design.findings} == {
        ("AGT-215", "cut"), ("AGT-216", "folded"),
    }  # fmt: skip


def test_through_genbank_the_file_comes_back_to_the_letter() -> None:
    files, text = DesignFiles(), foreign()
    middle = files.read("x.gb", files.write("x.gb", files.read("x.nt", text.encode())))
    assert files.write("y.nt", middle) == text.encode()
    assert b"shelf" not in files.write("y.ttl", middle)  # another writing: letters and loci


@pytest.mark.hazard("H-84")
@pytest.mark.parametrize("ending", [".xml", ".rdf"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rdf [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "<!doctype rdf>",
        "<! DOCTYPE rdf []>",
        '<!ENTITY a "aaaa">',
    ],
)
def test_a_file_that_declares_a_document_type_is_not_opened(ending: str, declared: str) -> None:
    text = f'<?xml version="1.0"?>\n{declared}\n<rdf:RDF/>'
    with pytest.raises(NoDesignError, match="declares a document type"):
        read_sbol("x" + ending, text, ending)
