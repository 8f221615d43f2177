import base64
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.audit.notes import (
    LOG,
    WITNESS,
    BadNoteError,
    BadSignatureError,
    Note,
    Signature,
    VerifierKey,
    cosigned_at,
    cosigned_message,
    is_signed,
    read_note,
    read_signatures,
    require_signed,
    verifier_key,
    with_signatures,
)

# the example of the C2SP signed-note standard
KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def a_key(name: str, kind: int) -> tuple[Ed25519PrivateKey, VerifierKey]:
    secret = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
    public = secret.public_key().public_bytes_raw()
    return secret, VerifierKey(name=name, kind=kind, public=public)


def test_the_standards_own_example_verifies() -> None:
    note, key = read_note(NOTE), verifier_key(KEY)
    assert is_signed(note, key)
    assert (str(note), str(key)) == (NOTE, KEY)
    require_signed(note, key)


@pytest.mark.hazard("H-01")
def test_no_changed_note_passes_for_a_signed_one() -> None:
    chance, key, content = Random(2), verifier_key(KEY), NOTE.encode()
    for _ in range(1_500):
        bent = bytearray(content)
        bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
        try:
            note = read_note(bytes(bent).decode())
        except (BadNoteError, UnicodeDecodeError):
            continue
        assert not is_signed(note, key)


def test_an_unknown_signature_does_not_help_and_a_false_one_spoils() -> None:
    note, key = read_note(NOTE), verifier_key(KEY)
    stranger = Signature(name="stranger", key_id=b"abcd", signed=b"x" * 64)
    assert is_signed(with_signatures(note, [stranger]), key)
    false = Signature(name=key.name, key_id=key.key_id, signed=b"x" * 64)
    spoilt = with_signatures(note, [false])
    assert not is_signed(spoilt, key)
    with pytest.raises(BadSignatureError):
        require_signed(spoilt, key)
    assert with_signatures(note, note.signatures) == note


def test_a_witness_signs_the_time_too() -> None:
    secret, key = a_key("witness.example/w", WITNESS)
    text, moment = "log\n3\nAAAA\n", 1_700_000_000
    signed = moment.to_bytes(8, "big") + secret.sign(cosigned_message(text, moment))
    line = Signature(name=key.name, key_id=key.key_id, signed=signed)
    note = Note(text=text, signatures=(line,))
    assert cosigned_at(note, key) == moment
    later = Signature(
        name=key.name, key_id=key.key_id, signed=(moment + 1).to_bytes(8, "big") + signed[8:]
    )
    assert cosigned_at(Note(text=text, signatures=(later,)), key) is None
    short = Signature(name=key.name, key_id=key.key_id, signed=signed[8:])
    assert not is_signed(Note(text=text, signatures=(short,)), key)
    assert cosigned_at(note, a_key("log", LOG)[1]) is None


@pytest.mark.hazard("H-369")
@pytest.mark.parametrize(("moment", "holds"), [(0, False), (1, True), (2**63 - 1, True)])
def test_a_cosignature_at_no_time_is_none(moment: int, *, holds: bool) -> None:
    secret, key = a_key("witness.example/w", WITNESS)
    text = "log\n3\nAAAA\n"
    signed = moment.to_bytes(8, "big") + secret.sign(cosigned_message(text, moment))
    line = Signature(name=key.name, key_id=key.key_id, signed=signed)
    assert is_signed(Note(text=text, signatures=(line,)), key) == holds
    assert cosigned_at(Note(text=text, signatures=(line,)), key) == (moment if holds else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        KEY.replace("530d903a", "530d903b"),
        KEY[:-4],
        "a b+00000000+" + base64.b64encode(b"\x01" + b"x" * 32).decode(),
        "name+00000000+" + base64.b64encode(b"\x02" + b"x" * 32).decode(),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        verifier_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno dash AAAA\n",
        "text\n\n\u2014 name\n",
        "text\n\n\u2014 name !!!!\n",
        "text\n\n\u2014 name QQ==\n",
        "text\n\n\u2014 name AAAAAAB=\n",
        NOTE[:-1],
        "tab\there\n\n\u2014 name AAAAAAAA\n",
        "text\n\n" + "\u2014 name AAAAAAAA\n" * 65,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        read_note(text)


def test_signature_lines_are_read_alone() -> None:
    (one,) = read_signatures(NOTE.split("\n\n")[1])
    assert one.line() == NOTE.split("\n\n")[1]
