from dataclasses import replace

import polars as pl
import pytest
from reading import read
from rounds import courses, empty_round, frame, full_round

from nanoward.base import tables
from nanoward.faces.report.sections.fits import coverage, fits


def test_hundreds_of_people_are_bounded_and_those_that_failed_are_drawn() -> None:
    many = fits(replace(empty_round(), tables=courses(320)))
    assert len(many.cards) + len(many.folded) == 16
    assert many.cards[0].warning
    assert many.rest.startswith("304 further people")
    assert "nanoward report PROGRAMME PARTICIPANT" in many.rest
    assert "did not converge" not in many.rest


@pytest.mark.hazard("H-284")
def test_failed_fits_that_are_not_drawn_are_counted() -> None:
    tables = courses(120)
    tables["fits"] = tables["fits"].with_columns(converged=pl.lit(value=False))
    many = fits(replace(empty_round(), tables=tables))
    assert many.rest.endswith("The fits of 104 of them did not converge.")


def test_everybody_has_a_card_and_a_failed_fit_comes_first_with_a_warning() -> None:
    told = fits(full_round(20))
    assert len(told.cards) == 32
    assert told.cards[0].participant == "17"
    assert told.cards[0].warning == "did not converge: do not use"
    assert [card.participant for card in told.cards[1:4]] == ["1", "2", "3"]
    assert all(len(card.panels) == 2 for card in told.cards)


def test_the_band_states_what_it_held() -> None:
    rows = [{"participant": "P1", "quantity": "cp", "time": 1.0, "value": value, "low": 1.0,
             "high": 2.0, "held_back": held}
            for value, held in ((1.5, True), (3.0, True), (1.5, False), (None, False))
            ]  # fmt: skip
    assert coverage(frame(tables.OBSERVED, rows)) == (
        "The 90 % band holds 1 of 2 held-back observations (50 %) and "
        "1 of 1 fitted observation (100 %)."
    )
    assert coverage(frame(tables.OBSERVED, [])) == ""


def test_a_quantity_that_no_model_predicts_is_named() -> None:
    round_ = full_round(20)
    held = {**round_.tables, "bands": round_.tables["bands"].filter(pl.col("quantity") == "cp")}
    told = fits(type(round_)(plan=round_.plan, as_of=round_.as_of, tables=held))
    assert told.lead.endswith("Pca has no band: shown as observed.")
    assert "No model" not in fits(round_).lead


def test_a_refusal_is_told_with_its_reason() -> None:
    told = fits(full_round(20))
    card = next(card for card in told.cards if card.participant == "23")
    assert card.setting == "no setting: the fit did not converge"
    assert told.recommendations is not None
    refused = [row for row in told.recommendations.rows if row[2].text == "refused"]
    assert [row[0].text for row in refused] == ["17", "23"]


def test_every_parameter_of_everybody_is_in_the_table() -> None:
    told = fits(full_round(20))
    assert told.parameters is not None
    assert [one.title for one in told.parameters.headings[1:4]] == [
        "CL (L/h)",
        "KA (1/h)",
        "V (L)",
    ]
    assert len(told.parameters.rows) == 32
    ordered = [row[0].text for row in told.parameters.rows]
    assert ordered == [str(number) for number in range(1, 33)]


def test_many_people_are_folded_behind_the_first(full_page: str) -> None:
    assert len(read(full_page).attributes("d")) > 32 * 2 * 3
    round_ = full_round(20)
    many = type(round_)(plan=round_.plan, as_of=round_.as_of, tables=courses(60))
    told = fits(many)
    assert (len(told.cards), len(told.folded)) == (48, 12)


def test_bands_without_recommendations_are_shown() -> None:
    round_ = full_round(20)
    alone = type(round_)(plan=round_.plan, as_of=round_.as_of,
                         tables={"bands": courses(3)["bands"]})  # fmt: skip
    told = fits(alone)
    assert len(told.cards) == 3
    assert told.recommendations is None
    assert told.settings == []
    assert fits(empty_round()).absent


def test_an_unknown_convergence_is_not_taken_for_success() -> None:
    table = courses(1)["fits"].with_columns(pl.lit(None, dtype=pl.Boolean).alias("converged"))
    round_ = full_round(20)
    told = fits(type(round_)(plan=round_.plan, as_of=round_.as_of, tables={"fits": table}))
    assert told.cards[0].warning
