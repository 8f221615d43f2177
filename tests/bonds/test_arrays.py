from datetime import date
from pathlib import Path

import numpy as np
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import (
    BondRules,
    ComparedParticipant,
    SampleLabels,
    called_bonds,
    links_of_genomes,
    links_of_shares,
    stratum_bonds,
)
from nanoward.bonds.arrays import UnlikeArraysError
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.sequences import masks_of, shares_of

LENGTH = 2000


def world(seed: int, homes: int, linked: int) -> tuple[np.ndarray, np.ndarray]:
    """(S, L) masks of homes of two, some 40 differences apart; the first `linked` are alike."""
    rng = np.random.default_rng(seed)
    genomes = np.full((2 * homes, LENGTH), masks_of("A")[0], np.uint8)
    for row in genomes:
        row[rng.choice(LENGTH, 20, replace=False)] = masks_of("G")[0]
    for home in range(linked):
        genomes[2 * home + 1] = genomes[2 * home]
        genomes[2 * home + 1, rng.integers(LENGTH)] = masks_of("T")[0]
    home = np.arange(2 * homes) // 2
    return genomes, home[:, None] != home[None]


ROOT = masks_of("A" * LENGTH)


def test_links_of_an_array_are_found_and_equal_those_of_the_tables() -> None:
    genomes, unrelated = world(1, 12, 4)
    met = ~unrelated & ~np.eye(24, dtype=bool)
    found = links_of_genomes(genomes, unrelated, root=ROOT, met=met)
    i, j = np.nonzero(np.triu(found.linked))
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 1), (2, 3), (4, 5), (6, 7)]

    names = [f"p{k:02d}" for k in range(24)]
    letters = [
        "".join(np.where(row == 4, "G", np.where(row == 8, "T", "A"))) for row in genomes
    ]
    people = tuple(
        ComparedParticipant(participant=n, stratum="all", sample=n, taken=date(2026, 1, 1),
               apart=(f"h{k // 2}",))
        for k, n in enumerate(names)
    )  # fmt: skip
    aligned = frame_of(
        ALIGNED,
        (
            {"sample": n, "contig": "c", "sequence": t}
            for n, t in zip(names, letters, strict=True)
        ),
    )
    factors = frame_of(
        FACTORS,
        (
            {"sample": n, "contig": "c", "position": k + 1, "ref": "A", "alt": x,
             "frequency": 1.0, "evidence": "consensus"}
            for n, t in zip(names, letters, strict=True)
            for k, x in enumerate(t)
            if x != "A"
        ),
    )  # fmt: skip
    contacts = {(names[2 * k], names[2 * k + 1]): ("home",) for k in range(12)}
    rules = BondRules()
    bonds, _ = called_bonds(stratum_bonds(people, aligned, factors, contacts, rules), rules)
    a, b = np.triu_indices(24, 1)
    for name in ("score", "p_value", "q_value", "differing", "linked"):
        np.testing.assert_allclose(getattr(found, name)[a, b], bonds[name].to_numpy())


def test_minor_variants_count_by_their_share() -> None:
    genomes, unrelated = world(2, 12, 0)
    shares = shares_of(genomes)
    shares[:2, 7] = [0.6, 0.0, 0.0, 0.4, 0.0]
    origin = np.zeros(LENGTH, np.int64)
    plain = links_of_shares(shares_of(genomes), unrelated, origin=origin)
    mixed = links_of_shares(shares, unrelated, origin=origin)
    assert mixed.genomes[0, 1] > plain.genomes[0, 1] + 1
    assert mixed.genomes[4, 5] == pytest.approx(plain.genomes[4, 5], abs=0.5)
    np.testing.assert_array_equal(mixed.score, mixed.score.T)
    assert not mixed.linked.diagonal().any()


def test_days_lots_runs_and_depths_are_looked_at() -> None:
    genomes, unrelated = world(3, 12, 2)
    labels = SampleLabels(
        lot=["L"] * 24, run=["R1", "R2"] * 12, day=list(range(24)), depth=[100.0] * 24
    )
    rules = BondRules(clock_per_site_year=0.05, lot_is_common_source=True)
    dated = links_of_genomes(genomes, unrelated, root=ROOT, rules=rules, labels=labels)
    plain = links_of_genomes(genomes, unrelated, root=ROOT, rules=rules)
    assert dated.score[0, 1] != plain.score[0, 1]
    assert not dated.linked[~np.isfinite(dated.q_value)].any()


def test_arrays_that_do_not_fit_are_refused() -> None:
    genomes, unrelated = world(4, 3, 0)
    with pytest.raises(UnlikeArraysError, match="root"):
        links_of_genomes(genomes, unrelated, root=ROOT[:5])
    with pytest.raises(UnlikeArraysError, match="2 values of lot"):
        links_of_genomes(genomes, unrelated, root=ROOT, labels=SampleLabels(lot=["a", "b"]))
    with pytest.raises(UnlikeArraysError, match="pairs"):
        links_of_genomes(genomes, unrelated[:2, :2], root=ROOT)
    crooked = unrelated.copy()
    crooked[0, 2] = False
    with pytest.raises(UnlikeArraysError, match="one order"):
        links_of_genomes(genomes, crooked, root=ROOT)


def test_the_example_of_the_guide_says_what_it_says_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = Path(__file__).parents[2] / "docs" / "howto" / "use-a-room-alone.md"
    code = guide.read_text().split("```python\n")[1].split("```")[0]
    promised = code.rstrip().splitlines()[-1].removeprefix("# ")
    exec(compile(code, str(guide), "exec"), {})
    assert capsys.readouterr().out.strip() == promised
