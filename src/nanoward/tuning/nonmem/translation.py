"""A control stream of NONMEM as a model of formulas.

Parameters keep NONMEM's names and the order of its etas, so that a fit's etas are ETA(1),
ETA(2) ... in order (random_effects.py). Residual error is taken to
first order in EPS, as NONMEM's conditional methods do. Outputs are told apart by CMT or DVID
where $ERROR asks for them, and by scaled compartments where several are scaled.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from nanoward.maths.formulas.symbolic_derivatives import NoSlopeError, derivative
from nanoward.tuning.models.dynamics import (
    Compartment,
    Covariate,
    Dynamics,
    Individual,
    Output,
    Pair,
)
from nanoward.tuning.models.model_files import read_dynamics
from nanoward.tuning.models.model_writer import dynamics_text
from nanoward.tuning.nonmem.abbreviated_code import AbbreviatedCode, settled
from nanoward.tuning.nonmem.abbreviations import input_items, with_replacements
from nanoward.tuning.nonmem.advan import LINEAR, Kinetics, kinetics_of, linear_slopes
from nanoward.tuning.nonmem.censoring import quantified
from nanoward.tuning.nonmem.control_stream import (
    ControlRecord,
    ControlStream,
    RandomEffectMatrix,
    Theta,
    random_effect_matrix,
    read_stream,
    thetas,
)
from nanoward.tuning.nonmem.named_graph import by_earlier_names, product_of
from nanoward.tuning.nonmem.random_effects import MARK, individuals

_KEYS = {"lag": "ALAG", "bioavailability": "F", "duration": "D", "rate": "R", "initial": "A_0"}
_TOLD_BY_ROWS = frozenset({"CMT", "DVID"})
_OF_THE_RUN = frozenset(("NEWIND", "NEWL2", "MIXNUM", "MIXEST", "IREP", "COMACT", "DOSTIM"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Numbers that take the place of those of the control stream (a finished run)."""

    thetas: tuple[float, ...]
    omega: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    sigma: np.ndarray[tuple[int, int], np.dtype[np.float64]]


def nonmem_model(
    text: str, *, file: str = "", name: str = "", estimates: Estimates | None = None
) -> Dynamics:
    """The model that a control stream describes; BadStreamError with the line where it is none.

    estimates  of a finished run; the stream's initial values without
    """
    stream = with_replacements(read_stream(text, file))
    found = _Translation(stream, estimates).model(name)
    return read_dynamics(dynamics_text(found), file)


