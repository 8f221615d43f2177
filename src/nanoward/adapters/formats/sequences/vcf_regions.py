"""What a VCF says of positions without a variant: read as the reference, or not read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nanoward.base.tables import READ, UNREAD

PLACEHOLDERS = ("<*>", "<NON_REF>", "<X>", ".", "*")
DENSE = 100  # records without an alternative that make a file one of all positions,
MOST_APART = 2  # if so much of what lies between the first and the last is told
Row = tuple[str, str, int, str, str, float, int | None, int | None, int | None]


@dataclass(slots=True, kw_only=True)
class SampleRegions:
    """Stretches of one sample by contig, 1-based, both ends within."""

    readable: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dark: dict[str, list[tuple[int, int, str, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def read(self, contig: str, first: int, last: int) -> None:
        """A record speaks of these positions: what it does not name there is the reference."""
        joined(self.readable[contig], first, last)

    def unread(
        self, contig: str, first: int, last: int, ref: str, *, whatever: bool = False
    ) -> None:
        """Nothing is known of these positions; whatever other records of the place say."""
        self.dark[contig].append((first, last, ref, whatever))


def joined(spans: list[tuple[int, int]], first: int, last: int) -> None:
    """Add a stretch behind the others; one with the last where they touch."""
    if spans and spans[-1][0] <= first <= spans[-1][1] + 1:
        spans[-1] = spans[-1][0], max(last, spans[-1][1])
    else:
        spans.append((first, last))


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
    *,
    blocks: bool,
) -> Iterator[Row]:
    """Rows of VARIANTS: positions that were not read, and in a gVCF those that were.

    alleles  sample, contig and position of what was seen: not unread, whatever another record
             of the place says
    contigs  that the header names
    blocks   whether the file is a gVCF: what no record speaks of was not read
    """
    named = [*contigs]
    seen = {sample for sample, _, _ in alleles}
    for sample, own in regions.items():
        whole = blocks or _is_dense(own)
        known = sorted({*named, *own.readable, *own.dark}) if whole else []
        for contig in known:
            yield (sample, contig, 1, "", UNREAD, 1.0, None, None, None)
        if whole:
            for contig, spans in sorted(own.readable.items()):
                for first, last in spans:
                    yield (sample, contig, first, "", READ, 0.0, None, last, None)
        elif sample not in seen and not any(own.dark.values()):
            yield (sample, "", 0, "", READ, 0.0, None, None, None)
        for contig, some in sorted(own.dark.items()):
            for first, last, ref in _settled(sample, contig, own, some, alleles):
                yield (sample, contig, first, ref, UNREAD, 1.0, None, last, None)


def _settled(
    sample: str,
    contig: str,
    own: SampleRegions,
    some: Sequence[tuple[int, int, str, bool]],
    alleles: set[tuple[str, str, int]],
) -> Iterator[tuple[int, int, str]]:
    """Unread stretches but those of which another record tells what stands there."""
    begun = {first for first, _ in own.readable.get(contig, ())}
    kept = {
        one[:3]
        for one in some
        if one[3] or ((sample, contig, one[0]) not in alleles and one[0] not in begun)
    }
    yield from sorted(kept)


def _is_dense(own: SampleRegions) -> bool:
    """All positions one by one, as callers write them that leave no variant out."""
    for spans in own.readable.values():
        told = sum(last - first + 1 for first, last in spans)
        across = max(last for _, last in spans) - min(first for first, _ in spans) + 1
        if told >= DENSE and told * MOST_APART >= across:
            return True
    return False
