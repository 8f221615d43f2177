"""What the catalogue recovers of simulated programmes whose truth is known.

    nanoward simulate W --clean --seed 11 && nanoward round W
    python benchmarks/evaluate_adaptation.py W ...

The lot's variants are taken from truth/lot.csv (from 2 % on), as a release would lend them.
Swaps: one sample of each of two people who never met, 25 times. Carryover: 5 and 10 % of
another sample of the run mixed in at a depth of 400, 10 times each.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.evolution.acquired_mutations import (
    GenomeAnnotation,
    acquired_table,
    divergence_table,
    rates_table,
)
from nanoward.catalogue.evolution.baseline import (
    Host,
    LotRecords,
    ObservedSample,
    hosts,
    observed_samples,
)
from nanoward.catalogue.evolution.parallel_evolution import (
    exposure,
    later_samples,
    origin_groups,
    recurrence_table,
    selection_table,
)
from nanoward.catalogue.identity.contamination import contamination_result
from nanoward.catalogue.identity.sample_swap import assignment_table
from nanoward.flows.agents.check_agents import spec_regions
from nanoward.flows.lots.measure_adaptation import first_doses
from nanoward.flows.steps.step_outcome import Materials
from nanoward.simulation.genomes.genome import place_of, simulated_genome
from nanoward.simulation.study import Study

DEPTH, CALLED = 400, 0.02


@dataclass(frozen=True, kw_only=True)
class Ward:
    """A simulated programme and its newest round."""

    seed: int
    folder: Path
    tables: dict[str, pl.DataFrame]
    people: dict[str, list[ObservedSample]]
    met: list[tuple[str, str]]
    rng: np.random.Generator


def opened(folder: Path) -> Ward:
    tables = sorted((folder / "rounds").glob("*"))[-1] / "tables"
    names = ("profiles", "aligned", "factors", "bonds", "owners", "carryover")
    found = {name: pl.read_parquet(tables / f"{name}.parquet") for name in names}
    origin = (folder / "programme.toml").read_text().split("--seed ")[1]
    seed = int(origin.split()[0])
    return Ward(
        seed=seed,
        folder=folder,
        tables=found,
        people=observed_samples(found["profiles"], found["aligned"], found["factors"]),
        met=[(str(a), str(b)) for a, b in _csv(folder, "data/contacts.csv", "a", "b")],
        rng=np.random.default_rng(seed),
    )


def _csv(folder: Path, path: str, *names: str) -> list[tuple[object, ...]]:
    return pl.read_csv(folder / path, infer_schema_length=None).select(names).rows()


def with_lot(ward: Ward) -> tuple[Host, ...]:
    lot = pl.read_csv(ward.folder / "truth" / "lot.csv").filter(pl.col("frequency") >= CALLED)
    content = (ward.folder / "data" / "sdtm" / "ex.xpt").read_bytes()
    ex = FileFormats().read("sdtm.EX", "data/sdtm/ex.xpt", content).table
    dosed = first_doses(Materials(tables={"sdtm.EX": ex}, sources={}))
    lots = LotRecords(of={one: ["L"] for one in dosed}, variants={"L": lot}, dosed=dosed)
    return hosts(ward.people, lots)


def tell_adaptation(ward: Ward) -> None:
    spec = next(ward.folder.glob("agents/*/spec.toml"))
    reference = FileFormats().read(
        "reference", "r.fasta", spec.with_name("reference.fasta").read_bytes()
    )
    letters = dict(reference.table.select("contig", "sequence").rows())
    layout = GenomeAnnotation(
        regions=spec_regions(spec.name, spec.read_bytes()), letters=letters
    )
    found = with_lot(ward)
    acquired = acquired_table(found, layout)
    links = ward.tables["bonds"].filter("linked").select("a", "b").rows()
    groups = origin_groups((one.participant for one in found), links)
    recurrent = recurrence_table(
        acquired, layout, exposure(later_samples(found), groups)
    ).filter("recurrent")
    genome = simulated_genome(Study(seed=ward.seed))
    adaptive = {place_of(int(one)) for one in genome.adaptive}
    lot = {place_of(int(one)) for one in np.flatnonzero(genome.lot_frequency)}
    sites = set(recurrent.filter(pl.col("alt") != "").select("contig", "first").rows())
    rate = rates_table(divergence_table(found).filter(start="lot")).filter(participant="*")
    chosen = selection_table(acquired, layout, groups).filter(locus="*")
    print(f"seed {ward.seed}: rate {_told(rate, 'per_site_year', 'low', 'high')}; "
          f"dN/dS {_told(chosen, 'ratio', 'low', 'high')}; sites again in others: "
          f"{len(sites & adaptive)} of {len(adaptive)} adaptive, {len(sites & lot)} of the lot "
          f"below {CALLED:.0%}, {len(sites - adaptive - lot)} others")  # fmt: skip


def _told(table: pl.DataFrame, *names: str) -> str:
    first, low, high = table.select(names).row(0)
    return f"{first:.4g} [{low:.4g}, {high:.4g}]"


def tell_owners(ward: Ward, times: int = 25) -> None:
    met = {frozenset(one) for one in ward.met}
    many = [one for one in ward.people if len(ward.people[one]) > 2]
    seen = tried = others = 0
    for _ in range(times):
        a, b = (str(one) for one in ward.rng.choice(many, 2, replace=False))
        if frozenset((a, b)) in met:
            continue
        changed = {who: list(own) for who, own in ward.people.items()}
        i, j = (int(ward.rng.integers(len(changed[one]))) for one in (a, b))
        x, y = changed[a][i], changed[b][j]
        changed[a][i] = replace(x, alleles=y.alleles, readable=y.readable)
        changed[b][j] = replace(y, alleles=x.alleles, readable=x.readable)
        told = assignment_table(hosts(changed, LotRecords()), ward.met).filter(
            verdict="swapped"
        )
        names, wrong = set(told["sample"]), {x.sample, y.sample}
        seen, tried = seen + len(names & wrong), tried + 2
        others += len(names - wrong)
    table = ward.tables["owners"]
    accused = table.filter(verdict="swapped").height
    print(
        f"seed {ward.seed}: {seen} of {tried} swapped samples told ({others} others); stated "
        f"power {table['power'].mean():.2f}; without a swap {accused} of {table.height}"
    )


def tell_carryover(ward: Ward, times: int = 10) -> None:
    samples = pl.read_csv(ward.folder / "data" / "samples.csv", infer_schema_length=None)
    of = dict(samples.select("sample", "participant").rows())
    runs = dict(samples.select("sample", "run").rows())
    names = ward.tables["profiles"].filter(typed_as="agent")["sample"].to_list()
    links = ward.tables["bonds"].filter("linked").select("a", "b").rows()
    tables = ward.tables["profiles"], samples, ward.tables["aligned"]
    told: Counter[str] = Counter()
    for dose in (0.05, 0.1):
        for _ in range(times):
            one = str(ward.rng.choice(names))
            near = [n for n in names if runs[n] == runs[one] and of[n] != of[one]]
            if not near:
                continue
            source = str(ward.rng.choice(near))
            factors = mixed(ward, one, source, dose)
            found = contamination_result(*tables[:2], factors, tables[2], ward.met, links).table
            every = found.filter(sample=one).to_dicts()
            row = next((each for each in every if each["source"] == source), None)
            told["of"] += 1
            told["no evidence" if row is None else row["verdict"]] += 1
            told["another source named"] += sum(
                each["flagged"] and each["source"] != source for each in every
            )
            if row is not None and row["flagged"]:
                told["dose within its limits"] += row["low"] <= dose <= row["high"]
    clean = contamination_result(
        *tables[:2], ward.tables["factors"], tables[2], ward.met, links
    )
    verdicts = dict(clean.table.group_by("verdict").len().sort("verdict").rows())
    pairs, seen = (sum(one[k] for one in clean.runs.values()) for k in (0, 1))
    print(f"seed {ward.seed}: carryover planted: {dict(sorted(told.items()))}; without, in "
          f"{len(clean.runs)} runs: {verdicts}; 5 % visible in {seen} of {pairs}")  # fmt: skip


def mixed(ward: Ward, sample: str, source: str, dose: float) -> pl.DataFrame:
    """The factors, with a share of the source in the sample."""
    factors = ward.tables["factors"]
    key = ("contig", "position", "ref", "alt")

    def shares(name: str) -> dict[tuple[object, ...], float]:
        rows = factors.filter(sample=name).select(*key, "frequency").rows()
        return {row[:4]: row[4] for row in rows}

    own, other = shares(sample), shares(source)
    rows = []
    for one in sorted({*own, *other}, key=str):
        share = (1 - dose) * own.get(one, 0.0) + dose * other.get(one, 0.0)
        seen = float(ward.rng.binomial(DEPTH, min(1.0, share)) / DEPTH)
        if seen >= CALLED:
            rows.append((sample, *one, seen, DEPTH))
    columns = ["sample", *key, "frequency", "depth"]
    rest = factors.filter(pl.col("sample") != sample).select(columns)
    return pl.concat([rest, pl.DataFrame(rows, schema=rest.schema, orient="row")])


def main(folders: Iterable[str]) -> None:
    for folder in folders:
        ward = opened(Path(folder))
        tell_adaptation(ward)
        tell_owners(ward)
        tell_carryover(ward)


if __name__ == "__main__":
    main(sys.argv[1:])
