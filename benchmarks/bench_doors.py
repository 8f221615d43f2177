"""One million laboratory rows of SDTM through the doors, against polars' own scan of them.

    python -m pytest benchmarks/bench_doors.py -p no:randomly --benchmark-only \\
        -o python_files='bench_*.py' -o python_functions='bench_*' -o timeout=1800

Ours: `FileFormats().read` (days, terms, tests and numbers in the standard's words, with the
account), then `results_of` and `grade_results`. Theirs: polars' `read_csv` or `read_parquet`
of the same columns, then the same two. CPU seconds of all threads, the better of two runs
each. Rows are made from a seed: ten tests of CTCAE 5.0, 2,000 people, one result in a thousand
known as a bound.
"""

import io
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from nanoward.adapters.formats import FileFormats
from nanoward.clearance import grade_results, results_of, table_of_version

ROWS = 1_000_000
PEOPLE = 2_000
LIMITS = {  # test to unit, lower and upper limit
    "ALT": ("U/L", 7.0, 40.0),
    "AST": ("U/L", 8.0, 40.0),
    "ALP": ("U/L", 40.0, 129.0),
    "BILI": ("umol/L", 3.0, 20.0),
    "CREAT": ("umol/L", 50.0, 110.0),
    "K": ("mmol/L", 3.5, 5.1),
    "SODIUM": ("mmol/L", 135.0, 145.0),
    "HGB": ("g/L", 120.0, 170.0),
    "PLAT": ("10^9/L", 150.0, 400.0),
    "NEUT": ("10^9/L", 2.0, 7.5),
}


@cache
def rows() -> pl.DataFrame:
    """LB with the variables that laboratories send."""
    rng = np.random.default_rng(7)
    tests = np.array([*LIMITS])[rng.integers(0, len(LIMITS), ROWS)]
    low = np.array([LIMITS[one][1] for one in LIMITS])
    high = np.array([LIMITS[one][2] for one in LIMITS])
    units = np.array([LIMITS[one][0] for one in LIMITS])
    place = np.searchsorted(np.sort([*LIMITS]), tests)
    place = np.argsort([*LIMITS])[place]
    value = np.round(low[place] + (high - low)[place] * rng.lognormal(-0.7, 0.6, ROWS), 2)
    bound = rng.random(ROWS) < 1e-3
    day = np.datetime64("2026-01-05") + rng.integers(0, 140, ROWS).astype("timedelta64[D]")
    table = pl.DataFrame(
        {
            "STUDYID": pl.repeat("S", ROWS, eager=True),
            "DOMAIN": pl.repeat("LB", ROWS, eager=True),
            "USUBJID": [f"S-{one:05d}" for one in rng.integers(0, PEOPLE, ROWS)],
            "LBSEQ": np.arange(1, ROWS + 1),
            "LBTESTCD": tests,
            "LBORRESU": units[place],
            "LBSTRESN": value,
            "LBSTRESU": units[place],
            "LBSTNRLO": low[place],
            "LBSTNRHI": high[place],
            "LBDTC": pl.Series(day).dt.strftime("%Y-%m-%d"),
        }
    )
    text = pl.col("LBSTRESN").cast(pl.String)
    told = pl.when(pl.Series(bound)).then("<" + text).otherwise(text)
    number = pl.when(~pl.Series(bound)).then("LBSTRESN")
    return table.with_columns(LBORRES=told, LBSTRESC=told, LBSTRESN=number)


@cache
def content(form: str) -> bytes:
    buffer = io.BytesIO()
    rows().write_csv(buffer) if form == "csv" else rows().write_parquet(buffer)
    return buffer.getvalue()


def graded(lb: pl.DataFrame) -> int:
    return grade_results(results_of(lb), table_of_version("5.0"))["grade"].count()


def ours(form: str) -> int:
    return graded(FileFormats().read("sdtm.LB", f"lb.{form}", content(form)).table)


def theirs(form: str) -> int:
    file = io.BytesIO(content(form))
    return graded(pl.read_parquet(file) if form == "parquet" else _as_text(file))


def _as_text(file: io.BytesIO) -> pl.DataFrame:
    """The columns of a CSV file as text: `results_of` makes numbers of them."""
    return pl.read_csv(file, infer_schema=False)


def cpu_s(run: Callable[[str], int], form: str) -> tuple[float, int]:
    """CPU seconds of the better of two runs, and what it gave."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        found = run(form)
        taken.append(time.process_time() - start)
    return min(taken), found


def _ratio(benchmark: Any, form: str) -> None:
    content(form)
    base, count = cpu_s(theirs, form)
    spent, found = benchmark.pedantic(cpu_s, (ours, form), rounds=1, iterations=1)
    assert found == count > 0.99 * ROWS  # grades of the same results
    benchmark.extra_info |= {"ours_s": spent, "theirs_s": base, "ratio": spent / base}
    print(f"\n{form}: ours {spent:.2f} CPU s, scan and grading {base:.2f}: {spent / base:.2f}x")
    assert spent < 2 * base


def bench_one_million_rows_of_csv(benchmark: Any) -> None:
    _ratio(benchmark, "csv")


def bench_one_million_rows_of_parquet(benchmark: Any) -> None:
    _ratio(benchmark, "parquet")
