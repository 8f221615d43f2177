from datetime import date

from nanoward.faces.report.charts.bond_timeline import bond_timeline, dated_people

ROW = {"a": "p1", "b": "p2", "stratum": "", "sample_a": "s1", "sample_b": "s2", "cluster": 2,
       "linked": True, "contact": "", "shared": 1, "differing": 0.0, "compared": 9,
       "score": 1.0, "p_value": 0.1, "q_value": 0.1}  # fmt: skip
SEEN = {"s1": date(2026, 1, 9), "s2": date(2026, 1, 2)}


def test_people_stand_by_cluster_then_by_day() -> None:
    other = {**ROW, "a": "p8", "b": "p9", "sample_a": "s1", "sample_b": "none", "cluster": 1}
    assert [one.name for one in dated_people([ROW, other], SEEN)] == ["p8", "p2", "p1"]


def test_each_link_is_a_line_that_leads_to_its_row() -> None:
    drawn = bond_timeline([ROW], SEEN, {"p1": 3})
    assert drawn
    assert drawn.count('href="#pair-p1-p2-"') == 1
    assert drawn.count('class="edge alarm"') == 1
    assert 'class="node g3"' in drawn
    assert bond_timeline([ROW], {}, {}) is None
