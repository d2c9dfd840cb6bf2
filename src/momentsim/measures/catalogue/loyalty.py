"""Measures of what customers live through and what becomes of them."""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue.measure import Measure

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
    Measure(name="complaints", title="complaints made",
            meaning="Let-downs whose customer complains, as nobody made it good before; whether anybody follows the "
            "complaint up does not matter. Blank without memory.",
            top="complaints", unit="moments", better="down", section="Loyalty", headline=False),
    Measure(name="complaints_per_1000", title="complaints",
            meaning="Complaints for every 1,000 customers and year; a shorter horizon is scaled to a year. Blank "
            "without memory.",
            top="complaints", bottom="customer_years", factor=1000.0, unit="per 1,000 a year", better="down",
            section="Loyalty"),
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
    Measure(name="customers_lost", title="customers who left",
            meaning="Customers who really left by the horizon's end, whatever the cause.",
            top="customers_lost", unit="customers", better="down", section="Loyalty"),
    Measure(name="customers_lost_share", title="  of all customers",
            meaning="Share of the customers of the start, and of those won since, who really left by the horizon's "
            "end.",
            top="customers_lost", bottom="customers", unit="share", better="down", section="Loyalty"),
    Measure(name="customers_lost_anyway", title="  would have left anyway",
            meaning="Customers expected to leave by the horizon's end if they lived with the usual contacts of the "
            "reference operation: what those who really left are to be measured against.",
            top="lost_anyway", unit="customers", better="neither", section="Loyalty"),
    Measure(name="customers_lost_expected", title="lost by experience",
            meaning="Customers expected to be lost by 12 months after the horizon because of what they lived through "
            "within it, beyond the usual contacts of the reference operation; below 0 when experience keeps customers.",
            top="lost_expected", unit="customers", better="down", section="Loyalty", signed=True),
    Measure(name="expected_churn_12m_share", title="churn in 12 months",
            meaning="Share of the customers there at the horizon's end who are expected to leave "
            "within 12 months after it.",
            top="leavers_12m", bottom="stayers", unit="share", better="down", section="Loyalty"),
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
