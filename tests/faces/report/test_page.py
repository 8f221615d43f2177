import itertools
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from reading import read
from rounds import empty_round, frame, full_round, plan

from nanoward.base import tables
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.faces.report import render_report
from nanoward.flows.round.round import Round

SECTIONS = ("needs", "board", "people", "bonds", "drift", "safety", "fits", "control", "visits",
            "findings", "undecided", "provenance")  # fmt: skip


@pytest.mark.parametrize("name", ["full_page", "empty_page", "hollow_page"])
def test_every_tag_is_closed_and_every_id_stands_once(
    name: str, request: pytest.FixtureRequest
) -> None:
    page = read(request.getfixturevalue(name))
    assert page.faults == []
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["full_page", "empty_page"])
def test_headings_never_skip_a_level(name: str, request: pytest.FixtureRequest) -> None:
    levels = read(request.getfixturevalue(name)).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_page_asks_for_nothing_from_outside(full_page: str) -> None:
    page = read(full_page)
    links = page.attributes("href") + page.attributes("src") + page.attributes("xlink:href")
    assert all(link.startswith("#") for link in links)
    style = re.search(r"<style>(.*?)</style>", full_page, re.DOTALL)
    assert style is not None
    assert "url(" not in style.group(1)
    assert "@import" not in style.group(1)
    outside = re.findall(r"https?://[^\s\"'<]+", full_page)
    assert set(outside) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not any(tag in {"link", "iframe", "img", "object", "embed"} for tag, _ in page.tags)
    assert "default-src 'none'" in full_page


def test_links_within_the_page_lead_somewhere(full_page: str) -> None:
    page = read(full_page)
    targets = {link.removeprefix("#") for link in page.attributes("href")}
    assert targets <= set(page.attributes("id"))


def test_every_clip_that_a_chart_names_is_its_own(full_page: str) -> None:
    named = re.findall(r"url\(#([^)]+)\)", full_page)
    assert set(named) <= set(read(full_page).attributes("id"))


def test_the_same_round_gives_the_same_bytes() -> None:
    assert render_report(full_round(40)) == render_report(full_round(40))


def test_facts_told_in_another_order_give_the_same_bytes() -> None:
    one = full_round(20)
    other = replace(
        one,
        facts={
            "tuning": one.facts["tuning"],
            "bonds": dict(reversed(one.facts["bonds"].items())),
        },
        provenance=dict(reversed(one.provenance.items())),
    )
    assert render_report(one) == render_report(other)


@pytest.mark.parametrize("name", ["full_page", "empty_page", "hollow_page"])
def test_every_section_stands_on_every_page(name: str, request: pytest.FixtureRequest) -> None:
    ids = read(request.getfixturevalue(name)).attributes("id")
    assert [one for one in ids if one in SECTIONS] == list(SECTIONS)


def test_a_section_without_tables_says_so_in_one_line(empty_page: str) -> None:
    assert empty_page.count("Not part of this round") == 9
    assert "<table>" not in empty_page.split('id="provenance"', maxsplit=1)[0]


def test_a_section_with_empty_tables_says_that_nothing_was_found(hollow_page: str) -> None:
    assert hollow_page.count("it has no rows") == 9
    assert "Not part of this round" not in hollow_page


def test_what_people_wrote_never_becomes_markup() -> None:
    evil = '<script>alert("1")</script>'
    finding = Finding(code="FMT-001", severity="error", message=evil, next_step=evil, file=evil)
    bond = {"a": evil, "b": "b & c", "stratum": evil, "shared": 1, "differing": 0.0,
            "score": 2.0,
            "linked": True, "contact": "", "q_value": 0.01}  # fmt: skip
    distance = {"sample": evil, "participant": evil, "taken": date(2026, 1, 2), "distance": 0.1,
                "typed_as": "agent"}  # fmt: skip
    grade = {"participant": evil, "term": evil, "grade": 3, "taken": date(2026, 1, 2)}
    course = {"participant": evil, "quantity": evil, "time": 1.0, "value": 1.0, "median": 1.0,
              "low": 0.0, "high": 2.0, "held_back": False}  # fmt: skip
    setting = {"participant": evil, "setting": evil, "value": 1.0, "expected": 1.0, "low": 0.5,
               "high": 2.0, "target": 1.0, "unit": evil, "reason": evil}  # fmt: skip
    event = {"participant": evil, "sequence": 1, "term": evil, "emergent": True}
    standing = {"participant": evil, "standing": "held", "arm": evil, "reasons": [evil]}

    def rows(shape: tables.TableShape, row: dict[str, object]) -> pl.DataFrame:
        names = {column.name for column in shape.columns}
        return frame(shape, [{key: value for key, value in row.items() if key in names}])

    page = render_report(
        Round(
            plan=plan(evil, council=evil, facts=(evil,), origin=evil),
            as_of=date(2026, 11, 23),
            tables={
                "standings": rows(tables.STANDINGS, standing),
                "bonds": rows(tables.BONDS, bond),
                "profiles": rows(tables.PROFILES, distance),
                "grades": rows(tables.GRADES, grade),
                "adverse_events": rows(tables.ADVERSE_EVENTS, event),
                "bands": rows(tables.BANDS, course),
                "observed": rows(tables.OBSERVED, course),
                "recommendations": rows(tables.RECOMMENDATIONS, setting),
                "findings": frame(tables.FINDINGS, [finding.as_row()]),
            },
            facts={"bonds": {evil: evil}},
            provenance={"version": evil, "inputs": [{"path": evil, "sha256": evil}]},
        )
    ).decode("utf-8")
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    assert read(page).faults == []
    assert evil in read(page).text  # told, but as text


def test_columns_that_a_table_lacks_are_taken_as_not_measured() -> None:
    bare = pl.DataFrame({"participant": ["P1"], "standing": ["held"]})
    page = render_report(
        Round(plan=plan(), as_of=date(2026, 1, 1), tables={"standings": bare})
    ).decode("utf-8")
    assert "P1 held" in read(page).text


def test_the_programme_and_its_day_stand_at_the_top(full_page: str) -> None:
    text = read(full_page).text
    assert "Ward round, as of Monday 2 June 2014" in text
    assert "Xanomeline, warfarin and influenza at once" in text


def test_an_unknown_plan_of_one_letter_still_gives_a_page() -> None:
    tiny = Round(
        plan=Plan(name="a", title="a", sha256=""), as_of=empty_round().as_of, tables={}
    )
    assert read(render_report(tiny).decode("utf-8")).faults == []


def test_charts_say_what_they_show(full_page: str) -> None:
    page = read(full_page)
    charts = [told for tag, told in page.tags if tag == "svg" and told.get("class") == "chart"]
    assert len(charts) > 60
    assert all(told.get("aria-label") for told in charts)
    assert all(told.get("role") in ("img", "group") for told in charts)  # group: links within


def test_every_table_has_a_caption_and_headings_with_a_scope(full_page: str) -> None:
    page = read(full_page)
    count = sum(tag == "table" for tag, _ in page.tags)
    assert sum(tag == "caption" for tag, _ in page.tags) == count > 10
    assert all(told.get("scope") == "col" for tag, told in page.tags if tag == "th")
