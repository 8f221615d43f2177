from nanoward.base.plan import Plan
from nanoward.flows.ledger.read_plan import read_sections


def test_every_section_that_is_stated_is_read_and_each_fault_told() -> None:
    sections = {
        "bonds": {"alpah": 0.05},
        "clearance": {"hold_grade": 3},
        "programme": {"council": {"quorum": 3}},
    }
    told = read_sections(Plan(name="x", title="x", sha256="", sections=sections))
    assert list(told) == ["bonds", "clearance", "programme"]
    assert told["clearance"] is None
    assert told["bonds"] is not None
    assert told["bonds"].code == "INP-024"
    assert told["programme"] is not None
    assert told["programme"].code == "PRG-190"
