import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.sequences.read_files import blocks_of
from nanoward.ports.reads import ReadFile


def test_a_file_of_reads_is_one_row_with_its_path() -> None:
    formats = FileFormats()
    path = "data/reads/s1_1.fastq.gz"
    assert formats.role_of(path) == "reads"
    assert formats.read("reads", path, b"x").table.to_dicts() == [{"path": path}]
    empty = formats.read("reads", path, b"")
    assert empty.table.height == 0
    assert [one.code for one in empty.findings] == ["FMT-001"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.fastq.gz", "FastqBlocks"), ("a.fq", "FastqBlocks"), ("A.FASTA", "AssemblyBlocks"),
     ("a.fa.gz", "AssemblyBlocks"), ("a.fna", "AssemblyBlocks")],
)  # fmt: skip
def test_the_name_of_a_file_says_how_it_is_read(name: str, kind: str) -> None:
    found = blocks_of(ReadFile(name=name, content=b">a\nACGT\n"), None)
    assert type(found).__name__ == kind
