"""The catalogue of measures: one definition each, shared by tables, figures, reference page and code.

`top` and `bottom` are formulas over facts (facts.py). A measure without `bottom` is the mean of its
`top` over replications; with `bottom` it is a ratio of sums pooled over replications, never a mean of
ratios.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from momentsim.measures.sums import FACTS, SCOPES, terms
from momentsim.suggestions import did_you_mean

Better = Literal["up", "down", "neither"]
Kind = Literal["count", "mean", "ratio of sums", "quantile", "money"]
Section = Literal["Service", "Loyalty", "People", "Money", "Crisis", "Run-out"]


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
        if self.name in ("nps", "nps_surveyed"):
            return (-100.0, 100.0)
        if self.signed:
            return (-float("inf"), float("inf"))
        return (0.0, 1.0 if self.unit == "share" else float("inf"))


def in_words(formula: str) -> str:
    """A formula in words: `answered + contained` as "attempts answered ... + attempts solved ..."."""
    return " ".join(
        ("- " if sign < 0 else "+ " if index else "") + FACTS[name].words
        for index, (sign, name) in enumerate(terms(formula))
    )


SERVICE: Final = (
    Measure(name="attempts", title="attempts",
            meaning="Every try of a customer within the horizon, in self-service or by phone.",
            top="attempts", unit="attempts", better="neither", section="Service"),
    Measure(name="offered", title="offered",
            meaning="Attempts that reached the phone while it was open, busy ones included. Each counts in the queue "
            "it waited in; one that is passed on is offered once more, to the second queue, so all queues together "
            "have more than there were callers: by `transferred_share` x `answered`.",
            top="offered", unit="attempts", better="neither", section="Service"),
    Measure(name="answered", title="answered",
            meaning="Attempts answered by an agent; one that is passed on and answered again counts in both queues.",
            top="answered", unit="attempts", better="neither", section="Service"),
    Measure(name="abandoned_share", title="abandoned",
            meaning="Share of offered attempts that hang up waiting.",
            top="abandoned", bottom="offered", unit="share", better="down", section="Service"),
    Measure(name="blocked_share", title="busy", meaning="Share of offered attempts that find no free line.",
            top="blocked", bottom="offered", unit="share", better="down", section="Service"),
    Measure(name="balked_share", title="balked",
            meaning="Share of offered attempts that leave on hearing the announced wait.",
            top="balked", bottom="offered", unit="share", better="down", section="Service", headline=False),
    Measure(name="closed", title="found it closed",
            meaning="Attempts that found their queue closed (`opening_hours`). They are not offered: attempts by phone "
            "are offered + closed.",
            top="closed", unit="attempts", better="down", section="Service", headline=False),
    Measure(name="closed_share", title="found it closed, share",
            meaning="Share of attempts by phone that found their queue closed.",
            top="closed", bottom="offered + closed", unit="share", better="down", section="Service",
            headline=False),
    Measure(name="disconnected_share", title="cut off at closing",
            meaning="Share of offered attempts that waited when their queue closed and were cut off "
            "(`opening_hours.*.at_closing: disconnect`).",
            top="disconnected", bottom="offered", unit="share", better="down", section="Service", headline=False),
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
    Measure(name="trained_hours", title="hours in training",
            meaning="Agents' rostered and paid hours in courses of programmes, off the phones.",
            top="agents_trained_s", factor=1 / 3600, unit="h", better="neither", section="Service",
            headline=False),
    Measure(name="resolved_first_share", title="solved first time",
            meaning="Share of moments with a contact that are solved with one.",
            top="resolved_first", bottom="contacted", unit="share", better="up", section="Service"),
    Measure(name="resolved_answered_share", title="  once answered",
            meaning="Share of moments that met an agent which the first contact with one solved, passed on or not: "
            "what `moments.*.resolution` says of the reference operation.",
            top="first_solved", bottom="first_answers", unit="share", better="up", section="Service"),
    Measure(name="unresolved_share", title="never solved",
            meaning="Share of moments that end unsolved or stay open.",
            top="moments - resolved", bottom="moments", unit="share", better="down", section="Service",
            headline=False),
    Measure(name="transferred_share", title="passed on",
            meaning="Share of answered attempts that an agent passes on to a colleague who may decide; each waits "
            "again, and counts as offered and, if so, answered or abandoned once more.",
            top="transferred", bottom="answered", unit="share", better="down", section="Service",
            headline=False),
    Measure(name="doubted_share", title="doubted",
            meaning="Share of answered attempts that the agent thinks solved, but whose customer doubts the answer "
            "and asks again.",
            top="doubted", bottom="answered", unit="share", better="down", section="Service", headline=False),
    Measure(name="emotional_intelligence_mean", title="emotional intelligence met",
            meaning="Mean emotional intelligence of the agents who answered, usual scale, 100 +- 15.",
            top="empathy_at_stakes_points + empathy_routine_points", bottom="answered", unit="points",
            better="neither", section="Service", headline=False),
    Measure(name="autonomy_mean", title="autonomy met",
            meaning="Mean autonomy of the agents who answered, on the day of each talk.",
            top="autonomy_sum", bottom="answered", unit="share", better="neither", section="Service",
            headline=False),
    Measure(name="script_mean", title="script met",
            meaning="How scripted the agents were who answered, on the day of each talk; mean.",
            top="script_sum", bottom="answered", unit="share", better="neither", section="Service",
            headline=False),
    Measure(name="deep_acting_share", title="deep acts",
            meaning="Share of answered attempts with an emotional demand whose agent felt with the customer; the "
            "others put on a face. Blank without emotional labour.",
            top="deep_acts", bottom="emotional_acts", unit="share", better="up", section="Service",
            headline=False),
    Measure(name="talk_quality_mean", title="quality of talks",
            meaning="Mean quality of answered attempts; 0 is an average agent who meets nothing unusual. Blank "
            "without memory.",
            top="quality_sum", bottom="answered", unit="SD", better="up", section="Service", headline=False,
            signed=True),
    Measure(name="contacts_per_moment", title="contacts per moment",
            meaning="Attempts per moment with a contact, those after the horizon's end included.",
            top="contacts", bottom="contacted", unit="contacts", better="down", section="Service"),
    Measure(name="effort_mean", title="effort",
            meaning="Mean effort of moments with a contact, 1 (none) to 5.",
            top="effort", bottom="contacted", unit="1 to 5", better="down", section="Service"),
    Measure(name="empathy_at_stakes", title="empathy met, moments of truth",
            meaning="Mean emotional intelligence of the agents who answer in moments of truth (usual scale, "
            "100 +- 15).",
            top="empathy_at_stakes_points", bottom="answered_at_stakes", unit="points", better="up",
            section="Service", headline=False, signed=True),
    Measure(name="empathy_routine", title="empathy met, other moments",
            meaning="The same of all other moments.",
            top="empathy_routine_points", bottom="answered_routine", unit="points", better="neither",
            section="Service", headline=False, signed=True),
    Measure(name="stakes_detected_share", title="moments of truth detected",
            meaning="Share of moments of truth that the detector finds; blank where routing does not ask it.",
            top="at_stakes_detected", bottom="at_stakes", unit="share", better="up", section="Service",
            headline=False),
    Measure(name="stakes_false_alarm_share", title="false alarms",
            meaning="Share of other moments that the detector takes for moments of truth; blank likewise.",
            top="stakes_false_alarms", bottom="not_at_stakes", unit="share", better="down", section="Service",
            headline=False),
    Measure(name="promises", title="promises due",
            meaning="Promises that fell due. Blank where nothing is promised.",
            top="promises", unit="moments", better="neither", section="Service"),
    Measure(name="promises_kept_share", title="promises kept",
            meaning="Share of promises due that are kept. Blank where nothing is promised.",
            top="promises_kept", bottom="promises", unit="share", better="up", section="Service"),
    Measure(name="failures_repeated", title="failures repeated",
            meaning="Failures that came again after a promise was kept. Blank where nothing is promised.",
            top="failures_repeated", unit="moments", better="down", section="Service", headline=False),
)  # fmt: skip

LOYALTY: Final = (
    Measure(name="delight_share", title="delighted", meaning="Share of moments that leave delight.",
            top="delight", bottom="moments", unit="share", better="up", section="Loyalty"),
    Measure(name="let_down_share", title="let down", meaning="Share of moments that leave a let-down.",
            top="let_down", bottom="moments", unit="share", better="down", section="Loyalty"),
    Measure(name="attitude_moved_mean", title="attitude moved",
            meaning="Mean jump of attitude per moment when it ends. Blank without memory.",
            top="attitude_moved", bottom="moments", unit="SD", better="up", section="Loyalty", headline=False,
            signed=True),
    Measure(name="lowering_to_raising", title="lowering to raising",
            meaning="Moments that lower attitude for each that raises it, when they end. Blank without memory.",
            top="lowering", bottom="raising", unit="moments", better="down", section="Loyalty", headline=False),
    Measure(name="clearly_lowering_to_raising", title="lowering to raising, clearly",
            meaning="The same of moments that move attitude by over 0.02 SD (published: about 4 to 1).",
            top="lowering_clearly", bottom="raising_clearly", unit="moments", better="down", section="Loyalty",
            headline=False),
    Measure(name="let_down_seen_by_survey_share", title="  seen by the survey",
            meaning="Share of let-downs whose customer answers the survey as a detractor: what the survey alone sees.",
            top="let_down_surveyed", bottom="let_down", unit="share", better="neither", section="Loyalty"),
    Measure(name="detected_share", title="  noticed",
            meaning="Share of let-downs that are noticed, whatever the way. Blank without recovery.",
            top="detected", bottom="let_down", unit="share", better="up", section="Loyalty"),
    *(
        Measure(name=f"detected_{way}_share", title=f"  noticed by {words}",
                meaning=f"Share of let-downs that are first noticed by {words}. Blank without recovery.",
                top=f"detected_{way}", bottom="let_down", unit="share", better="neither", section="Loyalty",
                headline=False)
        for way, words in (("survey", "the survey"), ("speech", "speech analytics"), ("complaint", "a complaint"),
                           ("listening", "listening"))
    ),
    Measure(name="recovered_share", title="  made good",
            meaning="Share of let-downs that the recovery team makes good. Blank without a team.",
            top="recovered", bottom="let_down", unit="share", better="up", section="Loyalty"),
    Measure(name="false_alarms", title="false alarms",
            meaning="Moments that were no let-down and are marked as bad. Blank without recovery.",
            top="false_alarms", unit="moments", better="down", section="Loyalty", headline=False),
    Measure(name="recovery_backlog", title="cases not yet taken up",
            meaning="Cases noticed and not yet taken up by the recovery team at the horizon's end. "
            "Blank without a team.",
            top="recovery_backlog", unit="moments", better="down", section="Loyalty"),
    Measure(name="recovery_given_up", title="cases given up",
            meaning="Cases dropped as too old, or whose customer had left. Blank without a team.",
            top="recovery_given_up", unit="moments", better="down", section="Loyalty", headline=False),
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
            meaning="Customers who really left by the horizon's end.",
            top="customers_lost", unit="customers", better="down", section="Loyalty"),
    Measure(name="customers_acquired", title="customers won", meaning="Customers who joined.",
            top="customers_acquired", unit="customers", better="up", section="Loyalty", headline=False),
    Measure(name="customers_untracked", title="won beyond the prospects",
            meaning="Customers who joined when no prospect was left: counted, but they make no contacts.",
            top="customers_untracked", unit="customers", better="neither", section="Loyalty", headline=False),
    Measure(name="customers_at_end", title="customers at the end",
            meaning="Customers at the start, plus those who joined, minus those who really left.",
            top="customers_at_end", unit="customers", better="up", section="Loyalty", headline=False),
    Measure(name="joins_told", title="joins by word of mouth",
            meaning="Customers expected to join because of what was told, beyond the reference operation; "
            "below 0 when warnings prevail.",
            top="joins_told", unit="customers", better="up", section="Loyalty", headline=False, signed=True),
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
            top="value_won_back", unit="money", better="up", section="Money", signed=True),
    Measure(name="offers", title="offers", meaning="Offers made in talks. Blank where nothing is sold.",
            top="offers", unit="moments", better="neither", section="Money"),
    Measure(name="pushy_share", title="  in the wrong moment",
            meaning="Share of offers made when the need was not solved, the talk poor or the customer angry. "
            "Blank where nothing is sold.",
            top="pushy_offers", bottom="offers", unit="share", better="down", section="Money", headline=False),
    Measure(name="sales", title="sales", meaning="Offers taken. Blank where nothing is sold.",
            top="sales", unit="moments", better="up", section="Money"),
    Measure(name="sales_share", title="  of offers", meaning="Share of offers taken. Blank where nothing is sold.",
            top="sales", bottom="offers", unit="share", better="up", section="Money"),
    Measure(name="value_sold", title="value sold",
            meaning="Margin of what was sold in talks, each sale counted in full. Blank where nothing is sold.",
            top="margin_sold", unit="money", better="up", section="Money"),
    Measure(name="value_net", title="value, net", meaning="Created minus destroyed plus won back plus sold.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back"
            " + value_sold",
            unit="money", better="up", section="Money", signed=True),
    Measure(name="value_word_of_mouth", title="value by word of mouth",
            meaning="Expected value of those who join, or do not, because of what was told, beyond the "
            "reference operation; a line of its own in the net benefit.",
            top="value_word_of_mouth", unit="money", better="up", section="Money", headline=False, signed=True),
    Measure(name="value_acquired", title="value of customers won",
            meaning="Expected value of those who join by the firm's own efforts; a line of its own in the net "
            "benefit, against the cost of acquisition.",
            top="value_acquired", unit="money", better="up", section="Money", headline=False),
    Measure(name="cost_staff", title="cost of staff", meaning="Regular hours, overtime and reserves.",
            top="cost_staff", unit="money", better="down", section="Money", headline=False),
    Measure(name="cost_goodwill", title="goodwill",
            meaning="Spent by agents on decisions within their authority.",
            top="cost_goodwill", unit="money", better="down", section="Money", headline=False),
    Measure(name="cost_total", title="cost, total",
            meaning="All cost lines of the ledger: those of the horizon. Hours after its end are in `cost_run_out`.",
            top="cost_total", unit="money", better="down", section="Money"),
    Measure(name="cost_per_contact", title="cost per contact",
            meaning="Total cost of the horizon per attempt of the horizon that is served by an agent or solved in "
            "self-service; one that is passed on is one.",
            top="cost_total", bottom="answered - transferred + contained", unit="money", better="down",
            section="Money"),
    Measure(name="cost_per_resolved_moment", title="cost per moment solved",
            meaning="Total cost of the horizon per moment that began and was solved within it.",
            top="cost_total", bottom="resolved - open_resolved", unit="money", better="down", section="Money"),
    Measure(name="net_benefit", title="net benefit",
            meaning="Net value, that of word of mouth and of customers won, and what paid tiers bring in, "
            "minus total cost.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back"
            " + value_sold + value_word_of_mouth + value_acquired + tier_income - cost_total",
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
            meaning="Clock hours of the horizon in which over 30 % of attempts heard busy, balked or abandoned.",
            top="jammed_hours", unit="h", better="down", section="Crisis"),
    Measure(name="time_to_recover_h", title="time to recover",
            meaning="From the first announcement to the first 24 hours without a jam; blank without crisis. A least "
            "value where jams go on in the last 24 hours of horizon and run-out.",
            top="time_to_recover_h", unit="h", better="down", section="Crisis"),
)  # fmt: skip

RUN_OUT: Final = (
    Measure(name="open_moments", title="needs still open",
            meaning="Moments that were not over at the horizon's end: on the phone, waiting, or to call again.",
            top="open_at_end", unit="moments", better="down", section="Run-out", headline=False),
    Measure(name="open_moments_solved_share", title="  solved later",
            meaning="Share of these that are solved in the run-out.",
            top="open_resolved", bottom="open_at_end", unit="share", better="up", section="Run-out",
            headline=False),
    Measure(name="open_moments_left_share", title="  never over",
            meaning="Share of these that are still open at the end of the run-out.",
            top="never_ended", bottom="open_at_end", unit="share", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_attempts", title="attempts after the end",
            meaning="Every try of a customer after the horizon's end; nobody calls then for the first time.",
            top="attempts_after", unit="attempts", better="down", section="Run-out", headline=False),
    Measure(name="run_out_offered", title="offered after the end",
            meaning="Attempts that reached the phone after the horizon's end.",
            top="offered_after", unit="attempts", better="neither", section="Run-out", headline=False),
    Measure(name="run_out_abandoned_share", title="abandoned after the end",
            meaning="Share of these that hang up waiting.",
            top="abandoned_after", bottom="offered_after", unit="share", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_service_level", title="service level after the end",
            meaning="Share of these answered within the threshold, by the scenario's formula.",
            top="service_met_after", bottom="service_base_after", unit="share", better="up", section="Run-out",
            headline=False),
    Measure(name="run_out_wait_mean_s", title="mean wait after the end",
            meaning="Mean wait of those of these that are answered.",
            top="wait_answered_s_after", bottom="answered_after", unit="s", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_hours", title="hours worked after the end",
            meaning="Hours that agents spend on contacts after the horizon's end. Nobody calls then for the first "
            "time, so idle time of the run-out means nothing and is left out.",
            top="agents_worked_after_s", factor=1 / 3600, unit="h", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_jammed_hours", title="jammed hours after the end",
            meaning="Clock hours after the horizon in which over 30 % of attempts heard busy, balked or abandoned.",
            top="jammed_hours_after", unit="h", better="down", section="Run-out", headline=False),
    Measure(name="cost_run_out", title="cost after the end",
            meaning="What those still open at the horizon's end cost after it: hours worked on contacts at the price "
            "of an hour, telephony and self-service. In no total.",
            top="cost_run_out", unit="money", better="down", section="Run-out", headline=False),
)  # fmt: skip
"""What is still open at the horizon's end, and how it ends: apart from everything else."""

MEASURES: Final[tuple[Measure, ...]] = (*SERVICE, *LOYALTY, *PEOPLE, *MONEY, *CRISIS, *RUN_OUT)
"""Every measure, in the order of the tables."""

BY_NAME: Final = {measure.name: measure for measure in MEASURES}


def unknown_measures(names: Iterable[str]) -> list[str]:
    """What is to be said of each name that is no measure's."""
    wrong = []
    for name in names:
        try:
            find_measure(name)
        except KeyError as error:
            wrong.append(str(error.args[0]))
    return wrong


def find_measure(name: str) -> Measure:
    """Measure of this name; KeyError names the nearest ones."""
    if name in BY_NAME:
        return BY_NAME[name]
    meant = did_you_mean(name, BY_NAME, most=3, quoted=False)
    raise KeyError(", ".join(filter(None, (f"no measure '{name}'", meant))))
