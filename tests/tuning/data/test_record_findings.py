"""A problem in a person's rows keeps its line, its person and what to do about it."""

from nanoward.tuning.data.record_findings import RecordFindings


def test_a_problem_is_told_with_its_line_and_next_step() -> None:
    account = RecordFindings(person="a", file="e.csv", steps={"TUN-1": "Mend it."})
    account.add("TUN-1", "warning", "is odd", {"line": 7}, "DV")
    account.add("TUN-1", "error", "is odder", {}, "AMT")
    first, second = account.found
    assert (first.file, first.line, first.column, first.subject) == ("e.csv", 7, "DV", "a")
    assert (first.next_step, first.severity, second.severity) == (
        "Mend it.",
        "warning",
        "error",
    )
    assert second.line is None
