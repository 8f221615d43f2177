"""Links on seasons, studies and sites judged by themselves, beside plain distance and days.

python benchmarks/evaluate_left_out.py [--draws 500] [--only NAME]

Nothing in the score of a link is fitted to who lives with whom. Each season is judged as if no
other were there, and the chance that a pair of one household stands before another pair of the
season is pooled over the seasons (single seasons have 1 to 22 household pairs). Limits are by
drawing households with replacement, the same draws for all scores. Where a truth is itself
defined by days (onset within 14 d), days alone are no fair rival, and this is said.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
from evaluate_bonds import DATA, day_of, records, rows
from left_out_sites import (
    Season,
    dorm_microbes,
    hiv_direction,
    kp_st258,
    outbreak_sim,
    sars2_rvtn,
    village_strains,
)
from scipy.stats import rankdata

from nanoward.adapters.formats import FileFormats
from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import BondRules, ComparedParticipant, called_bonds, stratum_bonds
from nanoward.catalogue import catalogue_rules
from nanoward.flows.bonds.find_links import by_stratum
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.maths.frames import frame_of
from nanoward.testing.fakes import CountedProgress, InlineRunner

EXAMPLE = Path(__file__).parents[1] / "examples" / "flu-households"
SCORES = ("score", "distance", "days", "distance + days")


def season_of(name: str, bonds: pl.DataFrame, home: Mapping[str, str]) -> Season:
    told = bonds.filter(pl.col("score").is_not_null() & pl.col("differing").is_not_null())
    homes = [(home[a], home[b]) for a, b in told.select("a", "b").rows()]
    number = {one: k for k, one in enumerate(sorted({x for pair in homes for x in pair}))}
    rate = -(told["differing"] / told["compared"]).to_numpy()
    days = -told["days_apart"].cast(pl.Float64).fill_null(0.0).to_numpy()
    return Season(
        name=name,
        scores={
            "score": told["score"].to_numpy(),
            "distance": rate,
            "days": days,
            "distance + days": rankdata(rate) + rankdata(days),
        },
        true=np.array([a == b for a, b in homes]),
        homes=np.array([(number[a], number[b]) for a, b in homes]),
        unrelated=told["is_unrelated"].to_numpy().astype(bool),
        p_value=told["p_value"].to_numpy().astype(float),
    )


def concordance(score: np.ndarray, true: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Weighted pairs of a true and another pair in the right order, and their number."""
    order = np.argsort(score, kind="stable")
    ordered, hits, others = score[order], (weight * true)[order], (weight * ~true)[order]
    starts = np.flatnonzero(np.append(True, np.diff(ordered) > 0))
    up, low = np.add.reduceat(hits, starts), np.add.reduceat(others, starts)
    below = np.cumsum(low) - low
    return float((up * (below + low / 2)).sum()), float(up.sum() * low.sum())


def pooled(seasons: list[Season], name: str, weights: list[np.ndarray]) -> float:
    right = number = 0.0
    for one, weight in zip(seasons, weights, strict=True):
        a, b = concordance(one.scores[name], one.true, weight)
        right, number = right + a, number + b
    return right / number if number else float("nan")


def drawn(season: Season, chance: np.random.Generator) -> np.ndarray:
    count = int(season.homes.max()) + 1
    times = np.bincount(chance.integers(0, count, count), minlength=count)
    a, b = season.homes.T
    return np.where(a == b, times[a], times[a] * times[b]).astype(float)


def tell(title: str, seasons: list[Season], draws: int) -> None:
    seasons = [one for one in seasons if one.true.any() and not one.true.all()]
    ones = [np.ones(len(one.true)) for one in seasons]
    whole = {name: pooled(seasons, name, ones) for name in SCORES}
    chance = np.random.default_rng(1)
    found = defaultdict(list)
    for _ in range(draws):
        weights = [drawn(one, chance) for one in seasons]
        for name in SCORES:
            found[name].append(pooled(seasons, name, weights))
    paired = np.array(found["score"]) - np.array(found["distance"])
    low, high = np.nanquantile(paired, (0.025, 0.975))
    cells = " | ".join(f"{whole[name]:.4f}" for name in SCORES)
    print(
        f"| {title} | {sum(len(one.true) for one in seasons)} pairs, "
        f"{sum(int(one.true.sum()) for one in seasons)} of one household, "
        f"{len(seasons)} left out | {cells} | {whole['score'] - whole['distance']:+.4f} "
        f"[{low:+.4f}, {high:+.4f}] |",
        flush=True,
    )


