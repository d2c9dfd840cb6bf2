"""The catalogue of measures: one definition each, shared by tables, figures, reference page and code.

`top` and `bottom` are formulas over facts (facts.py). A measure without `bottom` is the mean of its
`top` over replications; with `bottom` it is a ratio of sums pooled over replications, never a mean of
ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from momentsim.measures.facts import FACTS, SCOPES, terms

Better = Literal["up", "down", "neither"]
Kind = Literal["count", "mean", "ratio of sums", "quantile", "money"]
Section = Literal["Service", "Loyalty", "People", "Money", "Crisis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: its name in files, its meaning, its formula, and how to read it."""

    name: str
    title: str
    meaning: str
    top: str
    bottom: str = ""
    factor: float = 1.0
    unit: str
    better: Better
    section: Section
    headline: bool = True
    signed: bool = False
    """Can it be below 0?"""
    quantile: float | None = None
    """Probability of a quantile of the waits of answered attempts."""

    @property
    def kind(self) -> Kind:
        """How it is estimated."""
        if self.quantile is not None:
            return "quantile"
        if self.bottom:
            return "ratio of sums"
        if self.unit == "money":
            return "money"
        return "count" if self.unit not in ("h", "points") else "mean"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes in which all its facts exist."""
        used = [FACTS[name].scopes for _, name in (*terms(self.top), *terms(self.bottom))]
        return tuple(scope for scope in SCOPES if all(scope in scopes for scopes in used))

    @property
    def numerator(self) -> str:
        """What is counted or summed, in words."""
        return in_words(self.top)

    @property
    def denominator(self) -> str:
        """What it is divided by, in words."""
        if self.quantile is not None:
            return "waits of all answered attempts, pooled over replications"
        return in_words(self.bottom) if self.bottom else "replications"

    @property
    def interval(self) -> str:
        """Which interval a contact, second or moment counts in."""
        return FACTS[terms(self.top)[0][1]].counted

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that it can take; intervals are cut there."""
        if self.signed:
            return (-float("inf"), float("inf"))
        return (0.0, 1.0 if self.unit == "share" else float("inf"))


def in_words(formula: str) -> str:
    """A formula in words: `answered + contained` as "attempts answered ... + attempts solved ..."."""
    return " ".join(
        ("- " if sign < 0 else "+ " if place else "") + FACTS[name].words
        for place, (sign, name) in enumerate(terms(formula))
    )


