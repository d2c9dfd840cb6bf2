"""Section `workforce`: groups of agents, their skills, and who is on duty when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from momentsim.scenario.quantities import Duration, Money, MoneyPerHour, Name, Share, Switch, TimeOfDay
from momentsim.scenario.sections.base import (
    ALL_DAYS,
    FEW,
    MANY,
    Count,
    Section,
    SideFile,
    StandardDeviations,
    Weekdays,
)
from momentsim.scenario.sections.careers import Careers
from momentsim.scenario.sections.people import Incentives, Teams
from momentsim.scenario.sections.shift_rules import ShiftRules
from momentsim.scenario.sections.staffing_goal import Goals
from momentsim.scenario.written import Unit


class Break(Section):
    """A pause inside a shift."""

    after: Duration = Field(description="From the start of the shift.")
    length: Duration = Field(description="How long it lasts.")
    paid: Switch = Field(
        True, description="Whether its time is paid; a contact that runs into it is, as overtime."
    )


class Shift(Section):
    """A shift template with a head count."""

    start: TimeOfDay = Field(description="Time of day at which it starts.")
    length: Duration = Field(gt=0, le=57600, description="From start to end, breaks included.")
    heads: Count = Field(description="Agents on this shift.")
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which it starts.")
    breaks: tuple[Break, ...] = Field((), max_length=FEW, description="Pauses inside the shift.")


class HeadsPeriod(Section):
    """Heads on duty between two times of day."""

    start: TimeOfDay = Field(description="From this time of day.")
    end: TimeOfDay = Field(description='Until this time of day, at most "24:00".')
    heads: Count = Field(description="Agents on duty.")
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which it holds.")


class PlannedHeads(Section):
    """Heads by interval that a formula asks for, for the contacts that this variant sends to people.

    Counts and handling times are those of a pilot of this variant in the calm, with ample people: repeats of unsolved
    needs and what is passed on are in, redials are not.
    """

    goal: Goals = Field(
        description='Service level like "80/20", "abandoned < 3 %", "wait < 30 s", "busy < 1 %" or "occupancy < 85 %", '
        "for all queues of the group together, or a list of goals that hold together; groups that share a skill are "
        "planned together and have the same goals."
    )
    formula: Literal["erlang_a", "erlang_c"] = Field(
        "erlang_a", description="With callers who hang up, or without."
    )
    forecast_error: Share = Field(
        0.0,
        le=0.5,
        description="CV of the lognormal error of a day's forecast, beyond busy days (demand.day_factor_cv): about "
        "8 % a day ahead and 15 % two weeks ahead (E2.1.4). Heads follow the forecast, contacts do not.",
    )
    minimum: Count = Field(0, description="Fewest on duty while one of the group's queues is open.")
    plan: Literal["this", "base"] = Field(
        "this",
        description="Planned anew for this variant, or as for the file without variants and overrides.",
    )
    lead: Duration = Field(
        0, ge=0, description="Until so long after the start, heads stay those of the file without variants."
    )


def _heads_form(value: Any) -> str:
    """Which form of heads is meant: a goal, periods of the day, or one number."""
    if isinstance(value, Mapping | PlannedHeads):
        return "planned"
    return "periods" if isinstance(value, tuple | list) else "number"


Heads = Annotated[
    Annotated[Count, Tag("number")]
    | Annotated[tuple[HeadsPeriod, ...], Field(max_length=MANY), Tag("periods")]
    | Annotated[PlannedHeads, Tag("planned")],
    Discriminator(_heads_form),
]


class Group(Section):
    """A group of agents. Give one of `heads` (a number, periods or a goal), `heads_file`, `shifts`, `shifts_file`."""

    heads: Heads | None = Field(
        None, description="Agents on duty, all day or by period; or the goal that they are planned for."
    )
    heads_file: SideFile | None = Field(
        None,
        description="CSV, or sheet (`plan.xlsx#Heads`), with interval_start and heads; of several groups in a column "
        "`group` it takes its own.",
    )
    shifts: dict[Name, Shift] | None = Field(None, max_length=MANY, description="Shift templates.")
    shifts_file: SideFile | None = Field(
        None,
        description="CSV or sheet of shift templates with shift, start, end, heads, and days, breaks and "
        "unpaid_breaks if wanted; read as `shifts`.",
    )
    shift_rules: ShiftRules | None = Field(
        None, description="Which shifts `momentsim shifts` may make; a run does not read them."
    )
    skills: tuple[Name, ...] | None = Field(
        None, max_length=MANY, description="Skills in order of preference; all when left out."
    )
    overflow_after: dict[Name, Duration] = Field(
        {}, description="This skill only after it has waited so long."
    )
    talk_factors: dict[Name, Annotated[float, Field(ge=0.1, le=10)]] = Field(
        {},
        description="By skill: how many times as long as `handling_time` says talks with this group last; 1 where left "
        "out.",
    )
    matches: tuple[Name, ...] = Field(
        (),
        max_length=MANY,
        description="Customer segments that this group is matched to: it is preferred for them while it has "
        "idle agents, and serves them better.",
    )
    emotional_intelligence_mean: Annotated[float, Unit("points")] = Field(
        100.0, ge=40, le=160, description="Mean emotional intelligence; usual scale, 100 +- 15."
    )
    emotional_intelligence_sd: Annotated[float, Unit("points")] = Field(
        15.0, ge=0, le=30, description="Spread of emotional intelligence between agents."
    )
    skill_mean: StandardDeviations = Field(0.0, ge=-3, le=3, description="Technical skill, SD.")
    skill_sd: StandardDeviations = Field(
        0.30, ge=0, le=2, description="Spread of technical skill between agents."
    )
    speed_sd: float = Field(0.20, ge=0, le=1, description="SD of the log of an agent's own handling time.")
    tenure_mean: Duration = Field(2 * 31557600, description="Mean time in the job (exponential).")
    autonomy: Share = Field(0.5, description="How freely agents may act.")
    script: Share = Field(0.5, description="How scripted they are.")
    knowledge_sd: StandardDeviations = Field(
        0.0, ge=0, le=2, description="Spread of knowledge between agents; answers differ with it."
    )
    one_voice: Share = Field(
        0.0, description="How far common instructions and a knowledge base take these differences away."
    )
    authority: Money = Field(
        0.0, description="What an agent may spend on a decision without asking (moments.*.beyond_authority)."
    )
    incentives: Incentives | None = Field(
        None, description="Declared weights of what agents are judged by; the usual ones when left out."
    )
    incentives_practised: Incentives | None = Field(
        None, description="What team leaders really look at, and agents follow; as declared when left out."
    )
    teams: Teams | None = Field(None, description="Teams within the group; left out: the group is one team.")
    site: Name | None = Field(None, description="Where the group works; groups of one name share a site.")
    cost_per_hour: MoneyPerHour = Field(36.0, description="Loaded cost of a paid hour.")
    shrinkage: Share = Field(0.0, le=0.9, description="Share of rostered heads not available.")
    absence: Share = Field(0.0, le=0.9, description="Probability that an agent misses a day.")
    careers: Careers | None = Field(
        None,
        description="Exits, hiring, burnout and learning over weeks; left out: the same people for ever.",
    )
    reserve: Switch = Field(False, description="On duty only once a crisis lever has called them.")

    @property
    def planned(self) -> PlannedHeads | None:
        """How the heads are planned; None where they are written."""
        return self.heads if isinstance(self.heads, PlannedHeads) else None

    @property
    def is_unplanned(self) -> bool:
        """Whether heads are still to be planned (`runs/staffing/plan.py`)."""
        return self.planned is not None and self.heads_file is None

    @property
    def practised(self) -> Incentives | None:
        """The weights that agents follow; None: the usual ones."""
        return self.incentives_practised or self.incentives

    @property
    def incentive_gap(self) -> float:
        """0..1: half the sum of differences between declared and practised weights; 0 unless both are written."""
        declared, practised = self.incentives, self.incentives_practised
        if declared is None or practised is None:
            return 0.0
        pairs = zip(declared.weights, practised.weights, strict=True)
        return 0.5 * sum(abs(one - other) for one, other in pairs)


class Workforce(Section):
    """Who answers."""

    groups: dict[Name, Group] = Field(min_length=1, max_length=MANY, description="Groups of agents by name.")
    site_spread: StandardDeviations = Field(
        0.0, ge=0, le=2, description="Spread of quality between sites, whoever works there."
    )
    home_sites: Share = Field(
        0.0,
        description="Share of attempts that go to a free agent of the customer's home site first; customers are dealt "
        "to sites in proportion to their agents.",
    )
    full_time_week: Duration = Field(
        40 * 3600, gt=0, le=168 * 3600, description="Paid hours of one full-time equivalent in a week."
    )
    login_cap: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="System limit of agents logged in at once; no limit when left out."
    )
