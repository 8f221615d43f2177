import pytest

from nanoward.adapters.formats.sequences.wrapped_fastq import unwrapped

TWO = b"@a\nACG\nT\n+a\n@II\nI\n@b\nGG\n+\nI\n+\n"
FLAT = b"@a\nACGT\n+a\n@III\n@b\nGG\n+\nI+\n"


def test_whole_reads_become_four_lines_and_the_rest_waits() -> None:
    assert unwrapped(TWO, ended=True) == (FLAT, b"")
    first, rest = unwrapped(TWO[:-6], ended=False)
    assert first == FLAT[:16]
    assert unwrapped(rest + TWO[-6:], ended=True)[0] == FLAT[16:]


@pytest.mark.parametrize(
    "wrong", [b"@a\nACGT\n+\nIII\n@b\nGG\n+\nII\n", b"@a\nAC\n@b\nAC\n+\nIIII\n"]
)
def test_what_can_be_no_read_is_left_for_who_reads_the_lines(wrong: bytes) -> None:
    assert unwrapped(wrong, ended=True)[0].startswith(wrong.rstrip())
