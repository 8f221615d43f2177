from nanoward.adapters.formats.sequences.assembly import AssemblyBlocks
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import packed


def test_contigs_are_reads_without_a_doubt() -> None:
    text = b">one long name\nACGT\nAC\n>two\nNNAC\n"
    for content in (text, packed(text)):
        blocks = AssemblyBlocks(ReadFile(name="s.fasta", content=content))
        told = [(one.text.tobytes(), one.where.tolist()) for one, _ in blocks]
        assert told == [(b"ACGTACIIIIII", [[0, 6, 6]]), (b"NNACIIII", [[0, 4, 4]])]
        assert blocks.reads == (2, 0)


def test_what_is_no_assembly_is_told() -> None:
    for content in (b"", b"no header\n", b">a\nAC!T\n"):
        blocks = AssemblyBlocks(ReadFile(name="s.fasta", content=content))
        assert list(blocks) == []
        assert any(one.severity != "note" for one in blocks.findings)
