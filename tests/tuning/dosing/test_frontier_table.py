"""Rows of the frontier: one per setting, neighbours marked, days as the certificate counts."""

from datetime import date, timedelta

import numpy as np
from exposures import MODEL, goal, person

from nanoward.base.tables import FRONTIER
from nanoward.tuning import Draws, certify, frontier_rows, recommend, table
from nanoward.tuning.dosing.self_adjustment_certificate import CertificateDates

DRAWS = Draws(eta=np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]]), effective=0.9)


def test_rows_have_the_shape_of_the_table_and_mark_the_neighbours() -> None:
    found = recommend(MODEL, person(), DRAWS, goal())
    rows = frontier_rows("a", goal(), found)
    told = table(FRONTIER, rows)
    assert told.height == len(goal().settings())
    assert told.columns == [column.name for column in FRONTIER.columns]
    places = {row["place"]: row["setting"] for row in rows if row["place"]}
    assert places["chosen"] == found.advice.dose
    assert [places["lower"] + 25, places["higher"] - 25] == [places["chosen"]] * 2
    assert (told["harm_low"] <= told["harm_high"]).all()
    assert (told["low"] <= told["benefit"]).all()
    assert (told["benefit"] <= told["high"]).all()


def test_days_are_those_of_the_certificate() -> None:
    found = recommend(MODEL, person(), DRAWS, goal())
    day = date(2026, 11, 23)
    dates = CertificateDates(issued=day, last_observed=day, latest=date(2027, 12, 31))
    made = certify("a", goal(), found, ("m", "h"), dates, 30)
    until = {one.setting: one.until for one in made.allowed}
    days = {row["setting"]: row["days"] for row in frontier_rows("a", goal(), found)}
    assert set(until) == {setting for setting, told in days.items() if told is not None}
    for setting, last in until.items():
        assert last == day + timedelta(days=int(days[setting]))


def test_without_a_recommendation_nothing_is_certified() -> None:
    poor = recommend(MODEL, person(), Draws(eta=DRAWS.eta, effective=0.01), goal())
    assert all(row["days"] is None for row in frontier_rows("a", goal(), poor))
