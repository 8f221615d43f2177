import re
from datetime import date

import numpy as np
import polars as pl
import pytest
import traced
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report.charts import genome as genome_module
from nanoward.faces.report.charts.genome import along_genome, genome_of, loci_of, variant_shares
from nanoward.flows.round.round import Round


def told(**more: pl.DataFrame) -> Round:
    found = {**traced.genome(), **more}
    return Round(plan=plan(), as_of=date(2026, 1, 1), tables=found)


def recurrence(contig: str = "a", name: str = "kill") -> pl.DataFrame:
    return pl.DataFrame(
        {"unit": [name, "site"], "contig": [contig] * 2, "first": [5, 10], "last": [20, 10],
         "p_value": [0.5, 0.5]}
    )  # fmt: skip


def test_contigs_stand_end_to_end_with_the_share_that_could_be_read() -> None:
    genome = genome_of(told())
    assert genome is not None
    assert [(one.name, one.start, one.length) for one in genome.contigs] == [
        ("a", 0, 60), ("b", 60, 40),
    ]  # fmt: skip
    np.testing.assert_allclose(genome.contigs[1].readable, [1.0] * 20 + [0.25] * 20)


def test_a_variants_share_is_of_the_samples_that_have_its_contig() -> None:
    round_ = told()
    genome = genome_of(round_)
    assert genome is not None
    rows = variant_shares(round_, genome).select("contig", "position", "samples", "of", "share")
    assert rows.rows() == [("a", 10, 3, 4, 0.75), ("b", 5, 1, 4, 0.25)]


def test_strokes_stand_at_their_positions_as_high_as_their_shares() -> None:
    figure, _ = along_genome(told())
    assert figure is not None
    drawn = str(figure.drawing)
    strokes = {
        kind: (float(x), float(height))
        for x, height, kind in re.findall(
            r'd="M([\d.]+) [\d.]+v-([\d.]+)" class="variant (\w+)"', drawn
        )
    }
    wide = 900 - 52 - 10
    assert strokes["consensus"][0] == round(52 + wide * 9.5 / 100, 1)
    assert strokes["minor"][0] == round(52 + wide * 64.5 / 100, 1)
    assert strokes["consensus"][1] == round(3 * strokes["minor"][1], 1)


def test_gaps_are_counted_in_words() -> None:
    figure, _ = along_genome(told())
    assert figure is not None
    assert "20 of 100 positions could be read in fewer than half" in figure.caption


def test_loci_are_drawn_where_a_table_of_the_round_places_them() -> None:
    round_ = told(recurrence=recurrence())
    assert loci_of(round_) == [{"contig": "a", "first": 5, "last": 20, "locus": "kill"}]
    figure, table = along_genome(round_)
    assert figure is not None
    assert table is not None
    assert "kill: a 5 to 20" in str(figure.drawing)
    assert [row[3].text for row in table.rows] == ["kill", "–"]
    assert loci_of(told()) == []


def test_a_locus_of_a_contig_that_nobody_has_is_left_out() -> None:
    figure, _ = along_genome(told(recurrence=recurrence(contig="z")))
    assert figure is not None
    assert 'class="locus"' not in str(figure.drawing)


def test_many_samples_are_thinned_evenly_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(genome_module, "_LETTERS", 200)
    genome = genome_of(told())
    assert genome is not None
    assert (genome.looked, genome.samples) == (2, 4)
    figure, _ = along_genome(told())
    assert figure is not None
    assert "Coverage from 2 of the samples" in figure.caption


def test_nothing_laid_gives_nothing() -> None:
    empty = Round(plan=plan(), as_of=date(2026, 1, 1), tables={})
    assert along_genome(empty) == (None, None)


def test_names_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    named = {
        name: table.with_columns(contig=pl.lit(evil)) for name, table in traced.genome().items()
    }
    figure, _ = along_genome(told(**named, recurrence=recurrence(evil, evil)))
    assert figure is not None
    assert "<script" not in str(figure.drawing)


def test_depth_is_drawn_where_reads_were_counted() -> None:
    places = (("S1", 1, 40.0), ("S1", 31, 20.0), ("S2", 1, 20.0))
    rows = [{"sample": sample, "contig": "a", "first": first, "last": first + 29,
             "depth": depth, "least": 1} for sample, first, depth in places]  # fmt: skip
    figure, _ = along_genome(told(coverage=traced.frame(tables.COVERAGE, rows)))
    assert figure is not None
    assert "mean up to 30; line" in figure.legend[-1][1]
    line = re.search(r'<path d="M([^"]+)" class="shallow"', str(figure.drawing))
    assert line is not None
    heights = [float(one.split(" ")[1]) for one in line[1].split("L")]
    assert len(set(heights)) == 1  # 20 reads everywhere in the shallowest sample
