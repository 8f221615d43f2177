"""Tables of adaptation: those of each person, and those for which everybody is looked at.

What a person's rows depend on has a digest, so that they are made once for each state that
the person's samples, lots and doses were in.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from jaxtyping import Bool

from nanoward.base.tables import ACQUIRED, DEPARTURES, GUARDED_LOCI, RATES
from nanoward.catalogue.evolution.acquired_mutations import (
    GenomeAnnotation,
    acquired_table,
    divergence_table,
    person_rates,
    with_everybody,
)
from nanoward.catalogue.evolution.baseline import FIRST, LotRecords, hosts, observed_samples
from nanoward.catalogue.evolution.kill_locus_integrity import guarded_table
from nanoward.catalogue.evolution.molecular_clock import clock_table
from nanoward.catalogue.evolution.parallel_evolution import (
    exposure,
    origin_groups,
    recurrence_table,
    selection_table,
)
from nanoward.catalogue.identity.contamination import contamination_result
from nanoward.catalogue.identity.owner_evidence import sample_fingerprints
from nanoward.catalogue.identity.sample_swap import assignments
from nanoward.catalogue.identity.settled_pairs import SettledRun, SettledRuns
from nanoward.catalogue.identity.untold_positions import aligned_texts, readable_of
from nanoward.catalogue.samples.variant_alleles import normalised_table
from nanoward.flows.steps.kept_rows import digest_of
from nanoward.flows.steps.memoised_tables import content_hash

NEEDS = ("profiles", "factors", "aligned")
OF_PEOPLE = (ACQUIRED, DEPARTURES, RATES, GUARDED_LOCI)
Tables = dict[str, pl.DataFrame]
Settled = Mapping[str, SettledRun]


def person_digests(
    profiles: pl.DataFrame,
    readings: Mapping[str, str],
    lots: LotRecords,
    limits: Mapping[str, float | None],
) -> dict[str, str]:
    """Participant to the digest of all that the rows of `person_tables` depend on."""
    samples: dict[str, list[str]] = defaultdict(list)
    for sample, who in profiles.select("sample", "participant").rows():
        samples[who].append(sample)
    variants = {lot: content_hash(table) for lot, table in lots.variants.items()}
    return {
        who: digest_of(
            [(one, readings[one], limits.get(one)) for one in sorted(own)],
            [(lot, variants.get(lot)) for lot in sorted(lots.of.get(who, ()))],
            lots.dosed.get(who),
        )
        for who, own in samples.items()
    }


def person_tables(
    found: Mapping[str, pl.DataFrame],
    lots: LotRecords,
    layout: GenomeAnnotation,
    clock: float,
    *,
    people: Sequence[str] | None = None,
) -> Tables:
    """Tables whose rows depend on one person alone, of some people or all."""
    some = {name: found[name] for name in NEEDS}
    if people is not None:
        own = pl.Series(people, dtype=pl.String).implode()
        some["profiles"] = found["profiles"].filter(pl.col("participant").is_in(own))
        held = some["profiles"]["sample"].implode()
        for name in ("factors", "aligned"):
            some[name] = found[name].filter(pl.col("sample").is_in(held))
    variants = {
        lot: normalised_table(one, layout.letters) for lot, one in lots.variants.items()
    }
    hosted = hosts(
        observed_samples(some["profiles"], some["aligned"], some["factors"]),
        replace(lots, variants=variants),
    )
    departures = divergence_table(hosted)
    return {
        "acquired": acquired_table(hosted, layout),
        "departures": departures,
        "rates": person_rates(departures),
        "guarded_loci": guarded_table(
            layout,
            some["profiles"],
            some["aligned"],
            some["factors"],
            limits_of(found.get("typed_reads")),
        ),
        "clock": clock_table(hosted, clock),
    }


def whole_tables(
    found: Mapping[str, pl.DataFrame],
    people: Mapping[str, pl.DataFrame],
    layout: GenomeAnnotation,
    before: SettledRuns | None = None,
) -> tuple[Tables, Settled]:
    """Those tables in their order, and those for which everybody is looked at; "pairs": of each
    run, compared and how far visible; "clock": samples further from an earlier state than a
    clock (substitutions per site and year) allows.

    found    NEEDS, samples; bonds and contacts if any
    before   pairs of runs that earlier rounds settled
    returns  the tables, and the pairs that are settled now
    """
    own = {one.name: people[one.name].sort(one.key, nulls_last=True) for one in OF_PEOPLE}
    links, met = _links(found.get("bonds")), _met(found.get("contacts"))
    groups = origin_groups(own["departures"]["participant"].unique().sort(), links)
    later = later_readings(found["profiles"], found["aligned"], own["departures"])
    carryover = contamination_result(
        found["profiles"],
        found["samples"],
        found["factors"],
        found["aligned"],
        met,
        links,
        before,
    )
    prints = sample_fingerprints(found["profiles"], found["aligned"], found["factors"])
    taken = found["profiles"].select("sample", "taken")
    tables = {
        **own,
        "rates": with_everybody(own["rates"]),
        "recurrence": recurrence_table(own["acquired"], layout, exposure(later, groups)),
        "selection": selection_table(own["acquired"], layout, groups),
        "owners": assignments(prints, met),
        "carryover": carryover.table,
        "pairs": pl.DataFrame(
            [(run, *counts) for run, counts in sorted(carryover.runs.items())],
            {"run": pl.String, "pairs": pl.Int64, "visible": pl.Int64},
            orient="row",
        ),
        "clock": people["clock"]
        .join(taken, on="sample")
        .sort("participant", "taken", "sample")
        .drop("taken"),
    }
    return tables, carryover.settled


def later_readings(
    profiles: pl.DataFrame, aligned: pl.DataFrame, departures: pl.DataFrame
) -> Iterator[tuple[str, str, Bool[np.ndarray, " L"]]]:
    """Participant, contig and what is told, of samples that nobody began with."""
    ordered = profiles.join(departures.select("sample", "start"), on="sample")
    ordered = ordered.sort("participant", "taken", "sample")
    begun = ordered.filter(pl.col("start") == FIRST).unique(
        "participant", keep="first", maintain_order=True
    )
    later = ordered.filter(~pl.col("sample").is_in(begun["sample"].implode()))
    people = dict(later.select("sample", "participant").rows())
    for sample, contig, letters in aligned_texts(aligned):
        if sample in people:
            yield people[sample], contig, readable_of(letters)


def _links(bonds: pl.DataFrame | None) -> list[tuple[str, str]]:
    if bonds is None or "linked" not in bonds.columns:
        return []
    return [(str(a), str(b)) for a, b in bonds.filter(pl.col("linked")).select("a", "b").rows()]


def _met(contacts: pl.DataFrame | None) -> list[tuple[str, str]]:
    if contacts is None:
        return []
    return [(str(a), str(b)) for a, b in contacts.select("a", "b").rows()]


def limits_of(typed_reads: pl.DataFrame | None) -> dict[str, float | None]:
    """Sample to the least share that would have been told, where reads were typed."""
    if typed_reads is None:
        return {}
    return dict(typed_reads.select("sample", "detection_limit").rows())
