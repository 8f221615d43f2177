"""Who shares more than they do with everybody: from rates, distances, or minor variants."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.errors import NotInDataError
from nanoward.bonds.relatedness.allele_sharing import (
    closeness,
    excess_sharing,
    minor_likelihood,
)
from nanoward.flows.steps.step_outcome import Outcome

MINOR = 0.5  # shares below it are of minor variants
ALL = "all"


def sharing_of_pairs(pairs: pl.DataFrame, file: str = "") -> Outcome:
    """Scores of pairs with a rate of sharing, or a distance, within each block.

    pairs   a, b, and rate (of sharing, larger is closer) or distance (days: between the
            samples, where known); block: village, surface ..., all are one without it
    "sharing": a, b, block, score, largest first. Of rates, standard deviations beyond what
    either shares with all of the block; of distances, log ratio to the nearest of either.
    """
    kind = _kind_of(pairs, file)
    blocks = pairs["block"].cast(pl.String).fill_null("") if "block" in pairs.columns else None
    whole = pairs.with_columns(
        (pl.lit(ALL) if blocks is None else blocks).alias("block"),
        *(pl.col(side).cast(pl.String) for side in ("a", "b")),
    ).filter(pl.col("a") != pl.col("b"))
    parts = []
    for (block,), own in whole.sort("block").group_by("block", maintain_order=True):
        names = sorted({*own["a"].to_list(), *own["b"].to_list()})
        value = _square(own, names, kind)
        if kind == "rate":
            score = excess_sharing(value, np.zeros(len(names), np.int64))
        else:
            days = _square(own, names, "days") if "days" in own.columns else None
            score = closeness(value, days)
        parts.append(_rows(names, str(block), score))
    return _outcome(parts)


def sharing_of_variants(
    variants: pl.DataFrame, samples: pl.DataFrame, strata: Sequence[str] = ()
) -> Outcome:
    """Log-likelihood ratio of the minor variants that two people share, within each stratum.

    variants  sample, contig, position, alt, frequency; samples with participant and the strata
    """
    for name in strata:
        if name not in samples.columns:
            raise NotInDataError(
                f"the samples table has no column {name!r}", file="samples", column=name
            )
    told = [pl.col(name).cast(pl.String).fill_null("") for name in strata]
    owner = samples.select(
        "sample",
        pl.col("participant").cast(pl.String),
        (pl.concat_str(told, separator=" / ") if told else pl.lit(ALL)).alias("block"),
    ).drop_nulls()
    held = (
        variants.filter((pl.col("frequency") < MINOR) & (pl.col("frequency") > 0))
        .join(owner, on="sample")
        .group_by("block", "participant", "contig", "position", "alt")
        .agg(pl.col("frequency").max())
    )
    if owner.is_empty():
        return _outcome(())
    people = owner.select("block", "participant").unique().sort("block", "participant")
    alleles = held.select("contig", "position", "alt").unique(maintain_order=False)
    alleles = alleles.sort("contig", "position", "alt").with_row_index("allele")
    placed = held.join(people.with_row_index("person"), on=["block", "participant"]).join(
        alleles, on=["contig", "position", "alt"]
    )
    shares = np.zeros((people.height, alleles.height))
    shares[placed["person"].to_numpy(), placed["allele"].to_numpy()] = placed["frequency"]
    blocks = np.unique(people["block"].to_numpy(), return_inverse=True)
    score = minor_likelihood(shares, blocks[1].astype(np.int64))
    parts = []
    for number, block in enumerate(blocks[0].tolist()):
        of = np.flatnonzero(blocks[1] == number)
        names = people["participant"].gather(of).to_list()
        parts.append(_rows(names, str(block), score[np.ix_(of, of)]))
    return _outcome(parts)


def _kind_of(pairs: pl.DataFrame, file: str) -> str:
    for name in ("a", "b"):
        if name not in pairs.columns:
            raise NotInDataError(f"there is no column {name!r}", file=file, column=name)
    kinds = [name for name in ("rate", "distance") if name in pairs.columns]
    if len(kinds) != 1 or not pairs[kinds[0]].dtype.is_numeric():
        raise NotInDataError(
            "one column of numbers, rate or distance, says how near two people are",
            file=file, column="rate",
        )  # fmt: skip
    return kinds[0]


def _square(pairs: pl.DataFrame, names: Sequence[str], column: str) -> Float[np.ndarray, "P P"]:
    """(P, P) values, symmetric; NaN where none is told."""
    place = {name: at for at, name in enumerate(names)}
    found = np.full((len(names), len(names)), np.nan)
    for a, b, value in pairs.select("a", "b", column).drop_nulls().rows():
        found[place[a], place[b]] = found[place[b], place[a]] = float(value)
    return found


def _rows(names: Sequence[str], block: str, score: Float[np.ndarray, "P P"]) -> pl.DataFrame:
    i, j = np.triu_indices(len(names), 1)
    known = ~np.isnan(score[i, j])
    who = pl.Series(list(names), dtype=pl.String)
    return pl.DataFrame(
        {
            "a": who.gather(i[known]),
            "b": who.gather(j[known]),
            "block": pl.Series([block], dtype=pl.String).new_from_index(0, int(known.sum())),
            "score": score[i, j][known],
        }
    )


def _outcome(parts: Sequence[pl.DataFrame]) -> Outcome:
    table = pl.concat(parts) if parts else _rows((), "", np.zeros((0, 0)))
    order = table.sort("score", "block", "a", "b", descending=[True, False, False, False])
    people = {*table["a"].to_list(), *table["b"].to_list()}
    return Outcome(
        tables={"sharing": order},
        facts={"people": len(people), "pairs": table.height, "blocks": len(parts)},
        computed=len(parts),
    )