SERVICE: Final = (
    Measure(name="attempts", title="attempts",
            meaning="Every try of a customer, in self-service or by phone.",
            top="attempts", unit="attempts", better="neither", section="Service"),
    Measure(name="offered", title="offered", meaning="Attempts that reached the phone, busy ones included.",
            top="offered", unit="attempts", better="neither", section="Service"),
    Measure(name="answered", title="answered", meaning="Attempts answered by an agent.",
            top="answered", unit="attempts", better="neither", section="Service"),
    Measure(name="abandoned_share", title="abandoned",
            meaning="Share of offered attempts that hang up waiting.",
            top="abandoned", bottom="offered", unit="share", better="down", section="Service"),
    Measure(name="blocked_share", title="busy", meaning="Share of offered attempts that find no free line.",
            top="blocked", bottom="offered", unit="share", better="down", section="Service"),
    Measure(name="balked_share", title="balked",
            meaning="Share of offered attempts that leave on hearing the announced wait.",
            top="balked", bottom="offered", unit="share", better="down", section="Service", headline=False),
    Measure(name="contained_share", title="contained",
            meaning="Share of self-service starts that are solved there.",
            top="contained", bottom="contained + gave_up + broke_out", unit="share", better="up",
            section="Service"),
    Measure(name="false_contained_share", title="falsely contained",
            meaning="Share of self-service starts that end with nothing and without asking for a person.",
            top="gave_up", bottom="contained + gave_up + broke_out", unit="share", better="down",
            section="Service"),
    Measure(name="service_level", title="service level",
            meaning="Share answered within the threshold, by the scenario's formula.",
            top="service_met", bottom="service_base", unit="share", better="up", section="Service"),
    Measure(name="service_level_count", title="service level, count",
            meaning="Formula `count`, whatever the scenario's: answered within the threshold / offered.",
            top="answered_in_threshold", bottom="offered", unit="share", better="up", section="Service",
            headline=False),
    Measure(name="service_level_ignore", title="service level, ignore",
            meaning="Formula `ignore`: answered within the threshold / answered.",
            top="answered_in_threshold", bottom="answered", unit="share", better="up", section="Service",
            headline=False),
    Measure(name="service_level_ignore_short", title="service level, ignore short",
            meaning="Formula `ignore_short`: as `count`, without short abandons in the base.",
            top="answered_in_threshold", bottom="offered - abandoned_short", unit="share", better="up",
            section="Service", headline=False),
    Measure(name="service_level_ignore_in_threshold", title="service level, ignore in threshold",
            meaning="Formula `ignore_in_threshold`: as `count`, without those who hung up within the threshold "
            "in the base.",
            top="answered_in_threshold", bottom="offered - abandoned_in_threshold", unit="share", better="up",
            section="Service", headline=False),
    Measure(name="service_level_credit_in_threshold", title="service level, credit in threshold",
            meaning="Formula `credit_in_threshold`: who hung up within the threshold counts as served in time.",
            top="answered_in_threshold + abandoned_in_threshold", bottom="offered", unit="share", better="up",
            section="Service", headline=False),
    Measure(name="wait_mean_s", title="mean wait, answered", meaning="Mean wait of answered attempts.",
            top="wait_answered_s", bottom="answered", unit="s", better="down", section="Service"),
    Measure(name="wait_all_mean_s", title="mean wait, all",
            meaning="Mean wait of answered and abandoned attempts.",
            top="wait_answered_s + wait_abandoned_s", bottom="answered + abandoned", unit="s", better="down",
            section="Service", headline=False),
    Measure(name="wait_p90_s", title="90 % of waits below",
            meaning="90th percentile of waits of answered attempts.",
            top="wait_answered_s", unit="s", better="down", section="Service", quantile=0.90),
    Measure(name="handle_mean_s", title="handling time",
            meaning="Mean of talk, hold and wrap-up per answered attempt.",
            top="talk_s + wrap_s", bottom="answered", unit="s", better="neither", section="Service"),
    Measure(name="occupancy", title="occupancy", meaning="Share of agents' time on duty spent on contacts.",
            top="agents_talk_s + agents_wrap_s", bottom="agents_talk_s + agents_wrap_s + agents_idle_s",
            unit="share", better="neither", section="Service"),
    Measure(name="resolved_first_share", title="solved first time",
            meaning="Share of moments with a contact that are solved with one.",
            top="resolved_first", bottom="contacted", unit="share", better="up", section="Service"),
    Measure(name="unresolved_share", title="never solved",
            meaning="Share of moments that end unsolved or stay open.",
            top="moments - resolved", bottom="moments", unit="share", better="down", section="Service",
            headline=False),
    Measure(name="contacts_per_moment", title="contacts per moment",
            meaning="Attempts per moment with a contact.",
            top="attempts", bottom="contacted", unit="contacts", better="down", section="Service"),
    Measure(name="effort_mean", title="effort",
            meaning="Mean effort of moments with a contact, 1 (none) to 5.",
            top="effort", bottom="contacted", unit="1 to 5", better="down", section="Service"),
)  # fmt: skip

LOYALTY: Final = (
    Measure(name="delight_share", title="delighted", meaning="Share of moments that leave delight.",
            top="delight", bottom="moments", unit="share", better="up", section="Loyalty"),
    Measure(name="let_down_share", title="let down", meaning="Share of moments that leave a let-down.",
            top="let_down", bottom="moments", unit="share", better="down", section="Loyalty"),
    Measure(name="nps", title="NPS, true",
            meaning="Promoters minus detractors among all customers, by true attitude.",
            top="nps_points", bottom="customers", unit="points", better="up", section="Loyalty", signed=True),
    Measure(name="nps_surveyed", title="NPS, surveyed",
            meaning="Promoters minus detractors among survey answers.",
            top="survey_promoters - survey_detractors", bottom="surveys", factor=100.0, unit="points",
            better="up", section="Loyalty", signed=True),
    Measure(name="csat", title="CSAT, surveyed",
            meaning="Share of survey answers above the cut for satisfied.",
            top="csat_top", bottom="surveys", unit="share", better="up", section="Loyalty"),
    Measure(name="expected_churn_12m_share", title="churn in 12 months",

            meaning="Share of the customers there at the horizon's end who are expected to leave "
            "within 12 months after it.",
            top="leavers_12m", bottom="stayers", unit="share", better="down", section="Loyalty"),
    Measure(name="customers_lost_expected", title="lost by experience",
            meaning="Customers expected to be lost by the outlook date because of what they lived through; "
            "below 0 when experience keeps customers.",
            top="lost_expected", unit="customers", better="down", section="Loyalty", signed=True),
    Measure(name="customers_lost", title="customers who left",
            meaning="Customers who really left by the end of the run.",
            top="customers_lost", unit="customers", better="down", section="Loyalty"),
    Measure(name="wallet_change_share", title="wallet change",
            meaning="Change of yearly margin that customers move towards, relative to all yearly margin.",
            top="wallet_change", bottom="yearly_margin", unit="share", better="up", section="Loyalty",
            signed=True),
)  # fmt: skip

