"""How large a report gets, and how long it takes: a round with everything, for 1,000 people."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "faces" / "report"))

import rounds
import traced

from nanoward.faces.report import render_report

PEOPLE = 1000
LARGEST = 8_000_000  # bytes of a page that opens at once
LONGEST = 20.0  # CPU seconds


def bench_report_of_1000_people(benchmark: Any) -> None:
    whole = rounds.full_round(PEOPLE)
    more = {**rounds.courses(PEOPLE), "outlook": traced.outlook(PEOPLE)}
    round_ = replace(whole, tables={**whole.tables, **more})
    spent: list[float] = []
    sizes: list[int] = []

    def render() -> None:
        before = time.process_time()
        sizes.append(len(render_report(round_)))
        spent.append(time.process_time() - before)

    benchmark.pedantic(render, rounds=2)
    benchmark.extra_info.update(bytes=sizes[0], cpu_s=min(spent))
    assert sizes[0] == sizes[1] < LARGEST
    assert min(spent) < LONGEST
