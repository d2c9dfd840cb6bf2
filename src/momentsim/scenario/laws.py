"""Laws of durations: how long something takes, as a distribution."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from momentsim.scenario.base import FEW, Positive, Section, SideFile
from momentsim.scenario.quantities import Duration, Ratio, Share


class Law(Section):
    """A law of durations. Give `mean` and `cv`, or `median` and `sigma`; `never` means without end."""

    distribution: Literal["lognormal", "exponential", "constant", "never", "mixture", "empirical"] = Field(
        "lognormal", description="Family of the law; it decides which of the keys below are needed."
    )
    mean: Duration | None = Field(None, description="Mean duration (lognormal, exponential, constant).")
    cv: Ratio | None = Field(
        None, description="Coefficient of variation: SD over mean (lognormal); 1 without `sigma`."
    )
    median: Duration | None = Field(None, description="Median duration (lognormal), instead of the mean.")
    sigma: Positive | None = Field(None, description="SD of the logarithm (lognormal), instead of `cv`.")
    parts: tuple[Part, ...] | None = Field(
        None, max_length=FEW, description="Parts of a mixture; weights must add up to 1."
    )
    file: SideFile | None = Field(
        None, description="CSV with one column `seconds` of observed durations (empirical)."
    )


class Part(Section):
    """One part of a mixture of durations."""

    weight: Share = Field(description="Share of cases that follow this law.")
    law: Law = Field(description="The law of this part; not itself a mixture.")


Law.model_rebuild()
