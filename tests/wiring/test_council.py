"""The council's desk has keys, and a member's keys stay what they were."""

from pathlib import Path

from tests.faces.cli.programme.programme_folder import make

from nanoward.wiring.council import council_desk, member_keys, open_council


def test_keys_are_made_once_and_sign(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    with open_council(folder, quiet=True) as desk:
        again = council_desk(desk.messages, folder)
        assert desk.keys.signing_key == again.keys.signing_key
        keys = member_keys(str(tmp_path / "anna.keys"))
        good = keys.sign(b"m")
        for message, holds in ((b"m", True), (b"n", False)):
            found = desk.signatures.verifies(
                scheme="ed25519", public=keys.signing_key, message=message, signature=good
            )
            assert found is holds
