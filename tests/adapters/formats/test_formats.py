"""Laws of all readers together: whatever the bytes, a table of the right shape comes back."""

import gzip
import io
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanoward.adapters.formats import FileFormats, UnknownRoleError
from nanoward.adapters.formats.clinical.sdtm import NEEDED
from nanoward.adapters.formats.values.typed_columns import DTYPES
from nanoward.base.tables import INCOMING
from nanoward.ports.formats import Formats

SHAPES = {shape.name: shape for shape in INCOMING}
PATHS = {
    "samples": ["data/samples.csv", "data/samples.csv.gz"],
    "contacts": ["data/contacts.csv"],
    "genomes": ["data/a.fasta", "data/a.fa.gz"],
    "variants": ["data/variants.csv", "data/a.vcf", "data/a.vcf.gz", "calls"],
    "reference": ["agents/a/reference.fasta"],
    "events": ["data/dosing.csv"],
    "adjustments": ["data/adjustments.csv", "data/adjustments.csv.gz"],
    "sdtm.DM": ["data/sdtm/dm.xpt", "data/sdtm/dm.csv", "dm"],
    "sdtm.LBCH": ["data/sdtm/lbch.csv", "data/sdtm/lbch.xpt"],
    "sdtm.SUPPAE": ["data/sdtm/suppae.csv"],
}
places = st.sampled_from([(role, path) for role, paths in PATHS.items() for path in paths])
DM = b"STUDYID,DOMAIN,USUBJID,RFSTDTC,ARM,AGE\nx,DM,1,2013-01,A,31\nx,DM,2,,B,\n"
WRITTEN = {
    "samples": b"sample,participant,taken,site\ns1,p1,2020-01-01,x\ns2,p2,2020-01-02,\n",
    "contacts": b"a,b,kind,first,last,hours\np,q,room,2020-01-01,,2\nq,r,shift,,,\n",
    "genomes": b">s1|HA|run=a\nACGT\nNN\n>s2 contig=HA\nAC-\n",
    "reference": b">HA first\nACGT\n>NA\nAC\n",
    "events": b'"ID","TIME","AMT","DV","EVID","OCC"\n1,0,10,.,101,1\n1,2,.,4,0,1\n1,0,5,,1,2\n',
    "adjustments": b"participant,time,value,before,how,day\na,5,50,75,moved,2026-11-20\n",
    "sdtm.DM": DM,
    "sdtm.LBCH": b"DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBDTC\nLB,1,1,ALT,7,2013-01-02\n",
    "sdtm.SUPPAE": b"RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QVAL\nAE,1,AESEQ,1,AETRTEM,Y\n",
}
CSV = b"sample,contig,position,ref,alt,frequency,depth\ns1,HA,7,A,C,0.1,90\ns1,HA,9,,-,1,\n"
VCF = (
    b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n"
    b"HA\t10\t.\tA\tC,GT\t9\tPASS\tDP=4;AF=0.1\tGT:AD:DP:AF\t0/1:4,5,1:10:0.5,0.1\t./.:.:.:.\n"
)
PIECES = [
    b"",
    b'"',
    b"\n",
    b",",
    b"\0",
    b"\xff\xfe",
    b"NaN",
    b"inf",
    b"1e999",
    b"-1",
    b".",
    b"\r",
]
PIECES += [b"\t", b">", b"|", b"1" * 30, b"\xef\xbb\xbf", b"2012-13-40", b";", b"101", b"<*>"]


def assert_lawful(role: str, path: str, content: bytes) -> None:
    """A table of the right shape, findings with a place, and the same again."""
    reading = FileFormats().read(role, path, content)
    table = reading.table
    assert table["line"].dtype == pl.Int64
    assert table["line"].null_count() == 0
    if role in SHAPES:
        for column in SHAPES[role].columns:
            if column.required:
                assert column.name in table.columns
            if column.name in table.columns:
                assert table[column.name].dtype == DTYPES[column.kind]
    elif role.startswith("sdtm.SUPP"):
        assert set(NEEDED["SUPP"]) <= set(table.columns)
    else:
        assert set(NEEDED[role[5:7]]) <= set(table.columns)
        assert set(table.drop("line").dtypes) <= {pl.String(), pl.Float64()}
        assert table["USUBJID"].null_count() == 0
    assert all(f.file == path and f.message and f.next_step for f in reading.findings)
    assert all(f.line >= 1 for f in reading.findings if f.line is not None)
    if table.is_empty():
        assert reading.findings  # nothing read is never silent
    again = FileFormats().read(role, path, content)
    assert again.findings == reading.findings
    assert again.table.equals(table)


