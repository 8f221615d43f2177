from dataclasses import replace

from rounds import empty_round, full_round

from nanoward.faces.report.sections.drift import drift


def test_samples_are_counted_by_what_they_carry() -> None:
    told = drift(full_round(20))
    assert told.lead == (
        "249 samples of 200 participants: 244 carry the agent, 0 carry something else, "
        "5 could not be read."
    )


def test_the_table_shows_the_furthest_samples_first_and_counts_the_rest() -> None:
    told = drift(full_round(20))
    distances = [float(row[-1].text) for row in told.samples.rows]
    assert distances == sorted(distances, reverse=True)
    assert told.samples.more == "189 further samples: tables/profiles.parquet."


def test_a_rate_within_a_day_is_not_measured() -> None:
    told = drift(full_round(20))
    assert told.rates is not None
    same_day = [row for row in told.rates.rows if row[3].text == "0"]
    assert same_day
    assert all(row[6].text == row[7].text == "–" for row in same_day)


def test_profiles_without_later_samples_have_no_chart_of_change() -> None:
    round_ = full_round(20)
    tables = {"profiles": round_.tables["profiles"]}
    told = drift(replace(round_, tables=tables))
    assert told.distance is not None
    assert told.within is None
    assert told.rates is None


def test_without_samples_there_is_one_honest_line() -> None:
    assert drift(empty_round()).absent
