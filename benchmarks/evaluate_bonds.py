"""What the room reaches on real data whose truth is known; always within strata.

python benchmarks/evaluate_bonds.py [NAME of a data set ...], read from ../shared/data
Areas with 95 % limits from drawing persons. A set that is absent is said to be absent.
"""

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from nanoward.adapters.formats import FileFormats
from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import (
    BondRules,
    ComparedParticipant,
    called_bonds,
    contact_effect,
    direction_of,
)
from nanoward.bonds import stratum_bonds as pairs_of
from nanoward.bonds.relatedness.allele_sharing import (
    closeness,
    excess_sharing,
    minor_likelihood,
)
from nanoward.catalogue import catalogue_rules
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.bit_parallel_distances import differences, packed
from nanoward.maths.genetics.sequences import masks_of
from nanoward.maths.statistics.network_regression import semi_partial_test
from nanoward.maths.statistics.roc import area_under_curve, auc_over_people
from nanoward.testing.fakes import CountedProgress, InlineRunner

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
Row = dict[str, Any]
Pairs = list[tuple[float, bool, str, str]]  # score, true, both people


def rows(path: Path) -> list[Row]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as file:  # type: ignore[operator]
        return list(csv.DictReader(file))


def records(path: Path) -> list[tuple[str, str]]:
    text = gzip.decompress(path.read_bytes()).decode()
    split = (one.split("\n", 1) for one in text.split(">")[1:])
    return [(header.strip(), letters.replace("\n", "")) for header, letters in split]


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def told(name: str, pairs: Pairs, aim: str) -> float:
    scores, true = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    names = {n: k for k, n in enumerate(sorted({x for p in pairs for x in p[2:]}))}
    people = np.array([[names[a], names[b]] for _, _, a, b in pairs])
    area = area_under_curve(scores, true)
    low, high = auc_over_people(scores, true, people, seed=1, draws=200)
    print(
        f"| {name} | {len(pairs)} pairs, {int(true.sum())} true | {area:.3f} "
        f"[{low:.3f}, {high:.3f}] | {aim} |",
        flush=True,
    )
    return area


def minor_pairs(folder: Path, samples: Iterable[Row], group: Callable[[Row], tuple[Any, ...]],
                site: Callable[[Row], tuple[Any, ...]]) -> Pairs:  # fmt: skip
    """Pairs of a group whose samples lie within 14 days, by shared minor variants.

    Of an allele seen in several samples of a person the largest share counts.
    """
    used = {row["sample"]: row for row in samples}
    home = {row["person"]: row["household"] for row in used.values()}
    days: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in used.values():
        if row["collection_date"]:
            day = date.fromisoformat(row["collection_date"]).toordinal()
            days[*group(row), row["person"]].append(day)
    held: dict[tuple[Any, ...], dict[tuple[Any, ...], float]] = defaultdict(dict)
    twice = []
    for row in rows(folder / "variants.csv.gz"):
        if row["sample"] in used:
            sample = used[row["sample"]]
            mine = held[*group(sample), sample["person"]]
            mine[site(row)] = max(mine.get(site(row), 0.0), float(row["frequency"]))
            if row["frequency_rep1"] and row["frequency_rep2"]:
                twice.append((float(row["frequency_rep1"]), float(row["frequency_rep2"])))
    people = sorted(days)
    place = {one: k for k, one in enumerate(sorted({k for one in held.values() for k in one}))}
    shares = np.zeros((len(people), len(place)))
    for number, person in enumerate(people):
        for one, share in held[person].items():
            shares[number, place[one]] = share
    strata = np.unique([str(person[:-1]) for person in people], return_inverse=True)[1]
    score = minor_likelihood(shares, strata.astype(np.int64), np.array(twice))
    return [
        (float(score[i, j]), home[a[-1]] == home[b[-1]], a[-1], b[-1])
        for i, a in enumerate(people)
        for j, b in enumerate(people[i + 1 :], start=i + 1)
        if a[:-1] == b[:-1] and min(abs(x - y) for x in days[a] for y in days[b]) <= 14
    ]


def flutes_flu() -> float:
    folder = DATA / "flutes_flu"
    samples = [
        row
        for row in rows(folder / "samples.csv")
        if row["study"] == "FLUTES" and row["subtype"]
    ]
    pairs = minor_pairs(
        folder, samples, lambda r: (r["season"], r["subtype"]),
        lambda r: (r["segment"], int(r["position"]), r["ref"], r["alt"]),
    )  # fmt: skip
    return told("flutes_flu, minor variants only, 14 days", pairs, ">= 0.66")


