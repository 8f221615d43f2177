"""The page of tracks and zones."""

import polars as pl

from nanoward.faces.report.objects_page import objects_page


def test_the_page_asks_for_nothing_and_escapes_everything() -> None:
    row = {
        "track": "T-1", "zone": "<i>", "state": "alarm", "told": "comes <b>", "arrival": 3.0,
        "path": ["50.8 -1.1"], "outline": ["50.8 -1.1", "50.8 -1.0", "50.9 -1.0"],
    }  # fmt: skip
    page = objects_page(pl.DataFrame([row]))
    assert "comes &lt;b&gt;" in page
    assert "<i>" not in page
    assert "http" not in page.replace("http-equiv", "")
