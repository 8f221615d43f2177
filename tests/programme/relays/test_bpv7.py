import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.relays.bpv7 import read_bpv7, written_bpv7
from nanoward.programme.relays.cbor import BadCborError

# Bytes of bundles quoted in public issues (nasa-jpl/ION-DTN 50, 52, 54; dtn7/bp7-rs 6, 10, 12),
# with the verdict by the clause of RFC 9171 that decides.
VERDICTS = (
    (
        (
            "9f88071a000200040082028203018202820302820100821b0000000000000000001a8218200085010100"
            "004454455354ff"
        ),
        ("no-primary-crc", "zero-time-without-age"),
    ),
    (
        (
            "9f88070000820282030182028201018202820100821b000000bb0e20b4ea001a000927c0850802010041"
            "0086010100014d48656c6c6f2c20576f726c64214254b3ff"
        ),
        ("no-primary-crc",),
    ),
    (
        (
            "9f88071844008202820301820100820100821b000000b5998c982b011a000493e0850602100045820282"
            "0200850704010042183485010101004454455354ff"
        ),
        ("no-primary-crc",),
    ),
    (
        (
            "9f88070f00820282020182028201018202820100821b000000bb0e20b4ea001a000927c0850702010041"
            "0086010100014d48656c6c6f2c20576f726c64214254b3ff"
        ),
        ("no-primary-crc",),
    ),
    (
        (
            "9f89071844018202820301820100820100821b000000b5998c982b011a000493e042c9f6850602100045"
            "8202820200850704010042183485010118f9004454455354ff"
        ),
        (),
    ),
    (
        (
            "9f890718440182028203018201008201008200011a000493e042a2218506021000458202820200850718"
            "a6010042183485010101004454455354ff"
        ),
        (),
    ),
)


@pytest.mark.parametrize(("text", "reasons"), VERDICTS)
def test_the_six_verdicts(text: str, reasons: tuple[str, ...]) -> None:
    assert read_bpv7(bytes.fromhex(text)).reasons == reasons


@pytest.mark.shared
def test_the_verdicts_of_the_data_set() -> None:
    path = Path(__file__).parents[4].parent / "shared" / "data" / "relay" / "bpv7_vectors.json"
    if not path.exists():
        pytest.skip("needs the evaluation data beside the checkout")
    vectors = json.loads(path.read_text())
    assert len(vectors) == 6
    for one in vectors:
        found = read_bpv7(bytes.fromhex(one["hex"]))
        assert list(found.reasons) == one["reasons"]
        assert (not found.reasons) == (one["verdict"] == "accept")


@given(st.binary(max_size=600), st.integers(0, 2**40), st.integers(0, 2**32))
def test_what_was_written_is_read_without_a_reason_against_it(
    payload: bytes, age: int, number: int
) -> None:
    content = written_bpv7(payload, source="ipn:977000.3", destination="dtn://ship/in",
                           sequence=number, lifetime_ms=86_400_000, age_ms=age)  # fmt: skip
    found = read_bpv7(content)
    assert (found.payload, found.age_ms, found.reasons) == (payload, age, ())
    assert (found.source, found.destination) == ("ipn:977000.3", "dtn://ship/in")


@given(st.data())
def test_a_changed_byte_is_refused_or_changes_nothing_that_is_read(data: st.DataObject) -> None:
    content = bytearray(
        written_bpv7(b"sealed", source="dtn:none", destination="dtn:none", sequence=1,
                     lifetime_ms=1000)
    )  # fmt: skip
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        found = read_bpv7(bytes(content))
    except BadCborError:
        return
    assert found.reasons


@pytest.mark.parametrize("text", ["", "9f", "9fff", "80", "9f8000ff", "9f8807000082", "9f01ff"])
def test_what_is_no_bundle_is_refused(text: str) -> None:
    with pytest.raises(BadCborError):
        read_bpv7(bytes.fromhex(text))


def test_an_endpoint_of_another_scheme_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="no endpoint"):
        written_bpv7(b"", source="http://x", destination="dtn:none", sequence=1, lifetime_ms=1)
