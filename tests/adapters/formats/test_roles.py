import re
from pathlib import PurePath

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.roles import (
    TwoRolesError,
    domain_of,
    file_places,
    plain_roles,
    role_of,
)
from nanoward.adapters.formats.table_format import FilePlace


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("data/samples.csv", "samples"),
        ("data/contacts.csv", "contacts"),
        ("data/adjustments.csv", "adjustments"),
        ("data/markers.csv.gz", "markers"),
        ("data/consensus.fasta.gz", "genomes"),
        ("data/x.fa", "genomes"),
        ("data/x.fna.gz", "genomes"),
        ("data/variants.csv", "variants"),
        ("data/minor_variants.csv.gz", "variants"),
        ("data/week_3.vcf.gz", "variants"),
        ("data/dosing.csv", "events"),
        ("data/events.csv", "events"),
        ("agents/h3n2/reference.fasta", "reference"),
        ("agents/h3n2/reference.fa.gz", "reference"),
        ("data/reads/s1_R1.fq.gz", "reads"),
        ("data/fhir/ward.json", "fhir"),
        ("data/fhir/export.ndjson.gz", "fhir"),
        ("data/reads/s1.bam", "reads"),
        ("data/reads/s1.CRAM", "reads"),
        ("data/reads/s1.fasta.gz", "reads"),
        ("data/sdtm/dm.xpt", "sdtm.DM"),
        ("data/sdtm/site1/dm.tsv", "sdtm.DM"),
        ("data/ae.csv", "sdtm.AE"),
        ("data/fhir/site1/ward.json", "fhir"),
        ("data/sdtm/LBCH.parquet", "sdtm.LBCH"),
        ("data/sdtm/suppae.csv", "sdtm.SUPPAE"),
    ],
)
def test_a_path_tells_its_role(path: str, role: str) -> None:
    assert role_of(path) == role == FileFormats().role_of(path)


@pytest.mark.parametrize(
    "path",
    [
        "data/notes.txt",
        "data/a.fastq.gz",
        "data/sdtm/define.xml",
        "agents/h3n2/spec.toml",
        "samples.csv",
        "data/samples.csv.bak",
        "data/x/dm.xpt",
        "",
    ],
)
def test_nobody_reads_other_files(path: str) -> None:
    assert role_of(path) is None


def test_only_a_role_of_sdtm_names_a_domain() -> None:
    assert domain_of("sdtm.lbch") == "LBCH"
    others = (*plain_roles(), "sdtm.", "sdtm.D-M")
    assert [domain_of(role) for role in others] == [None] * len(others)


@pytest.mark.parametrize("place", file_places(), ids=lambda one: one.names[0])
def test_files_are_read_under_the_names_that_the_reference_shows(place: FilePlace) -> None:
    for name in place.names:
        assert re.fullmatch(place.pattern, name.lower()), name
        wanted = place.role or f"sdtm.{PurePath(name).name.split('.')[0].upper()}"
        assert role_of(name) == wanted


def test_a_file_that_formats_of_two_roles_claim_is_refused() -> None:
    other = FilePlace(
        role="contacts", pattern=r"data/samples\.csv", names=("data/samples.csv",),
        format="CSV", holds="who met whom",
    )  # fmt: skip
    with pytest.raises(TwoRolesError, match="contacts or samples"):
        role_of("data/samples.csv", (*file_places(), other))
