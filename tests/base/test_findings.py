import ast
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import nanoward
from nanoward.base.findings import Finding, in_order

FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["FMT-001", "CAT-002"]),
    severity=st.sampled_from(["error", "warning", "note"]),
    message=st.text(max_size=3),
    next_step=st.just("Fix"),
    file=st.sampled_from(["", "a.csv", "b.csv"]),
    line=st.none() | st.integers(1, 5),
)


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding(
        code="FMT-001", severity="error", message="no date", next_step="Write one.",
        file="data/samples.csv", line=3, column="taken",
    )  # fmt: skip
    assert str(finding) == "data/samples.csv:3 [taken] error FMT-001: no date. Write one."


@given(st.lists(FINDINGS))
def test_order_does_not_depend_on_arrival_and_errors_come_first(found: list[Finding]) -> None:
    ordered = in_order(found)
    assert ordered == in_order(reversed(found))
    assert set(ordered) == set(found)
    ranks = [["error", "warning", "note"].index(one.severity) for one in ordered]
    assert ranks == sorted(ranks)


def test_each_open_question_has_one_code_of_its_room_from_901_on() -> None:
    asked: dict[str, set[str]] = {}
    for path in sorted(Path(nanoward.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Undecided":
                given = {one.arg: one.value for one in node.keywords}
                if None in given:  # read back from a table
                    continue
                assert isinstance(given["code"], ast.Constant), path
                asked.setdefault(str(given["code"].value), set()).add(
                    ast.unparse(given["question"])
                )
    assert len(asked) >= 30
    for code, questions in asked.items():
        assert re.fullmatch(r"(BND|CAT|CLR|CTL|PRG|TUN)-9[0-9]{2}", code)
        assert len(questions) == 1, code


_SENTENCE = re.compile(
    r"""["'][^"'\n]+["']\s+(?:not\s+)?in\s+\w+\.(?:message|reason|question|next_step)\b"""
    r"""|\.(?:message|reason|question|next_step)\.(?:startswith|endswith|find)\("""
    r"""|\.(?:message|reason|question|next_step)\s*==\s*["']"""
)


def test_no_face_matches_on_a_sentence() -> None:
    faces = Path(nanoward.__file__).parent / "faces"
    found = [path.name for path in faces.rglob("*.py") if _SENTENCE.search(path.read_text())]
    assert found == []
    assert _SENTENCE.search('if "contact" in one.question]')
    assert _SENTENCE.search('one.reason.startswith("no")')
