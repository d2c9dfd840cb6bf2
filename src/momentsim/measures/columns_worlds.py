"""Columns of the files that a comparison with plausible worlds has besides the others."""

from __future__ import annotations

from typing import Final

_WORLDS: Final = {
    "world": "number of the world, 1 is the first; then a column for every assumption, by its name in the registry, "
    "with its value there",
}
_PAIRS: Final = {
    "world": "number of the world",
    "case": "baseline or variant",
    "measure": "name of the measure",
    "replication": "number of the replication, or of the first of an antithetic pair; the same draws in all worlds",
    "value": "what it says, linearised where the measure is a ratio: means are those of the worlds",
}
_SPREAD: Final = {
    "case": "variant",
    "measure": "what differs from the baseline: customers_kept, or a measure",
    "mean": "mean difference over all worlds",
    "q05": "5 % of worlds lie below it; sampling noise is taken out of this and the other quantiles",
    "q25": "25 % of worlds lie below it",
    "q50": "half of the worlds lie below it",
    "q75": "75 % of worlds lie below it",
    "q95": "95 % of worlds lie below it",
    "sd_worlds": "standard deviation between worlds, sampling noise taken out",
    "sd_sampling": "standard deviation of one replication in one world; blank with one replication",
    "better": "worlds in which the variant is clearly better (for cost: lower)",
    "worse": "worlds in which it is clearly worse",
    "same": "worlds in which nothing differs",
    "undecided": "worlds in which sampling noise leaves it open",
    "better_low": "lower limit of the share of all plausible worlds in which it is better, 0..1",
    "better_high": "upper limit of that share",
    "worse_low": "lower limit of the share in which it is worse",
    "worlds": "worlds that are finished",
    "replications": "replications in each",
}
_ASSUMPTIONS: Final = {
    "case": "variant",
    "parameter": "entry of the evidence registry",
    "registered": "its value there",
    "low": "lowest plausible value",
    "high": "highest plausible value",
    "unit": "unit of these",
    "scale": "what is uniform over the range: linear is the value, log its logarithm",
    "tag": "assumed or claimed",
    "source": "who says so",
    "meaning": "what it is",
    "coefficient": "change of the net benefit along the range, in standard deviations of both",
    "enters": "whether the fit has it: with 95 % no assumption enters that does nothing",
    "at_low": "mean net benefit against the baseline at the low end, all other assumptions open",
    "at_high": "the same at the high end",
    "flips": "whether that mean is clearly above 0 in one part of the range and clearly below in another: "
    "yes, perhaps, no",
    "flip_value": "where it is 0; blank where it never is",
    "flip_from": "from here 0 lies within its 95 % interval",
    "flip_to": "until here",
    "loses": "on which side of it the variant has the lower net benefit: below or above",
    "evppi": "what knowing it alone is worth to the choice between all cases, in money; 0 is not told from nothing",
    "evppi_low": "lower 90 % limit",
    "evppi_high": "upper 90 % limit",
}

WORLD_TABLES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "worlds.csv": ("Of a comparison with plausible worlds: one row per world.", _WORLDS),
    "worlds_pairs.csv": ("One row per world, case, measure and replication.", _PAIRS),
    "worlds_spread.csv": ("One row per variant and measure.", _SPREAD),
    "assumptions.csv": ("One row per variant and assumption, the strongest first.", _ASSUMPTIONS),
}
"""Output file -> what a row is, and its columns."""
