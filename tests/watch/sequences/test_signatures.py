"""Signature files of sourmash: in, out, and what cannot be used is told."""

import gzip
import json
from typing import Any

import numpy as np
import pytest

from nanoward.sequencing.kmers.sketches import sketch_of
from nanoward.watch.sequences.signatures import read_signatures, written_signature

LETTERS = "".join(np.random.default_rng(1).choice(list("ACGT"), 3000))
OWN = sketch_of([LETTERS])
TEXT = written_signature(OWN, "x")


def changed(**values: Any) -> bytes:
    table = json.loads(TEXT)
    table[0]["signatures"][0] |= values
    return json.dumps(table).encode()


def test_what_is_written_is_read_again_packed_or_not() -> None:
    for content in (TEXT.encode(), gzip.compress(TEXT.encode())):
        found, findings = read_signatures(content, "x.sig", 20)
        assert findings == ()
        assert found is not None
        np.testing.assert_array_equal(found.hashes, OWN.hashes)
        np.testing.assert_array_equal(found.counts, OWN.counts)


def test_a_finer_sketch_is_thinned_and_one_without_abundances_counts_ones() -> None:
    fine = written_signature(sketch_of([LETTERS], 5), "x").encode()
    found, _ = read_signatures(fine, "x.sig", 20)
    assert found is not None
    np.testing.assert_array_equal(found.hashes, OWN.hashes)
    bare, _ = read_signatures(changed(abundances=None), "x.sig", 20)
    assert bare is not None
    assert set(bare.counts) == {1}


@pytest.mark.hazard("H-323")
@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"ksize": 21}, "its k is 21"),
        ({"molecule": "protein"}, "protein"),
        ({"seed": 7}, "seed is 7"),
        ({"max_hash": 0, "num": 500}, "fixed number"),
        ({"max_hash": 1 << 54}, "one k-mer in 1024"),
        ({"mins": [-1]}, "no whole numbers"),
        ({"abundances": [1]}, "abundance"),
    ],
)
def test_a_sketch_that_cannot_be_compared_is_told_and_left_out(
    values: dict[str, Any], word: str
) -> None:
    found, (finding,) = read_signatures(changed(**values), "x.sig", 20)
    assert found is None
    assert (finding.code, finding.file) == ("WCH-023", "x.sig")
    assert word in finding.message


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"[3]"])
def test_a_file_without_signatures_is_told(content: bytes) -> None:
    found, findings = read_signatures(content, "x.sig", 20)
    assert found is None
    assert len(findings) == 1
