"""The picture of tracks and zones."""

import polars as pl

from nanoward.faces.report.drawing.object_map import object_map

ROW = {
    "track": "T-1", "zone": "site", "state": "alarm", "told": "comes <b>",
    "path": ["50.80000 -1.10000", "50.81000 -1.10000"],
    "outline": ["50.79000 -1.11000", "50.79000 -1.09000", "50.80000 -1.10000"],
}  # fmt: skip


def test_tracks_and_zones_are_drawn_north_up_and_words_escaped() -> None:
    rows = pl.DataFrame([ROW, {**ROW, "track": "T-2", "state": "clear"},
                         {**ROW, "track": "T-3", "state": "ended", "path": []}])  # fmt: skip
    told = object_map(rows)
    assert told is not None
    drawn = str(told.drawing)
    assert "2 tracks, 1 track under alarm" in drawn
    assert "comes &lt;b&gt;" in drawn
    assert 'class="safe"' in drawn
    assert "km" in drawn
    assert object_map(rows.clear()) is None
