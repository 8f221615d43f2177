"""Read a signed certificate of settings, offline, trusting only the key that you were given.

    python read_certificate.py certificate-0001.json --key key.txt [--setting 25] [--day DAY]

You need Python 3.11, the library `cryptography`, the certificate with its signature beside it
(certificate-0001.sig, 64 bytes, Ed25519 over the certificate's bytes), and the public key
(name+id+base64 of the byte 1 and 32 bytes). This file shares no code with nanoward, and asks
no network. It is what a device or a telephone has to do, and it should be read in one sitting.

A setting may be used alone when the signature is the key's, the day is not before `issued`, the
setting is among `allowed`, and the day is not after that setting's own `until`. As data age the
set shrinks by itself: the riskier a setting, the sooner its `until`.

Exit code: 0 it may be used (or, without --setting, something may), 1 it may not, 2 unreadable.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = 1


def public_key(text: str) -> Ed25519PublicKey:
    """From name+id+base64; ValueError where it is none."""
    name, ident, coded = text.strip().split("+", 2)
    raw = base64.b64decode(coded, validate=True)
    if len(raw) != 33 or raw[0] != 1:
        raise ValueError("the key is of an unknown kind")
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != ident:
        raise ValueError("the key does not fit its id")
    return Ed25519PublicKey.from_public_bytes(raw[1:])


def read(content: bytes, signature: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The certificate; ValueError where it is not what was signed."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        raise ValueError("the signature does not fit: use no setting alone") from None
    found: dict[str, Any] = json.loads(content)
    if found.get("version") != VERSION:
        raise ValueError(f"version {found.get('version')!r} is not known")
    return found


def permitted(found: dict[str, Any], day: date) -> list[tuple[float, date]]:
    """Settings that may be used alone on this day, and until when."""
    if day < date.fromisoformat(found["issued"]):
        return []
    pairs = [
        (float(one["setting"]), date.fromisoformat(one["until"])) for one in found["allowed"]
    ]
    return [(setting, until) for setting, until in pairs if day <= until]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--setting", type=float)
    parser.add_argument("--day", type=date.fromisoformat, default=None)
    given = parser.parse_args()
    day = given.day or datetime.now(UTC).date()
    try:
        key = public_key(given.key.read_text(encoding="utf-8"))
        signature = given.certificate.with_suffix(".sig").read_bytes()
        found = read(given.certificate.read_bytes(), signature, key)
        fine = permitted(found, day)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        print(f"cannot be used: {fault}", file=sys.stderr)
        return 2
    unit = found["unit"]
    print(f"{found['participant']}: {found['setting']} on {day}, signature good")
    if given.setting is None:
        for setting, until in fine:
            print(f"  {setting:g} {unit} until {until}")
        return 0 if fine else 1
    near = [until for setting, until in fine if abs(setting - given.setting) < 1e-9]
    what = f"may be used alone until {near[0]}" if near else "may NOT be used alone"
    print(f"  {given.setting:g} {unit} {what}")
    return 0 if near else 1


if __name__ == "__main__":
    raise SystemExit(main())
