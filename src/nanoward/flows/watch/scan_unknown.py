"""Unknown agents in a sample's reads: what nobody showed before, one agent one sighting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.ports.formats import Formats
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmers.kmer_words import canonical_kmers
from nanoward.sequencing.kmers.sketches import SCALED, KmerSketch, low_hashes, merged, sketch_of
from nanoward.watch.sequences.signatures import read_signatures
from nanoward.watch.sequences.unknown_agents import (
    LINKED,
    AbundanceFloor,
    AgentGrowth,
    UnknownAgent,
    agent_name,
    assembled,
    growth,
    joined_by_depth,
    learnt_floor,
    novel_counts,
    read_groups,
)

MOST = 40_000  # reads with new k-mers that are looked at letter by letter
OUTWARD = 4  # times that an agent's reads are searched for further ones
SPELT = 3000  # reads of an agent that a stretch is spelt from


class BadAgentFileError(InputError):
    """A file of agents that are followed cannot be read."""

    code = "WCH-024"
    next_step = "Name the file that an earlier `nanoward watch unknown --follow` wrote."


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedAgent:
    """An unknown agent over its samples.

    hashes   of its k-mers
    history  (day, reads with one of them, all reads) of each sample
    """

    name: str
    hashes: tuple[int, ...]
    history: tuple[tuple[date, int, int], ...] = ()

    @property
    def growth(self) -> AgentGrowth:
        days = [(day - self.history[0][0]).days for day, _, _ in self.history]
        return growth(
            days, [one for _, one, _ in self.history], [n for _, _, n in self.history]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownScan:
    """What a pass over one sample said of unknown agents.

    limit  depth from which an agent is seen at once
    """

    agents: tuple[UnknownAgent, ...]
    followed: tuple[FollowedAgent, ...]
    reads: int
    floor: int
    learnt: AbundanceFloor
    findings: tuple[Finding, ...] = ()

    def as_rows(self) -> list[dict[str, Any]]:
        grows = {one.name: one.growth.told for one in self.followed}
        return [
            {
                "name": one.name,
                "kmers": len(one.hashes),
                "reads": one.reads,
                "depth": one.depth,
                "length": one.length,
                "stretch": one.stretch,
                "told": grows.get(one.name, ""),
            }
            for one in self.agents
        ]


@dataclass(slots=True, kw_only=True)
class _Reads:
    """Reads of a sample that hold new k-mers: (hash, read) rows and their letters."""

    rows: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def sketched_reads(
    files: Sequence[ReadFile], formats: Formats, scaled: int = SCALED
) -> tuple[KmerSketch, int, list[Finding]]:
    """The sketch of a sample, its reads, and what is wrong with its files."""
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    findings: list[Finding] = []
    reads = 0
    for file in files:
        blocks = formats.blocks(file)
        for block, _ in blocks:
            rows = low_hashes(block.text, block.where, scaled)
            parts.append(np.unique(rows[:, 0], return_counts=True))
            reads += len(block.where)
        findings += blocks.findings
    return merged(parts, scaled), reads, findings


def shown_sketches(
    named: Sequence[tuple[str, bytes]], formats: Formats, scaled: int = SCALED
) -> tuple[list[tuple[KmerSketch, int]], list[Finding]]:
    """Sketches of files: signatures, sequences (FASTA), or reads; with their reads, else 0."""
    found: list[tuple[KmerSketch, int]] = []
    findings: list[Finding] = []
    for path, content in named:
        plain = path.removesuffix(".gz")
        if plain.endswith((".sig", ".json")):
            one, faults = read_signatures(content, path, scaled)
            findings += faults
            if one is not None:
                found.append((one, 0))
        elif plain.endswith((".fasta", ".fa", ".fna")):
            read = formats.read("reference", path, content)
            findings += read.findings
            found.append((sketch_of(read.table["sequence"].to_list(), scaled), 0))
        else:
            file = ReadFile(name=path, path=path, content=content)
            sketch, reads, told = sketched_reads([file], formats, scaled)
            findings += told
            found.append((sketch, reads))
    return found, findings


def scan_unknown(
    sample: Sequence[ReadFile],
    shown: Sequence[KmerSketch],
    controls: Sequence[tuple[KmerSketch, int]],
    formats: Formats,
    *,
    day: date | None = None,
    followed: Sequence[FollowedAgent] = (),
) -> UnknownScan:
    """Look for k-mers that nobody showed, above the floor that controls show, and group them.

    shown     of the person's earlier samples, the programme, the background
    controls  samples without anything unknown, each with its reads; also taken as shown
    followed  agents of earlier samples, which are counted and are no news
    """
    learnt, known = _learnt(shown, controls)
    sketch, reads, findings = sketched_reads(sample, formats)
    floor = learnt.of(reads)
    novel = novel_counts(sketch, known)
    before = np.array(sorted({h for one in followed for h in one.hashes}), np.uint64)
    high = novel.hashes[novel.counts >= floor]
    fresh = high[~np.isin(high, before)]
    held, wide = _gathered(sample, fresh, before, novel, formats)
    agents = _agents(held, fresh, np.union1d(wide, before), before, novel)
    now = day or date(1970, 1, 1)
    told = [_seen_again(one, held, now, reads) for one in followed]
    told += [
        FollowedAgent(
            name=one.name,
            hashes=tuple(one.hashes.tolist()),
            history=((now, one.reads, reads),),
        )
        for one in agents
    ]
    return UnknownScan(
        agents=agents,
        followed=tuple(told),
        reads=reads,
        floor=floor,
        learnt=learnt,
        findings=(*findings, *_untaught(learnt)),
    )


def _learnt(
    shown: Sequence[KmerSketch], controls: Sequence[tuple[KmerSketch, int]]
) -> tuple[AbundanceFloor, KmerSketch]:
    """The floor, each control against all others, and all that was shown."""
    base = merged(((one.hashes, one.counts) for one in shown), SCALED)
    novel = []
    for at, (one, reads) in enumerate(controls):
        others = [sketch for place, (sketch, _) in enumerate(controls) if place != at]
        left = novel_counts(one, base)
        for other in others:
            left = novel_counts(left, other)
        novel.append((left, reads))
    every = [(base.hashes, base.counts), *((one.hashes, one.counts) for one, _ in controls)]
    return learnt_floor(novel), merged(every, SCALED)


def _untaught(learnt: AbundanceFloor) -> list[Finding]:
    if learnt.controls >= 3:
        return []
    return [
        Finding(
            code="WCH-025",
            severity="warning",
            message=f"{learnt.controls} controls: the floor of {learnt.floor} is "
            f"{'usual, not learnt' if not learnt.controls else 'learnt from few'}",
            next_step="Give three samples or more without anything unknown: --control",
        )
    ]


def _gathered(
    sample: Sequence[ReadFile],
    fresh: np.ndarray,
    before: np.ndarray,
    novel: KmerSketch,
    formats: Formats,
) -> tuple[_Reads, np.ndarray]:
    """Reads with new k-mers above the floor, then those that share others of their new ones.

    returns  the reads, and all those k-mers
    """
    if not len(fresh) and not len(before):
        return _Reads(), fresh
    held, wide = _reads_with(sample, np.union1d(fresh, before), formats), fresh
    if not _agents(held, fresh, np.union1d(wide, before), before, novel):
        return held, wide
    for _ in range(OUTWARD):
        own = sketch_of(held.texts)
        further = np.union1d(wide, own.hashes[novel.holds(own.hashes) & (own.counts >= 2)])
        if len(further) <= 1.01 * len(wide):
            break
        wide = further
        held = _reads_with(sample, np.union1d(wide, before), formats)
    return held, wide


def _reads_with(sample: Sequence[ReadFile], wanted: np.ndarray, formats: Formats) -> _Reads:
    held, target = _Reads(), KmerSketch(hashes=wanted, counts=np.ones(len(wanted), np.int64))
    for file in sample:
        for block, _ in formats.blocks(file):
            rows = low_hashes(block.text, block.where, SCALED)
            rows = rows[target.holds(rows[:, 0])]
            found, at = np.unique(rows[:, 1], return_inverse=True)
            rows = np.stack([rows[:, 0], at.astype(np.uint64) + np.uint64(len(held.texts))], 1)
            held.rows.append(rows)
            held.texts += [
                block.text[start : start + length].tobytes().decode("ascii", "replace").upper()
                for start, length, _ in block.where[found.astype(np.int64)].tolist()
            ]
    return held


def _agents(
    held: _Reads, fresh: np.ndarray, wide: np.ndarray, before: np.ndarray, novel: KmerSketch
) -> tuple[UnknownAgent, ...]:
    """Groups of reads that share letters, those of like depth as one agent.

    fresh   k-mers above the floor, of which a group has some
    wide    k-mers by which reads are taken
    before  of agents that are followed: a group that has some of theirs is no news
    """
    if not held.rows or not len(fresh):
        return ()
    rows = np.concatenate(held.rows)
    rows = rows[np.isin(rows[:, 0], wide)]
    reads = np.unique(rows[:, 1]).astype(np.int64)
    groups = _linked(held, rows, reads)
    found = []
    for one in np.unique(groups):
        own = set(reads[groups == one].tolist())
        mine = rows[np.isin(rows[:, 1].astype(np.int64), list(own))]
        above = np.unique(mine[np.isin(mine[:, 0], fresh), 0])
        if len(above) >= LINKED and np.isin(mine[:, 0], before).sum() < LINKED:
            found.append((own, above))
    at = {int(h): int(c) for h, c in zip(novel.hashes, novel.counts, strict=True)}
    depths = [float(np.median([at[int(h)] for h in above])) for _, above in found]
    agents = joined_by_depth(depths)
    return tuple(
        _agent([found[at][0] for at in range(len(found)) if agents[at] == which], held, novel)
        for which in sorted(set(agents))
    )


def _linked(held: _Reads, rows: np.ndarray, reads: np.ndarray) -> np.ndarray:
    """Group of each of some reads: by every k-mer that two of them share."""
    place = {int(one): at for at, one in enumerate(reads)}
    if len(reads) > MOST:
        things, ids = np.unique(rows[:, 0], return_inverse=True)
        pairs = np.stack([ids, [place[int(one)] for one in rows[:, 1]]], 1)
        return read_groups(pairs, len(things), len(reads))
    words = [canonical_kmers(held.texts[one]) for one in reads.tolist()]
    owner = np.repeat(np.arange(len(words)), [len(one) for one in words])
    things, ids = np.unique(np.concatenate(words), return_inverse=True)
    return read_groups(np.stack([ids, owner], 1), len(things), len(reads))


def _agent(groups: Sequence[set[int]], held: _Reads, novel: KmerSketch) -> UnknownAgent:
    """An agent from its reads: all its new k-mers, those below the floor as well."""
    reads = sorted(set().union(*groups))
    texts = [held.texts[one] for one in reads]
    own = sketch_of(texts)
    mine = own.hashes[novel.holds(own.hashes) & (own.counts >= 2)]
    counts = novel.counts[np.isin(novel.hashes, mine)]
    sizes = [len(one) for one in groups]
    largest = sorted(groups[sizes.index(max(sizes))])[:SPELT]
    return UnknownAgent(
        name=agent_name(mine),
        hashes=mine,
        reads=len(reads),
        depth=float(np.median(counts)),
        length=len(mine) * SCALED,
        stretch=assembled(held.texts[one] for one in largest),
    )


def _seen_again(one: FollowedAgent, held: _Reads, day: date, reads: int) -> FollowedAgent:
    """One more sample of an agent; the same day is counted once."""
    rows = np.concatenate(held.rows) if held.rows else np.zeros((0, 2), np.uint64)
    mine = rows[np.isin(rows[:, 0], np.array(one.hashes, np.uint64))]
    now = (day, len(np.unique(mine[:, 1])), reads)
    history = [row for row in one.history if row[0] != day]
    return FollowedAgent(
        name=one.name, hashes=one.hashes, history=tuple(sorted([*history, now]))
    )


def agents_text(agents: Sequence[FollowedAgent]) -> str:
    """Agents that are followed, as a file."""
    rows = [
        {
            "name": one.name,
            "hashes": list(one.hashes),
            "history": [[str(day), count, reads] for day, count, reads in one.history],
        }
        for one in agents
    ]
    return json.dumps({"unknown": 1, "agents": rows}, indent=1)


def read_agents(content: str, file: str) -> tuple[FollowedAgent, ...]:
    """Agents of such a file; BadAgentFileError."""
    try:
        table: Mapping[str, Any] = json.loads(content)
        rows = {1: table["agents"]}[table["unknown"]]
        return tuple(
            FollowedAgent(
                name=str(one["name"]),
                hashes=tuple(int(h) for h in one["hashes"]),
                history=tuple(
                    (date.fromisoformat(day), int(count), int(reads))
                    for day, count, reads in one["history"]
                ),
            )
            for one in rows
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise BadAgentFileError(
            f"it holds no agents that are followed: {fault}", file=file
        ) from (fault)
