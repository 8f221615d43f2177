"""Pointers on real data: made-up and genuine sets, honest trials, sites that do not differ.

    python benchmarks/evaluate_pointers.py [../shared/data]

The pointers, their equal weights and the levels were chosen on the halves that are read here;
other halves are held back. Rivals stand beside them: the best single pointer, a test on rows, a
Poisson test of a site against the rest, and the rule of simaerep (bootstrapped chance of so few
events, adjusted over sites, pointed at from 0.95), written anew from its description. Genuine
Stroop sets are cut to 25 people twenty times; areas are means over the cuts.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

from nanoward.audit.pointers import dispersion as of
from nanoward.audit.pointers.records import terminal_digits
from nanoward.audit.pointers.rows import inliers, repeated_rows
from nanoward.audit.pointers.site_effects import event_pointers, site_pointers
from nanoward.maths.statistics.false_discovery import benjamini_hochberg
from nanoward.maths.statistics.roc import area_under_curve

Pool = tuple[int, ...]
LEVEL = 0.05  # of adjusted p-values of sites


def auc_with_interval(scores: np.ndarray, true: np.ndarray, draws: int = 2000) -> str:
    """scores (C, N) of C cuts, or (N,)."""
    scores = np.atleast_2d(scores)
    chance = np.random.default_rng(1)
    areas = []
    for _ in range(draws):
        at = np.concatenate(
            [
                chance.choice(np.flatnonzero(true == side), (true == side).sum())
                for side in (0, 1)
            ]
        )
        areas.append(np.mean([area_under_curve(cut[at], true[at]) for cut in scores]))
    low, high = np.nanquantile(areas, (0.025, 0.975))
    area = np.mean([area_under_curve(cut, true) for cut in scores])
    return f"{area:.2f} ({low:.2f}-{high:.2f})"


def stroop(data: Path) -> None:
    rows = pl.read_parquet(data / "partners/fabricated_stroop/rows.parquet")
    names = ("spreads too alike", "no link of mean and spread", "effect too large", "digits")
    cuts = [stroop_cut(rows, seed) for seed in range(20)]
    show("fabricated_stroop", np.stack([c[0] for c in cuts]), cuts[0][1], names, pool=(0, 1))


def stroop_cut(rows: pl.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, 4) pointers of every set, cut to 25 people, and which are made up."""
    chance = np.random.default_rng(seed)
    scores, true = [], []
    for (_, kind), own in rows.group_by(["dataset", "kind"], maintain_order=True):
        use = own[np.sort(chance.permutation(len(own))[:25]).tolist()]
        c = {name: use[name].to_numpy().astype(float) for name in use.columns if "_" in name}
        sides = ("congruent", "incongruent")
        spread = [of.spreads_too_alike(c[f"sd_{s}"], c[f"n_{s}"]) for s in sides]
        link = [of.no_link_of_mean_and_spread(c[f"m_{s}"], c[f"sd_{s}"]) for s in sides]
        gap = c["m_incongruent"] - c["m_congruent"]
        digits = terminal_digits([f"{x:.0f}" for s in sides for x in c[f"m_{s}"]])
        last = digits.z if digits else np.nan
        scores.append((np.mean(spread), np.mean(link), gap.mean() / gap.std(ddof=1), last))
        true.append(kind == "fabricated")
    return np.array(scores), np.array(true)


def anchoring(data: Path) -> None:
    rows = pl.read_parquet(data / "partners/fabricated_anchoring/tables.parquet")
    names = ("spreads too alike", "effect too large")
    scores, true = [], []
    for (_, kind), own in rows.group_by(["dataset", "kind"], maintain_order=True):
        spread, effect = [], []
        for _, table in own.group_by(["study", "anchoring"]):
            s, n = table["anch_sd"].to_numpy(), table["anch_n"].to_numpy()
            if len(table) == 2 and (s > 0).all():
                z = np.log(s[0] / s[1]) ** 2 / (1 / (2 * (n - 1))).sum()
                spread.append(-(z ** (1 / 3) - (1 - 2 / 9)) / np.sqrt(2 / 9))
        for _, table in own.group_by(["study", "partgender"]):
            use = table.sort("anchoring")
            m, s = use["anch_m"].to_numpy(), use["anch_sd"].to_numpy()
            if len(use) == 2:
                wide = np.array([np.sqrt((s**2).mean())])
                effect.append(of.effect_too_large(m[:1], m[1:], wide))
        scores.append((np.sum(spread) / np.sqrt(len(spread)), np.nanmean(effect)))
        true.append(kind == "fabricated")
    show("fabricated_anchoring", np.array([scores]), np.array(true), names, pool=(0, 1))