class _Translation:
    def __init__(self, stream: ControlStream, estimates: Estimates | None) -> None:
        self.stream, self.code = stream, AbbreviatedCode(stream)
        self.graph = self.code.graph
        self.thetas, self.omega, self.sigma = _numbers(stream, estimates)
        for place, one in enumerate(self.thetas, start=1):
            if one.fixed:
                self.code.names[f"THETA{place}"] = self.graph.number(one.value)
        self.code.names["ICALL"] = self.graph.number(2)  # estimation
        self.kinetics: Kinetics | None = None
        self.parameters: dict[str, int] = {}
        self.sought: dict[str, int] = {}
        self.elsewhere: set[str] = set()  # thetas and etas outside $PK
        self.random: dict[int, Individual] = {}

    def model(self, name: str) -> Dynamics:
        stream = self.stream
        problem = stream.all("PROBLEM")
        title = (
            problem[0].text.strip().splitlines()[0]
            if problem and problem[0].text.strip()
            else ""
        )
        if stream.all("PRED"):
            compartments: tuple[Compartment, ...] = ()
            outputs = self._outputs(stream.all("PRED")[0], {})
        else:
            self.kinetics = kinetics_of(stream)
            pk = self._block("PK")
            self.parameters = by_earlier_names(self.graph, self.code.run(pk, {}))
            if self.kinetics.advan in LINEAR:
                slopes = linear_slopes(self.kinetics.names, self.parameters)
                self.kinetics = replace(self.kinetics, slopes=slopes)
            compartments = self._compartments(self.kinetics)
            outputs = self._outputs(self._block("ERROR"), self._symbols())
        return self._assembled(name or title or "nonmem", compartments, outputs)

    def _block(self, name: str) -> ControlRecord:
        found = self.stream.all(name)
        if not found:
            raise self.stream.fault(None, f"has no ${name}")
        return found[0]

    def _refuse(self, node: int) -> None:
        """What a needed formula must not hold: the clock in $PK, states of NONMEM's own run."""
        self.code.refuse_unreadable(node)
        used = self.graph.inputs(node)
        line = self.stream.all("PK")[0].line if self.stream.all("PK") else None
        if clock := sorted({"TIME", "T"} & used):
            raise self.stream.fault(
                line,
                f"$PK uses {clock[0]}: parameters that change by the clock",
                "Write it under $DES with T, or give it as a column of the data.",
            )
        if own := sorted(_OF_THE_RUN & used):
            raise self.stream.fault(line, f"{own[0]} of NONMEM's own run has no meaning here")

    def _symbols(self) -> dict[str, int]:
        """Names of $PK as they are seen by $DES and $ERROR, and compartments by number."""
        assert self.kinetics is not None
        found = {name: self.graph.name(name) for name in self.parameters}
        for place, one in enumerate(self._states(), start=1):
            found[f"A{place}"] = self.graph.name(one)
        found["T"] = found["TIME"] = self.graph.name("t")
        return found

    def _states(self) -> tuple[str, ...]:
        assert self.kinetics is not None
        taken = {*self.parameters, "t", "eta", "typical", "predicted"}
        return tuple(f"{one}_amount" if one in taken else one for one in self.kinetics.names)

    def _compartments(self, kinetics: Kinetics) -> tuple[Compartment, ...]:
        known = self._symbols()
        if kinetics.slopes:
            line = self.stream.all("SUBROUTINES")[0].line
            slopes = [self.code.formula(line, one, known) for one in kinetics.slopes]
            missing = set().union(*(self.graph.inputs(one) for one in slopes)) - set(known)
            missing -= set(self._states())
            if missing:
                what = f"$PK does not give {sorted(missing)[0]}, which ADVAN{kinetics.advan} "
                raise self.stream.fault(
                    self._block("PK").line, f"{what}TRANS{kinetics.trans} needs"
                )
        else:
            des = self._block("DES")
            after = self.code.run(des, known)
            names = [f"DADT{place + 1}" for place in range(len(kinetics.names))]
            lost = [one for one in names if one not in after]
            if lost and (lost != names[-len(lost) :] or len(lost) == len(names)):
                raise self.stream.fault(des.line, f"$DES gives no {lost[0][:4]}({lost[0][4:]})")
            # PREDPP sets every DADT to 0: the last ones may stand for nothing that moves
            slopes = [after.get(one, self.graph.number(0)) for one in names]
        return tuple(
            Compartment(
                name=state,
                derivative=self._text(slope),
                number=place,
                **{
                    key: f"{prefix}{place}"
                    for key, prefix in _KEYS.items()
                    if f"{prefix}{place}" in self.parameters
                },
            )
            for place, (state, slope) in enumerate(
                zip(self._states(), slopes, strict=True), start=1
            )
        )

    def _text(self, node: int) -> str:
        """A formula's text; what it needs of $PK is remembered."""
        node = settled(self.graph, node)
        self.code.refuse_unreadable(node)
        self._seek(self.graph.inputs(node))
        self.elsewhere |= {one for one in self.graph.inputs(node) if MARK.fullmatch(one)}
        return self.graph.text(node)

    def _seek(self, names: Iterable[str]) -> None:
        """Remember variables of $PK that are needed, and those that they need."""
        for name in names:
            if name in self.parameters and name not in self.sought:
                self.sought[name] = settled(self.graph, self.parameters[name])
                self._refuse(self.sought[name])
                self._seek(self.graph.inputs(self.sought[name]))

    def _outputs(self, record: ControlRecord, known: Mapping[str, int]) -> tuple[Output, ...]:
        """One output for each value of CMT or DVID that the block asks for."""
        observed = self._observed()
        first = self.code.run(record, {**known, **self._seen(observed[0])})
        if "Y" not in first:
            raise self.stream.fault(record.line, f"${record.name} assigns no Y")
        told = [
            (column, self._compared(first["Y"], column)) for column in sorted(_TOLD_BY_ROWS)
        ]
        chosen = [(column, values) for column, values in told if values]
        if len(chosen) > 1:
            raise self.stream.fault(
                record.line, "outputs are told apart by CMT and DVID at once"
            )
        if not chosen:
            places = observed if "F" in self._uses(record) else observed[:1]
            several = len(places) > 1
            return tuple(
                self._output(
                    record,
                    self.code.run(record, {**known, **self._seen(place)}),
                    f"y{place + 1}" if several else "y",
                    {"compartment": place + 1} if several else {},
                )
                for place in places
            )
        column, values = chosen[0]
        found = []
        for value in values:
            place = value - 1 if column == "CMT" and self.kinetics else observed[0]
            seen = self._seen(place if place < self._size() else observed[0])
            after = self.code.run(record, {**known, **seen, column: self.graph.number(value)})
            key = {"compartment": value} if column == "CMT" else {"quantity": str(value)}
            found.append(self._output(record, after, f"y{value}", key))
        return tuple(found)

    def _size(self) -> int:
        return len(self.kinetics.names) if self.kinetics else 0

    def _uses(self, record: ControlRecord) -> set[str]:
        return set(re.findall(r"[A-Z_]\w*", record.text.upper()))

    def _observed(self) -> list[int]:
        """Places of compartments that may be observed: the default, and where the data tell
        CMT those with a scale."""
        if self.kinetics is None:
            return [0]
        default = self.kinetics.observed
        if "CMT" not in self._columns():
            return [default]
        scaled = [at for at in range(self._size()) if f"S{at + 1}" in self.parameters]
        return [default, *(at for at in scaled if at != default)]

    def _columns(self) -> set[str]:
        """Data items of $INPUT that are read."""
        items = input_items(self.stream)
        return {one for name, other, dropped in items if not dropped for one in (name, other)}

    def _seen(self, place: int) -> dict[str, int]:
        """F and IPRED's source: the amount over its scale."""
        if self.kinetics is None:
            return {}
        amount = self.graph.name(self._states()[place])
        scale = f"S{place + 1}"
        if scale in self.parameters:
            amount = self.graph.make("div", amount, self.graph.name(scale))
        return {"F": amount}

    def _compared(self, node: int, column: str) -> list[int]:
        """Whole numbers that a column is compared with."""
        found: set[int] = set()
        for place in self.graph.below([node]):
            one = self.graph.nodes[place]
            if one.op not in ("eq", "ne") or len(one.args) != 2:
                continue
            sides = [self.graph.nodes[side] for side in one.args]
            if any(side.op == "name" and side.text == column for side in sides):
                found |= {int(side.value) for side in sides if side.op == "number"}
        return sorted(found)

    def _output(
        self,
        record: ControlRecord,
        after: Mapping[str, int],
        name: str,
        key: Mapping[str, object],
    ) -> Output:
        graph = self.graph
        told = quantified(self.stream, record, graph, after)
        y, censored = told.y, {} if told.limit is None else {"limit": told.limit}
        for old in {one for one in graph.inputs(y) if re.fullmatch(r"ERR\d+", one)}:
            y = graph.replaced(y, {old: graph.name(f"EPS{old[3:]}")})
        noise = sorted(
            (one for one in graph.inputs(y) if re.fullmatch(r"EPS\d+", one)),
            key=lambda one: int(one[3:]),
        )
        zero = graph.number(0)
        still = dict.fromkeys(noise, zero)
        value = settled(graph, graph.replaced(y, still))
        if "DV" in graph.inputs(y):
            raise self.stream.fault(
                record.line, "Y depends on DV: no residual error that is offered"
            )
        if not noise:
            raise self.stream.fault(record.line, "Y has no EPS: likelihoods are not read")
        try:
            slopes = [
                settled(graph, graph.replaced(derivative(graph, y, one), still))
                for one in noise
            ]
        except NoSlopeError as fault:
            raise self.stream.fault(record.line, f"Y holds {fault}") from None
        errors = self._errors(record, value, {int(one[3:]) - 1: slope for one, slope in
                                              zip(noise, slopes, strict=True)})  # fmt: skip
        return Output(name=name, value=self._text(value), **errors, **key, **censored)  # type: ignore[arg-type]

    def _errors(
        self, record: ControlRecord, value: int, slopes: Mapping[int, int]
    ) -> dict[str, str]:
        """Additive, proportional or a formula: the variance of Y to first order."""
        graph, sums = self.graph, {"additive": 0.0, "proportional": 0.0}
        plain, terms = True, graph.number(0)
        for a, left in slopes.items():
            for b, right in slopes.items():
                if max(a, b) >= len(self.sigma.matrix):
                    raise self.stream.fault(record.line, f"EPS({max(a, b) + 1}) has no $SIGMA")
                share = float(self.sigma.matrix[a, b])
                if share == 0.0:
                    continue
                both = product_of(graph, left, right)
                terms = graph.make("add", terms, graph.make("mul", graph.number(share), both))
                if left == right == value:
                    sums["proportional"] += share
                elif graph.nodes[both].op == "number":
                    sums["additive"] += share * graph.nodes[both].value
                else:
                    plain = False
        if plain and any(sums.values()):
            return {key: repr(one) for key, one in sums.items() if one}
        return {"variance": self._text(terms)}

    def _assembled(
        self, name: str, compartments: tuple[Compartment, ...], outputs: tuple[Output, ...]
    ) -> Dynamics:
        for one in compartments:
            self._seek(getattr(one, key) for key in _KEYS)
        parameters, definitions = individuals(self)
        used = {name for name, _ in definitions} | {one.name for one in parameters}
        used |= {one.name for one in compartments} | {"t"}
        texts = [text for _, text in definitions]
        texts += [one.covariates for one in parameters] + [one.value for one in parameters]
        texts += [one.derivative for one in compartments]
        texts += [getattr(one, key) for one in outputs for key in ("value", "variance")]
        columns = {
            word
            for text in texts
            if text
            for word in re.findall(r"[A-Z_][A-Z0-9_]*\b(?!\()", text)
        } - used
        if self.stream.all("INPUT") and (lost := sorted(columns - self._columns())):
            what = f"{lost[0]} is needed, and neither assigned nor an item of $INPUT"
            raise self.stream.fault(None, what, "Assign it, or name the column in $INPUT.")
        pairs = [
            Pair(a=a.name, b=b.name, covariance=float(self.omega.matrix[row, column]))
            for row, a in self.random.items()
            for column, b in self.random.items()
            if (row, column) in self.omega.tied
        ]
        return Dynamics(
            name=name,
            parameters=parameters,
            definitions=definitions,
            compartments=compartments,
            outputs=outputs,
            covariates=tuple(Covariate(name=one) for one in sorted(columns)),
            correlations=tuple(pairs),
            citation=f"read from the control stream {self.stream.file}".strip(),
        )


def _numbers(
    stream: ControlStream, estimates: Estimates | None
) -> tuple[list[Theta], RandomEffectMatrix, RandomEffectMatrix]:
    told = thetas(stream)
    omega, sigma = random_effect_matrix(stream, "OMEGA"), random_effect_matrix(stream, "SIGMA")
    if estimates is None:
        return told, omega, sigma
    sizes = (len(told), len(omega.matrix), len(sigma.matrix))
    given = (len(estimates.thetas), len(estimates.omega), len(estimates.sigma))
    if sizes != given:
        what = "has {} thetas, {} etas and {} eps".format(*sizes)
        raise stream.fault(
            None, f"{what}, the run's results {given[0]}, {given[1]} and {given[2]}",
            "Give the results of a run of this control stream.",
        )  # fmt: skip
    return (
        [replace(one, value=value) for one, value in zip(told, estimates.thetas, strict=True)],
        replace(omega, matrix=estimates.omega),
        replace(sigma, matrix=estimates.sigma),
    )