MONEY: Final = (
    Measure(name="value_created", title="value created", meaning="Expected value added by good moments.",
            top="value_created", unit="money", better="up", section="Money"),
    Measure(name="value_destroyed", title="value destroyed",
            meaning="Expected value lost, as a positive amount.",
            top="value_destroyed_by_operation + value_destroyed_by_handling", unit="money", better="down",
            section="Money"),
    Measure(name="value_destroyed_by_operation", title="  by the operation",
            meaning="Lost because the event hit (the flight was cancelled).",
            top="value_destroyed_by_operation", unit="money", better="down", section="Money"),
    Measure(name="value_destroyed_by_handling", title="  by the handling",
            meaning="Lost because of how customers were served.",
            top="value_destroyed_by_handling", unit="money", better="down", section="Money"),
    Measure(name="value_won_back", title="value won back", meaning="Expected value restored by recovery.",
            top="value_won_back", unit="money", better="up", section="Money"),
    Measure(name="value_net", title="value, net", meaning="Created minus destroyed plus won back.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back",
            unit="money", better="up", section="Money", signed=True),
    Measure(name="cost_staff", title="cost of staff", meaning="Regular hours, overtime and reserves.",
            top="cost_staff", unit="money", better="down", section="Money", headline=False),
    Measure(name="cost_total", title="cost, total", meaning="All cost lines of the ledger.",
            top="cost_total", unit="money", better="down", section="Money"),
    Measure(name="cost_per_contact", title="cost per contact",
            meaning="Total cost per attempt served by an agent or solved in self-service.",
            top="cost_total", bottom="answered + contained", unit="money", better="down", section="Money"),
    Measure(name="cost_per_resolved_moment", title="cost per moment solved",
            meaning="Total cost per moment solved.",
            top="cost_total", bottom="resolved", unit="money", better="down", section="Money"),
    Measure(name="net_benefit", title="net benefit", meaning="Net value minus total cost.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back"
            " - cost_total",
            unit="money", better="up", section="Money", signed=True),
)  # fmt: skip

PEOPLE: Final = (
    Measure(name="exits", title="agents who quit", meaning="Exits of agents in groups with careers; blank without.",
            top="exits", unit="agents", better="down", section="People"),
    Measure(name="exits_yearly_share", title="exits a year",
            meaning="Exits in a year over agents there; may exceed 1.",
            top="exits", bottom="seat_years - vacant_years", unit="per year", better="down", section="People"),
    Measure(name="vacant_share", title="vacant seats", meaning="Share of time that seats were vacant.",
            top="vacant_years", bottom="seat_years", unit="share", better="down", section="People"),
    Measure(name="absent_share", title="absent", meaning="Share of rostered time missed by absence.",
            top="absent_s", bottom="filled_rostered_s", unit="share", better="down", section="People"),
    Measure(name="burnout_mean", title="burnout", meaning="Mean burnout of agents at the horizon's end.",
            top="burnout_sum", bottom="filled_seats", unit="SD", better="down", section="People", signed=True),
    Measure(name="engagement_mean", title="engagement", meaning="Mean engagement of agents at the horizon's end.",
            top="engagement_sum", bottom="filled_seats", unit="SD", better="up", section="People", signed=True),
    Measure(name="tenure_mean_months", title="tenure",
            meaning="Mean time in the job of agents at the horizon's end.",
            top="tenure_sum_months", bottom="filled_seats", unit="months", better="neither", section="People"),
)  # fmt: skip

CRISIS: Final = (
    Measure(name="people_in_need", title="customers in need",
            meaning="Customers hit by a crisis; a travelling party counts once. Blank without a crisis.",
            top="people_in_need", unit="customers", better="neither", section="Crisis"),
    Measure(name="unserved", title="never helped",
            meaning="Customers hit by a crisis whose need was never met. Blank without a crisis.",
            top="unserved", unit="customers", better="down", section="Crisis"),
    Measure(name="jammed_hours", title="jammed hours",
            meaning="Clock hours in which over 30 % of attempts heard busy, balked or abandoned.",
            top="jammed_hours", unit="h", better="down", section="Crisis"),
    Measure(name="time_to_recover_h", title="time to recover",

            meaning="From the first announcement to the first 24 hours without a jam; blank without crisis.",
            top="time_to_recover_h", unit="h", better="down", section="Crisis"),
)  # fmt: skip

MEASURES: Final[tuple[Measure, ...]] = (*SERVICE, *LOYALTY, *PEOPLE, *MONEY, *CRISIS)
"""Every measure, in the order of the tables."""

BY_NAME: Final = {measure.name: measure for measure in MEASURES}


def measure_named(name: str) -> Measure:
    """Measure of this name; KeyError names the nearest ones."""
    if name in BY_NAME:
        return BY_NAME[name]
    from difflib import get_close_matches

    near = get_close_matches(name, BY_NAME, n=3)
    raise KeyError(f"no measure '{name}'" + (f", did you mean {' or '.join(near)}?" if near else ""))
