import gzip

from nanoward.adapters.uploads.inflation import LEAST, Inflation


def test_reads_in_several_members_are_taken_and_a_bomb_is_stopped_early() -> None:
    reads = gzip.compress(b"@r\nACGT\n+\nIIII\n" * 10_000)
    sound = Inflation()
    assert all(sound.add(content) for content in (reads[:50], reads[50:], reads))
    assert sound.unpacked == 2 * 150_000
    bomb, gz = Inflation(), gzip.compress(bytes(200 << 20))
    assert not bomb.add(gz)
    assert bomb.unpacked <= LEAST + (1 << 20)
    assert not Inflation().add(b"\x1f\x8bnothing of the kind, and long enough")
    assert Inflation().first(b"\x1f\x8bx" * 20) == b""
