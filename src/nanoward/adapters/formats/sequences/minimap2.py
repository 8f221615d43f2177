"""Long reads and assembled contigs laid on a reference by minimap2 (the extra [reads]).

minimap2: Li 2018 Bioinformatics 34:3094. Pieces with a mapping quality below SURE could lie
elsewhere as well and are left out.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from nanoward.base.errors import OutsideError
from nanoward.ports.reads import Aligner, Hit

PRESETS = {"ont": "map-ont", "pacbio": "map-hifi", "assembly": "asm5"}
SURE = 10  # one wrong place in ten


class NoReadsLibraryError(OutsideError):
    """The libraries for BAM, CRAM and long reads are not installed."""

    code = "FMT-095"
    next_step = "Install them: pip install 'nanoward[reads]'"

    def __init__(self, what: str, library: str) -> None:
        super().__init__(f"{what} needs {library}, which is not installed; nothing was done")


class Minimap(Aligner):
    """minimap2 on the contigs of one agent."""

    def __init__(self, contigs: Mapping[str, str], technology: str) -> None:
        try:
            import mappy
        except ImportError as fault:
            raise NoReadsLibraryError(f"typing {technology} reads", "mappy") from fault
        with TemporaryDirectory() as folder:
            path = Path(folder) / "reference.fasta"
            path.write_text("".join(f">{n}\n{letters}\n" for n, letters in contigs.items()))
            self._index = mappy.Aligner(str(path), preset=PRESETS[technology], n_threads=1)

    def hits(self, letters: str) -> Iterator[Hit]:
        for one in self._index.map(letters):
            if not one.is_primary or one.mapq < SURE:
                continue
            yield Hit(
                contig=one.ctg,
                place=one.r_st,
                at=one.q_st if one.strand > 0 else len(letters) - one.q_en,
                back=one.strand < 0,
                steps=tuple((count, kind) for count, kind in one.cigar),
            )
