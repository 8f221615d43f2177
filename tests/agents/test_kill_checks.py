from datetime import date

from nanoward.agents.kill_checks import kill_faults
from nanoward.agents.spec import AgentSpec


def spec_of_kind(kind: str) -> AgentSpec:
    return AgentSpec(name="x", title="", version="1.0.0", kind=kind, expires=date(2027, 1, 1))


def test_what_does_not_replicate_needs_no_second_mechanism() -> None:
    assert list(kill_faults(spec_of_kind("device"))) == []
    assert [one[0] for one in kill_faults(spec_of_kind("phage"))] == ["AGT-160"]