def show(
    name: str,
    scores: np.ndarray,
    true: np.ndarray,
    names: tuple[str, ...],
    pool: tuple[int, ...],
) -> None:
    """Areas of the pool and of each pointer; scores (C, N, K) of C cuts."""
    print(f"{name}: {int(true.sum())} made up, {int((~true).sum())} genuine; AUC (95 %)")
    together = np.array([of.pooled_ranks(cut[:, list(pool)]) for cut in scores])
    print("  pooled:", auc_with_interval(together, true))
    for at, one in enumerate(names):
        print(f"  {one}:", auc_with_interval(np.nan_to_num(scores[:, :, at]), true))


def canvassing(data: Path) -> None:
    waves = pl.read_parquet(data / "partners/retracted_canvassing/thermometer.parquet")
    source = pl.read_parquet(
        data / "partners/retracted_canvassing/genuine_source_survey.parquet"
    )
    own = waves.select("therm1", "therm2", "therm3", "therm4").to_numpy().astype(float)
    r, same = of.too_steady(own)
    print(f"retracted_canvassing: neighbouring waves r = {r:.3f}, unchanged {same:.0%}")
    first = own[:, 0][np.isfinite(own[:, 0])]
    genuine = source["gaytherm"].drop_nulls().to_numpy().astype(float)
    apart = stats.ks_2samp(first, genuine[genuine <= 100]).statistic
    print(f"  beside the survey that it was made from: KS D = {apart:.3f}, among {len(first)}")
    frame = pl.read_parquet(data / "partners/honest_trials/licorice_gargle.parquet")
    pair = ("pacu30min_throatPain", "pacu90min_throatPain")
    both = frame.select(pair).drop_nulls().cast(pl.Float64)
    r, same = of.too_steady(both.to_numpy())
    print(f"  honest licorice_gargle, pain after 30 and 90 minutes: r = {r:.2f}")


def honest(data: Path) -> None:
    """Trials that nobody doubts: repeated rows, inliers, groups too alike at baseline."""
    p_values: list[float] = []
    for file in sorted((data / "partners/honest_trials").glob("*.parquet")):
        frame = pl.read_parquet(file)
        numbers = frame.select(pl.selectors.numeric())
        wide = [c for c in numbers.columns if numbers[c].n_unique() > 15]
        rows = numbers.select(wide[:6]).to_numpy().astype(float) if len(wide) >= 3 else None
        told = []
        if rows is not None:
            full = np.isfinite(rows).all(1)
            use = rows[full]
            if len(use) >= 40:
                many = int(inliers(use).sum())
                p = stats.binom.sf(many - 1, len(use), 0.02)
                p_values.append(float(p))
                told.append(f"inliers {many}/{len(use)} p {p:.2f}")
                copies = int(repeated_rows(use).sum())
                p_values.append(float(stats.binom.sf(copies - 1, len(use), 0.002)))
                told.append(f"repeated rows {copies}")
        arms = [
            c for c in frame.columns if c in ("treat", "rx", "arm", "group", "rbc_age_group")
        ]
        if arms and wide:
            own = [_baseline_p(frame, arms[0], one) for one in wide[:6]]
            p = stats.norm.sf(of.groups_too_alike(np.array(own)))
            p_values.append(float(p))
            told.append(f"groups too alike p {p:.2f}")
        print(f"  {file.stem}: {'; '.join(told) or 'too few numbers'}")
    pointed = int((benjamini_hochberg(np.array(p_values)) < LEVEL).sum())
    raw = int((np.array(p_values) < 0.01).sum())
    print(
        f"honest trials: {pointed} of {len(p_values)} pointers after Benjamini-Hochberg;"
        f" {raw} at p < 0.01 alone"
    )


def _baseline_p(frame: pl.DataFrame, arm: str, column: str) -> float:
    made = frame.select(arm, pl.col(column).cast(pl.Float64, strict=False)).drop_nulls()
    told = made.group_by(arm).agg(
        m=pl.col(column).mean(), s=pl.col(column).std(), n=pl.len()
    ).sort(arm)  # fmt: skip
    return of.baseline_p_value(
        told["m"].to_numpy(), told["s"].fill_null(0.0).to_numpy(),
        told["n"].to_numpy().astype(float),
    )  # fmt: skip


