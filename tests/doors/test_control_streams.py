"""Public control streams are read as their authors mean, or refused with a line; none crashes.

They are not ours to ship. Put checkouts of the projects that publish them into one folder and
name it: NANOWARD_PEERS=FOLDER pytest tests/doors. Counted in benchmarks/README.md: pharmpy at
435dd66, nonmem2rx at 728d75c, mapbayr, mrgsolve, and PsN.
What is accepted is compared with a second reading of the stream (control_stream_oracle.py):
predictions and variances of a person with two doses, at etas and covariates of no model.
"""

import os
import re
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from control_stream_oracle import Asked, Dose, Oracle, UnsureError

from nanoward.base.errors import NanowardError
from nanoward.tuning import histories
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.dynamics import Dynamics, Output
from nanoward.tuning.nonmem.translation import nonmem_model

PEERS = os.environ.get("NANOWARD_PEERS", "")
NOT_STREAMS = {
    ".r",
    ".py",
    ".md",
    ".rst",
    ".rd",
    ".rmd",
    ".lst",
    ".html",
    ".res",
    ".xml",
    ".json",
}
MOST_BYTES = 300_000
MOST_REFUSED = 0.25  # of all, PsN's likelihoods and simulations included
LEAST_COMPARED = 0.9  # of those accepted
TIMES = (0.5, 3.0, 8.0, 20.0)
SMALL = -25.0  # logarithms of less than nothing: 1e-11 of a dose, where an integrator is noise
RESERVED = ("SS", "II", "ADDL", "RATE", "CENS", "OCC", "AMT", "EVID", "MDV", "CMT")


def streams() -> dict[str, str]:
    """Texts that are control streams, each once, by path."""
    found: dict[str, str] = {}
    for path in sorted(Path(PEERS).rglob("*")):
        if not path.is_file() or path.suffix.lower() in NOT_STREAMS:
            continue
        if path.stat().st_size > MOST_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^\s*\$PROB", text, re.M | re.I) and re.search(
            r"\$(PK|PRED)", text, re.I
        ):
            found.setdefault(text, str(path))
    return {path: text for text, path in found.items()}


def difference(text: str, model: Dynamics) -> str | None:
    """Where the model and the oracle part, "" where nowhere; None where they do not meet."""
    try:
        oracle = Oracle(text)
        told = [
            one
            for level in (1.0, 2.0)
            for output in model.outputs
            if (one := _apart(oracle, model, output, level)) is not None
        ]
    except UnsureError:
        return None
    return next((one for one in told if one), "") if told else None


def _apart(oracle: Oracle, model: Dynamics, output: Output, level: float) -> str | None:
    """One output, all data items at one level; None where there is nothing to compare."""
    row = {name: 0.0 if name in RESERVED else level for name in oracle.items}
    row |= {"CMT": float(output.compartment or 0), "DV": 1.0}
    if output.quantity:
        row["DVID"] = float(output.quantity)
    into = oracle.default_dose
    doses = [Dose(0.0, 100.0, into), Dose(10.0, 50.0, into)] if model.compartments else []
    plain = oracle.observed([0.0] * 40, doses, [Asked(one, row) for one in TIMES])
    times = [
        at
        for at, (value, variance) in zip(TIMES, plain, strict=True)
        if isfinite(value) and isfinite(variance) and variance > 0
    ]
    if not times:
        return None
    person = histories(_events(row, doses, times, output), model)[0][0]
    if person.exclusion_reason:
        return None
    names = model.eta_names()
    eta = np.random.default_rng(3).normal(0, 0.2, len(names))
    eta *= len(names) == oracle.etas  # fewer are left where some enter nothing: the typical
    wanted = oracle.observed([*eta, *[0.0] * 40], doses, [Asked(one, row) for one in times])
    found = predictions_at(model, person, eta[None, :])
    for k, (value, variance) in enumerate(wanted):
        ours, spread = float(found.value[0, k]), float(found.variance[0, k])
        if max(value, ours) < SMALL:
            continue
        if not abs(ours - value) <= 1e-5 * max(abs(value), 1e-3):
            return f"{output.name} at {times[k]:g}: {ours:.8g}, oracle {value:.8g}"
        if not abs(spread - variance) <= 1e-4 * max(abs(variance), 1e-8):
            return f"variance of {output.name} at {times[k]:g}: {spread:.8g}, {variance:.8g}"
    return ""


def _events(
    row: dict[str, float], doses: list[Dose], times: list[float], output: Output
) -> pl.DataFrame:
    plain: dict[str, Any] = {**row, "ID": "a", "EVID": 0, "MDV": 0}
    given = [
        {**plain, "TIME": one.time, "EVID": 1, "AMT": one.amount, "DV": None,
         "CMT": one.compartment, "DVID": None}
        for one in doses
    ]  # fmt: skip
    seen = [
        {**plain, "TIME": at, "CMT": output.compartment, "DVID": output.quantity or None}
        for at in times
    ]
    rows = sorted([*given, *seen], key=lambda one: (one["TIME"], one["EVID"] == 0))
    return pl.DataFrame(rows, infer_schema_length=None)


def test_the_comparison_can_fail() -> None:
    """Another parameter, another error, and another compartment are all told."""
    text = STREAM
    assert difference(text, nonmem_model(text)) == ""
    for old, new in (
        ("(0, 2.5)", "(0, 2.6)"),
        ("$SIGMA 0.04", "$SIGMA 0.05"),
        ("S2=V", "S1=V"),
    ):
        assert difference(text, nonmem_model(text.replace(old, new)))


@pytest.mark.timeout(900)
@pytest.mark.hazard("H-262")
@pytest.mark.skipif(not PEERS, reason="NANOWARD_PEERS names no folder of public projects")
def test_public_control_streams_are_read_as_they_are_meant_or_refused_with_a_reason() -> None:
    refused, apart, compared = [], [], 0
    told = streams()
    assert len(told) > 20
    for path, text in told.items():
        try:
            model = nonmem_model(text, file=path)
        except NanowardError as fault:
            refused.append(f"{path}: {fault.message}")
            continue
        where = difference(text, model)
        compared += where is not None
        if where:
            apart.append(f"{path}: {where}")
    print(f"{len(told)} streams: {len(refused)} refused, {compared} compared, "  # noqa: T201
          f"{len(apart)} differ")  # fmt: skip
    assert not apart, "\n".join(apart)
    assert len(refused) <= MOST_REFUSED * len(told), "\n".join(refused)
    assert compared >= LEAST_COMPARED * (len(told) - len(refused))


STREAM = """$PROBLEM one
$INPUT ID TIME AMT DV CMT EVID WT
$DATA d.csv IGNORE=@
$SUBROUTINES ADVAN2 TRANS2
$PK
CL = THETA(1)*(WT/70)**0.75*EXP(ETA(1))
V = THETA(2)*EXP(ETA(2))
KA = THETA(3)
S2=V
$ERROR
Y = F + F*EPS(1)
$THETA (0, 2.5) (0, 30) 1.5
$OMEGA 0.1 0.1
$SIGMA 0.04
"""
