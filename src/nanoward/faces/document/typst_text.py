"""A document as the text that typst compiles to PDF: offline, tagged, the same bytes again.

Every word of data is a string literal of typst, so that nothing in it is read as markup. The
fonts are those that the library carries. Standards: PDF/A-2a (ISO 19005-2) and PDF/UA-1
(ISO 14289-1), which the library checks while it writes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

MOST_ROWS = 2_000  # of one table; what is left out is told

_HEAD = """
#set document(title: {title}, author: "nanoward", date: datetime(year: {year}, month: {month}, day: {day}))
#set text(lang: "en", region: "gb", font: ("Libertinus Serif", "New Computer Modern"), size: 10pt)
#set page(paper: "a4", flipped: {flipped}, margin: (x: 18mm, y: 20mm), numbering: "1 / 1", footer: context [#text(8pt, fill: rgb("#536170"))[#{foot} #h(1fr) #counter(page).display("1 / 1", both: true)]])
#set par(justify: false)
#show figure: set block(breakable: true)
#show figure.caption: set align(left)
#show figure.caption: set block(sticky: true)
#show figure.where(kind: image): set align(left)
#show figure.where(kind: table): set figure.caption(position: top)
#show heading.where(level: 1): set text(14pt)
#set table(stroke: (x, y) => (bottom: 0.4pt + rgb("#d8dfe6")), inset: (x: 4pt, y: 3pt))
#title()
"""  # noqa: E501


def literal(text: object) -> str:
    """A text as a string literal of typst; control characters but line ends are blanks."""
    told = "".join(one if one >= " " or one == "\n" else " " for one in str(text))
    told = told.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{told}"'


class TypstDocument:
    """Headings, paragraphs, lists, tables and pictures, in the order of reading."""

    def __init__(
        self, title: str, day: date, *, foot: str = "", landscape: bool = False
    ) -> None:
        self.day = day
        self._parts = [
            _HEAD.format(
                title=literal(title), year=day.year, month=day.month, day=day.day,
                foot=literal(foot or title), flipped=str(landscape).lower(),
            )
        ]  # fmt: skip

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; no level is left out on the way down."""
        self._parts.append(f"#heading(level: {level}, {literal(text)})\n")

    def paragraph(self, text: str) -> None:
        """One paragraph; nothing where there is no text."""
        if text:
            self._parts.append(f"#par[#{literal(text)}]\n")

    def bullets(self, lines: Sequence[str]) -> None:
        """A list; nothing where it is empty."""
        if lines:
            items = ", ".join(f"[#{literal(one)}]" for one in lines)
            self._parts.append(f"#list({items})\n")

    def table(
        self,
        caption: str,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        numeric: Sequence[bool] = (),
    ) -> None:
        """A table with a caption and a repeated head; numbers are set to the right."""
        right = [*numeric, *([False] * len(headings))][: len(headings)]
        sides = ", ".join("right" if one else "left" for one in right)
        head = ", ".join(f"[*#{literal(one)}*]" for one in headings)
        cells = ", ".join(f"[#{literal(one)}]" for row in rows[:MOST_ROWS] for one in row)
        columns = ", ".join(f"{one:g}fr" for one in column_weights(headings, rows[:MOST_ROWS]))
        body = f"table(columns: ({columns},), align: ({sides},), table.header({head}), {cells})"
        size = 9.5 if len(headings) <= 4 else 8 if len(headings) <= 8 else 7
        made = (
            f"kind: table, supplement: [Table], text(size: {size}pt, hyphenate: true, {body})"
        )
        self._parts.append(f"#figure(caption: [#{literal(caption)}], {made})\n")
        if len(rows) > MOST_ROWS:
            self.paragraph(f"{len(rows) - MOST_ROWS} further rows stand in the file.")

    def picture(self, svg: str, caption: str, *, words: str, width: str = "100%") -> None:
        """A drawing with its caption, and in words what it shows."""
        body = (
            f'image(bytes({literal(svg)}), format: "svg", width: {width}, '
            f"alt: {literal(words)})"
        )
        self._parts.append(f"#figure(caption: [#{literal(caption)}], {body})\n")

    def source(self) -> str:
        """The whole text."""
        return "".join(self._parts)


def column_weights(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Shares of the width: enough for the longest word, and more where much is said."""
    weights = []
    for place, heading in enumerate(headings):
        texts = [row[place] for row in rows]
        words = " ".join((heading, *texts)).split()
        longest = max(map(len, words), default=1)
        usual = sum(map(len, texts)) / max(len(texts), 1)
        weights.append(float(max(min(longest, 24), min(usual, 44), 4)))
    return tuple(weights)


def pdf_of(document: TypstDocument) -> bytes:
    """The document as PDF/A-2a and PDF/UA-1, dated on its day: the same bytes again."""
    import typst  # loaded for a document alone

    moment = datetime.combine(document.day, time(), UTC)
    return typst.compile(
        document.source().encode(), format="pdf", ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"], timestamp=moment,
    )  # fmt: skip


def pictures_of(document: TypstDocument, ppi: float = 70.0) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    import typst

    made: object = typst.compile(
        document.source().encode(), format="png", ignore_system_fonts=True, ppi=ppi
    )
    pages = made if isinstance(made, list) else [made]  # one page comes without a list
    return [one for one in pages if isinstance(one, bytes)]
