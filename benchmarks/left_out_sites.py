"""Sets beside influenza, each site, village, lineage or outbreak judged by itself.

Used by evaluate_left_out.py. What stands under "distance" is the plainest measure of the set:
different sites (kp_st258, outbreak_sim), the sharing rate itself (village_strains), overlap of
the counts (dorm_microbes), overlap of the shares of minor variants (sars2_rvtn, which has no
consensus genomes). Days are set to 0 where none is known: they then tell nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from evaluate_bonds import DATA, records, rows
from scipy.stats import rankdata

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import BondRules, ComparedParticipant, called_bonds, direction_of
from nanoward.bonds import stratum_bonds as pairs_of
from nanoward.bonds.relatedness.allele_sharing import (
    closeness,
    excess_sharing,
    minor_likelihood,
)
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.bit_parallel_distances import differences, packed
from nanoward.maths.genetics.sequences import masks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Pairs of one season, site or study that was judged by itself."""

    name: str
    scores: Mapping[str, np.ndarray]
    true: np.ndarray
    homes: np.ndarray  # (N, 2) numbers of both households, or of both people
    unrelated: np.ndarray
    p_value: np.ndarray


def of_matrices(
    name: str, score: np.ndarray, near: np.ndarray, days: np.ndarray, true: np.ndarray,
    homes: Sequence[int],
) -> Season:  # fmt: skip
    """All pairs of (P, P) matrices of which score and nearness are known."""
    i, j = np.triu_indices(len(score), 1)
    told = np.isfinite(score[i, j]) & np.isfinite(near[i, j])
    i, j = i[told], j[told]
    blank = np.full(len(i), np.nan)
    gap = -np.nan_to_num(days[i, j])
    return Season(
        name=name,
        scores={
            "score": score[i, j], "distance": near[i, j], "days": gap,
            "distance + days": rankdata(near[i, j]) + rankdata(gap),
        },
        true=true[i, j].astype(bool), homes=np.column_stack([np.array(homes)[i],
        np.array(homes)[j]]), unrelated=np.zeros(len(i), bool), p_value=blank,
    )  # fmt: skip


def _numbers(names: Sequence[str]) -> list[int]:
    place = {one: k for k, one in enumerate(sorted(set(names)))}
    return [place[one] for one in names]


def kp_st258() -> list[Season]:
    """Isolates of one patient against others of the same hospital; each hospital by itself."""
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
    found = []
    for facility in sorted({row["facility"] for row in samples}):
        of = [k for k, row in enumerate(samples) if row["facility"] == facility]
        if len(of) < 3:
            continue
        own, gap = apart[np.ix_(of, of)].astype(float), days[np.ix_(of, of)]
        person = np.array([samples[k]["person"] for k in of])
        found.append(
            of_matrices(facility, closeness(own, gap), -own, gap,
                        person[:, None] == person[None], _numbers(person.tolist()))
        )  # fmt: skip
    return found


def village_strains() -> list[Season]:
    """Named ties by the share of shared strains; each village by itself; no day is known."""
    held: dict[str, list[tuple[str, str, float, bool]]] = defaultdict(list)
    folder = DATA / "village_strains"
    for name, column, village in (
        ("pairs", "strain_sharing_rate_t1", ""), ("village_E_pairs", "strain_sharing_percent",
        "village_E"),
    ):  # fmt: skip
        for r in rows(folder / f"{name}.csv.gz"):
            if r[column] not in ("", "NA"):
                held[village or r["village"]].append(
                    (r["person_a"], r["person_b"], float(r[column]), r["social_tie"] == "1")
                )
    found = []
    for village, pairs in sorted(held.items()):
        people = sorted({x for a, b, _, _ in pairs for x in (a, b)})
        place = {one: k for k, one in enumerate(people)}
        rate, tie = (np.full((len(people), len(people)), blank) for blank in (np.nan, 0.0))
        for a, b, value, tied in pairs:
            i, j = place[a], place[b]
            rate[i, j] = rate[j, i] = value
            tie[i, j] = tie[j, i] = tied
        score = excess_sharing(rate, np.zeros(len(people), np.int64))
        none = np.zeros_like(rate)
        found.append(of_matrices(village, score, rate, none, tie, range(len(people))))
    return found


def dorm_microbes() -> list[Season]:
    """Room mates by the overlap of what lies on their desks and floors; each kind of surface by
    itself; no day is known."""
    folder = DATA / "dorm_microbes"
    mates = {
        frozenset((row["person_a"], row["person_b"]))
        for row in rows(folder / "contacts.csv")
        if row["relation"] == "roommate"
    }
    owner = {r["sample"]: (r["surface"], r["person"]) for r in rows(folder / "samples.csv")}
    reads: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows(folder / "counts.csv.gz"):
        if row["sample"] in owner:
            surface, person = owner[row["sample"]]
            mine = reads[surface][person]
            kind = row["sequence_variant"]
            mine[kind] = mine.get(kind, 0.0) + float(row["reads"])
    found = []
    for surface, people in sorted(reads.items()):
        names = sorted(people)
        kinds = {
            n: k for k, n in enumerate(sorted({x for one in people.values() for x in one}))
        }
        shares = np.zeros((len(names), len(kinds)))
        for k, one in enumerate(names):
            for kind, count in people[one].items():
                shares[k, kinds[kind]] = count
        shares /= shares.sum(axis=1, keepdims=True)
        alike = np.array([np.minimum(row, shares).sum(axis=1) for row in shares])
        true = np.array([[frozenset((a, b)) in mates for b in names] for a in names])
        score = excess_sharing(alike, np.zeros(len(names), np.int64))
        none = np.zeros_like(alike)
        found.append(of_matrices(surface, score, alike, none, true, range(len(names))))
    return found


