"""Models of whole agents that come with nanoward: benefit and side effect of one setting.

Structures follow the papers that are named. Numbers that no paper gives are marked "assumed":
they are there to plan and to rehearse with, and are to be estimated before use on people.
"""

from collections.abc import Mapping

AGENT_TEXTS: Mapping[str, str] = {
    "live-vaccine-shedding": """
name = "live-vaccine-shedding"
time_unit = "d"
citation = "Famulare et al. 2018, PLoS Biol 16:e2002468: duration and amount of shedding after oral polio vaccine; NAB is the OPV-equivalent antibody titre before the dose (1: naive)"

[parameters.MEDIAN]
typical = 30.3
unit = "d"
variance = 0.385
covariates = "1.16 ^ -(log(NAB) / 0.6931472)"
citation = "median days 30.3, spread 1.86 (the variance is its squared logarithm), 1.16 per doubling of the titre: Famulare et al. 2018"

[parameters.PEAK]
typical = 6.7
variance = 0.01
citation = "log10 CCID50/g in infants: Famulare et al. 2018; the variance is assumed"

[covariates.NAB]
missing = 1.0

[definitions]
day = "max(t, 0.1[d])"
bent = "log(day / 1[d]) - 1.65"
width = "0.17 + 0.32 * log(day / 1[d])"
course = "exp(1.65 - 0.17 ^ 2 / 2 - bent ^ 2 / (2 * width ^ 2)) / (day / 1[d])"
least = "2.6"

[outputs.titre]
value = "max(least, (1 - 0.056 * log(NAB) / 0.6931472) * PEAK + log(max(course, 1e-9)) / 2.302585)"
quantity = "titre"
additive = 0.25
citation = "log10 CCID50/g; 0.056 per doubling, 1.65, 0.17, 0.32 and the least of 10^2.6: Famulare et al. 2018; the error is assumed"

[outputs.shedding]
value = "expit(6.0 * log(MEDIAN / day))"
likelihood = "bernoulli"
quantity = "shedding"
citation = "virus found in a stool of this day: until about the person's own duration, drawn from the log-normal of Famulare et al. 2018; the steepness is assumed"
""",
    "gut-microbe": """
name = "gut-microbe"
time_unit = "d"
citation = "a strain on a nutrient of its own: abundance follows the dose and is reversible (Shepherd et al. 2018, Nature 557:434, porphyran; Button et al. 2022, Cell Host Microbe 30:712, milk sugars); who is colonised differs between people (Zmora et al. 2018, Cell 174:1388). No paper gives rates for people: they are assumed, to be estimated"

[parameters.LIVES]
typical = 1.0
variance = 1.0
value = "expit((eta - 0.5244) / 0.25)"
citation = "a mixture, steep between its two parts: 1 for the 30 % in whom the strain stays (30 % kept it for half a year: Maldonado-Gomez et al. 2016, Cell Host Microbe 20:515), 0 for the others; 0.5244 is the normal distribution's 70 % point"

[parameters.OUT]
typical = 1.2
unit = "1/d"
variance = 0.05
citation = "washed out with transit, about one day: assumed"

[parameters.STAY]
typical = 0.75
variance = 0.02
distribution = "logit"
citation = "share of the washing out that is escaped where the strain lives: assumed"

[parameters.YIELD]
typical = 1.0
variance = 0.10
citation = "strain per gram of its nutrient: assumed"

[parameters.HALF]
typical = 4.0
variance = 0.15
citation = "product at half of the largest benefit: assumed"

[parameters.LIMIT]
typical = 6.0
variance = 0.15
citation = "product at which about one in twenty has grade 2: assumed"

[parameters.MADE]
typical = 1.0
unit = "1/d"
citation = "product made and lost again per day: assumed"

[definitions]
leaving = "OUT * (1 - STAY * LIVES)"

[compartments.strain]
derivative = "-leaving * strain"
bioavailability = "YIELD"

[compartments.product]
derivative = "MADE * strain - MADE * product"

[outputs.found]
value = "log(strain + 0.01)"
quantity = "found"
additive = 0.25
citation = "relative abundance of the strain, its logarithm; the error is assumed"

[outputs.benefit]
value = "100 * product / (HALF + product)"
quantity = "benefit"
additive = 64.0
citation = "0 to 100, assumed"

[outputs.grade]
value = "product"
likelihood = "ordinal"
quantity = "grade"
logits = ["5 * log((product + 0.01) / LIMIT)", "5 * log((product + 0.01) / LIMIT) - 3"]
citation = "CTCAE grade of bloating or diarrhoea 1 and 2, assumed"
""",
    "live-vaccine": """
name = "live-vaccine"
time_unit = "d"
citation = "a live vaccine given again at a tuned dose: it grows, is cleared and leaves antibody; shedding lasts 11.6 d in people vaccinated once before (Duintjer Tebbens et al. 2013, Risk Anal 33:680, PMC11700012)"

[parameters.RISE]
typical = 0.33
unit = "1/d"
citation = "3 d until it is infectious: Duintjer Tebbens et al. 2013"

[parameters.CLEAR]
typical = 0.086
unit = "1/d"
variance = 0.08
citation = "1 / 11.6 d: Duintjer Tebbens et al. 2013; the variance is assumed"

[parameters.WANE]
typical = 0.006
unit = "1/d"
citation = "assumed: half is left after four months"

[parameters.HALF]
typical = 25.0
variance = 0.15
citation = "antibody of half the protection: assumed"

[parameters.LIMIT]
typical = 3.0
variance = 0.15
citation = "virus at which about one in twenty has fever of grade 2: assumed"

[compartments.given]
derivative = "-RISE * given"

[compartments.virus]
derivative = "RISE * given - CLEAR * virus"

[compartments.antibody]
derivative = "CLEAR * virus - WANE * antibody"

[outputs.shed]
value = "log(virus + 0.01)"
quantity = "shed"
additive = 0.25
citation = "logarithm of the virus shed; the error is assumed"

[outputs.benefit]
value = "100 * antibody / (HALF + antibody)"
quantity = "benefit"
additive = 36.0
citation = "protection in percent, assumed"

[outputs.grade]
value = "virus"
likelihood = "ordinal"
quantity = "grade"
logits = ["6 * log((virus + 0.01) / LIMIT)", "6 * log((virus + 0.01) / LIMIT) - 3"]
citation = "CTCAE grade of fever 1 and 2, assumed"
""",
    "car-t-switch": """
name = "car-t-switch"
time_unit = "d"
citation = "CAR-T cells trimmed by small doses of rimiducid: growth towards a ceiling in logarithms (Gompertz), the drug's slow phase and killing as in the model kill-switch. The setting is minutes of full killing m; they are had from a dose of 0.05 (exp(5.832 m / 1440) - 1) x 0.4 mg/kg, for killing C / (0.05 + C) over an exponential decay adds up to that"

[parameters.CEILING]
typical = 10.09
distribution = "normal"
variance = 0.10
citation = "logarithm of 24,000 copies/ug: Stein et al. 2019, CPT PSP 8:285; the variance is assumed"

[parameters.REGROW]
typical = 0.12
unit = "1/d"
variance = 0.05
citation = "assumed"

[parameters.GONE]
typical = 5.832
unit = "1/d"
citation = "0.243 / h, derived from Iuliucci et al. 2001, J Clin Pharmacol 41:870"

[parameters.KILL]
typical = 115.2
unit = "1/d"
variance = 0.06
citation = "4.8 / h from Zhou et al. 2015, Blood 125:4103; the variance is assumed"

[parameters.NEED]
typical = 7.8
distribution = "normal"
variance = 0.09
citation = "logarithm of the cells at half of the largest benefit: assumed"

[parameters.LIMIT]
typical = 9.5
distribution = "normal"
variance = 0.09
citation = "logarithm of the cells at which about one in twenty has grade 2: assumed"

[compartments.drug]
derivative = "-GONE * drug"
bioavailability = "1 / 1440"

[compartments.cells]
initial = "CEILING - 1"
derivative = "REGROW * (CEILING - cells) - KILL * GONE * drug"

[outputs.copies]
value = "cells"
quantity = "copies"
additive = 0.16
citation = "logarithm of copies/ug; the error is assumed"

[outputs.benefit]
value = "100 * expit(1.5 * (cells - NEED))"
quantity = "benefit"
additive = 64.0
citation = "0 to 100, assumed"

[outputs.grade]
value = "cells"
likelihood = "ordinal"
quantity = "grade"
logits = ["4 * (cells - LIMIT)", "4 * (cells - LIMIT) - 3"]
citation = "CTCAE grade of cytokine release 1 and 2, assumed"
""",
    "stimulator": """
name = "stimulator"
time_unit = "wk"
citation = "thalamic stimulation for tremor: 73.4 % less tremor after half a year, 50.1 % after 7.7 years (Rodriguez Cruz et al. 2016, Mov Disord Clin Pract 3:567); benefit and side effect both rise with amplitude (Kuncel et al. 2006, Mov Disord 21:1920)"

[parameters.MOST]
typical = 0.734
distribution = "logit"
variance = 0.15
citation = "Rodriguez Cruz et al. 2016; the variance is assumed"

[parameters.HALF]
typical = 1.5
variance = 0.08
citation = "mA at half of the effect: assumed"

[parameters.LIMIT]
typical = 3.2
variance = 0.06
citation = "mA at which about one in twenty has speech or gait trouble of grade 2: assumed"

[parameters.FADE]
typical = 168.0
unit = "1/wk"
citation = "the effect comes and goes within an hour: assumed"

[definitions]
amplitude = "FADE * charge"

[compartments.charge]
derivative = "-FADE * charge"

[outputs.benefit]
value = "100 * MOST * amplitude ^ 3 / (HALF ^ 3 + amplitude ^ 3)"
quantity = "benefit"
additive = 64.0
citation = "per cent less tremor; the error is assumed"

[outputs.grade]
value = "amplitude"
likelihood = "ordinal"
quantity = "grade"
logits = ["8 * log((amplitude + 0.001) / LIMIT)", "8 * log((amplitude + 0.001) / LIMIT) - 3"]
citation = "CTCAE grade of speech or gait trouble 1 and 2, assumed"
""",
    "pump-drug": """
name = "pump-drug"
time_unit = "d"
citation = "a drug from a pump: one compartment, benefit by the Emax model (Holford & Sheiner 1981, Clin Pharmacokinet 6:429); all numbers are assumed, to rehearse with"

[parameters.CL]
typical = 24.0
unit = "L/d"
variance = 0.09
citation = "assumed"

[parameters.V]
typical = 50.0
unit = "L"
variance = 0.04
citation = "assumed"

[parameters.HALF]
typical = 2.0
unit = "mg/L"
variance = 0.15
citation = "assumed"

[parameters.LIMIT]
typical = 4.0
unit = "mg/L"
variance = 0.15
citation = "level at which about one in twenty has grade 2: assumed"

[definitions]
now = "body / V"

[compartments.body]
unit = "mg"
derivative = "-CL / V * body"

[outputs.level]
value = "now"
unit = "mg/L"
quantity = "level"
proportional = 0.04
additive = 0.01
citation = "assumed"

[outputs.benefit]
value = "100 * now / (HALF + now)"
quantity = "benefit"
additive = 64.0
citation = "0 to 100, assumed"

[outputs.grade]
value = "now"
likelihood = "ordinal"
quantity = "grade"
logits = ["5 * log((now + 0.01[mg/L]) / LIMIT)", "5 * log((now + 0.01[mg/L]) / LIMIT) - 3"]
citation = "CTCAE grade of sedation 1 and 2, assumed"
""",
}
