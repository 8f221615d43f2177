"""Data are literals and never markup; the document is tagged and has the same bytes again."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.faces.document.typst_text import (
    MOST_ROWS,
    TypstDocument,
    literal,
    pdf_of,
    pictures_of,
)

DAY = date(2026, 5, 1)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<rect width="5" height="5"/></svg>'
)
NASTY = '#let x = 1; $y$ "quoted" \\ back * _ @label <b> // [ ] { } \x00 \n line'


def document(text: str = NASTY) -> TypstDocument:
    made = TypstDocument(text, DAY)
    made.heading(text)
    made.paragraph(text)
    made.bullets([text])
    made.table(text, (text, "n"), [(text, "1"), ("b", "2")], numeric=(False, True))
    made.picture(SVG, text, words=text)
    return made


def test_a_document_is_tagged_and_archival_and_the_same_bytes_again() -> None:
    first = pdf_of(document())
    assert first == pdf_of(document())
    assert first.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in first
    assert b"/StructTreeRoot" in first
    assert b"pdfuaid:part" in first
    assert b"pdfaid:part" in first
    later = TypstDocument(NASTY, date(2026, 5, 2))
    assert pdf_of(later) != first


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_no_text_is_read_as_markup(text: str) -> None:
    made = TypstDocument("t", DAY)
    made.paragraph(f"a{text}")
    assert literal(f"a{text}") in made.source()
    if not any("\ud800" <= one <= "\udfff" for one in text):
        assert pictures_of(made, ppi=10.0)


def test_what_a_table_leaves_out_is_told() -> None:
    made = TypstDocument("t", DAY)
    made.table("c", ("a",), [(str(n),) for n in range(MOST_ROWS + 3)])
    assert "3 further rows" in made.source()
    made.paragraph("")
    made.bullets([])
