import json
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from nanoward.base.findings import Finding
from nanoward.base.tables import BONDS
from nanoward.bonds import node_metadata
from nanoward.faces.report.bonds_page import BondsOfFiles, NoSuchColourError, render_bonds
from nanoward.maths.frames import frame_of

PEOPLE = [f"p{k}" for k in range(6)]


def shown() -> BondsOfFiles:
    rows = [
        {"a": a, "b": b, "stratum": "x", "sample_a": f"s-{a}", "sample_b": f"s-{b}",
         "shared": 3, "differing": 1.0 if (a, b) == ("p0", "p1") else 9.0, "compared": 100,
         "score": 4.0 if (a, b) == ("p0", "p1") else -3.0 - k, "p_value": 0.01,
         "q_value": 0.01, "linked": (a, b) == ("p0", "p1"), "cluster": 1 if b == "p1" else None,
         "is_unrelated": (a, b) != ("p0", "p1"),
         "contact": "room" if (a, b) in (("p0", "p1"), ("p2", "p3")) else ""}
        for k, (a, b) in enumerate((a, b) for a in PEOPLE for b in PEOPLE if a < b)
    ]  # fmt: skip
    bonds = frame_of(BONDS, rows)
    samples = pl.DataFrame(
        {"sample": [f"s-{one}" for one in PEOPLE], "participant": PEOPLE,
         "taken": [date(2026, 1, 1 + k) for k in range(6)],
         "ward": ["<b>A</b>", "B", "B", "C", "C", "C"]}
    )  # fmt: skip
    known = node_metadata(bonds, samples, {"p0": 1, "p1": 1})
    contacts = pl.DataFrame(
        {"a": ["p0", "p2"], "b": ["p1", "p3"], "kind": ["room", "room"],
         "hours": [3.0, None], "first": [date(2026, 1, 1), None]}
    )  # fmt: skip
    profiles = samples.select("sample", "taken")
    return BondsOfFiles(
        title="ward 7", as_of=None, tables={"bonds": bonds, "profiles": profiles},
        known=known, contacts=contacts, facts={"pairs linked": 1},
    )  # fmt: skip


@pytest.mark.hazard("H-218")
def test_network_null_timeline_and_contacts_stand_on_one_page_of_their_own() -> None:
    page = render_bonds(shown(), "ward").decode()
    assert page == render_bonds(shown(), "ward").decode()
    for section in ("bonds", "timeline", "contacts"):
        assert f'<section id="{section}">' in page
    assert "://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert "<b>A</b>" not in page
    assert "2026-01-01" in page
    assert page.count("not compared") == 0


@pytest.mark.hazard("H-273")
def test_what_is_wrong_with_the_files_stands_on_the_page() -> None:
    odd = Finding(code="FMT-020", severity="error", message="there is no column 'a'",
                  next_step="Add the column.", file="contacts.csv", line=1)  # fmt: skip
    page = render_bonds(replace(shown(), findings=(odd,))).decode()
    assert "FMT-020" in page
    assert "no column" in page


def test_every_line_of_the_network_leads_to_a_row_that_is_there() -> None:
    page = render_bonds(shown()).decode()
    led = re.findall(r'href="#(pair-[^"]+)"', page)
    assert set(led) == {"pair-p0-p1-x"}
    assert len(led) == 3  # network, chart of scores, timeline
    assert "vega.github.io" not in page
    assert 'id="pair-p0-p1-x"' in page


def test_any_column_may_colour_the_people() -> None:
    page = render_bonds(shown(), "ward").decode()
    told = re.search(r'id="bond-metadata">(.*?)</script>', page)
    assert told
    columns = json.loads(told[1].replace("\\u003c", "<").replace("\\u003e", ">"))
    assert set(columns) == {"cluster", "ward"}
    assert columns["ward"]["labels"] == ["C", "B", "<b>A</b>"]
    assert columns["ward"]["of"]["p1"] == 1
    assert "<option selected>ward</option>" in page
    assert re.search(r'<circle[^>]*class="node g2"', page)
    with pytest.raises(NoSuchColourError, match="shoe size"):
        render_bonds(shown(), "shoe size")


def test_the_slider_counts_links_inside_their_anchors_and_the_legend_has_its_colours() -> None:
    """A line stands in a link to its row: the count was 0 while it looked for direct children;
    the dots of the legend took the colour of ink."""
    page = render_bonds(shown(), "ward").decode()
    assert re.search(r'class="link"[^>]*data-day="\d+"[^>]*><a [^>]*><line', page)
    assert ".link[data-day]:not(.later) .edge:not(.contact)" in page
    assert re.search(r"\.g0 \{ fill: (#[0-9a-f]+) !important; --k: \1; \}", page)
    assert '<span class="key dot g0"' in page


def test_numbers_bear_the_grade_that_the_tables_of_a_round_have() -> None:
    """Counts of letters were measured; scores and p-values are inferred."""
    page = render_bonds(shown()).decode()
    head = page[page.index("Evidence per pair") :].split("</thead>")[0]
    marked = {re.sub("<[^>]*>", "", one).split("≈")[0].strip(): "inferred" in one
              for one in re.findall(r"<th.*?</th>", head, re.DOTALL)}  # fmt: skip
    assert marked["Differing"] is marked["Compared (bases)"] is False
    assert marked["Score"] is marked["q"] is True
    assert "is inferred by a model" in page
