from pathlib import Path

from tests.faces.service.console_world import hidden, refused, said
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

PAGE = "/console/partners"


def test_a_plan_without_partners_says_so(reading: Doors) -> None:
    assert "names no partner" in reading.client(Role.MONITOR).get(PAGE).text


def test_what_is_no_envelope_is_told_and_kept_from_counting(acting: Doors) -> None:
    plan = Path(acting.service.path) / "programme.toml"
    plan.write_text(plan.read_text() + AUDIT, encoding="utf-8")
    monitor = acting.client(Role.MONITOR)
    form = hidden(monitor.get(PAGE).text, "claim")
    told = monitor.post("/console/partners/claim", data=form,
                        files={"file": ("c.jsonl", b'{"no": "envelope"}\n')})  # fmt: skip
    assert "0 count" in said(told), refused(told)
    assert "AUD-" in told.text


AUDIT = """
[audit.partners]
north = "68cae40cdefa1d0ad162456ffa3d739a8f05d075c58703ee3bd7fe4c12197999"
[audit.types.biomarker]
kind = "continuous"
unit = "mg/L"
sd = 1.0
benefit = "low"
mistakes = 0.004
absent = 0.03
cost = 80
"""
