"""Kill and safety loci: what every sample says of them, at any share."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.tables import GUARDED_LOCI
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus, GenomeAnnotation
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.alleles import touches

GUARDED = ("kill", "safety")
ALTERED, INTACT, UNREAD = "altered", "intact", "unread"


def guarded_regions(regions: Sequence[AnnotatedLocus]) -> tuple[AnnotatedLocus, ...]:
    """Loci of the spec that must not change."""
    return tuple(one for one in regions if one.role in GUARDED)


def guarded_table(
    design: GenomeAnnotation,
    profiles: pl.DataFrame,
    aligned: pl.DataFrame,
    factors: pl.DataFrame,
    limits: Mapping[str, float | None],
) -> pl.DataFrame:
    """GUARDED_LOCI: a row per sample that holds the agent and guarded locus.

    limits   sample to the share that a variant needed in it, where that is known
    altered  any variant lies in the locus, at any share
    intact   none does, and every position of it was read
    """
    guarded = guarded_regions(design.regions)
    contigs = {one.contig for one in guarded}
    letters = {
        (sample, contig): text
        for sample, contig, text in aligned.filter(pl.col("contig").is_in(contigs))
        .select("sample", "contig", "sequence")
        .rows()
    }
    within = factors.filter(pl.col("contig").is_in(contigs))
    of_sample = {str(key[0]): part.to_dicts() for key, part in within.group_by("sample")}
    known = profiles.filter(pl.col("typed_as") == "agent").to_dicts()
    return frame_of(
        GUARDED_LOCI,
        (
            _row(
                region,
                sample,
                letters[sample["sample"], region.contig],
                _hits(region, of_sample.get(sample["sample"], []), design),
                limits,
            )
            for sample in known
            for region in guarded
            if (sample["sample"], region.contig) in letters
        ),
    )


def _hits(
    region: AnnotatedLocus, variants: Sequence[Mapping[str, Any]], design: GenomeAnnotation
) -> list[Mapping[str, Any]]:
    """Variants that lie in a locus, the most frequent first."""
    reference = design.letters.get(region.contig, "")
    hit = [
        one
        for one in variants
        if one["contig"] == region.contig
        and touches(
            (one["position"], one["ref"], one["alt"]), region.first, region.last, reference
        )
    ]
    return sorted(hit, key=lambda one: (-one["frequency"], one["position"], one["alt"]))


def _row(
    region: AnnotatedLocus,
    sample: Mapping[str, Any],
    letters: str,
    hit: Sequence[Mapping[str, Any]],
    limits: Mapping[str, float | None],
) -> dict[str, Any]:
    name = sample["sample"]
    piece = letters[region.first - 1 : region.last]
    readable = int((np.frombuffer(piece.encode(), np.uint8) != ord("N")).sum())
    length = region.last - region.first + 1
    state = ALTERED if hit else (INTACT if readable == length else UNREAD)
    return {
        "sample": name,
        "participant": sample["participant"],
        "taken": sample["taken"],
        "locus": region.name,
        "role": region.role,
        "state": state,
        "highest": hit[0]["frequency"] if hit else None,
        "variants": [
            f"{one['contig']}:{one['position']} {one['ref']}>{one['alt']} "
            f"{one['frequency']:.1%}"
            for one in hit
        ],
        "readable": readable,
        "length": length,
        "detection_limit": limits.get(name),
    }


def participants_with_altered_locus(table: pl.DataFrame) -> list[dict[str, Any]]:
    """participant, locus, role, and the samples in which the locus is altered, told."""
    rows = table.filter(pl.col("state") == ALTERED).sort(
        "participant", "locus", "highest", "sample", descending=[False, False, True, False]
    )
    found = []
    for (who, locus), some in rows.group_by("participant", "locus", maintain_order=True):
        first = some.row(0, named=True)
        more = f" and {some.height - 1} more samples" if some.height > 1 else ""
        told = f"sample {first['sample']} ({'; '.join(first['variants'][:3])}){more}"
        found.append({"participant": who, "locus": locus, "role": first["role"], "told": told})
    return found


def kill_locus_findings(table: pl.DataFrame) -> tuple[Finding, ...]:
    """A finding for every person whose guarded locus is altered."""
    return tuple(
        Finding(
            code="CAT-050",
            severity="error",
            message=(
                f"{row['role']} locus {row['locus']} of {row['participant']} is altered in "
                f"{row['told']}"
            ),
            next_step="Sequence it again; plan the second kill mechanism for this person",
            subject=row["participant"],
        )
        for row in participants_with_altered_locus(table)
    )
