"""Sketches as sourmash writes them: read into ours, and written for others.

Format: JSON of `sourmash sketch dna`, version 0.4 (sourmash documentation, "Signature files"):
a list of signatures, each with sketches that state ksize, max_hash, seed, molecule, mins and
abundances.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from nanoward.base.findings import Finding
from nanoward.sequencing.kmers.kmer_words import K
from nanoward.sequencing.kmers.sketches import KmerSketch, highest_hash, merged

SEED = 42


def read_signatures(
    content: bytes, file: str, scaled: int
) -> tuple[KmerSketch | None, tuple[Finding, ...]]:
    """All sketches of a file as one, at `scaled`; None where none of them could be used.

    A sketch of another k, seed, molecule or kind, or a coarser one, is told and left out.
    """
    try:
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        table = json.loads(plain)
    except (ValueError, OSError, EOFError, zlib.error) as fault:
        return None, (_finding(file, f"this is no signature file: {fault}"),)
    if not isinstance(table, list) or not all(isinstance(one, Mapping) for one in table):
        return None, (_finding(file, "this is no list of signatures"),)
    findings, parts = [], []
    for signature in table:
        name = signature.get("name") or signature.get("filename") or "a sketch"
        for one in signature.get("signatures", []):
            reason = _fault(one, scaled)
            if reason:
                findings.append(_finding(file, f"{name}: {reason}"))
                continue
            hashes = np.array(one["mins"], np.uint64)
            counts = np.array(one.get("abundances") or [1] * len(hashes), np.int64)
            parts.append((hashes, counts))
    if not parts:
        return None, tuple(findings or [_finding(file, "it holds no sketch")])
    found = merged(parts, scaled)
    return found.at(scaled), tuple(findings)


def _fault(sketch: Any, scaled: int) -> str:
    """Why a sketch cannot be used; empty: it can."""
    if not isinstance(sketch, Mapping):
        return "it is no sketch"
    if sketch.get("ksize") != K:
        return f"its k is {sketch.get('ksize')!r}, and {K} is needed"
    if str(sketch.get("molecule", "DNA")).upper() != "DNA":
        return f"it is of {sketch.get('molecule')!r}, not of DNA"
    if sketch.get("seed", SEED) != SEED:
        return f"its seed is {sketch.get('seed')!r}, and {SEED} is needed"
    if not sketch.get("max_hash"):
        return "it keeps a fixed number of k-mers, and one in so many is needed (scaled)"
    if int(sketch["max_hash"]) < int(highest_hash(scaled)):
        own = round((1 << 64) / int(sketch["max_hash"]))
        return f"it keeps one k-mer in {own}, and one in {scaled} is needed"
    mins, counts = sketch.get("mins"), sketch.get("abundances")
    if not isinstance(mins, list) or not all(
        isinstance(m, int) and 0 <= m < 1 << 64 for m in mins
    ):
        return "its hashes are no whole numbers"
    if counts is not None and (not isinstance(counts, list) or len(counts) != len(mins)):
        return "it has not one abundance for each hash"
    return ""


def _finding(file: str, what: str) -> Finding:
    return Finding(
        code="WCH-023",
        severity="error",
        message=f"{what}; it was not used",
        next_step=f"Sketch it anew: nanoward watch sketch, or sourmash sketch dna -p k={K}",
        file=file,
    )


def written_signature(sketch: KmerSketch, name: str) -> str:
    """A sketch as a signature file."""
    mins = sketch.hashes.tolist()
    digest = hashlib.md5(usedforsecurity=False)
    digest.update(str(K).encode())
    for one in mins:
        digest.update(str(one).encode())
    body = {
        "num": 0,
        "ksize": K,
        "seed": SEED,
        "max_hash": int(highest_hash(sketch.scaled)),
        "mins": mins,
        "md5sum": digest.hexdigest(),
        "abundances": sketch.counts.tolist(),
        "molecule": "DNA",
    }
    signature = {
        "class": "sourmash_signature",
        "email": "",
        "hash_function": "0.murmur64",
        "filename": None,
        "name": name,
        "license": "CC0",
        "signatures": [body],
        "version": 0.4,
    }
    return json.dumps([signature], separators=(",", ":"))
