"""The CDISC pilot as a partner: honest as it is, and with deceit planted in copies of it.

    python benchmarks/evaluate_pilot_partner.py [YEARS] [../shared/data]   # 200

300 laboratory panels (ALT, AST, creatinine, potassium; logarithms, scaled to 4 assay SDs
between people), 300 counts of adverse events by person, and 300 visit dates of the pilot stand
for the truth of a year; both sides measure them with error. Which panels, events and dates are
taken, who lies about what, and what is drawn differ from year to year.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
from evaluate_deceit import interval, is_accused, judged

from nanoward.simulation.worlds.deceit import ITEMS, YearDraft, honest_draft, year_of
from nanoward.simulation.worlds.deceit_kinds import KINDS, SIZES

TESTS = ("ALT", "AST", "CREAT", "K")
TYPES = ("biomarker", "events", "visits")


def panels(data: Path) -> np.ndarray:
    """(N, 4) panels in assay SDs."""
    rows = pl.read_parquet(data / "cdiscpilot/sdtm_phuse/lbch.parquet")
    wide = rows.filter(pl.col("LBTESTCD").is_in(TESTS)).pivot(
        "LBTESTCD", index=["USUBJID", "VISITNUM"], values="LBSTRESN", aggregate_function="first"
    )
    told = wide.select(TESTS).drop_nulls().cast(pl.Float64).to_numpy()
    logs = np.log(told[(told > 0).all(1)])
    centred = logs - np.median(logs, axis=0)
    return 40.0 + 4.0 * centred / (1.4826 * np.median(np.abs(centred), axis=0))


def events(data: Path) -> np.ndarray:
    rows = pl.read_parquet(data / "cdiscpilot/sdtm_phuse/ae.parquet")
    people = pl.read_parquet(data / "cdiscpilot/sdtm_phuse/dm.parquet")["USUBJID"]
    often = Counter(rows["USUBJID"].to_list())
    return np.array([float(often.get(one, 0)) for one in people])


def visits(data: Path) -> list[str]:
    rows = pl.read_parquet(data / "cdiscpilot/sdtm_phuse/sv.parquet")
    return [one[:10] for one in rows["SVSTDTC"].drop_nulls().to_list() if len(one) >= 10]


def draft(name: str, chance: np.random.Generator, real: dict[str, object]) -> YearDraft:
    """An honest year whose truth is the pilot's."""
    pool = real[name]
    at = chance.choice(len(pool), ITEMS, replace=len(pool) < ITEMS)  # type: ignore[arg-type]
    truth = [tuple(pool[k].tolist()) if name == "biomarker" else pool[k] for k in at]  # type: ignore[index]
    made = honest_draft(name, chance, truth=truth)
    if name == "events":  # bad news: the worst fifth, as flows/audit/plan_audit.py has it
        made.bad = np.array(made.claimed) >= np.quantile(np.array(made.claimed), 0.8)
    return made


def main(years: int, data: Path) -> None:
    real = {"biomarker": panels(data), "events": events(data), "visits": visits(data)}
    print({name: len(one) for name, one in real.items()})
    accused: Counter[str] = Counter()
    for seed in range(years):
        chance = np.random.default_rng(9_000_000 + seed)
        year = year_of({name: draft(name, chance, real) for name in TYPES})
        found = judged(year, seed)
        accused.update(one.type for one in found if one.verdict == "pattern")
    print(
        f"honest: {interval(accused.total(), years)} % of years with a pattern", dict(accused)
    )
    for kind, (name, sizes, plant) in KINDS.items():
        if name not in TYPES:
            continue
        told = []
        for size, value in zip(SIZES, sizes, strict=True):
            hits = 0
            for seed in range(years):
                chance = np.random.default_rng(9_500_000 + seed)
                one = draft(name, chance, real)
                plant(one, value)
                hits += is_accused(judged(year_of({name: one}), seed), name)
            told.append(f"{size} {interval(hits, years)}")
        print(f"{kind:26s}", "; ".join(told), flush=True)


if __name__ == "__main__":
    beside = Path(__file__).parents[2] / "shared" / "data"
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 200,
        Path(sys.argv[2]) if len(sys.argv) > 2 else beside,
    )
