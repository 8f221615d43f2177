"""Conjunction messages to verdicts."""

import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.flows.watch.judge_conjunctions import judge_conjunctions
from nanoward.wiring import open_bench

FORMATS = open_bench(quiet=True).formats
_AXES = ("R", "T", "N", "RDOT", "TDOT", "NDOT")


def message(speed: str, radius: str = "COMMENT HBR = 10 [m]", frame: str = "EME2000") -> bytes:
    """Two circular orbits through one place; the second flies by `speed` (km/s, three)."""
    lines = ["MESSAGE_ID = M", "TCA = 2026-01-01T00:00:00", radius]
    for number, velocity in ((1, "0 7.546 0"), (2, speed)):
        lines += [f"OBJECT = OBJECT{number}", f"REF_FRAME = {frame}"]
        for axis, value in zip("XYZ", ("7000", "0", "0"), strict=True):
            lines.append(f"{axis} = {value} [km]")
        for axis, value in zip("XYZ", velocity.split(), strict=True):
            lines.append(f"{axis}_DOT = {value} [km/s]")
        for i, a in enumerate(_AXES):
            for b in _AXES[: i + 1]:
                lines.append(f"C{a}_{b} = {0 if a != b else 2500 if i < 3 else 1e-3}")
    return "\n".join(lines).encode()


def judged(content: bytes, **options: float) -> tuple[list[dict[str, object]], list[str]]:
    told = judge_conjunctions(
        [("m.cdm", content)], FORMATS, SilentProgress(), draws=200, **options
    )
    return list(told.rows), [one.code for one in told.findings]


@pytest.mark.hazard("H-326")
def test_a_fast_one_has_its_plane_and_a_slow_one_never() -> None:
    (fast,), findings = judged(message("0 4 6.4"))
    assert findings == []
    assert fast["state"] == "alarm"
    assert fast["probability"] == fast["plane"]
    (slow,), _ = judged(message("0 7.54602 0"))
    assert slow["plane"] is None
    assert slow["plane_not_valid"] is not None
    assert "2-D not valid: slow or long encounter" in str(slow["told"])
    (gone,), _ = judged(message("0 20 0"))
    assert gone["state"] == "cannot tell"
    assert gone["probability"] is None


def test_what_cannot_be_judged_is_told() -> None:
    assert judged(message("0 4 6.4", radius="COMMENT none")) == ([], ["WCH-060"])
    assert judged(message("0 4 6.4", frame="ITRF")) == ([], ["WCH-061"])
    (row,), findings = judged(message("0 4 6.4", radius="COMMENT none"), radius=5.0)
    assert findings == []
    assert row["radius_m"] == 5.0
