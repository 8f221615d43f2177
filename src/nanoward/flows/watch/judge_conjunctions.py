"""Conjunction messages: the probability of collision of each, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nanoward.base.findings import Finding
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.watch.objects.collision_draws import DRAWS, collision_risk
from nanoward.watch.objects.conjunction import CollisionRisk, OrbitState, inertial_covariance

INERTIAL = ("EME2000", "GCRF", "ICRF", "J2000", "TEME")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedConjunctions:
    """Conjunctions, the most probable first."""

    rows: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]


def judge_conjunctions(
    files: Sequence[tuple[str, bytes]],
    formats: Formats,
    progress: Progress,
    *,
    radius: float | None = None,
    limit: float = 1e-4,
    draws: int = DRAWS,
    seed: int = 7,
) -> JudgedConjunctions:
    """Read messages and judge each.

    radius  both hard-body radii together (m), where given for all; else the message's own
    limit   probability from which on a conjunction is an alarm
    """
    found: list[dict[str, Any]] = []
    findings: list[Finding] = []
    with progress("judging conjunctions", len(files)) as step:
        for path, content in files:
            read = formats.read("conjunctions", path, content)
            findings += read.findings
            for row in read.table.iter_rows(named=True):
                told = _judged(row, path, radius, limit, draws, seed)
                if isinstance(told, Finding):
                    findings.append(told)
                else:
                    found.append(told)
            step(1)
    found.sort(key=lambda one: (one["state"] != "cannot tell", -(one["probability"] or 0.0)))
    return JudgedConjunctions(rows=tuple(found), findings=tuple(findings))


def _judged(
    row: dict[str, Any], path: str, radius: float | None, limit: float, draws: int, seed: int
) -> dict[str, Any] | Finding:
    size = radius if radius is not None else row["radius"]
    if size is None or not size > 0:
        return _finding("WCH-060", row, path, "says no hard-body radius",
                        "Give --radius, both objects' radii together in metres")  # fmt: skip
    if row["frame"] not in INERTIAL:
        return _finding("WCH-061", row, path, f"has states in {row['frame'] or 'no frame'}",
                        f"Ask for states in one of {', '.join(INERTIAL)}")  # fmt: skip
    first, second = states_of(row)
    rng = np.random.default_rng(seed)
    risk = collision_risk(first, second, float(size), rng, draws=draws)
    return {
        "message": row["message"], "tca": row["tca"], "first": row["first"],
        "second": row["second"], "state": _state(risk, limit),
        "probability": _or_none(risk.probability), "low": _or_none(risk.low),
        "high": _or_none(risk.high), "plane": risk.plane if risk.is_plane_valid else None,
        "plane_not_valid": None if risk.is_plane_valid else risk.plane,
        "stated": row["stated"], "miss_m": risk.miss, "speed_mps": risk.speed,
        "duration_s": risk.duration, "radius_m": float(size), "told": _told(risk),
    }  # fmt: skip


def states_of(row: dict[str, Any]) -> tuple[OrbitState, OrbitState]:
    """Both objects of a row of CONJUNCTIONS, their covariances in the frame of their states."""
    states = np.array(row["states"]).reshape(2, 6)
    covariances = np.array(row["covariances"]).reshape(2, 6, 6)
    first, second = (
        OrbitState(
            name=row[name], position=state[:3], velocity=state[3:],
            covariance=inertial_covariance(covariance, state[:3], state[3:]),
        )
        for name, state, covariance in zip(
            ("first", "second"), states, covariances, strict=True
        )
    )  # fmt: skip
    return first, second


def _finding(code: str, row: dict[str, Any], path: str, told: str, then: str) -> Finding:
    return Finding(
        code=code, severity="error", message=f"{row['message']} {told}: it is not judged",
        next_step=then, file=path, line=row["line"],
    )  # fmt: skip


def _state(risk: CollisionRisk, limit: float) -> str:
    if not np.isfinite(risk.high):
        return "cannot tell"
    return "alarm" if risk.high >= limit else "clear"


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _told(risk: CollisionRisk) -> str:
    if risk.is_plane_valid:
        return f"collides with probability {risk.probability:.3g} (2-D, which holds)"
    why = "; ".join(risk.reasons)
    if not np.isfinite(risk.probability):
        return f"2-D not valid: {why}; cannot tell"
    return (
        f"2-D not valid: {why}; by {risk.draws:,} draws {risk.probability:.3g} "
        f"(95 % {risk.low:.2g} to {risk.high:.2g})"
    )
