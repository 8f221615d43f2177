"""Clearance measured: grading speed, stopping designs, the scan's promises, leaving.

`python benchmarks/bench_clearance.py` prints every figure with its claim.
"""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, ConsentWithdrawn
from nanoward.clearance import CTCAE_V5, admiral_compatible_grades, grade_results
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.consent.permissions import ACTS, ALWAYS, permission
from nanoward.clearance.grading.ctcae_literal import CTCAE_V5_LITERAL
from nanoward.clearance.monitoring.stopping import StoppingRule, design
from nanoward.clearance.wellbeing.within_person_change import (
    Norms,
    attribution_power,
    load_effect,
)
from nanoward.maths.statistics.change_point import (
    NullScores,
    Shift,
    detection,
    scan,
    simulated_null_scores,
    threshold,
)

TESTS = ("ALT", "AST", "ALP", "BILI", "CREAT", "K", "SODIUM", "CA", "HGB", "PLAT", "WBC")
UNITS = ("U/L", "U/L", "U/L", "umol/L", "umol/L", "mmol/L", "mmol/L", "mmol/L", "mmol/L")
LEVELS = (30, 30, 80, 10, 80, 4.2, 140, 2.3, 8.5, 250, 6)


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock, and seconds of processor over all threads."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def results(rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(7)
    which = rng.integers(0, len(TESTS), rows)
    units = np.array([*UNITS, "10*9/L", "10*9/L"])
    value = np.array(LEVELS)[which] * rng.lognormal(0, 0.6, rows)
    high = np.array(LEVELS)[which] * 1.3
    state = np.array(["normal", "high"])[(rng.random(rows) < 0.1).astype(int)]
    return pl.DataFrame(
        {
            "participant": np.char.add("p", (np.arange(rows) // 200).astype(str)),
            "sequence": np.arange(rows),
            "test": np.array(TESTS)[which],
            "taken": [date(2026, 1, 5)] * rows,
            "value": value,
            "unit": units[which],
            "low": high * 0.6,
            "high": high,
            "least": value,
            "most": value,
            "base": high,
            "base_unit": units[which],
            "base_state": state,
            "at_baseline": np.zeros(rows, bool),
            "blood": np.ones(rows, bool),
        }
    )


def grading() -> None:
    table = results(1_000_000)
    for turn in ("cold", "warm"):
        took, used = timed(lambda: grade_results(table, CTCAE_V5))
        told = f"{took:.2f} s, of processor {used:.2f} s"
        print(f"grading 1,000,000 results, {turn}: {told} (claim: under 1.5 s)")
    terms = {rule.tests[0]: rule.term for rule in CTCAE_V5.rules}
    printed = table.with_columns(
        term=pl.col("test").replace_strict(terms, default=None), direction=pl.lit("high")
    )
    took, used = timed(
        lambda: admiral_compatible_grades(printed, CTCAE_V5_LITERAL, system="si")
    )
    print(f"the same, compatibility mode: {took:.2f} s, of processor {used:.2f} s")


def stopping() -> None:
    slowest = 0.0
    for family, more in (
        ("pocock", {}),
        ("obf", {}),
        ("wang-tsiatis", {}),
        ("sprt", {"against": 0.3}),
        ("maxsprt", {}),
        ("beta-binomial", {"prior": (1.0, 9.0)}),
    ):
        rule = StoppingRule(risk=0.1, alpha=0.05, most=100, family=family, **more)
        took, _ = timed(lambda rule=rule: design(rule))
        slowest = max(slowest, took)
    print(f"slowest design for 100 people: {slowest:.3f} s (claim: under 1 s)")


def change() -> None:
    weeks = np.arange(26.0)
    for noise in ("normal", "t4"):
        course = NullScores(scales=4, noise=noise)
        limit = threshold(course, rng=np.random.default_rng(1))
        people = simulated_null_scores(course, 10_000, 26, np.random.default_rng(2))
        highest = np.nanmax(scan(people, weeks, course.matrix(), course.phi), axis=1)
        rng = np.random.default_rng(3)
        seen = {
            size: detection(
                course, limit, Shift(size=size, scales=2), within=6, people=10_000, rng=rng
            )
            for size in (1.5, 2.0, 3.0)
        }
        told = ", ".join(f"{size} SD {share:.3f}" for size, share in seen.items())
        print(
            f"{noise}: limit {limit:.2f}, false alarms {(highest > limit).mean():.4f}"
            f" (claim 0.05 +- 0.01), seen within 6 weeks: {told} (claims 2 SD 0.70, 3 SD 0.97)"
        )
    norms = Norms(
        scales=tuple("abcd"),
        sd=np.ones(4),
        correlation=NullScores(scales=4).matrix(),
        phi=0.3,
        people=0,
    )
    rng = np.random.default_rng(4)
    false, true = (
        attribution_power(norms, shift=shift, people=4_000, rng=rng) for shift in (0.0, 2.0)
    )
    print(f"attribution in 16 weeks: type I {false:.4f} (claim 0.05), power {true:.3f} (0.70)")


def following(people: int = 300) -> None:
    """How often a load without an effect is called one: tied weeks, loads that wander."""
    rng = np.random.default_rng(17)
    for phi in (0.0, 0.3, 0.6, 0.8):
        for weeks in (12, 26):
            scores = simulated_null_scores(NullScores(scales=1, phi=phi), people, weeks, rng)[
                :, :, 0
            ]
            loads = np.cumsum(rng.standard_normal((people, weeks)), axis=1)
            when = np.arange(weeks, dtype=np.float64)
            told = [
                load_effect(*pair, when).p_value for pair in zip(scores, loads, strict=True)
            ]
            called = np.mean(np.array(told) <= 0.05)
            print(f"load_effect, tie {phi}, {weeks} weeks: {called:.3f} (claim: at most 0.05)")


def leaving(steps: int = 1_000_000) -> None:
    rng = random.Random(11)
    document = ConsentDocumentIssued(
        document_sha256="a" * 64,
        version="1",
        issued=date(2026, 1, 1),
        needed=("take part",),
        optional=(),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=90,
    )
    signed = ConsentSigned(
        participant="p",
        document_sha256="a" * 64,
        version="1",
        signed=date(2026, 1, 1),
        uses=("take part",),
    )
    start = time.perf_counter()
    state = consent_after(Consent(participant="p"), document)
    accepted = refused = 0
    for step in range(steps):
        day = date(2026, 1, 1) + timedelta(days=step % 365)
        chance = rng.random()
        if step % 50 == 0:  # a new person: the history of one would grow without end
            state = consent_after(Consent(participant="p"), document)
        if chance < 0.1:
            state = consent_after(state, ConsentWithdrawn(participant="p", withdrawn=day))
        elif chance < 0.2:
            state = consent_after(state, signed)
        act = ACTS[rng.randrange(len(ACTS))]
        allowed = permission(state, "cleared", act, day, use="take part").allowed
        if act in ALWAYS:
            assert allowed
        elif state.withdrawn is not None:
            accepted += allowed
            refused += not allowed
    took = time.perf_counter() - start
    told = f"{accepted} acts accepted after leaving, {refused:,} refused, {took:.0f} s"
    print(f"{steps:,} random steps: {told}")


if __name__ == "__main__":
    grading()
    stopping()
    change()
    following()
    leaving()
