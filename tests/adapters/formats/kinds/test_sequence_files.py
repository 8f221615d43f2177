from nanoward.adapters.formats import FileFormats, reader_of
from nanoward.adapters.formats.kinds.sequence_files import is_vcf
from nanoward.adapters.formats.sequences.variants_csv import read_variants_csv
from nanoward.adapters.formats.sequences.vcf import read_vcf
from nanoward.adapters.formats.table_format import FORMATS


def test_a_file_of_variants_is_vcf_by_name_or_by_how_it_begins() -> None:
    assert is_vcf("data/a.vcf.gz", b"")
    assert is_vcf("data/a", b"##fileformat=VCFv4.2\n")
    assert not is_vcf("data/variants.csv", b"sample,contig\n")


def test_both_formats_give_the_table_of_variants() -> None:
    formats = FileFormats()
    csv = b"sample,contig,position,ref,alt,frequency,depth\nS1,c,5,A,T,0.5,80\n"
    assert formats.read("variants", "data/variants.csv", csv).table["sample"].to_list() == [
        "S1"
    ]
    vcf = b"##fileformat=VCFv4.2\n"
    assert formats.role_of("data/week.vcf") == "variants"
    declared = FORMATS.all().values()
    assert reader_of(declared, "variants", "data/week", vcf) is read_vcf
    assert reader_of(declared, "variants", "data/variants.csv", csv) is read_variants_csv


def test_reads_are_read_under_every_ending_that_they_have() -> None:
    endings = ("fastq", "fastq.gz", "fq", "fasta", "fa", "fna.gz", "bam", "cram", "sam")
    names = [f"data/reads/S1.{one}" for one in endings]
    assert [FileFormats().role_of(one) for one in names] == ["reads"] * len(names)