def sars2_rvtn() -> list[Season]:
    """Households by shared minor variants alone, within 14 d; each lineage by itself."""
    folder = DATA / "sars2_rvtn"
    used = {row["sample"]: row for row in rows(folder / "samples.csv") if row["pango"]}
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    home = {row["person"]: row["household"] for row in used.values()}
    for row in used.values():
        day = np.datetime64(row["collection_date"]).astype(int)
        days[row["pango"], row["person"]].append(int(day))
    shares: dict[tuple[str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    twice = []
    for row in rows(folder / "variants.csv.gz"):
        if row["sample"] not in used:
            continue
        sample = used[row["sample"]]
        mine, site = shares[sample["pango"], sample["person"]], (row["position"], row["alt"])
        mine[site] = max(mine.get(site, 0.0), float(row["frequency"]))
        if row["frequency_rep1"] and row["frequency_rep2"]:
            twice.append((float(row["frequency_rep1"]), float(row["frequency_rep2"])))
    people = sorted(days)
    place = {one: k for k, one in enumerate(sorted({k for x in shares.values() for k in x}))}
    table = np.zeros((len(people), len(place)))
    for k, who in enumerate(people):
        for site, share in shares[who].items():
            table[k, place[site]] = share
    found = []
    for lineage in sorted({one for one, _ in people}):  # nothing is learnt from other lineages
        of = [k for k, one in enumerate(people) if one[0] == lineage]
        if len(of) < 3:
            continue
        names = [people[k] for k in of]
        score = minor_likelihood(table[of], np.zeros(len(of), np.int64), np.array(twice))
        near = np.array([np.minimum(table[k], table[of]).sum(axis=1) for k in of])
        gap = np.array([[min(abs(x - y) for x in days[a] for y in days[b]) for b in names]
                        for a in names], float)  # fmt: skip
        homes = np.array([home[who] for _, who in names])
        score = np.where(gap <= 14, score, np.nan)
        found.append(of_matrices(lineage, score, near, gap, homes[:, None] == homes[None],
                                 _numbers(homes.tolist())))  # fmt: skip
    return found


def outbreak_sim() -> list[Season]:
    """Who infected whom in one simulated outbreak of 30 cases, through the room's own pairs."""
    folder = DATA / "outbreak_sim"
    letters = dict(records(folder / "sequences.fasta.gz"))
    samples = [row for row in rows(folder / "samples.csv") if row["sample"] in letters]
    truth = {
        frozenset((row["person_a"], row["person_b"]))
        for row in rows(folder / "contacts.csv")
        if row["person_a"]
    }
    start = np.datetime64("2020-01-01")
    people = tuple(
        ComparedParticipant(
            participant=row["person"], sample=row["sample"], stratum="outbreak",
            taken=(start + int(row["sample_day"])).astype(object), apart=(row["person"],),
        )
        for row in samples
    )  # fmt: skip
    aligned = frame_of(
        ALIGNED,
        ({"sample": r["sample"], "contig": "c", "sequence": letters[r["sample"]]}
         for r in samples),
    )  # fmt: skip
    rules = BondRules(other_lineage_share=0.0)
    bonds, _ = called_bonds(pairs_of(people, aligned, frame_of(FACTORS, ()), {}, rules), rules)
    place = {row["person"]: k for k, row in enumerate(samples)}
    shape = (len(samples), len(samples))
    score, near, days, true = (np.full(shape, np.nan) for _ in range(4))
    for a, b, value, apart, gap in bonds.select(
        "a", "b", "score", "differing", "days_apart"
    ).rows():
        i, j = sorted((place[a], place[b]))
        score[i, j], near[i, j] = value, -float(apart)
        days[i, j], true[i, j] = float(gap or 0), frozenset((a, b)) in truth
    return [of_matrices("outbreak", score, near, days, true, range(len(samples)))]


def hiv_direction(draws: int) -> str:
    """Direction in couples, who have no common alignment with others: no pair to rank. Nothing
    is fitted to couples, so that each is left out."""
    folder = DATA / "hiv_pairs"
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for header, text in records(folder / "pair_alignments.fasta.gz"):
        pair, person, _ = header.split("|")
        held[pair, person].append(text)
    right, plain = [], []
    for row in rows(folder / "contacts.csv"):
        a, b = (
            np.stack([masks_of(text) for text in held[row["pair"], row[side]]])
            for side in ("true_source", "true_recipient")
        )
        right.append(direction_of(a, b).probability > 0.5)
        spread = [differences(packed(one)).sum() / max(len(one) * (len(one) - 1), 1)
                  for one in (a, b)]  # fmt: skip
        plain.append(spread[0] > spread[1])  # the more diverse is the source
    ours, simple = np.array(right, float), np.array(plain, float)
    pick = np.random.default_rng(1).integers(0, len(ours), (draws, len(ours)))
    apart = ours[pick].mean(axis=1) - simple[pick].mean(axis=1)
    low, high = np.quantile(apart, (0.025, 0.975))
    return (
        f"hiv_pairs, direction: right in {ours.mean():.3f} of {len(ours)} couples, the more "
        f"diverse as source {simple.mean():.3f}: {ours.mean() - simple.mean():+.3f} "
        f"[{low:+.3f}, {high:+.3f}]"
    )
