"""The two checksums of RFC 9171 4.2.1: CRC-16 X.25 and CRC-32C (Castagnoli)."""

from functools import cache


def crc16_x25(content: bytes) -> int:
    """CRC-16/IBM-SDLC: polynomial 0x1021 reflected, start and end 0xFFFF (ITU-T X.25)."""
    return _reflected(content, 0x8408, 0xFFFF)


def crc32c(content: bytes) -> int:
    """CRC-32C: polynomial 0x1EDC6F41 reflected, start and end all ones (RFC 4960, app. B)."""
    return _reflected(content, 0x82F63B78, 0xFFFFFFFF)


def _reflected(content: bytes, polynomial: int, ones: int) -> int:
    table, rest = _table(polynomial), ones
    for byte in content:
        rest = table[(rest ^ byte) & 0xFF] ^ (rest >> 8)
    return rest ^ ones


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    found = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = (rest >> 1) ^ (polynomial if rest & 1 else 0)
        found.append(rest)
    return tuple(found)
