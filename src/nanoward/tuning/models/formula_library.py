"""Models of formulas that come with nanoward, each number with where it comes from."""

from collections.abc import Mapping

from nanoward.tuning.models.agent_library import AGENT_TEXTS

TEXTS: Mapping[str, str] = {
    **AGENT_TEXTS,
    "propofol-3cpt": """
name = "propofol-3cpt"
time_unit = "min"
citation = "Marsh et al. 1991, Br J Anaesth 67:41, as tabulated by Absalom et al. 2009, Br J Anaesth 103:26"

[parameters.V1]
typical = 15.96
unit = "L"
variance = 0.04
covariates = "WT / 70[kg]"
citation = "0.228 L/kg, Marsh et al. 1991; the variance is assumed"

[parameters.K10]
typical = 0.119
unit = "1/min"
variance = 0.06
citation = "Marsh et al. 1991; the variance is assumed"

[parameters.K12]
typical = 0.112
unit = "1/min"
citation = "Marsh et al. 1991"

[parameters.K21]
typical = 0.055
unit = "1/min"
citation = "Marsh et al. 1991"

[parameters.K13]
typical = 0.042
unit = "1/min"
citation = "Marsh et al. 1991"

[parameters.K31]
typical = 0.0033
unit = "1/min"
citation = "Marsh et al. 1991"

[covariates.WT]
unit = "kg"
missing = 70.0

[compartments.blood]
unit = "mg"
derivative = "-(K10 + K12 + K13) * blood + K21 * fast + K31 * slow"

[compartments.fast]
unit = "mg"
derivative = "K12 * blood - K21 * fast"

[compartments.slow]
unit = "mg"
derivative = "K13 * blood - K31 * slow"

[outputs.level]
value = "blood / V1"
unit = "mg/L"
proportional = 0.06
citation = "assumed"
""",
    "warfarin-pca": """
name = "warfarin-pca"
time_unit = "h"
citation = "structure: Hamberg et al. 2007, Clin Pharmacol Ther 81:529, simplified as in the warfarin example of nlmixr (Fidler et al. 2019, CPT PSP 8:621); estimates by nlmixr posthoc, as in the tests of posologyr (Leven et al. 2022, Pharmaceutics 14:442); variances of CL, KOUT and E0 follow those tests"

[parameters.KTR]
typical = 1.1118218
unit = "1/h"
variance = 1.024695
citation = "exp(0.106), nlmixr"

[parameters.KA]
typical = 0.9166771
unit = "1/h"
variance = 0.9518403
citation = "exp(-0.087), nlmixr"

[parameters.CL]
typical = 0.13133555
unit = "L/h"
variance = 0.5300943
citation = "exp(-2.03), nlmixr"

[parameters.V]
typical = 7.9248231
unit = "L"
citation = "exp(2.07), nlmixr"

[parameters.EMAX]
typical = 0.96770454
unit = "1"
variance = 0.7134424
distribution = "logit"
citation = "logit 3.4, nlmixr"

[parameters.EC50]
typical = 1.0072663
unit = "mg/L"
variance = 0.7204165
citation = "exp(0.00724), nlmixr"

[parameters.KOUT]
typical = 0.05502322
unit = "1/h"
citation = "exp(-2.9), nlmixr"

[parameters.E0]
typical = 96.544109
unit = "%"
citation = "exp(4.57), nlmixr"

[definitions]
level = "centre / V"

[compartments.depot]
unit = "mg"
derivative = "-KTR * depot"

[compartments.gut]
unit = "mg"
derivative = "KTR * depot - KA * gut"

[compartments.centre]
unit = "mg"
derivative = "KA * gut - CL / V * centre"

[compartments.activity]
unit = "%"
initial = "E0"
derivative = "E0 * KOUT * (1 - EMAX * level / (EC50 + level)) - KOUT * activity"

[outputs.cp]
value = "level"
unit = "mg/L"
quantity = "cp"
additive = 0.020736
proportional = 0.0225
citation = "0.144 ^ 2 and 0.15 ^ 2, nlmixr"

[outputs.pca]
value = "activity"
unit = "%"
quantity = "pca"
additive = 15.2881
citation = "3.91 ^ 2, nlmixr"
""",
    "vancomycin-2cpt": """
name = "vancomycin-2cpt"
time_unit = "h"
citation = "Goti et al. 2018, Ther Drug Monit 40:212"

[parameters.CL]
typical = 4.5
unit = "L/h"
variance = 0.147
covariates = "(CLCREAT / 120) ^ 0.8 * 0.7 ^ DIAL"
citation = "Goti et al. 2018"

[parameters.VC]
typical = 58.4
unit = "L"
variance = 0.510
covariates = "WT / 70[kg] * 0.5 ^ DIAL"
citation = "Goti et al. 2018"

[parameters.VP]
typical = 38.4
unit = "L"
variance = 0.282
citation = "Goti et al. 2018"

[parameters.Q]
typical = 6.5
unit = "L/h"
citation = "Goti et al. 2018"

[covariates.CLCREAT]
missing = 120.0

[covariates.WT]
unit = "kg"
missing = 70.0

[covariates.DIAL]
missing = 0.0

[compartments.centre]
unit = "mg"
derivative = "-(CL + Q) / VC * centre + Q / VP * far"

[compartments.far]
unit = "mg"
derivative = "Q / VC * centre - Q / VP * far"

[outputs.level]
value = "centre / VC"
unit = "mg/L"
variance = "(3.4[mg/L] + 0.227 * predicted) ^ 2"
citation = "standard deviation 3.4 + 22.7 %, as in the tests of posologyr"
""",
    "saturable-elimination": """
name = "saturable-elimination"
time_unit = "h"
citation = "evaluation model 207 of Le Louedec et al. 2021, CPT PSP 10:1208"

[parameters.VMAX]
typical = 10000.0
unit = "mg/h"
variance = 0.2
citation = "Le Louedec et al. 2021"

[parameters.V]
typical = 70.0
unit = "L"
variance = 0.2
citation = "Le Louedec et al. 2021"

[parameters.KA]
typical = 1.0
unit = "1/h"
variance = 0.2
citation = "Le Louedec et al. 2021"

[parameters.KM]
typical = 2500.0
unit = "mg/L"
variance = 0.2
citation = "Le Louedec et al. 2021"

[parameters.CL]
typical = 4.0
unit = "L/h"
variance = 0.2
citation = "Le Louedec et al. 2021"

[definitions]
level = "centre / V"

[compartments.depot]
unit = "mg"
derivative = "-KA * depot"

[compartments.centre]
unit = "mg"
derivative = "KA * depot - VMAX * level / (KM + level) - CL * level"

[outputs.level_seen]
value = "level"
unit = "mg/L"
proportional = 0.05
citation = "Le Louedec et al. 2021"
""",
    "car-t-kinetics": """
name = "car-t-kinetics"
time_unit = "d"
citation = "Stein et al. 2019, CPT PSP 8:285 (tisagenlecleucel, 90 people); table values entered as variances, as nlmixr2lib does: compare with the paper before clinical use"

[parameters.FOLD]
typical = 3900.0
variance = 2.4
citation = "Stein et al. 2019"

[parameters.TMAX]
typical = 9.3
unit = "d"
variance = 0.38
citation = "Stein et al. 2019"

[parameters.CMAX]
typical = 24000.0
variance = 0.65
citation = "copies/ug; Stein et al. 2019"

[parameters.ALPHA]
typical = 0.16
unit = "1/d"
variance = 0.91
citation = "Stein et al. 2019"

[parameters.FB]
typical = 0.0079
variance = 0.8
citation = "Stein et al. 2019"

[parameters.BETA]
typical = 0.0032
unit = "1/d"
variance = 0.86
citation = "Stein et al. 2019"

[definitions]
rising = "CMAX / FOLD * exp(log(FOLD) / TMAX * t)"
falling = "CMAX * ((1 - FB) * exp(-ALPHA * (t - TMAX)) + FB * exp(-BETA * (t - TMAX)))"

[outputs.transgene]
value = "if(t < TMAX, rising, falling)"
log = 0.56
citation = "Stein et al. 2019"
""",
    "kill-switch": """
name = "kill-switch"
time_unit = "h"
citation = "iCasp9 with rimiducid: kinetics through three published points (18 %, 7 %, 1 % of the peak 0.5, 2 and 10 h after a 2 h infusion; Iuliucci et al. 2001, J Clin Pharmacol 41:870); killing 85 to 95 % in half an hour (Zhou et al. 2015, Blood 125:4103)"

[parameters.FAST]
typical = 4.8
unit = "1/h"
citation = "derived from the three points of Iuliucci et al. 2001"

[parameters.SLOW]
typical = 0.243
unit = "1/h"
citation = "derived from the three points of Iuliucci et al. 2001"

[parameters.SHARE]
typical = 0.886
citation = "derived from the three points of Iuliucci et al. 2001"

[parameters.KILL]
typical = 4.8
unit = "1/h"
variance = 0.1
citation = "3.8 to 6.0 / h from 85 to 95 % in 0.5 h, Zhou et al. 2015; the variance is assumed"

[parameters.HALF]
typical = 0.05
citation = "assumed: share of the drug's level after 0.4 mg/kg at which half the killing is reached"

[parameters.RESISTANT]
typical = 0.1
variance = 0.2
distribution = "logit"
citation = "5 to 15 % of cells survive, Zhou et al. 2015; the variance is assumed"

[parameters.GROWTH]
typical = 0.01
unit = "1/h"
citation = "assumed"

[definitions]
drug = "SHARE * quick + (1 - SHARE) * lasting"

[compartments.quick]
derivative = "-FAST * quick"

[compartments.lasting]
derivative = "-SLOW * lasting"

[compartments.sensitive]
initial = "1 - RESISTANT"
derivative = "(GROWTH - KILL * drug / (HALF + drug)) * sensitive"

[compartments.resistant]
initial = "RESISTANT"
derivative = "GROWTH * resistant"

[outputs.cells]
value = "sensitive + resistant"
log = 0.05
citation = "assumed"
""",
}
