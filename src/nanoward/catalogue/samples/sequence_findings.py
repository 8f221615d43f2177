"""Findings of the catalogue: what is wrong with a sample's sequences, and what to do."""

from collections.abc import Iterable, Sequence

from nanoward.base.findings import Finding, RowKey, row_key
from nanoward.base.names import meant, near_names
from nanoward.catalogue.samples.sample_inputs import SampleInput, Variant

SHOWN = 3  # variants of one cause that are named


def unknown_contig(sample: str, contig: str, role: str, known: Iterable[str]) -> Finding:
    """A contig of which the reference knows nothing, and which of it may be meant."""
    return Finding(
        code="CAT-002",
        severity="error",
        message=f"contig {contig!r} of sample {sample} is not in the reference; not used"
        + meant(near_names(contig, known)),
        next_step="Name contigs as agents/NAME/reference.fasta does",
        column="contig",
        subject=sample,
        row=row_key(role, sample=sample, contig=contig),
    )


def runs_differ(sample: str, disputed: int, most: int) -> Finding:
    """Two runs that cannot be of one sample."""
    return Finding(
        code="CAT-003",
        severity="error",
        message=(
            f"runs of sample {sample} contradict each other at {disputed} positions "
            f"(at most {most} are expected): a mix-up or a mixture; the sample is not used"
        ),
        next_step="Compare both runs with the other samples of their plates, or sequence again",
        subject=sample,
        row=row_key("genomes", sample=sample),
    )


def no_place(sample: str, some: Sequence[Variant]) -> Finding:
    """Variants that lie nowhere on the reference."""
    return Finding(
        code="CAT-005",
        severity="error",
        message=f"{_listed(some)} of sample {sample} lies beyond the reference; not used",
        next_step="Check the position, and [catalogue] variant_positions in programme.toml",
        column="position",
        subject=sample,
        row=variant_row(sample, some[0]),
    )


def no_reference(material: SampleInput, lineages: list[str]) -> Finding:
    """A lineage without reference."""
    return Finding(
        code="CAT-006",
        severity="error",
        message=(
            f"no reference for lineage {material.lineage!r} of sample {material.sample} "
            f"(there are: {', '.join(lineages) or 'none'}); it was not read"
        ),
        next_step="Add 'LINEAGE|contig' sequences to agents/NAME/reference.fasta",
        subject=material.sample,
        row=row_key("samples", sample=material.sample),
    )


def not_aligned(sample: str, contig: str) -> Finding:
    """A contig too unlike the reference to be laid on it."""
    return Finding(
        code="CAT-007",
        severity="warning",
        message=f"contig {contig} of sample {sample} is too unlike the reference to compare",
        next_step="Check that the sample holds this agent, and the lineage it is said to be",
        subject=sample,
        row=row_key("genomes", sample=sample, contig=contig),
    )


def other_reference(sample: str, some: Sequence[Variant]) -> Finding:
    """Variants that were called against another reference."""
    return Finding(
        code="CAT-008",
        severity="error",
        message=(
            f"{_listed(some)} of sample {sample} says of the reference what it does not hold; "
            "not used, and without a consensus its place counts as unread"
        ),
        next_step="Call variants against agents/NAME/reference.fasta",
        column="ref",
        subject=sample,
        row=variant_row(sample, some[0]),
    )


def uncovered(sample: str, some: Sequence[Variant]) -> Finding:
    """Variants where the consensus counts as unreadable."""
    return Finding(
        code="CAT-009",
        severity="note",
        message=(
            f"{_listed(some)} of sample {sample} lies where its consensus counts as "
            "unreadable; not used"
        ),
        next_step="Nothing, or see [catalogue] trim_ends in programme.toml",
        column="position",
        subject=sample,
        row=variant_row(sample, some[0]),
    )


def too_different(sample: str, identity: tuple[float, float], least: float) -> Finding:
    """A consensus that agrees with the reference in fewer letters than the agent's may.

    identity  its limits, one in a thousand outside
    """
    low, high = max(identity[0], 0.0), identity[1]
    sure = high < least
    shown = f"{low:.2%} to {high:.2%} identical to the agent (ours: at least {least:.1%})"
    told = "a relative, or far from its spec; it is not typed as the agent"
    return Finding(
        code="CAT-058" if sure else "CAT-059",
        severity="error" if sure else "warning",
        message=f"sample {sample} is {shown}: "
        + (told if sure else "it cannot be told whether it is ours or a relative's"),
        next_step="Check which agent the sample should hold; natural strains need "
        "[catalogue] least_identity in programme.toml (--least-identity)",
        subject=sample,
        row=row_key("samples", sample=sample),
    )


def _listed(some: Sequence[Variant]) -> str:
    """The first variants by name, and how many more there are."""
    names = [
        f"{one.contig}:{one.position} {one.ref[:20]}>{one.alt[:20]}" for one in some[:SHOWN]
    ]
    more = f" (and {len(some) - SHOWN} more)" if len(some) > SHOWN else ""
    return f"variant {', '.join(names)}{more}"


def variant_row(sample: str, one: Variant) -> RowKey:
    """The row of the variants table that a variant came from."""
    return row_key(
        "variants", sample=sample, contig=one.contig, position=one.position, alt=one.alt
    )