def sars2_rvtn() -> float:
    folder = DATA / "sars2_rvtn"
    samples = [row for row in rows(folder / "samples.csv") if row["pango"]]
    pairs = minor_pairs(
        folder, samples, lambda r: (r["pango"],), lambda r: (int(r["position"]), r["alt"])
    )
    return told("sars2_rvtn, within pango and 14 days", pairs, "state; chance is 0.5")


def sars2_families() -> float:
    """Whole genomes through the plain-file flow; families of one site. No day is known."""
    folder = DATA / "sars2_families"
    given = rows(folder / "samples.csv")
    lines = ["sample,participant,taken,household,site"]
    lines += [
        f"{r['sample']},{r['person']},2021-01-01,{r['household']},{r['site']}" for r in given
    ]
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
    rules = FileRules(
        catalogue=catalogue_rules({}),
        bonds=BondRules(strata=("site",), apart=("household",)),
    )
    found = find_links_in_files(files, rules, FileFormats(), InlineRunner(), CountedProgress())
    bonds = found.tables["bonds"].filter(pl.col("score").is_not_null())
    home = {r["person"]: r["household"] for r in given}
    pairs = [
        (float(score), home[a] == home[b], a, b)
        for a, b, score in bonds.select("a", "b", "score").rows()
    ]
    linked = bonds.filter("linked")
    right = [home[a] == home[b] for a, b in linked.select("a", "b").rows()]
    print(f"| sars2_families, called | {len(right)} links | {sum(right)} of one family | |")
    return told("sars2_families, within site", pairs, "state; chance is 0.5")


def kp_st258() -> float:
    folder = DATA / "kp_st258"
    letters = dict(records(folder / "variable_sites.fasta.gz"))
    samples = [r for r in rows(folder / "samples.csv") if r["sample"] in letters]
    place = {row["sample"]: k for k, row in enumerate(samples)}
    apart = differences(packed(np.stack([masks_of(letters[r["sample"]]) for r in samples])))
    days = np.full(apart.shape, 365.0)
    for row in rows(folder / "pairs.csv.gz"):
        if row["days_apart"] not in ("", "NA"):
            i, j = place[row["sample_a"]], place[row["sample_b"]]
            days[i, j] = days[j, i] = float(row["days_apart"])
    areas = []
    for name, score in (
        ("by distance", -apart.astype(float)),
        ("closeness of genomes alone", closeness(apart.astype(float))),
        ("closeness and days", closeness(apart.astype(float), days)),
    ):
        pairs = [
            (float(score[i, j]), a["person"] == b["person"], a["person"], b["person"])
            for i, a in enumerate(samples)
            for j, b in enumerate(samples[i + 1 :], start=i + 1)
            if a["facility"] == b["facility"]
        ]
        areas.append(told(f"kp_st258, same patient within facility, {name}", pairs, ">= 0.88"))
    return areas[-1]


def village_strains() -> float:
    folder = DATA / "village_strains"
    rates = [
        (r["village"], r["person_a"], r["person_b"], r["strain_sharing_rate_t1"], r)
        for r in rows(folder / "pairs.csv.gz")
    ]
    rates += [
        ("village_E", r["person_a"], r["person_b"], r["strain_sharing_percent"], r)
        for r in rows(folder / "village_E_pairs.csv.gz")
    ]
    rates = [one for one in rates if one[3] not in ("", "NA")]
    people = sorted({(v, x) for v, a, b, _, _ in rates for x in (a, b)})
    place = {one: k for k, one in enumerate(people)}
    matrix = np.full((len(people), len(people)), np.nan)
    for village, a, b, rate, _ in rates:
        i, j = place[village, a], place[village, b]
        matrix[i, j] = matrix[j, i] = float(rate)
    villages = sorted({village for village, _ in people})
    score = excess_sharing(matrix, np.array([villages.index(v) for v, _ in people]))
    pairs = [
        (float(score[place[v, a], place[v, b]]), r["social_tie"] == "1", f"{v}{a}", f"{v}{b}")
        for v, a, b, _, r in rates
    ]
    return told("village_strains, time 1, within 4 villages", pairs, ">= 0.70")


