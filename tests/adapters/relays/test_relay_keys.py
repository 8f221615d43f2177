import importlib.util
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.relays.relay_keys import (
    BadRelayKeysError,
    FileRelayKeys,
    new_relay_keys,
    relay_keys_in,
)
from nanoward.ports.messages import RelayKeys
from nanoward.programme.relays.bundle import DOMAIN, BadBundleError, padded, unpadded

HERE, THERE, SPY = new_relay_keys(), new_relay_keys(), new_relay_keys()
SECRET = b'{"participant":"P001","kind":"withdrawal","to":"physician"}'


def _oracle() -> Any:
    path = Path(__file__).parents[2] / "oracles" / "hpke_base.py"
    spec = importlib.util.spec_from_file_location("hpke_base", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORACLE = _oracle()


def private_bytes(keys: FileRelayKeys) -> bytes:
    return keys._sealing.private_bytes_raw()


def test_the_oracle_gives_the_vector_of_the_standard() -> None:
    """RFC 9180, A.2.1: base mode, sequence number 0."""
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    private = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"
    public = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"
    ephemeral = "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600"
    enc = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
    ct = ("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
          "21993c62ce81883d2dd1b51a28")  # fmt: skip
    plain = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
    sealed = ORACLE.seal_base(plain, bytes.fromhex(public), bytes.fromhex(ephemeral),
                              info=info, aad=b"Count-0")  # fmt: skip
    assert [one.hex() for one in sealed] == [enc, ct]
    opened = ORACLE.open_base(bytes.fromhex(enc), bytes.fromhex(ct), bytes.fromhex(private),
                              info=info, aad=b"Count-0")  # fmt: skip
    assert opened == plain


@given(st.binary(max_size=900))
def test_sealing_is_hpke_both_ways(content: bytes) -> None:
    sealed = HERE.seal(content, sealing_key=THERE.sealing_key)
    plain = ORACLE.open_base(sealed[:32], sealed[32:], private_bytes(THERE), info=DOMAIN)
    assert unpadded(plain)[0] == content
    enc, ct = ORACLE.seal_base(
        padded(content, b"s" * 64), bytes.fromhex(THERE.sealing_key), b"e" * 32, info=DOMAIN
    )
    assert THERE.open(enc + ct) == (content, b"s" * 64)


def test_only_the_destination_opens_it_and_knows_who_signed() -> None:
    sealed = HERE.seal(SECRET, sealing_key=THERE.sealing_key)
    content, signature = THERE.open(sealed)
    assert content == SECRET
    assert THERE.is_signed(content, signature, signing_key=HERE.signing_key)
    assert not THERE.is_signed(content, signature, signing_key=SPY.signing_key)
    assert not THERE.is_signed(content + b" ", signature, signing_key=HERE.signing_key)
    assert not SPY.is_signed(content, signature, signing_key=HERE.signing_key)
    assert not THERE.is_signed(content, signature, signing_key="zz")
    with pytest.raises(BadBundleError):
        SPY.open(sealed)


@pytest.mark.hazard("H-292")
def test_a_changed_file_is_refused_whatever_was_changed() -> None:
    """Every byte once, every length, and the bit that X25519 leaves out; 1,000,000 in
    benchmarks/bench_messages.py."""
    sealed = HERE.seal(SECRET, sealing_key=THERE.sealing_key)
    chance = random.Random(19)
    files = [sealed[:n] for n in range(0, len(sealed), 7)]
    files += [sealed + b"\0", sealed + bytes(256), b"", bytes(256), sealed[256:], sealed * 2]
    files += [sealed[:31] + bytes([sealed[31] ^ 0x80]) + sealed[32:]]
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= chance.randrange(1, 256)
        files.append(bytes(changed))
    for one in files:
        with pytest.raises(BadBundleError):
            THERE.open(one)


@pytest.mark.hazard("H-293")
def test_a_carrier_reads_nothing_in_a_file_and_sizes_tell_steps_of_256_alone() -> None:
    words = (b"P001", b"withdrawal", b"physician", b"participant", b"nanoward", b"centre")
    sizes = set()
    for length in range(0, 600, 5):
        one = HERE.seal(SECRET + b"x" * length, sealing_key=THERE.sealing_key)
        sizes.add(len(one))
        assert not any(word in one for word in words)
    assert all(size % 256 == 0 for size in sizes)
    assert len(sizes) == 4  # 120 lengths of content, four that a carrier sees
    a, b = (HERE.seal(SECRET, sealing_key=THERE.sealing_key) for _ in range(2))
    assert a[:32] != b[:32]
    assert sum(x == y for x, y in zip(a, b, strict=True)) < len(a) // 20


def test_keys_are_kept_in_a_file_of_their_owner_and_a_broken_one_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "relay" / "relay.keys"
    made = relay_keys_in(path)
    assert isinstance(made, RelayKeys)
    assert path.stat().st_mode & 0o77 == 0
    again = relay_keys_in(path)
    assert (again.sealing_key, again.signing_key) == (made.sealing_key, made.signing_key)
    for text in ("", "{}", '{"sealing": "00", "signing": "00"}', "[]"):
        path.write_text(text)
        with pytest.raises(BadRelayKeysError):
            relay_keys_in(path)
