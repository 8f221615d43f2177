"""By what a stored record can be found, with nothing decrypted.

A sealed record is found by the ids of its people's keys. One that is open speaks of nobody by
name: it is found by its kind, by the order that it names, and by the ids of people it lists.
"""

import json

from nanoward.audit.leaves import ID, LISTS, SALT, Row, key_ids_of

NAMED = ("order", "notice")  # fields of open records that other records refer to


def subjects_of(row: Row) -> tuple[bytes, ...]:
    """The keys of one record, without repeats; the same from every copy of the ledger."""
    owners = key_ids_of(row.box)
    if owners:
        return tuple(dict.fromkeys(owners))
    try:
        body = json.loads(row.box[1 + SALT :])["body"]
    except (ValueError, KeyError, TypeError):
        return (kind_key(row.kind),)
    keys = [kind_key(row.kind)]
    named = [body.get(name) for name in NAMED]
    keys += [name_key(one) for one in named if isinstance(one, str) and one]
    for name in LISTS:
        listed = body.get(name) or ()
        keys += [bytes.fromhex(one[ID]) for one in listed if isinstance(one, dict)]
    return tuple(dict.fromkeys(keys))


def kind_key(kind: str) -> bytes:
    """By the kind of a record that names nobody."""
    return b"kind " + kind.encode()


def name_key(name: str) -> bytes:
    """By the order or notice that a record names."""
    return b"name " + name.encode()
