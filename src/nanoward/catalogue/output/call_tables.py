"""The calls of a sample's reads as rows, as VCF and as consensus FASTA."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from nanoward.catalogue.calling.indels import Indel
from nanoward.catalogue.calling.reference_index import AgentIndex, bases_of
from nanoward.catalogue.calling.variant_calls import CONSENSUS, ReadCalls, identity_of
from nanoward.catalogue.identity.identity_test import Identity
from nanoward.catalogue.samples.sample_inputs import NOT_OURS

_LETTERS = np.frombuffer(b"ACGTN-", np.uint8)
_STEP = np.float32(np.log(1.25))  # between limits that are told apart
FILTERS = {"own": "PASS", "other": "strain", "relative": "relative"}
VCF_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledVariant:
    """One variant as VCF writes it: 1-based position of the first letter of `ref`."""

    contig: str
    position: int
    ref: str
    alt: str
    frequency: float
    depth: int
    forward: int
    backward: int
    quality: float | None
    strain: str  # own, other where it belongs to a second strain, relative where none is ours


def called_variants(
    calls: ReadCalls, agent: AgentIndex, gate: Identity | None = None
) -> tuple[CalledVariant, ...]:
    """Letters and indels of a sample by contig and position.

    gate  where it says that the sample is not the agent's, none of them is called its own
    """
    own = "relative" if gate is not None and gate.verdict in NOT_OURS else "own"
    told = [
        _letter_variant(one, agent, strain)
        for strain, ones in ((own, calls.letters), ("other", calls.strangers))
        for one in ones
    ]
    told += [_indel_variant(one, agent, own) for one in calls.indels]
    return tuple(sorted(told, key=lambda one: (one.contig, one.position, one.ref, one.alt)))


def _letter_variant(one: Any, agent: AgentIndex, strain: str) -> CalledVariant:
    contig, position = agent.place(one.at)
    return CalledVariant(
        contig=contig,
        position=position,
        ref=one.ref,
        alt=one.alt,
        frequency=one.frequency,
        depth=one.depth,
        forward=one.forward,
        backward=one.backward,
        quality=one.quality,
        strain=strain,
    )


def _indel_variant(one: Indel, agent: AgentIndex, strain: str) -> CalledVariant:
    """The letter before an indel anchors it; the one behind where none stands before."""
    contig, position = agent.place(one.at)
    span = agent.span(contig)
    gone = bases_of(agent.codes[one.at : one.at - one.size]) if one.size < 0 else ""
    if one.at > span.start:
        anchor, at = bases_of(agent.codes[one.at - 1 : one.at]), position - 1
        ref, alt = anchor + gone, anchor + one.inserted
    else:
        behind = one.at + len(gone)
        anchor, at = bases_of(agent.codes[behind : behind + 1]), position
        ref, alt = gone + anchor, one.inserted + anchor
    return CalledVariant(
        contig=contig,
        position=at,
        ref=ref,
        alt=alt,
        frequency=one.frequency,
        depth=one.depth,
        forward=one.forward,
        backward=one.backward,
        quality=None,
        strain=strain,
    )


def genome_rows(
    sample: str, calls: ReadCalls, agent: AgentIndex, gate: Identity | None = None
) -> list[dict[str, Any]]:
    """GENOMES: one row per contig in reference order, already laid on the reference."""
    letters = _LETTERS[calls.consensus].tobytes()
    return [
        {
            "sample": sample,
            "contig": contig,
            "run": "",
            "sequence": letters[agent.span(contig)].decode(),
            "line": None,
            "laid": True,
            "verdict": None if gate is None else gate.verdict,
        }
        for contig in agent.contigs
    ]


def variant_rows(sample: str, variants: Iterable[CalledVariant]) -> list[dict[str, Any]]:
    """VARIANTS: what the consensus in reference order does not say already."""
    return [
        {
            "sample": sample,
            "contig": one.contig,
            "position": one.position,
            "ref": one.ref,
            "alt": one.alt,
            "frequency": one.frequency,
            "depth": one.depth,
        }
        for one in variants
        if one.strain != "other"
        and (len(one.alt) > 1 or one.frequency <= CONSENSUS or len(one.ref) == 1)
        and not (len(one.ref) > len(one.alt) and one.frequency > CONSENSUS)
    ]


def factor_rows(sample: str, variants: Iterable[CalledVariant]) -> list[dict[str, Any]]:
    """One row per variant with all that is known of it."""
    names = ("contig", "position", "ref", "alt", "frequency", "depth", "forward", "backward")
    return [
        {
            "sample": sample,
            **{name: getattr(one, name) for name in names},
            "quality": one.quality,
            "strain": one.strain,
            "evidence": "consensus" if one.frequency > CONSENSUS else "minor",
        }
        for one in variants
    ]


def read_summary(
    sample: str, calls: ReadCalls, agent: AgentIndex, gate: Identity | None = None
) -> dict[str, Any]:
    """One row per sample: whose it is, how much was read, and what could be seen."""
    real = agent.codes < 4
    readable = (calls.consensus != 4) & real
    shares = [one.frequency for one in calls.letters] + [one.frequency for one in calls.indels]
    limits = calls.limit[real & np.isfinite(calls.limit)]
    return {
        "sample": sample,
        **calls.tally,
        "reference_length": int(real.sum()),
        "readable": int(readable.sum()),
        "identity": identity_of(calls, agent),
        **_gate_row(gate),
        "depth": float(calls.depth[real].mean()) if real.any() else None,
        "detection_limit": float(np.median(limits)) if len(limits) else None,
        "blind": int((real & ~np.isfinite(calls.limit)).sum()),
        "consensus_variants": sum(share > CONSENSUS for share in shares),
        "minor_variants": sum(share <= CONSENSUS for share in shares),
        "other_strain": len(calls.strangers),
    }


def _gate_row(gate: Identity | None) -> dict[str, Any]:
    second = None if gate is None else gate.second
    return {
        "verdict": None if gate is None else gate.verdict,
        "alike": None if gate is None else gate.identity,
        "alike_low": None if gate is None else gate.low,
        "alike_high": None if gate is None else gate.high,
        "spread": None if gate is None else gate.spread,
        "second_share": None if second is None else second.share,
        "second_alike": None if second is None else second.identity,
    }


def limit_table(sample: str, calls: ReadCalls, agent: AgentIndex) -> pl.DataFrame:
    """What would have been seen where nothing was: runs of positions with one limit.

    Columns sample, contig, first, last (1-based) and limit, the share that a variant needs to
    be called with 95 % power, rounded up by at most a quarter; null where none would be seen.
    """
    finite = np.isfinite(calls.limit)
    level = np.ceil(np.log(np.where(finite, calls.limit, np.float32(1.0))) / _STEP)
    level = np.where(finite, level, 1).astype(np.int8)
    frames = []
    for contig in agent.contigs:
        own = level[agent.span(contig)]
        begin = np.flatnonzero(np.diff(own, prepend=own[:1] + 1))
        levels = own[begin]
        limit = np.where(levels > 0, np.nan, np.exp(levels * float(_STEP)))
        numbers = {"first": begin + 1, "last": np.append(begin[1:], len(own)), "limit": limit}
        frames.append(
            pl.DataFrame(numbers).select(
                pl.lit(sample).alias("sample"),
                pl.lit(contig).alias("contig"),
                "first",
                "last",
                pl.col("limit").fill_nan(None),
            )
        )
    return pl.concat(frames)


def consensus_fasta(sample: str, calls: ReadCalls, agent: AgentIndex) -> str:
    """The sample's own sequence: indels written out, N where it could not be read.

    Inserted letters are left out where the letter before or behind them is unread: nothing
    would tell an aligner which of the letters among such Ns was inserted.
    """
    letters = _LETTERS[calls.consensus].tobytes().decode()
    inserted: Mapping[int, str] = {
        one.at: one.inserted
        for one in calls.indels
        if one.size > 0
        and one.frequency > CONSENSUS
        and "N" not in letters[max(0, one.at - 1) : one.at + 1]
    }
    lines = []
    for contig in agent.contigs:
        span = agent.span(contig)
        cuts = sorted({span.start, *(at for at in inserted if span.start <= at < span.stop)})
        parts = [
            inserted.get(cut, "") + letters[cut:end]
            for cut, end in zip(cuts, [*cuts[1:], span.stop], strict=True)
        ]
        sequence = "".join(parts).replace("-", "")
        lines.append(f">{sample}|{contig}")
        lines += [sequence[at : at + 80] for at in range(0, len(sequence), 80)]
    return "\n".join(lines) + "\n"


def vcf_text(
    sample: str, variants: Iterable[CalledVariant], agent: AgentIndex, version: str
) -> str:
    """VCF 4.2, one sample; AF and DP count believed letters, FILTER names a second strain."""
    head = [
        "##fileformat=VCFv4.2",
        f"##source=nanoward {version}",
        *(
            f"##contig=<ID={name},length={length}>"
            for name, length in zip(agent.contigs, agent.lengths, strict=True)
        ),
        '##FILTER=<ID=strain,Description="Comes together with others: a second strain">',
        '##FILTER=<ID=relative,Description="The sample is a relative of the agent">',
        '##INFO=<ID=DP,Number=1,Type=Integer,Description="Believed letters">',
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Share of them">',
        '##INFO=<ID=SAF,Number=A,Type=Integer,Description="On forward reads">',
        '##INFO=<ID=SAR,Number=A,Type=Integer,Description="On backward reads">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Consensus">',
        f"{VCF_COLUMNS}\t{sample}",
    ]
    lines = [
        f"{one.contig}\t{one.position}\t.\t{one.ref}\t{one.alt}\t"
        f"{'.' if one.quality is None else f'{one.quality:.1f}'}\t"
        f"{FILTERS[one.strain]}\t"
        f"DP={one.depth};AF={one.frequency:.6g};SAF={one.forward};SAR={one.backward}\tGT\t"
        f"{1 if one.frequency > CONSENSUS else 0}"
        for one in variants
    ]
    return "\n".join([*head, *lines]) + "\n"
