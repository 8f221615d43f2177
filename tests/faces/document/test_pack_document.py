"""A pack as a document: graded numbers, pictures with words, nothing that the part lacks."""

import json
from typing import Any

from nanoward.faces.document.pack_document import bars, pack_document
from nanoward.faces.document.typst_text import pdf_of

HEAD = {"programme": "ward", "as_of": "2026-05-01", "head": "ab", "head_size": 9, "plan": "cd",
        "software": "1"}  # fmt: skip


def number(row: str, column: str, value: float, grade: str = "measured") -> dict[str, Any]:
    return {"table": "t", "title": "People <by> standing", "row": row, "column": column,
            "value": value, "inputs": ["standings"], "grade": grade}  # fmt: skip


def content(part: str, **more: Any) -> bytes:
    numbers = [number("cleared", "A", 9, "guessed"), number("cleared", "all", 18),
               number("held", "A", 6), number("held", "all", 12, "inferred")]  # fmt: skip
    said = {**HEAD, "part": part, "numbers": numbers, "guessed_share": 0.25,
            "inferred_share": 0.25, **more}  # fmt: skip
    return json.dumps(said).encode()


def test_every_number_stands_with_its_mark_and_what_is_owed_stands_first() -> None:
    action = {"what": "book visits", "who": "site 7", "due": "2026-04-01", "overdue": True}
    made = pack_document(content("open", actions=[action], pauses=1), "k-1")
    text = made.source()
    for told in ("9 (?)", "12 ≈", '[#"18"]', "25% rest on a guess", "book visits", "overdue",
                 "Pauses that stand: 1"):  # fmt: skip
        assert told in text, told
    assert text.index("What is owed") < text.index("Numbers")
    assert "cleared: A 9 (?), all 18; held: A 6, all 12 ≈" in text  # the picture in words
    again = pack_document(content("open", actions=[action], pauses=1), "k-1")
    assert pdf_of(made) == pdf_of(again)


def test_the_closed_part_is_by_coded_arm_and_owes_nothing() -> None:
    text = pack_document(content("closed"), "k-1").source()
    assert "closed part, by coded arm" in text
    assert "What is owed" not in text


def test_the_executive_part_says_who_decides_and_what_is_guessed() -> None:
    said = {"members": ["anna", "ben"], "quorum": 2, "chair": "anna", "advocate": "",
            "guessed": ["t/cleared/A = 9"], "pauses": [], "actions": [], "asked": [],
            "decisions": [{"pack": "k-0", "at": "2026-04-01", "decision": "continue",
                           "minority": ["ben: pause: seen enough"]}],
            "informed": [{"who": "drew", "people": 1}]}  # fmt: skip
    made = pack_document(json.dumps({**HEAD, "part": "executive", **said}).encode(), "k-1")
    text = made.source()
    for told in ("members: anna, ben; the quorum is 2", "advocate: nobody", "t/cleared/A = 9",
                 "ben: pause: seen enough", "drew knows the arm of 1", "nothing"):  # fmt: skip
        assert told in text, told
    assert pdf_of(made)


def test_a_bar_is_as_long_as_its_number_and_bears_it() -> None:
    held = {("a", "x"): number("a", "x", 10.0), ("b", "x"): number("b", "x", 5.0)}
    drawn = bars(["a", "b", "c"], ["x"], held)
    assert 'width="270"' in drawn
    assert 'width="135"' in drawn
    assert 'width="0"' in drawn
    assert ">10<" in drawn
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
