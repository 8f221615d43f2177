import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures, NoKeyError

# RFC 8032, section 7.1, test 2
PRIVATE = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_published_case_is_signed_and_verified() -> None:
    signer = Ed25519Signatures()
    assert signer.sign(PRIVATE, b"\x72") == (PUBLIC, SIGNATURE)
    assert signer.verify(PUBLIC, b"\x72", SIGNATURE)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, b"\x73", SIGNATURE),
        (PUBLIC, b"\x72", "00" + SIGNATURE[2:]),
        (PUBLIC, b"\x72", "no"),
        ("", b"\x72", SIGNATURE),
        (PRIVATE, b"\x72", SIGNATURE),
    ],
)
def test_anything_else_does_not_hold(public: str, message: bytes, signature: str) -> None:
    assert not Ed25519Signatures().verify(public, message, signature)


def test_what_is_no_key_is_an_input_error() -> None:
    with pytest.raises(NoKeyError):
        Ed25519Signatures().sign("abc", b"")
    made = Ed25519Signatures().new_key()
    assert Ed25519Signatures().sign(made.private, b"x")[0] == made.public
