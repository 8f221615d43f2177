from nanoward.programme.relays.checksums import crc16_x25, crc32c

CHECK = b"123456789"  # the check string of the catalogue of parametrised CRC algorithms


def test_the_check_values_of_both() -> None:
    assert crc16_x25(CHECK) == 0x906E
    assert crc32c(CHECK) == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