def opv_mexico() -> float:
    """The yardstick are pairs of two communities; asked are households of one community."""
    folder = DATA / "opv_mexico"
    samples = {row["sample"]: row for row in rows(folder / "samples.csv")}
    rules = BondRules(lot_is_common_source=True, linked_differences=2.0)
    false = asked = small = 0
    for serotype in ("OPV1", "OPV2"):
        (_, root), *genomes = records(folder / f"{serotype.lower()}_aligned_vp1.fasta.gz")
        letters = {header: text for header, text in genomes if header in samples}
        best: dict[str, str] = {}
        for name in sorted(letters):
            best.setdefault(samples[name]["person"], name)
        people = tuple(
            ComparedParticipant(
                participant=who, stratum=serotype, sample=name, lot="the campaign's",
                taken=day_of(samples[name]["collection_date"]),
                apart=(samples[name]["household"], samples[name]["community"]),
            )
            for who, name in sorted(best.items())
        )  # fmt: skip
        aligned = ({"sample": n, "contig": "c", "sequence": letters[n]} for n in best.values())
        factors = (
            {"sample": n, "contig": "c", "position": k + 1, "ref": x, "alt": y,
             "frequency": 1.0, "evidence": "consensus"}
            for n in best.values()
            for k, (x, y) in enumerate(zip(root, letters[n], strict=True))
            if x != y and x in "ACGT" and y in "ACGT"
        )  # fmt: skip
        pairs = pairs_of(
            people, frame_of(ALIGNED, aligned), frame_of(FACTORS, factors), {}, rules
        )
        bonds, _ = called_bonds(pairs, rules)
        home = {one.participant: one.apart for one in people}
        near = bonds.filter(
            pl.Series(
                [
                    home[a][1] == home[b][1] and home[a][0] != home[b][0]
                    for a, b in bonds.select("a", "b").rows()
                ]
            )
        )
        asked += near.height
        false += near.filter(pl.col("linked")).height
        small += near.filter(pl.col("p_value") <= 0.05).height
    print(
        f"| opv_mexico, different households of one community | {asked} pairs | linked "
        f"{false / asked:.4f}; p <= 0.05: {small / asked:.3f} | <= 0.05 |",
        flush=True,
    )
    return false / asked


def hiv_pairs() -> float:
    folder = DATA / "hiv_pairs"
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for header, text in records(folder / "pair_alignments.fasta.gz"):
        pair, person, _ = header.split("|")
        held[pair, person].append(text)
    answers = []
    for row in rows(folder / "contacts.csv"):
        a, b = (
            np.stack([masks_of(text) for text in held[row["pair"], row[side]]])
            for side in ("true_source", "true_recipient")
        )
        answers.append(direction_of(a, b))
    called = [one for one in answers if one.verdict != "undecided"]
    right = float(np.mean([one.verdict == "a to b" for one in called]))
    print(
        f"| hiv_pairs, direction | {len(answers)} couples, {len(called)} called "
        f"({len(called) / len(answers):.3f}) | right {right:.3f} | >= 0.90 of >= 0.60 |"
    )
    sure = np.array([max(one.probability, 1 - one.probability) for one in answers])
    good = np.array([one.probability > 0.5 for one in answers])
    for low, high in ((0.5, 0.75), (0.75, 0.9), (0.9, 0.97), (0.97, 1.01)):
        of = (sure >= low) & (sure < high)
        print(
            f"| hiv_pairs, stated {low:.2f} to {min(high, 1):.2f} | {int(of.sum())} couples | "
            f"stated {sure[of].mean():.3f}, right {good[of].mean():.3f} | reliability |"
        )
    return right


def school_contacts(worlds: int = 3000) -> float:
    folder = DATA / "school_contacts"
    contacts = rows(folder / "contacts.csv")
    names = sorted({row[side] for row in contacts for side in ("person_a", "person_b")})
    place = {name: k for k, name in enumerate(names)}
    hours = np.zeros((len(names), len(names)))
    for row in contacts:
        i, j = place[row["person_a"]], place[row["person_b"]]
        hours[i, j] = hours[j, i] = float(row["contact_seconds"]) / 3600
    seen = rows(folder / "presence.csv.gz")
    taxa = {name: k for k, name in enumerate(sorted({row["taxon"] for row in seen}))}
    held = np.zeros((len(names), len(taxa)))
    for row in seen:
        held[place[row["person"]], taxa[row["taxon"]]] = 1
    weight = -np.log(held.mean(axis=0))
    alike = (held * weight) @ held.T
    linked = (alike > np.quantile(alike[np.triu_indices(len(names), 1)], 0.9)).astype(float)
    np.fill_diagonal(linked, 0.0)
    return contact("school_contacts, closest tenth of pairs", linked, hours, worlds)


