import re
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus
from nanoward.faces.report.charts.genome_plots import (
    LEFT,
    RIGHT,
    WIDTH,
    Track,
    adaptation_svg,
    coverage_svg,
    variants_svg,
)

REGIONS = (
    AnnotatedLocus(name="off", role="kill", contig="a", first=11, last=60),
    AnnotatedLocus(name="gene", role="cds", contig="b", first=1, last=50),
    AnnotatedLocus(name="elsewhere", role="cds", contig="z", first=1, last=50),
)
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]


def test_contigs_lie_end_to_end() -> None:
    track = Track(lengths={"a": 100, "b": 300})
    assert track.place("a", 1) == LEFT
    assert track.place("b", 1) == pytest.approx(LEFT + (WIDTH - LEFT - RIGHT) / 4)
    assert track.place("x", 1) != track.place("x", 1)


def test_coverage_shows_depth_contigs_and_loci() -> None:
    rows = pl.DataFrame(
        {"contig": ["a", "a", "b"], "first": [1, 51, 1], "last": [50, 100, 100],
         "depth": [40.0, 0.0, 20.0]}
    )  # fmt: skip
    svg = coverage_svg("s<1>", rows, REGIONS)
    told = texts(svg)
    assert "s<1>: depth along the genome" in told
    assert {"a (100)", "b (100)", "off", "gene"} <= set(told)
    assert "elsewhere" not in told
    assert {"0", "10", "20", "30", "40"} <= set(told)


def test_a_variant_in_a_kill_locus_is_a_triangle_of_alarm() -> None:
    factors = pl.DataFrame(
        {"contig": ["a", "a", "b", "q"], "position": [20, 80, 20, 1],
         "frequency": [0.1, 0.5, 1.0, 1.0]}
    )  # fmt: skip
    svg = variants_svg("all", factors, {"a": 100, "b": 100}, REGIONS)
    assert len(re.findall("<circle", svg)) == 2
    assert len(re.findall("<path", svg)) == 1


def test_adaptation_draws_a_line_for_each_participant() -> None:
    departures = pl.DataFrame(
        {"participant": ["p", "p", "q", "r"], "sample": ["1", "2", "3", "4"],
         "days": [7, 70, 14, None], "acquired": [1.0, 4.0, 0.0, 9.0]}
    )  # fmt: skip
    svg = adaptation_svg(departures)
    root = ET.fromstring(svg)
    titles = [one.text for one in root.iter(f"{SVG}title")]
    assert {"p", "q"} <= set(titles)
    assert "r" not in titles  # its day is not known
    assert "weeks since the start" in texts(svg)
    assert len(re.findall("<circle", svg)) == 3


def test_a_long_contig_tells_positions_and_a_narrow_kill_locus_its_name() -> None:
    rows = pl.DataFrame(
        {"contig": ["c"] * 4, "first": [1, 1_000_001, 2_000_001, 3_000_001],
         "last": [1_000_000, 2_000_000, 3_000_000, 4_000_000],
         "depth": [30.0, 0.0, 31.0, 29.0], "least": [10, 0, 0, 12]}
    )  # fmt: skip
    regions = (
        AnnotatedLocus(name="switch", role="kill", contig="c", first=2_000_000, last=2_001_000),
        AnnotatedLocus(name="short", role="cds", contig="c", first=3_000_000, last=3_001_000),
    )
    svg = coverage_svg("s", rows, regions)
    assert {"1 Mb", "2 Mb", "3 Mb", "switch"} <= set(texts(svg))
    assert "short" not in texts(svg)
    marked = [one for one in ET.fromstring(svg).iter(f"{SVG}rect") if one.get("height") == "4"]
    assert len(marked) == 1  # the stretch of which nothing was read
    (x,) = [float(one.get("x", "nan")) for one in marked]
    assert x == pytest.approx(LEFT + (WIDTH - LEFT - RIGHT) / 4, abs=0.1)


def test_variants_of_the_sample_itself_hang_on_a_stem() -> None:
    factors = pl.DataFrame(
        {"contig": ["a", "a"], "position": [23, 81], "frequency": [1.0, 0.1]}
    )  # fmt: skip
    svg = ET.fromstring(variants_svg("all", factors, {"a": 100}, ()))
    circles = [one.get("cx") for one in svg.iter(f"{SVG}circle")]
    stems = [one.get("x1") for one in svg.iter(f"{SVG}line") if one.get("x1") in circles]
    assert stems == circles[:1]
