"""Playbooks: read whole or refused; the closest pattern counts."""

import pytest

from nanoward.watch.incidents.playbook import BadPlaybookError, playbook_for, playbook_of

TEXT = """
playbook = "rise"
version = 1
title = "A rise"
causes = ["stream/*"]

[[task]]
room = "clearance"
action = "hold"
text = "Hold who shares the ward."
"""


def test_a_playbook_is_read_and_its_hash_is_of_what_it_says() -> None:
    book = playbook_of(TEXT)
    assert (book.name, book.version, book.tasks[0].room) == ("rise", 1, "clearance")
    assert book.sha256 == playbook_of("# a remark\n" + TEXT).sha256
    assert book.sha256 != playbook_of(TEXT.replace("Hold who", "Ask who")).sha256


@pytest.mark.hazard("H-337")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('action = "hold"', 'action = "kill"'),
        ('room = "clearance"', 'room = "watch"'),
        ("version = 1", "version = true"),
        ("version = 1", "version = 0"),
        ('causes = ["stream/*"]', "causes = []"),
        ('title = "A rise"', 'tittle = "A rise"'),
        ('text = "Hold who shares the ward."', 'text = " "'),
        ("[[task]]", "[[tasks]]"),
        ('playbook = "rise"', "playbook = 3"),
        ('playbook = "rise"', "playbook ="),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadPlaybookError):
        playbook_of(TEXT.replace(old, new), "p.toml")


def test_the_closest_pattern_counts_then_the_latest_version() -> None:
    wide, close = playbook_of(TEXT), playbook_of(TEXT.replace("stream/*", "stream/ward"))
    later = playbook_of(TEXT.replace("version = 1", "version = 2"))
    assert playbook_for("stream/ward", (wide, close)) == close
    assert playbook_for("stream/b", (wide, close, later)) == later
    assert playbook_for("silent/b", (wide, close)) is None