def dorm_microbes(worlds: int = 3000) -> float:
    folder = DATA / "dorm_microbes"
    owner = {
        row["sample"]: row["person"]
        for row in rows(folder / "samples.csv")
        if row["surface"] == "Desk"
    }
    people = sorted(set(owner.values()))
    place = {name: k for k, name in enumerate(people)}
    counts = [row for row in rows(folder / "counts.csv.gz") if row["sample"] in owner]
    kinds = {n: k for k, n in enumerate(sorted({row["sequence_variant"] for row in counts}))}
    held = np.zeros((len(people), len(kinds)))
    for row in counts:
        held[place[owner[row["sample"]]], kinds[row["sequence_variant"]]] += float(row["reads"])
    held /= held.sum(axis=1, keepdims=True)
    alike = np.minimum(held[:, None], held[None]).sum(axis=2)
    linked = (alike > np.quantile(alike[np.triu_indices(len(people), 1)], 0.9)).astype(float)
    np.fill_diagonal(linked, 0.0)
    rooms = np.zeros_like(linked)
    for row in rows(folder / "contacts.csv"):
        if row["relation"] == "roommate" and {row["person_a"], row["person_b"]} <= set(place):
            i, j = place[row["person_a"]], place[row["person_b"]]
            rooms[i, j] = rooms[j, i] = 1.0
    return contact("dorm_microbes, desks, room mates", linked, rooms, worlds)


def village_contacts(worlds: int = 1000) -> float:
    """Named ties against the closest tenth of the pairs of each village."""
    rates = [r for r in rows(DATA / "village_strains" / "pairs.csv.gz")
             if r["strain_sharing_rate_t1"] not in ("", "NA")]  # fmt: skip
    people = sorted(
        {(r["village"], r[side]) for r in rates for side in ("person_a", "person_b")}
    )
    place = {one: k for k, one in enumerate(people)}
    linked = np.full((len(people), len(people)), np.nan)
    tied = np.zeros_like(linked)
    for row in rates:
        i, j = (place[row["village"], row[side]] for side in ("person_a", "person_b"))
        linked[i, j] = linked[j, i] = float(row["strain_sharing_rate_t1"])
        tied[i, j] = tied[j, i] = float(row["social_tie"] == "1")
    village = np.unique([one for one, _ in people], return_inverse=True)[1].astype(np.int64)
    for one in range(village.max() + 1):
        of = np.ix_(village == one, village == one)
        high = np.nanquantile(linked[of], 0.9)
        linked[of] = np.where(np.isnan(linked[of]), np.nan, linked[of] > high)
    return contact("village_strains, named ties", linked, tied, worlds, village)


def shuffled(chance: np.random.Generator, blocks: np.ndarray) -> np.ndarray:
    """People in an order drawn anew within each block."""
    order = np.arange(len(blocks))
    for one in np.unique(blocks):
        order[blocks == one] = chance.permutation(np.flatnonzero(blocks == one))
    return order


def contact(
    name: str, linked: np.ndarray, hours: np.ndarray, worlds: int,
    blocks: np.ndarray | None = None,
) -> float:  # fmt: skip
    """The effect, and how often p <= 0.05 where people's links are dealt anew.

    The level needs the test alone, not the odds with their limits; its ties are drawn.
    """
    groups = np.zeros(len(linked), np.int64) if blocks is None else blocks
    found = contact_effect(linked, hours, blocks=groups)
    chance = np.random.default_rng(2)
    doubled = np.log2(1 + hours)
    low = []
    for _ in range(worlds):
        order = shuffled(chance, groups)
        dealt = linked[np.ix_(order, order)]
        test = semi_partial_test(dealt, doubled, (), groups, 39, chance)
        low.append(test.p_value <= 0.05)
    print(
        f"| {name} | {found.pairs} pairs, {found.linked} linked | p {found.p_value:.3f}, odds "
        f"per doubling {found.odds:.2f} [{found.low:.2f}, {found.high:.2f}], attributable "
        f"{found.attributable:.2f} [{found.attributable_low:.2f}, "
        f"{found.attributable_high:.2f}]; level {np.mean(low):.4f} in {worlds} "
        "| 0.05 +- 0.01 |",
        flush=True,
    )
    return float(np.mean(low))


def main() -> None:
    print("| data, question | size | reached | asked |\n|---|---|---|---|")
    for measure in (flutes_flu, sars2_rvtn, sars2_families, kp_st258, village_strains,
                    opv_mexico, hiv_pairs, school_contacts, dorm_microbes,
                    village_contacts):  # fmt: skip
        name = measure.__name__
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        if not (DATA / name.replace("village_contacts", "village_strains")).exists():
            print(f"| {name} | absent | | |")
            continue
        measure()


if __name__ == "__main__":
    main()
