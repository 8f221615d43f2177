import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.flows.intake.look_at_file import NoPlaceForFileError, look_at_file, place_of
from nanoward.ports.folder import is_place_of_data
from nanoward.wiring import open_bench

FORMATS = open_bench(quiet=True).formats
FASTQ = b"@r1\nACGT\n+\nIIII\n"
VCF = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@pytest.mark.parametrize(
    ("name", "content", "role", "path"),
    [
        ("contacts.csv", b"a,b\n", "", "data/contacts.csv"),
        ("my list.CSV", b"sample\n", "samples", "data/samples.csv"),
        ("LB.xpt", b"", "", "data/LB.xpt"),
        ("week 3.xpt", b"", "sdtm.VS", "data/sdtm/vs.xpt"),
        ("s1.vcf", VCF, "", "data/s1.vcf"),
        ("s1_R1.fastq", FASTQ, "", "data/reads/s1_R1.fastq"),
        ("b.json", b'{"resourceType": "Bundle"}', "", "data/fhir/b.json"),
        ("C:\\\\x\\\\..\\\\contacts.csv", b"a\n", "", "data/contacts.csv"),
    ],
    ids=["contacts", "told", "lab", "domain", "vcf", "fastq", "fhir", "path"],
)
def test_a_file_has_its_place_by_name_content_and_what_is_told(
    name: str, content: bytes, role: str, path: str
) -> None:
    assert place_of(FORMATS, name, role, content) == path


@pytest.mark.hazard("H-413")
@given(st.text(max_size=40), st.sampled_from(["", "samples", "fhir", "sdtm.LB", "reads"]))
def test_no_name_leads_out_of_the_data(name: str, role: str) -> None:
    try:
        place = place_of(FORMATS, name, role, b"")
    except NoPlaceForFileError:
        return
    assert is_place_of_data(place)
    assert ".." not in place.split("/")


def test_rows_findings_and_columns_are_told_and_nothing_is_used() -> None:
    content = b"a,b,kind,first\nP1,P2,household,2026-04-01\nP1,P1,household,2026-04-02\n"
    look = look_at_file(FORMATS, "contacts.csv", content)
    assert look.rows == {"contacts": 1}
    assert [(one.code, one.line) for one in look.findings] == [("FMT-030", 3)]
    assert look.columns == ("a", "b", "kind", "first")
    assert not look.is_genomic
    assert look_at_file(FORMATS, "s1.vcf", VCF).is_genomic


def test_what_nobody_reads_is_refused() -> None:
    with pytest.raises(NoPlaceForFileError):
        look_at_file(FORMATS, "evil.exe", b"")
    with pytest.raises(NoPlaceForFileError):
        place_of(FORMATS, "..", "", b"")


def test_our_columns_of_a_table_are_offered_and_the_line_is_none_of_them() -> None:
    told = look_at_file(FORMATS, "samples.csv", b"sample,participant,taken\ns,p,2026-01-05\n")
    assert {"sample", "participant", "taken"} <= set(told.ours)
    assert "line" not in told.ours
