"""The document of a round shows what its page shows, with the same grades."""

import re
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))

from rounds import full_round

from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.faces.document.round_document import TITLES, alone, round_document
from nanoward.faces.document.typst_text import literal, pdf_of
from nanoward.faces.report.page import page_sections
from nanoward.flows.round.round import Round
from nanoward.flows.steps.evidence_rows import evidence_rows


def graded() -> Round:
    round_ = full_round(12)
    rows = evidence_rows(round_.tables, lineage_of_tables({"sdtm.LB": "guessed"}))
    return replace(round_, tables={**round_.tables, "evidence": rows})


ROUND = graded()


def test_every_table_and_picture_of_the_page_is_in_the_document() -> None:
    text = round_document(ROUND).source()
    safety = page_sections(ROUND)["safety"]
    assert set(TITLES) | {"head", "people", "life"} == set(page_sections(ROUND))
    for table in (safety.board, safety.severe, safety.shift):
        assert table is not None
        caption = literal(table.caption)[1:-1]
        assert caption in text
    assert safety.severe is not None
    assert literal(f"{safety.severe.caption} (?)") in text
    assert text.count("#figure(") > 20
    assert "rests on a guess (sdtm.LB)" in text
    row = safety.severe.rows[0]
    value = next(cell for cell, top in zip(row, safety.severe.headings, strict=True)
                 if top.title == "Value")  # fmt: skip
    assert f"[#{literal(f'{value.text} (?)')}]" in text


def test_it_is_tagged_and_the_same_bytes_again() -> None:
    first = pdf_of(round_document(ROUND))
    assert first == pdf_of(round_document(ROUND))
    assert b"pdfuaid:part" in first
    assert pdf_of(round_document(full_round(12))) != first


def test_a_drawing_stands_alone_without_the_pages_variables() -> None:
    drawn = page_sections(ROUND)["safety"].grades
    assert drawn is not None
    svg = alone(str(drawn.drawing))
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "var(" not in svg
    assert "<style>" in svg
    told = alone(
        '<svg a="1"><path fill="var(--nobody)"/><path fill="var(--s, #123456)"/></svg>'
    )
    assert re.search(r'fill="#[0-9a-f]{6}"', told)
    assert "#123456" in told
