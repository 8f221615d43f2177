"""What a VCF says of positions without a variant: read as the reference, or not read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nanoward.base.tables import READ, UNREAD

PLACEHOLDERS = ("<*>", "<NON_REF>", "<X>", ".", "*")
DENSE = 100  # records without an alternative that make a file one of all positions,
MOST_APART = 2  # if so much of what lies between the first and the last is told
Row = tuple[str, str, int, str, str, float, None, int | None, int]


class UnreadRegion(NamedTuple):
    """A stretch of which nothing is known; whatever other records of its place say."""

    first: int
    last: int
    ref: str
    line: int
    whatever: bool = False


@dataclass(slots=True, kw_only=True)
class SampleRegions:
    """Stretches of one sample by contig, 1-based, both ends within, and their lines."""

    readable: dict[str, list[tuple[int, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dark: dict[str, list[UnreadRegion]] = field(default_factory=lambda: defaultdict(list))

    def read(self, contig: str, first: int, last: int, line: int) -> None:
        """A record speaks of these positions: what it does not name there is the reference."""
        spans = self.readable[contig]
        if spans and spans[-1][0] <= first <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(last, spans[-1][1]), spans[-1][2]
        else:
            spans.append((first, last, line))

    def unread(self, contig: str, dark: UnreadRegion) -> None:
        """Nothing is known of these positions."""
        self.dark[contig].append(dark)


def is_placeholder(alt: str) -> bool:
    """An alternative that stands for any other allele, or for what is deleted elsewhere."""
    return alt.upper() in PLACEHOLDERS


def is_block(alts: Sequence[str], info: Mapping[str, str]) -> bool:
    """Whether a record is one of a gVCF: a stretch, or a place, without a variant."""
    if not all(is_placeholder(alt) for alt in alts):
        return False
    return "END" in info or any(alt.startswith("<") for alt in alts)


def region_rows(
    regions: Mapping[str, SampleRegions],
    alleles: set[tuple[str, str, int]],
    contigs: Iterable[str],
    line: int,
    *,
    blocks: bool,
) -> Iterator[Row]:
    """Rows of VARIANTS: positions that were not read, and in a gVCF those that were.

    alleles  sample, contig and position of what was seen: not unread, whatever another record
             of the place says
    contigs  that the header names, which ends on `line`
    blocks   whether the file is a gVCF: what no record speaks of was not read
    """
    named = [*contigs]
    seen = {sample for sample, _, _ in alleles}
    for sample, own in regions.items():
        whole = blocks or _is_dense(own)
        known = sorted({*named, *own.readable, *own.dark}) if whole else []
        for contig in known:
            yield (sample, contig, 1, "", UNREAD, 1.0, None, None, line)
        if whole:
            for contig, spans in sorted(own.readable.items()):
                for first, last, at in spans:
                    yield (sample, contig, first, "", READ, 0.0, None, last, at)
        elif sample not in seen and not any(own.dark.values()):
            yield (sample, "", 0, "", READ, 0.0, None, None, line)
        for contig, some in sorted(own.dark.items()):
            for one in _settled(sample, contig, own, some, alleles):
                yield (
                    sample, contig, one.first, one.ref, UNREAD, 1.0, None, one.last, one.line
                )  # fmt: skip


def _settled(
    sample: str,
    contig: str,
    own: SampleRegions,
    some: Sequence[UnreadRegion],
    alleles: set[tuple[str, str, int]],
) -> Iterator[UnreadRegion]:
    """Unread stretches but those of which another record tells what stands there."""
    begun = {span[0] for span in own.readable.get(contig, ())}
    kept = {
        one[:3]: one
        for one in reversed(some)
        if one.whatever or ((sample, contig, one.first) not in alleles and one[0] not in begun)
    }
    yield from (kept[key] for key in sorted(kept))


def _is_dense(own: SampleRegions) -> bool:
    """All positions one by one, as callers write them that leave no variant out."""
    for spans in own.readable.values():
        told = sum(last - first + 1 for first, last, _ in spans)
        across = max(one[1] for one in spans) - min(one[0] for one in spans) + 1
        if told >= DENSE and told * MOST_APART >= across:
            return True
    return False
