"""What watch's alarms keep and what they cost: run lengths, delays, and real labelled series.

python benchmarks/evaluate_watch.py run-length [PROGRAMMES] [WEEKS] [STREAMS] [KIND]
python benchmarks/evaluate_watch.py delay [REPEATS]
python benchmarks/evaluate_watch.py drills [NUMBER]
python benchmarks/evaluate_watch.py series FOLDER    (series.parquet, r_outputs.parquet)
"""

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import chi2

from nanoward.flows.watch.hold_drill import hold_drill
from nanoward.watch.alarms.detector import Watch
from nanoward.watch.alarms.rules import WatchRules

MEAN, PAST, STREAMS = 3.0, 104, 1000
SEED = 40_000  # no rule was chosen on these draws
KINDS = ("poisson", "negative binomial k=1", "zero-inflated", "seasonal", "correlated")


def counts_of(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Null counts of mean 3; correlated: all streams share half of a log-normal week."""
    if kind == "negative binomial k=1":
        return rng.negative_binomial(1, 1 / (1 + MEAN), shape).astype(float)
    if kind == "zero-inflated":
        return rng.poisson(2 * MEAN, shape) * (rng.random(shape) < 0.5) * 1.0
    if kind == "seasonal":
        phase = rng.random((shape[0], 1))
        season = 0.5 * np.sin(2 * np.pi * (np.arange(shape[1]) / 52.18 + phase))
        return rng.poisson(MEAN * np.exp(season)).astype(float)
    if kind == "correlated":
        week, own = rng.normal(0, 0.35, (1, shape[1])), rng.normal(0, 0.15, shape)
        return rng.poisson(MEAN * np.exp(week + own)).astype(float)
    return rng.poisson(MEAN, shape).astype(float)


def watch_of(counts: np.ndarray, rules: WatchRules) -> Watch:
    names = np.arange(len(counts), dtype=np.uint64) * np.uint64(7919) + np.uint64(5)
    return Watch(counts, np.ones_like(counts), names, rules)


def run_length(programmes: int, weeks: int, streams: int, *, kind: str = "") -> None:
    """Weeks judged, alarms (the programme then begins anew), and the lower 95 % bound."""
    rules = WatchRules()
    for kind in [one for one in KINDS if one.startswith(kind)]:
        begun, judged, alarms, proven, firsts = time.process_time(), 0, 0, 0, []
        for seed in range(programmes):
            rng = np.random.default_rng(SEED + seed)
            watch = watch_of(counts_of(kind, (streams, PAST + weeks), rng), rules)
            told = [watch.step(t) for t in range(PAST, PAST + weeks)]
            raised = [at for at, one in enumerate(told) if one.alarm]
            judged, alarms = judged + weeks, alarms + len(raised)
            proven += sum(one.proven for one in told)
            firsts.append(raised[0] + 1 if raised else weeks)
        low = 2 * judged / chi2.ppf(0.95, 2 * alarms + 2)
        cpu = time.process_time() - begun
        rate = judged / max(alarms, 1)
        print(
            f"{kind}: {judged} weeks x {streams} streams, {alarms} alarms ({proven} by the "
            f"conformal half), one per {rate:.0f}, lower 95 % bound "
            f"{low:.0f}; weeks to the first {firsts}; {cpu:.0f} CPU s",
            flush=True,
        )


def delay(repeats: int) -> None:
    """Weeks from the week of 3 reads to the alarm, when they double every two weeks."""
    rules, past = WatchRules(run_length=1e18), 208
    for kind in KINDS[:2]:
        rng = np.random.default_rng(SEED)
        counts = counts_of(kind, (repeats, past + 25), rng)
        for week in range(25):
            mean = MEAN * 2 ** (week / 2)
            counts[:, past + week] = (
                rng.poisson(mean, repeats)
                if kind == "poisson"
                else rng.negative_binomial(1, 1 / (1 + mean), repeats)
            )
        watch = watch_of(counts, rules)
        first = {
            (m, half): np.full(repeats, 99) for m in (1, STREAMS) for half in ("both", "c")
        }
        for t in range(past - 20, past + 25):
            told = watch.step(t)
            own = watch.evidence.products[:, 0].sum(1)
            for (m, half), weeks in first.items():
                # each stream stands alone among m - 1 quiet ones, which hold 20 periods
                sums = (2 * own if half == "c" else told.streams) * repeats / m
                hit = (sums + (20 if m > 1 else 0) >= 1000) & (weeks == 99) & (t >= past)
                weeks[hit] = t - past
        for (m, half), weeks in first.items():
            print(
                f"{kind}, {m} streams, {'both halves' if half == 'both' else 'conformal'}: "
                f"median {np.median(weeks):.0f}, 90th percentile "
                f"{np.percentile(weeks, 90):.0f}",
                flush=True,
            )


def scored(alarms: list[int], outbreak: np.ndarray, first: int) -> tuple[int, int, list]:
    """False alarms (outside outbreaks and two weeks after), weeks outside, delays."""
    near = outbreak.copy()
    for week in (1, 2):
        near[week:] |= outbreak[:-week]
    starts = [t for t in range(15, len(outbreak)) if outbreak[t] and not outbreak[t - 1]]
    delays = []
    for start in starts:
        end = start + int(np.argmin(np.append(outbreak[start:], False)))
        hits = [t for t in alarms if start <= t <= end + 1]
        delays.append(hits[0] - start if hits else None)
    return sum(not near[t] for t in alarms), int((~near[first:]).sum()), delays


def series(folder: str) -> None:
    """Labelled series, each a programme of one stream, beside R's stored outputs."""
    place = Path(folder)
    table = pl.read_parquet(place / "series.parquet").filter("labelled").sort("series", "t")
    theirs = pl.read_parquet(place / "r_outputs.parquet")
    methods = ["earsC1", "earsC2", "earsC3", "farrington_b1_w3_a0.01",
               "cusum_k1.04_h2.26_standard_reset"]  # fmt: skip
    for method in ["watch, 500 weeks", "watch, 100 weeks", *methods]:
        false = weeks = 0
        delays: list = []
        for name in table["series"].unique().sort():
            rows = table.filter(series=name)
            outbreak = rows["outbreak"].to_numpy() == 1
            if method.startswith("watch"):
                rules = WatchRules(run_length=float(method.split()[1]))
                watch = watch_of(rows["count"].to_numpy().astype(float)[None, :], rules)
                first = rules.least
                alarms = [t for t in range(first, len(outbreak)) if watch.step(t).alarm]
            else:
                own = theirs.filter(series=name, method=method)
                if own.is_empty():
                    continue
                first = int(own["t"].min()) - 1
                alarms = [t - 1 for t in own.filter(alarm=1)["t"]]
            told = scored(alarms, outbreak, first)
            false, weeks, delays = false + told[0], weeks + told[1], delays + told[2]
        found = [one for one in delays if one is not None]
        rate = weeks / max(false, 1)
        print(
            f"{method}: {false} false in {weeks} weeks, one per {rate:.0f}; "
            f"{len(found)} of {len(delays)} episodes, delays {delays}",
            flush=True,
        )


def drills(number: int) -> None:
    """Drills on eight streams of 130 weeks: the share told in the predicted interval."""
    first = date(2024, 1, 1)
    rng, days = np.random.default_rng(8), [first + timedelta(days=7 * t) for t in range(130)]
    rows = pl.concat(
        pl.DataFrame({"stream": f"s{at}", "day": days, "count": rng.poisson(3, 130)})
        for at in range(8)
    )
    end, delays, fit = first + timedelta(days=7 * 130 - 1), [], 0
    for seed in range(number):
        told = hold_drill(rows, WatchRules(), end, seed=seed)
        delays.append(told.delay)
        fit += told.is_as_predicted
        if seed % 20 == 19:
            print(f"{fit} of {seed + 1} in the predicted interval, median delay "
                  f"{np.median(delays):.0f} weeks", flush=True)  # fmt: skip


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["delay"]
    if what == "run-length":
        given = [int(one) for one in rest[:3]]
        run_length(*given, *(20, 1000, STREAMS)[len(given) :], kind=" ".join(rest[3:]))
    elif what == "drills":
        drills(int(rest[0]) if rest else 200)
    elif what == "delay":
        delay(int(rest[0]) if rest else 1000)
    else:
        series(rest[0])
