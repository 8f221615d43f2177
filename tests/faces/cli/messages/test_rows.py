from datetime import UTC, datetime
from typing import Any

import click
import pytest

from nanoward.faces.cli.messages.rows import Moment, inbox_row, message_row, moment, site_row
from nanoward.flows.messages.answer_message import open_inbox, read_message
from nanoward.flows.messages.write_message import write_message
from nanoward.programme.relays.findings import SiteLine
from nanoward.testing.messages import NOON, draft_of, message_bay


def convert(text: str) -> Any:
    return Moment().convert(text, None, None)


def test_moments_name_their_zone() -> None:
    assert convert("2026-03-02T13:00+01:00") == NOON
    assert convert("2026-03-02T12:00Z") == NOON
    for text in ("2026-03-02T12:00", "noon", ""):
        with pytest.raises(click.UsageError):
            convert(text)
    assert moment(None) is None
    assert moment(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02 00:00Z"


def test_a_message_in_short_and_whole() -> None:
    bay = message_bay()
    name = write_message(bay.desk, draft_of(body="one\ntwo")).message
    (line,) = open_inbox(bay.desk, "nurse")
    assert inbox_row(line)["body"] == "one"
    line = read_message(bay.desk, name, by="Ada")
    whole = message_row(line.thread, line.status, whole=True)
    assert (whole["body"], whole["became"][0]["by"]) == ("one\ntwo", "Ada")


def test_a_site_that_was_never_seen() -> None:
    line = SiteLine(site="ship", last_seen=None, unreceipted=1, safety_since=NOON, gaps=0,
                    late=0, clock_ahead_s=3600.0, rolled_back=0)  # fmt: skip
    row = site_row(line)
    assert (row["last_seen"], row["clock_ahead_h"]) == ("never", 1.0)
