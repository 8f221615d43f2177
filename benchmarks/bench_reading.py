"""Reading event tables, beside polars' own scan of the same columns.

python benchmarks/bench_reading.py [ROWS]: CPU seconds of both, best of three, and their ratio.
Polars scans the columns as text, and casts those that are numbers: without lines, findings,
clock times, comments, order within people or repeated rows, which the reader looks at.
"""

import io
import sys
from time import process_time

import numpy as np
import polars as pl

from nanoward.adapters.formats import FileFormats

NUMBERS = ("TIME", "AMT", "DV", "WT", "CENS", "LIMIT")
WHOLE = ("EVID", "CMT", "MDV")
SEED, RUNS, CLAIM = 7, 3, 2.0


def table(rows: int) -> bytes:
    """ID, TIME, EVID, AMT, DV, CMT, MDV, CENS, LIMIT, WT: 50 records a person."""
    chance = np.random.default_rng(SEED)
    person, place = np.divmod(np.arange(rows), 50)
    dose = place % 10 == 0
    frame = pl.DataFrame(
        {
            "ID": person + 1,
            "TIME": place * 2.5,
            "EVID": dose.astype(int),
            "AMT": np.where(dose, 100.0, 0.0),
            "DV": np.where(dose, np.nan, chance.lognormal(1, 0.5, rows).round(3)),
            "CMT": np.where(dose, 1, 2),
            "MDV": dose.astype(int),
            "CENS": (chance.random(rows) < 0.05).astype(int) * ~dose,
            "LIMIT": np.full(rows, np.nan),
            "WT": chance.normal(70, 10, rows).round(1),
        }
    ).with_columns(pl.col("DV", "LIMIT").fill_nan(None))
    return frame.write_csv(null_value=".").encode()


def scanned(content: bytes) -> pl.DataFrame:
    """The same columns by polars alone."""
    text = pl.scan_csv(io.BytesIO(content), infer_schema_length=0, null_values=["."])
    return text.with_columns(
        pl.col(NUMBERS).cast(pl.Float64), pl.col(WHOLE).cast(pl.Int64)
    ).collect()


def seconds(work: object, content: bytes) -> float:
    """The least CPU seconds of RUNS."""
    found = []
    for _ in range(RUNS):
        began = process_time()
        work(content)  # type: ignore[operator]
        found.append(process_time() - began)
    return min(found)


def bench_events_beside_polars(rows: int = 1_000_000) -> float:
    """Ratio of CPU seconds."""
    content, formats = table(rows), FileFormats()
    plain = seconds(scanned, content)
    own = seconds(lambda one: formats.read("events", "events.csv", one), content)
    print(f"{rows:,} rows: polars {plain:.2f} s, reader {own:.2f} s, {own / plain:.2f} x")
    return own / plain


if __name__ == "__main__":
    given = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sys.exit(bench_events_beside_polars(given) > CLAIM)
