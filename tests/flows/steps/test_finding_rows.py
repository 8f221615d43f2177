from nanoward.base.findings import Finding, Undecided, in_order
from nanoward.flows.steps.finding_rows import (
    finding_rows,
    findings_in,
    undecided_in,
    undecided_rows,
)


def test_findings_come_back_from_their_table_in_order() -> None:
    late = Finding(code="FMT-002", severity="note", message="b", next_step="n", line=2)
    early = Finding(code="FMT-001", severity="error", message="a", next_step="n", file="f")
    assert findings_in(finding_rows([late, early, late])) == in_order([early, late])
    assert findings_in(finding_rows([])) == ()


def test_open_questions_are_told_once_and_in_order() -> None:
    two = Undecided(
        code="TUN-901", room="tuning", subject="P2", question="dose", reason="no data"
    )
    one = Undecided(
        code="BND-901", room="bonds", subject="P1-P2", question="bond", reason="few pairs"
    )
    rows = undecided_rows([two, one, two])
    assert rows.select("code", "subject").rows() == [("BND-901", "P1-P2"), ("TUN-901", "P2")]
    assert undecided_in(rows) == (one, two)