def levels(seasons: list[Season], draws: int) -> str:
    """Shares of unrelated pairs at or below 0.05 and 0.01 with limits by drawing households;
    and with ties broken at random, since whole differences leave gaps between p-values."""
    told = []
    for level in (0.05, 0.01):
        found = [(one, one.p_value[one.unrelated] <= level) for one in seasons]
        whole = np.concatenate([hit for _, hit in found]).mean()
        chance, several = np.random.default_rng(2), []
        for _ in range(draws):
            weights = [drawn(one, chance)[one.unrelated] for one in seasons]
            hits = sum(
                float((w * hit).sum()) for w, (_, hit) in zip(weights, found, strict=True)
            )
            several.append(hits / max(sum(float(w.sum()) for w in weights), 1e-9))
        low, high = np.quantile(several, (0.025, 0.975))
        broken = np.concatenate([broken_ties(x.p_value[x.unrelated], level) for x in seasons])
        told.append(f"{whole:.4f} [{low:.4f}, {high:.4f}] (ties at random {broken.mean():.4f})")
    return f"{told[0]} and {told[1]} of {sum(int(one.unrelated.sum()) for one in seasons)}"


def broken_ties(p: np.ndarray, level: float) -> np.ndarray:
    """(N,) chance that each p, drawn evenly from its own step, is at or below a level."""
    steps, place = np.unique(p, return_inverse=True)
    before = np.concatenate([[0.0], steps[:-1]])
    found: np.ndarray = np.clip((level - before) / (steps - before), 0.0, 1.0)[place]
    return found


def hive(*, quality: bool) -> list[Season]:
    """Household influenza, four seasons (MIT; McCrone et al. 2018)."""
    data = EXAMPLE / "data"
    given = rows(data / "samples.csv")
    home = {row["participant"]: row["household"] for row in given}
    files = {
        role: (path.name, path.read_bytes())
        for role, path in (
            ("samples", data / "samples.csv"), ("genomes", data / "consensus.fasta.gz"),
            ("variants", data / "minor_variants.csv.gz"),
            ("reference", EXAMPLE / "agents" / "influenza-a" / "reference.fasta"),
        )
    }  # fmt: skip
    typing = catalogue_rules(
        {"lineage_column": "subtype", "variant_positions": "consensus", "trim_ends": 5}
    )
    found = []
    for season in sorted({row["season"] for row in given}):
        require = {"season": season} | ({"isnv_quality": "1"} if quality else {})
        rules = BondRules(
            strata=("season", "subtype"), apart=("household",), require=require,
            prefer=("best_sample_of_person",), clock_per_site_year=0.003,
        )  # fmt: skip
        outcome = find_links_in_files(
            files, FileRules(catalogue=typing, bonds=rules), FileFormats(), InlineRunner(),
            CountedProgress(),
        )  # fmt: skip
        found.append(season_of(season, outcome.tables["bonds"], home))
    return found


def of_genomes(
    people: list[ComparedParticipant],
    letters: Mapping[str, Mapping[str, str]],
    home: Mapping[str, str],
    rules: BondRules,
) -> list[Season]:
    """Aligned genomes; each stratum by itself."""
    aligned = frame_of(
        ALIGNED,
        ({"sample": one, "contig": contig, "sequence": text}
         for one, parts in letters.items() for contig, text in parts.items()),
    )  # fmt: skip
    found = []
    for group in by_stratum(people):
        if len(group) > 2:
            pairs = stratum_bonds(group, aligned, frame_of(FACTORS, ()), {}, rules)
            found.append(season_of(group[0].stratum, called_bonds(pairs, rules)[0], home))
    return found


