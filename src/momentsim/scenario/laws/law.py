"""Laws of durations: how long something takes, as a distribution."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.quantities import Duration, Ratio, Share
from momentsim.scenario.sections.base import FEW, Positive, Section, SideFile

Family = Literal[
    "lognormal",
    "exponential",
    "gamma",
    "erlang",
    "weibull",
    "uniform",
    "constant",
    "hyperexponential",
    "mixture",
    "empirical",
    "never",
]

MAX_SIGMA = 2.5
"""Of a lognormal law, CV 22.7: beyond, the mean hangs on durations that no run is long enough to see."""
GAMMA_SHAPES = (0.05, 1e4)
"""Smallest and largest shape of a gamma law: CV 4.47 and 0.01."""
WEIBULL_SHAPES = (0.2, 1e4)
"""Of a Weibull law: CV 15.8 and 0.00013. At 0.06 the mean would be 10^15 times the median."""
MAX_CV = 25.0
"""Of a mixture, or a hyperexponential law: a little more than any single law can have."""


class LawQuantile(Section):
    """A known quantile of a law: this share of durations ends by then."""

    share: Share = Field(ge=0.001, le=0.99999, description="Share of durations that end by `at`.")
    at: Duration = Field(gt=0, description="The duration that this share does not exceed.")


class Law(Section):
    """A law of durations, given by mean and CV, by median and a quantile, or by its own parameters."""

    distribution: Family = Field(
        "lognormal", description="Family of the law; it decides which of the keys below are needed."
    )
    mean: Duration | None = Field(
        None, description="Mean duration (all but never, mixture, empirical; uniform: with `cv`)."
    )
    cv: Ratio | None = Field(
        None,
        description="Coefficient of variation: SD over mean (lognormal: 1 when nothing else is given; "
        "gamma, weibull, uniform; hyperexponential: from 1). With 0 the law is constant.",
    )
    median: Duration | None = Field(None, description="Median duration, instead of the mean.")
    quantile: LawQuantile | None = Field(
        None,
        description="A second known quantile beside the median, {share: 90 %, at: 8 min} "
        "(lognormal, gamma, weibull, uniform); for an exponential law it alone is enough.",
    )
    sigma: Positive | None = Field(
        None, le=MAX_SIGMA, description="SD of the logarithm (lognormal), instead of `cv`."
    )
    shape: Positive | None = Field(
        None,
        ge=GAMMA_SHAPES[0],
        le=GAMMA_SHAPES[1],
        description="Shape (gamma; weibull from 0.2 on), instead of `cv`; 1 is exponential.",
    )
    scale: Duration | None = Field(
        None,
        description="Scale (gamma: mean over shape; weibull: the 63.2 % quantile; erlang: mean of a phase).",
    )
    phases: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        None, description="Number of equal exponential phases (erlang); the CV is 1 over its root."
    )
    low: Duration | None = Field(None, description="Shortest duration (uniform).")
    high: Duration | None = Field(None, description="Longest duration (uniform).")
    parts: tuple[Part, ...] | None = Field(
        None,
        max_length=FEW,
        description="Parts of a mixture, or exponential ones of a hyperexponential law; weights add up to 1.",
    )
    file: SideFile | None = Field(
        None, description="CSV or sheet with a column `seconds` of observed durations (empirical)."
    )


class Part(Section):
    """One part of a mixture of durations."""

    weight: Share = Field(description="Share of cases that follow this law.")
    law: Law = Field(description="The law of this part; not itself a mixture.")


Law.model_rebuild()