def ctas(data: Path) -> None:
    rows = pl.read_parquet(data / "partners/ctas_null/results.parquet").drop_nulls("result")
    people = rows.group_by("site", "subject_id").agg(
        m=pl.col("result").mean(), s=pl.col("result").std().log()
    )
    for name in ("m", "s"):
        by = {s[0]: own[name].drop_nulls().to_list() for s, own in people.group_by(["site"])}
        found = site_pointers(by, "mean" if name == "m" else "log SD")
        hits = sum(one.p < LEVEL for one in found)
        print(f"ctas_null: {hits} of {len(found)} sites pointed at by people's {name}")
    hits, sites = 0, rows["site"].unique().to_list()
    for site in sites:
        own = rows.filter(pl.col("site") == site)["result"].to_numpy()
        rest = rows.filter(pl.col("site") != site)["result"].to_numpy()
        hits += len(own) > 2 and stats.ttest_ind(own, rest, equal_var=False).pvalue < 0.05
    print(f"  a t-test on rows, p < 0.05: {hits} of {len(sites)}")


def under_reporting(data: Path) -> None:
    folder = data / "partners/ae_under_reporting"
    people = pl.read_parquet(folder / "patients.parquet")
    truth = {
        (row["study"], row["site"]): row for row in pl.read_csv(folder / "truth.csv").to_dicts()
    }
    found: list[tuple[float, float, bool, bool, bool]] = []
    chance = np.random.default_rng(5)
    for (study,), own in people.group_by(["study"], maintain_order=True):
        by = {s[0]: t for s, t in own.group_by(["site"], maintain_order=True)}
        events = {site: t["events"].to_list() for site, t in by.items()}
        visits = {site: t["visits"].to_list() for site, t in by.items()}
        ours = {one.about: one.p < LEVEL for one in event_pointers(events, visits)}
        rival = simaerep(events, visits, chance)
        total_e, total_v = own["events"].sum(), own["visits"].sum()
        for site in by:
            row = truth[study, site]
            e, v = sum(events[site]), sum(visits[site])
            p = stats.binom.cdf(e, total_e, v / total_v)
            found.append(
                (row["under_reporting"], row["site_sd_log"], ours.get(site, False),
                 rival[site], p < 0.01)
            )  # fmt: skip
    table = np.array(found, dtype=float)
    for name, at in (("ours", 2), ("simaerep's rule", 3), ("Poisson p < 0.01", 4)):
        told = [
            f"{size:.0%}: {share(table[table[:, 0] == size, at])}"
            for size in (0.1, 0.25, 0.5, 0.75)
        ]
        null = [f"SD {sd:g}: {share(table[(table[:, 0] == 0) & (table[:, 1] == sd), at])}"
                for sd in (0.0, 0.15, 0.3)]  # fmt: skip
        print(f"ae_under_reporting, {name}: found {', '.join(told)}; honest {', '.join(null)}")


def share(hits: np.ndarray) -> str:
    return f"{100 * hits.mean():.0f} % of {len(hits)}" if len(hits) else "-"


def simaerep(
    events: dict[str, list[int]], visits: dict[str, list[int]], chance: np.random.Generator
) -> dict[str, bool]:
    """Chance, by resampling people of other sites with as many visits, of so few events."""
    every = [(e, v, s) for s in events for e, v in zip(events[s], visits[s], strict=True)]
    p = []
    for site, own in events.items():
        median = np.median(visits[site])
        pool = np.array([e / max(v, 1) for e, v, s in every if s != site and v >= 0.5 * median])
        draws = chance.choice(pool, (1000, len(own))) * np.array(visits[site])[None, :]
        p.append((draws.sum(1) <= sum(own)).mean())
    adjusted = benjamini_hochberg(np.array(p))
    return {site: bool(1 - q >= 0.95) for site, q in zip(events, adjusted, strict=True)}


if __name__ == "__main__":
    place = Path(
        sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared/data"
    )
    stroop(place)
    anchoring(place)
    canvassing(place)
    honest(place)
    ctas(place)
    under_reporting(place)
