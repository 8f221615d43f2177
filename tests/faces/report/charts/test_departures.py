import re
from datetime import date

import polars as pl
import traced
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report.charts.departures import courses, departures_figure
from nanoward.flows.round.round import Round


def told(**found: pl.DataFrame) -> Round:
    return Round(plan=plan(), as_of=date(2026, 1, 1), tables=found)


def adaptation(*rows: tuple[str, int, float]) -> pl.DataFrame:
    return traced.frame(
        tables.ADAPTATION,
        [{"participant": who, "days": days, "differences": moved} for who, days, moved in rows],
    )


def test_every_person_begins_at_nothing_and_goes_through_their_samples() -> None:
    table = adaptation(("P1", 56, 5.0), ("P1", 28, 2.0), ("P2", 28, 1.0))
    assert courses(told(adaptation=table)) == {
        "P1": [(0, 0), (28, 2), (56, 5)], "P2": [(0, 0), (28, 1)],
    }  # fmt: skip


def test_the_lot_is_the_start_where_the_round_knows_it() -> None:
    lots = pl.DataFrame(
        {"participant": ["P1"], "days": [7], "acquired": [3.0], "start": ["lot"]}
    )
    round_ = told(adaptation=adaptation(("P1", 28, 1.0)), departures=lots)
    assert courses(round_) == {"P1": [(0, 0), (7, 3)]}
    figure = departures_figure(round_)
    assert figure is not None
    assert "from the lot that was given" in figure.caption


def test_dots_stand_where_the_table_says() -> None:
    figure = departures_figure(told(adaptation=adaptation(("P1", 35, 2.0), ("P1", 70, 4.0))))
    assert figure is not None
    dots = re.search(r'<path d="([^"]+)" class="dots small', str(figure.drawing))
    assert dots is not None
    places = [tuple(map(float, one.split())) for one in re.findall(r"M([\d. ]+)h0", dots[1])]
    (x1, y1), (x2, y2) = places
    assert abs((x2 - 52) - 2 * (x1 - 52)) < 0.2
    assert abs((228 - y2) - 2 * (228 - y1)) < 0.2
    assert "over weeks" in figure.caption


def test_a_short_time_is_told_in_days() -> None:
    figure = departures_figure(told(adaptation=adaptation(("P1", 5, 2.0))))
    assert figure is not None
    assert "over days" in figure.caption


def test_the_rate_over_everybody_is_told_with_its_interval() -> None:
    rates = pl.DataFrame(
        {"participant": ["P1", "*"], "per_site_year": [1.0, 0.003], "low": [0.5, 0.002],
         "high": [2.0, 0.004]}
    )  # fmt: skip
    figure = departures_figure(told(adaptation=adaptation(("P1", 35, 2.0)), rates=rates))
    assert figure is not None
    assert figure.caption.endswith("3 new alleles per 1000 sites and year (2 to 4).")


def test_nobody_with_a_later_sample_gives_no_picture() -> None:
    assert departures_figure(told()) is None


def test_names_stay_text() -> None:
    figure = departures_figure(told(adaptation=adaptation(("<script>1</script>", 5, 2.0))))
    assert figure is not None
    assert "<script" not in str(figure.drawing)
