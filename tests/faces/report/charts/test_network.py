import re
from typing import Any

from nanoward.faces.report.charts.network import evidence, is_unexplained, network


def row(a: str, b: str, *, linked: bool, contact: str) -> dict[str, Any]:
    return {"a": a, "b": b, "shared": 12, "differing": 3.0, "compared": 13_000, "score": 40.1,
            "p_value": 0.002, "q_value": 0.02, "linked": linked,
            "contact": contact}  # fmt: skip


def test_a_bond_without_contact_is_drawn_as_an_alarm_with_a_sign() -> None:
    drawn = network("H3N2", [row("P1", "P2", linked=True, contact="")], {})
    assert drawn.count('class="edge alarm"') == 1
    assert drawn.count('class="sign"') == 1


def test_a_bond_with_contact_and_a_contact_without_bond_look_unlike() -> None:
    rows = [row("a", "b", linked=True, contact="household"),
            row("c", "d", linked=False, contact="household")]  # fmt: skip
    drawn = network("", rows, {})
    assert drawn.count('class="edge bond"') == 1
    assert drawn.count('class="edge contact"') == 1
    assert "sign" not in drawn


def test_standing_marks_the_person() -> None:
    drawn = network("", [row("a", "b", linked=True, contact="x")], {"a": "held"})
    assert drawn.count('href="#m-held"') == 1


def test_the_evidence_of_a_pair_is_one_line_with_its_numbers() -> None:
    told = evidence(row("a", "b", linked=True, contact=""))
    assert told == ("a – b: 12 shared, 3 differing of 13\u202f000 compared, score 40.1, "
                    "p 0.0020, q 0.020, contact: none recorded")  # fmt: skip


def test_the_top_of_a_triangle_has_its_name_above_where_no_line_runs() -> None:
    rows = [row(a, b, linked=True, contact="x") for a, b in ("ab", "bc", "ac")]
    drawn = network("", rows, {})
    dots = [float(one) for one in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawn)]
    names = [float(one) for one in re.findall(r'y="([\d.]+)" class="name"', drawn)]
    assert sorted(name < dot for dot, name in zip(dots, names, strict=True)) == [
        False, False, True,
    ]  # fmt: skip


def test_only_a_bond_can_be_unexplained() -> None:
    assert is_unexplained(row("a", "b", linked=True, contact=""))
    assert not is_unexplained(row("a", "b", linked=False, contact=""))
    assert not is_unexplained(row("a", "b", linked=True, contact="room"))