def flutes() -> list[Season]:
    """Genomes of published pairs alone: chosen by onset within 14 d, so days are favoured."""
    folder = DATA / "flutes_flu"
    known = {row["sample"]: row for row in rows(folder / "samples.csv")}
    letters: dict[str, dict[str, str]] = defaultdict(dict)
    for header, text in records(folder / "consensus_trimmed.fasta.gz"):
        sample, segment, reference = header.split("|")
        letters[sample][reference + segment.split(":")[0]] = text
    best: dict[str, str] = {}
    for name in sorted(letters, key=lambda one: (known[one]["collection_date"], one)):
        best.setdefault(known[name]["person"], name)
    people = [
        ComparedParticipant(
            participant=who, sample=name, taken=day_of(known[name]["collection_date"]),
            stratum=" ".join(known[name][x] for x in ("study", "season", "subtype")),
            apart=(known[name]["household"],),
        )
        for who, name in sorted(best.items())
    ]  # fmt: skip
    home = {who: known[name]["household"] for who, name in best.items()}
    return of_genomes(people, letters, home, BondRules(clock_per_site_year=0.003))


def families() -> list[Season]:
    """SARS-CoV-2 genomes of families, each site by itself; no day is known."""
    folder = DATA / "sars2_families"
    given = rows(folder / "samples.csv")
    lines = ["sample,participant,taken,household,site"]
    lines += [f"{r['sample']},{r['person']},2021-01-01,{r['household']},{r['site']}"
              for r in given]  # fmt: skip
    genomes = "".join(
        f">{header.split('|')[0]}|c\n{text}\n"
        for header, text in records(folder / "genomes.fasta.gz")
    )
    ((_, root),) = records(DATA / "sars2_rvtn" / "reference.fasta.gz")
    files = {
        "samples": ("samples.csv", "\n".join(lines).encode()),
        "genomes": ("genomes.fasta", genomes.encode()),
        "reference": ("reference.fasta", f">c\n{root}\n".encode()),
    }
    home = {row["person"]: row["household"] for row in given}
    found = []
    for site in sorted({row["site"] for row in given}):
        bonds = BondRules(apart=("household",), require={"site": site})
        rules = FileRules(catalogue=catalogue_rules({}), bonds=bonds)
        outcome = find_links_in_files(
            files, rules, FileFormats(), InlineRunner(), CountedProgress()
        )
        found.append(season_of(site, outcome.tables["bonds"], home))
    return found


SETS: tuple[tuple[str, str, Callable[[], list[Season]]], ...] = (
    ("hive_flu, trusted minor variants", "", lambda: hive(quality=True)),
    ("hive_flu, all sequenced people", "", lambda: hive(quality=False)),
    ("flutes_flu, published pairs", "flutes_flu", flutes),
    ("sars2_families, by site", "sars2_families", families),
    ("sars2_rvtn, minor variants alone, by lineage", "sars2_rvtn", sars2_rvtn),
    ("kp_st258, same patient, by hospital", "kp_st258", kp_st258),
    ("village_strains, named ties, by village", "village_strains", village_strains),
    ("dorm_microbes, room mates, by surface", "dorm_microbes", dorm_microbes),
    ("outbreak_sim, who infected whom", "outbreak_sim", outbreak_sim),
)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--draws", type=int, default=500)
    asked.add_argument("--only", nargs="+", default=[""])
    given = asked.parse_args()
    print("| data | size | score | distance | days | distance + days | score - distance |")
    print("|---|---|---|---|---|---|---|")
    every: list[tuple[str, list[Season]]] = []
    for title, folder, made in SETS:
        if not any(one in title for one in given.only):
            continue
        if folder and not (DATA / folder).exists():
            print(f"| {title} | absent | | | | | |")
            continue
        seasons = made()
        tell(title, seasons, given.draws)
        every.append((title, seasons))
    flu = [one for title, some in every if "flu" in title and "trusted" not in title
           for one in some]  # fmt: skip
    if flu:
        tell("influenza, all sequenced people of both", flu, given.draws)
    if any(one in "hiv_pairs" for one in given.only) and (DATA / "hiv_pairs").exists():
        print(hiv_direction(given.draws))
    print("\np-values of unrelated pairs at or below 0.05 and 0.01, given their gap:")
    for title, some in every:
        if any(one.unrelated.any() for one in some):
            print(f"{title}: {levels(some, given.draws)}")
    if flu:
        print("influenza pooled:", levels(flu, given.draws))


if __name__ == "__main__":
    main()
