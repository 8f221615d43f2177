"""One name in any of Unicode's forms, with blanks around it, is one name at every door."""

import unicodedata
from pathlib import Path

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.progress import SilentProgress
from nanoward.catalogue import CatalogueRules
from nanoward.flows.agents.check_agents import spec_document
from nanoward.flows.catalogue.sample_files import files_by_sample
from nanoward.flows.catalogue.type_files import type_files
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.reads import random_genome

NAME = "Jos\u00e9"
FORMS = [unicodedata.normalize(form, NAME) for form in ("NFC", "NFD")]
FORMATS = FileFormats()
TABLES = {
    "samples": ("s.csv", "sample,participant,taken,lot\n{0} , {0},2026-01-01,\t{0}\n",
                ("sample", "participant", "lot")),
    "contacts": ("c.csv", "a,b,kind\n{0},q,room\n", ("a",)),
    "adjustments": ("a.csv", "participant,time,value\n{0},1,2\n", ("participant",)),
    "markers": ("m.csv", ("sample,strain,n_markers_detected,n_markers_total,mean_marker_depth\n"
                "{0},{0},1,2,3\n"), ("sample", "strain")),
    "genomes": ("g.fasta", ">{0} |{0} \nACGT\n", ("sample", "contig")),
    "reference": ("r.fasta", ">{0}\nACGT\n", ("contig",)),
    "variants": ("v.csv", "sample,contig,position,ref,alt,frequency\n{0},{0},1,A,G,1\n",
                 ("sample", "contig")),
    "variants of a table with tabs": (
        "{0}.tsv", "REGION\tPOS\tREF\tALT\tALT_FREQ\n{0}\t1\tA\tG\t1\n", ("sample", "contig")),
    "variants of a VCF": (
        "v.vcf", ("##fileformat=VCFv4.2\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
        "{0} \n{0}\t1\t.\tA\tG\t.\tPASS\t.\tGT\t1\n"), ("sample", "contig")),
    "primers": ("p.bed", "{0}\t1\t20\tp_LEFT\t1\t+\n", ("contig",)),
    "events": ("e.csv", "ID,TIME,AMT,DV\n{0},0,1,.\n", ("ID",)),
}  # fmt: skip


@pytest.mark.hazard("H-265")
@pytest.mark.parametrize("role", TABLES)
@pytest.mark.parametrize("form", FORMS)
def test_every_reader_of_a_table_gives_the_composed_name(role: str, form: str) -> None:
    path, text, columns = TABLES[role]
    found = FORMATS.read(
        role.split(" ", maxsplit=1)[0], path.format(form), text.format(form).encode()
    )
    for column in columns:
        assert found.table[column].to_list() == [NAME], (role, column, found.findings)


@pytest.mark.hazard("H-265")
@pytest.mark.parametrize("form", FORMS)
def test_files_are_named_for_their_samples_in_any_form(form: str) -> None:
    assert list(files_by_sample([f"reads/{form}_1.fastq.gz", f"reads/{form}_2.fastq.gz"])) == [
        NAME
    ]


@pytest.mark.hazard("H-265")
@pytest.mark.parametrize("form", FORMS)
def test_designs_and_specs_name_contigs_in_one_form(form: str) -> None:
    pytest.importorskip("Bio", reason="the extra [designs] is not installed")
    assert spec_document("spec.toml", f'name = "{form}"'.encode()) == {"name": NAME}
    text = f"LOCUS       {form}      60 bp    DNA     linear   UNK\nDEFINITION  x\nACCESSION   "
    text += f"{form}\nVERSION     {form}\nFEATURES             Location/Qualifiers\nORIGIN\n"
    text += "        1 " + " ".join(["acgtacgtac"] * 6) + "\n//\n"
    assert list(DesignFiles().read("d.gb", text.encode()).sequences) == [NAME]


@pytest.mark.hazard("H-265")
def test_two_samples_of_one_person_in_two_forms_are_of_one_person(tmp_path: Path) -> None:
    letters = random_genome(400, 3)
    genomes = "".join(f">S{at}|c\n{letters}\n" for at in (1, 2))
    rows = "".join(f"S{at},{form},2026-03-0{at}\n" for at, form in enumerate(FORMS, 1))
    files = {
        "genomes": ("u.fa", genomes.encode()),
        "reference": ("r.fa", f">c\n{letters}\n".encode()),
        "samples": ("u.csv", f"sample,participant,taken\n{rows}".encode()),
    }
    told = type_files(files, CatalogueRules(), FORMATS, InlineRunner(), SilentProgress())
    assert told.tables["profiles"]["participant"].unique().to_list() == [NAME]


@pytest.mark.hazard("H-265")
def test_a_name_that_is_nearly_known_is_told_with_the_one_that_may_be_meant() -> None:
    letters = random_genome(400, 3)
    files = {
        "genomes": (
            "u.fa",
            f">s-1|c\n{letters}\n>S2|C\n{letters}\n>S3|c\n{letters}\n".encode(),
        ),
        "reference": ("r.fa", f">c\n{letters}\n".encode()),
        "samples": (
            "u.csv",
            b"sample,participant,taken\nS1,p,2026-03-01\nS2,p,2026-03-02\nS3,p,2026-03-03\n",
        ),
    }
    found = type_files(files, CatalogueRules(), FORMATS, InlineRunner(), SilentProgress())
    told = {one.code: one.message for one in found.findings}
    assert "is 'S1'" in told["CAT-001"]
    assert "is 'c' meant?" in told["CAT-002"]
