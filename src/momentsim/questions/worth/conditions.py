"""Conditions: the same world changed for both sides of a comparison, to see under which ones a result holds."""

from __future__ import annotations

from typing import NamedTuple

from momentsim.scenario import LoadedScenario
from momentsim.scenario.evidence import registry
from momentsim.units import format_number

FEWER_HANDS = 0.15
"""Share of the people at work who are missing under pressure."""


class Condition(NamedTuple):
    """A change of the world that holds with and without the measure judged."""

    name: str
    sentence: str
    """Completes "It is worth nothing ..."."""
    overrides: tuple[str, ...] = ()
    """Written as after `--set`."""
    variant: str | None = None
    """A variant of the file that both sides have."""


AS_WRITTEN = Condition("as written", "as things stand")


def standard_conditions(loaded: LoadedScenario) -> tuple[Condition, ...]:
    """The scenario as it is, and what decides whether the human side of service is worth anything.

    Stakes, script, autonomy and pressure are the conditions of the effect of emotional intelligence (E2.9.4,
    E2.12.1); the last one asks what is left when people do less of what they feel (E2.17.6).
    """
    scenario = loaded.scenario
    groups = scenario.workforce.groups
    kappa = registry.get("kappa")
    return (
        AS_WRITTEN,
        Condition(
            "nothing at stake",
            "where nothing is at stake for the customer",
            tuple(f"moments.{name}.stakes=0 %" for name in scenario.moments),
        ),
        Condition(
            "fully scripted",
            "where every talk follows a script",
            tuple(f"workforce.groups.{name}.script=100 %" for name in groups),
        ),
        Condition(
            "no autonomy",
            "where agents may decide nothing",
            tuple(f"workforce.groups.{name}.autonomy=0 %" for name in groups),
        ),
        Condition(
            "under pressure",
            f"where {100 * FEWER_HANDS:.0f} % of the people are missing",
            tuple(
                f"workforce.groups.{name}.shrinkage={format_number(100 * _with_fewer_hands(group.shrinkage))} %"
                for name, group in groups.items()
            ),
        ),
        Condition(
            "feelings hardly count",
            f"where behaviour follows feelings by {format_number(kappa.low)} only",
            (f"behaviour.parameters.kappa={format_number(kappa.low)}",),
        ),
    )


def own_condition(variant: str, question: str) -> Condition:
    """A variant of the file as a condition of both sides."""
    return Condition(variant, f"under {variant}" + (f" ({question})" if question else ""), (), variant)


def _with_fewer_hands(shrinkage: float) -> float:
    """Shrinkage when a further share of those available is missing; 90 % is the most a scenario may say."""
    return min(0.9, round(1.0 - (1.0 - shrinkage) * (1.0 - FEWER_HANDS), 6))
