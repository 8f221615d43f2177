import numpy as np
import polars as pl
from rounds import bonds

from nanoward.faces.report.charts.bond_scores import score_chart
from nanoward.faces.report.drawing.figures import number


def test_every_bond_and_contact_is_one_point() -> None:
    table = bonds()
    figure = score_chart(table)
    assert figure is not None
    shown = table.filter(pl.col("linked") | (pl.col("contact") != "")).height
    alone = score_chart(table.filter(~pl.col("linked") & (pl.col("contact") == "")))
    assert alone is not None
    # a point has a stroke in the paper's tone, a bar has none
    assert figure.drawing.count('stroke="var(--paper)"') == shown
    assert alone.drawing.count('stroke="var(--paper)"') == 0


def test_a_long_lower_tail_is_cut_and_the_caption_says_where() -> None:
    far = (pl.int_range(pl.len()) % 20 == 0) & ~pl.col("linked")
    table = bonds().with_columns(
        pl.when(far).then(-900.0).otherwise(pl.col("score")).alias("score")
    )
    figure = score_chart(table)
    assert figure is not None
    edge = number(float(np.quantile(table["score"].to_numpy(), 0.1)))
    assert f"What scores below {edge} stands at the left edge." in figure.caption
    assert "−900" not in figure.drawing


def test_scores_that_are_no_numbers_give_no_chart() -> None:
    assert (
        score_chart(bonds().with_columns(pl.lit(None, dtype=pl.Float64).alias("score"))) is None
    )
    assert score_chart(bonds().with_columns(pl.lit(float("inf")).alias("score"))) is None


def test_pairs_that_all_score_alike_still_give_a_chart() -> None:
    assert score_chart(bonds().head(5).with_columns(pl.lit(1.0).alias("score"))) is not None


def test_a_full_chart_says_how_many_points_it_leaves_out() -> None:
    table = bonds()
    whole = score_chart(table)
    assert whole is not None
    assert "not drawn" not in whole.caption
    many = pl.concat([table.with_columns(linked=pl.lit(value=True))] * 3).head(700)
    full = score_chart(many.with_columns(stratum=pl.lit("x")))
    assert full is not None
    assert full.drawing.count('stroke="var(--paper)"') == 500
    assert f"{many.height - 500} further points are not drawn." in full.caption
