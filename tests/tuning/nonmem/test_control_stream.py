"""Records of a control stream: thetas, blocks of variances, continued lines, faults."""

import numpy as np
import pytest

from nanoward.tuning.nonmem.control_stream import (
    BadStreamError,
    number_of,
    random_effect_matrix,
    read_stream,
    statements,
    thetas,
)


def test_thetas_may_have_bounds_and_be_fixed_and_keep_their_remarks() -> None:
    stream = read_stream(
        "$PROB x\n$THETA 4 ; TVCL (L/h)\n (0, 70, 200) ; V\n (1 FIX)\n$THETA (0,2.5) FIX 1.5D-2"
    )
    found = thetas(stream)
    assert [one.value for one in found] == [4, 70, 1, 2.5, 0.015]
    assert [one.fixed for one in found] == [False, False, True, True, False]
    assert found[0].remark == "TVCL (L/h)"


def test_variances_stand_alone_in_blocks_again_and_as_deviations() -> None:
    text = (
        "$OMEGA 0.2 0.3\n$OMEGA BLOCK(2)\n0.1\n0.05 0.4\n$OMEGA BLOCK(2) SAME\n"
        "$OMEGA SD 0.5\n$OMEGA BLOCK(2) SD CORR\n2\n0.5 3\n"
    )
    found = random_effect_matrix(read_stream(text), "OMEGA")
    np.testing.assert_allclose(
        np.diag(found.matrix), [0.2, 0.3, 0.1, 0.4, 0.1, 0.4, 0.25, 4, 9]
    )
    assert found.matrix[3, 2] == found.matrix[5, 4] == 0.05
    assert found.matrix[8, 7] == 0.5 * 2 * 3
    assert found.tied == {(3, 2), (5, 4), (8, 7)}


def test_short_names_comments_and_continued_lines_are_understood() -> None:
    stream = read_stream(
        "$PROB\n$SUBS ADVAN1\n$PK ; parameters\nCL = 1 + &\n 2 ; sum\n\n$ERR\n"
    )
    assert [one.name for one in stream.records] == ["PROBLEM", "SUBROUTINES", "PK", "ERROR"]
    assert list(statements(stream.all("PK")[0])) == [(4, "CL = 1 +  2")]
    assert number_of("1.5d-2") == 0.015


@pytest.mark.parametrize(
    ("text", "read", "line", "what"),
    [
        ("nothing", None, None, "no record"),
        ("$PROB\n$THETA (0, x)", thetas, 2, "no number"),
        ("$PROB\n$THETA (0, 1", thetas, 2, "not closed"),
        ("$PROB\n\n$THETA abc", thetas, 3, "'abc'"),
        ("$OMEGA BLOCK(2) 1 2", "OMEGA", 1, "needs 3 numbers, not 2"),
        ("$PROB\n$OMEGA SAME", "OMEGA", 2, "no block before"),
        ("$PROB\n$SIGMA -1", "SIGMA", 2, "negative variance"),
    ],
)
def test_faults_name_their_line(text: str, read: object, line: int | None, what: str) -> None:
    def found() -> object:
        stream = read_stream(text, "run.mod")
        return random_effect_matrix(stream, read) if isinstance(read, str) else thetas(stream)

    with pytest.raises(BadStreamError, match=what) as fault:
        found()
    assert fault.value.line == line


def test_words_of_omega_are_each_understood() -> None:
    text = (
        "$OMEGA BLOCK(2) CHOLESKY 0.3 0.1 0.2\n$OMEGA BLOCK(2) VALUES(0.5,0.01)\n"
        "$OMEGA (0.1)x2\n$OMEGA BLOCK(1) 0.7\n$OMEGA BLOCK(1) SAME(2)\n"
        "$OMEGA STANDARD 0.5 FIX\n"
    )
    found = random_effect_matrix(read_stream(text), "OMEGA").matrix
    np.testing.assert_allclose(
        np.diag(found), [0.09, 0.05, 0.5, 0.5, 0.1, 0.1, 0.7, 0.7, 0.7, 0.25]
    )
    assert found[1, 0] == pytest.approx(0.03)
    assert found[3, 2] == 0.01
    with pytest.raises(BadStreamError, match="WIDE"):
        random_effect_matrix(read_stream("$OMEGA WIDE 0.3"), "OMEGA")


def test_thetas_may_have_names() -> None:
    stream = read_stream("$THETA TVCL=(0, 2.5) V=70\n$THETA NAMES(KA) 1.5")
    assert [one.value for one in thetas(stream)] == [2.5, 70, 1.5]