@st.composite
def changed(draw: st.DrawFn, source: bytes) -> bytes:
    """A sound file after a few accidents."""
    content = bytearray(source)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        match draw(st.integers(0, 4)):
            case 0:
                content[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                content[at:at] = draw(st.sampled_from(PIECES))
            case 2:
                del content[at : at + draw(st.integers(1, 40))]
            case 3:
                content[at:at] = content[: draw(st.integers(0, 200))]
            case _:
                content[at : at + 4] = draw(st.sampled_from(PIECES))
    return bytes(content)


def test_the_adapter_is_what_the_port_asks_for() -> None:
    formats: Formats = FileFormats()
    assert isinstance(formats, Formats)
    assert formats.version


def test_a_role_that_no_reader_gives_is_refused() -> None:
    for role in ("poems", "sdtm.", "sdtm./etc", ""):
        with pytest.raises(UnknownRoleError):
            FileFormats().read(role, "a", b"")


@pytest.mark.parametrize("role", [role for role, paths in PATHS.items() for _ in paths[:1]])
def test_an_empty_file_of_any_role_is_told(role: str) -> None:
    for path in PATHS[role]:
        reading = FileFormats().read(role, path, b"")
        assert "FMT-001" in {finding.code for finding in reading.findings}
        assert_lawful(role, path, b"")


@given(places, st.binary(max_size=300))
def test_any_bytes_for_any_role_give_a_lawful_table(
    place: tuple[str, str], data: bytes
) -> None:
    assert_lawful(*place, data)
    assert_lawful(*place, gzip.compress(data))


@given(st.data(), st.sampled_from(sorted(WRITTEN)))
@settings(max_examples=300)
def test_damaged_text_files_of_any_role_give_a_lawful_table(
    data: st.DataObject, role: str
) -> None:
    assert_lawful(role, f"{role}.csv", data.draw(changed(WRITTEN[role])))


@given(st.data(), st.sampled_from([CSV, VCF]))
@settings(max_examples=150)
def test_damaged_variants_give_a_lawful_table(data: st.DataObject, source: bytes) -> None:
    path = "a.vcf" if source is VCF else "a.csv"
    assert_lawful("variants", path, data.draw(changed(source)))


@given(st.data(), st.sampled_from(sorted(WRITTEN)))
def test_damaged_packed_files_give_a_lawful_table(data: st.DataObject, role: str) -> None:
    content = gzip.compress(WRITTEN[role] * 20, mtime=0)
    assert_lawful(role, f"{role}.csv.gz", data.draw(changed(content)))


@pytest.fixture(scope="module")
def binary_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    frame = pl.read_csv(DM)
    path: Path = tmp_path_factory.mktemp("binary") / "dm.xpt"
    pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name="DM")
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return {"dm.xpt": path.read_bytes(), "dm.parquet": buffer.getvalue()}


@given(st.data(), st.sampled_from(["dm.xpt", "dm.parquet"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_binary_files_give_a_lawful_table(
    binary_files: dict[str, bytes], data: st.DataObject, path: str
) -> None:
    assert_lawful("sdtm.DM", path, data.draw(changed(binary_files[path])))


@pytest.mark.shared
@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_real_files_give_a_lawful_table(shared, data: st.DataObject) -> None:
    role, path = data.draw(
        st.sampled_from(
            [
                ("samples", "hive_flu/samples.csv"),
                ("contacts", "hive_flu/contacts.csv"),
                ("variants", "hive_flu/minor_variants.csv.gz"),
                ("events", "pkpd/warfarin.csv"),
                ("events", "pkpd/theo_sd.csv"),
                ("sdtm.DM", "cdiscpilot/sdtm_phuse/dm.parquet"),
            ]
        )
    )
    assert_lawful(role, path, data.draw(changed(shared(path))))
