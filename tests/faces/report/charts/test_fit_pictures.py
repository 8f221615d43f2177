"""Pictures of fits that stand alone."""

from xml.etree import ElementTree as ET

import polars as pl

from nanoward.faces.report.charts.fit_pictures import fit_pictures

BANDS = pl.DataFrame(
    [
        {"participant": who, "quantity": "cp", "time": float(t), "typical": 3.0 - t,
         "median": 3.1 - t, "low": 2.0 - t, "high": 4.0 - t}
        for who in ("1", "10", "a/<b>") for t in range(3)
    ]
)  # fmt: skip
OBSERVED = pl.DataFrame(
    [
        {"participant": "1", "quantity": "cp", "time": 1.0, "value": 9.0, "predicted": 2.1,
         "held_back": False, "low": 1.0, "high": 3.0},
        {"participant": "1", "quantity": "pca", "time": 1.0, "value": 40.0, "predicted": None,
         "held_back": False, "low": None, "high": None},
    ]
)  # fmt: skip


def test_each_person_has_a_picture_with_band_curves_and_observations() -> None:
    found = fit_pictures({"bands": BANDS, "observed": OBSERVED})
    assert set(found) == {"fit-1.svg", "fit-10.svg", "fit-a__b_.svg", "fits.html"}
    tree = ET.fromstring(found["fit-1.svg"])
    classes = [one.get("class") or "" for one in tree.iter()]
    for name in ("band", "median", "typical", "who"):
        assert classes.count(name) >= 1, name
    assert "point out used" in classes  # 9 lies above its band
    assert len([one for one in classes if one == "chart"]) == 2  # cp and pca


def test_the_page_holds_everybody_and_what_is_read_is_escaped() -> None:
    page = fit_pictures({"bands": BANDS, "observed": OBSERVED})["fits.html"]
    assert page.count('class="who"') == 3
    assert "a/&lt;b&gt;" in page
    assert "<b>" not in page


def test_without_bands_there_is_a_page_without_pictures() -> None:
    found = fit_pictures({"bands": BANDS.clear(), "observed": OBSERVED.clear()})
    assert set(found) == {"fits.html"}
