"""Which files of reads are of one sample: mates, and lanes, by the usual names."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from nanoward.base.findings import Finding
from nanoward.base.names import identity_of

MATES = ("_R1_001", "_R2_001", "_R1", "_R2", "_1", "_2")
ENDINGS = (".gz", ".fastq", ".fq", ".bam", ".cram", ".sam", ".fasta", ".fa", ".fna")
_LANE = re.compile(r"(?P<sample>.+?)(_S[0-9]+)?_L(?P<lane>[0-9]{3})")  # as bcl2fastq names them


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFiles:
    """The files of one sample's reads.

    lanes    each lane's file, or files of mates
    doubled  files that claim to be what another one is already; not used
    """

    lanes: tuple[tuple[str, str | None], ...]
    doubled: tuple[str, ...] = ()

    def findings(self, sample: str) -> tuple[Finding, ...]:
        """What is worth knowing of how the files were put together."""
        told = []
        if len(self.lanes) > 1:
            told.append(
                Finding(
                    code="CAT-055",
                    severity="note",
                    message=f"{len(self.lanes)} lanes were read as one sample, {sample}",
                    next_step="Nothing; or name the files for their samples",
                    subject=sample,
                )
            )
        if self.doubled:
            told.append(
                Finding(
                    code="CAT-056",
                    severity="error",
                    message=f"{', '.join(self.doubled)} claims to be reads of sample {sample} "
                    "that another file holds already; not used",
                    next_step="Remove one of them, or name them for their lanes (_L001 ...)",
                    subject=sample,
                )
            )
        return tuple(told)


@dataclass(slots=True, kw_only=True)
class _Sides:
    lanes: dict[str, dict[str, str]] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)


def files_by_sample(
    names: Iterable[str], known: Collection[str] = ()
) -> dict[str, SampleFiles]:
    """Files of reads by sample: SAMPLE_1 and SAMPLE_2 (or _R1, _R2) are mates.

    names  paths or file names; a file without a mate stands alone under its whole stem.
           SAMPLE_S1_L001 and SAMPLE_S1_L002 are lanes of SAMPLE
    known  samples by name: a stem that is one is no lane of another
    """
    found: dict[str, _Sides] = {}
    for name in sorted(names):
        stem, side = _stem(name), "1"
        for mark in MATES:
            if stem.endswith(mark):
                stem = stem.removesuffix(mark)
                side = "2" if "2" in mark.removesuffix("_001") else "1"
                break
        lane = None if stem in known else _LANE.fullmatch(stem)
        sample, number = (lane["sample"], lane["lane"]) if lane else (stem, "")
        own = found.setdefault(sample, _Sides())
        sides = own.lanes.setdefault(number, {})
        if side in sides:
            own.doubled.append(name)
        else:
            sides[side] = name
    return {sample: _files(found[sample]) for sample in sorted(found)}


def _files(own: _Sides) -> SampleFiles:
    return SampleFiles(
        lanes=tuple(
            (sides.get("1", sides.get("2", "")), sides.get("2") if "1" in sides else None)
            for _, sides in sorted(own.lanes.items())
        ),
        doubled=tuple(own.doubled),
    )


def _stem(name: str) -> str:
    stem = name.rsplit("/", 1)[-1]
    for end in ENDINGS:
        if stem.lower().endswith(end):
            stem = stem[: -len(end)]
    return identity_of(stem)
