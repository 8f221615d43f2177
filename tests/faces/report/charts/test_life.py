import re
from datetime import date

from nanoward.faces.report.charts.life import Life, Span, life_chart

DAY = date(2026, 3, 1)


def step(day: date, kind: str, what: str = "x", until: date | None = None) -> dict[str, object]:
    return {"participant": "P", "day": day, "until": until, "kind": kind, "what": what}


def event(start: date, end: date | None, severity: str = "mild") -> dict[str, object]:
    return {"term": "RASH", "started": start, "ended": end, "severity": severity,
            "serious": False}  # fmt: skip


def life(**more: object) -> Life:
    return Life(participant="P", **more)  # type: ignore[arg-type]


def test_only_lanes_with_content_are_drawn() -> None:
    drawn = str(life_chart(life(steps=[step(date(2026, 1, 1), "sample")]), DAY))
    assert re.findall(r'class="lane"[^>]*>([^<]+)<', drawn) == ["samples"]


def test_every_sample_day_and_visit_is_one_stroke() -> None:
    days = [date(2026, 1, at) for at in (1, 5, 9)]
    drawn = str(life_chart(life(steps=[step(day, "sample") for day in days]), DAY))
    path = re.search(r'<path d="([^"]+)" class="sample"', drawn)
    assert path is not None
    assert path[1].count("M") == 3


def test_the_worst_grade_of_a_day_is_its_box() -> None:
    grades = [{"taken": date(2026, 1, 2), "grade": grade, "term": "x"} for grade in (1, 3, 0)]
    one = life(grades=grades)
    assert one.worst() == {date(2026, 1, 2): 3}
    drawn = str(life_chart(one, DAY))
    assert 'class="graded g3"' in drawn
    assert 'class="graded g1"' not in drawn


def test_a_dose_bar_ends_where_the_doses_end() -> None:
    steps = [step(date(2026, 1, 1), "dose", "A 1 mg", date(2026, 1, 11)),
             step(date(2026, 1, 21), "left", "completed")]  # fmt: skip
    drawn = str(life_chart(life(steps=steps), DAY))
    bar = re.search(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"[^>]*class="dose"', drawn)
    assert bar is not None
    span = Span(first=date(2026, 1, 1), last=date(2026, 1, 21))
    assert float(bar[1]) + float(bar[2]) + 1 == round(span.x(date(2026, 1, 11)), 1)


def test_overlapping_events_lie_in_lines_of_their_own() -> None:
    events = [event(date(2026, 1, 1), date(2026, 1, 20)), event(date(2026, 1, 5), None)]
    drawn = str(life_chart(life(events=events), DAY))
    bars = re.findall(r'<rect x="[\d.]+" y="([\d.]+)"[^>]*class="event', drawn)
    assert len(set(bars)) == 2
    assert "not told to end" in drawn


def test_what_lies_behind_the_round_is_not_looked_at() -> None:
    assert life_chart(life(steps=[step(date(2026, 4, 1), "sample")]), DAY) is None


def test_words_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    steps = [step(date(2026, 1, 1), "dose", evil, date(2026, 2, 20))]
    drawn = str(life_chart(Life(participant=evil, steps=steps), DAY))
    assert "<script" not in drawn
