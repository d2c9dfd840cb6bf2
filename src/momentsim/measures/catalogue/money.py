"""Measures of value and cost."""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue.measure import Measure

MONEY: Final = (
    Measure(name="value_created", title="value created",
            meaning="Expected value added by moments that went better than the usual one.",
            top="value_created", unit="money", better="up", section="Money"),
    Measure(name="value_destroyed", title="value destroyed",
            meaning="Expected value lost, as a positive amount.",
            top="value_destroyed_by_operation + value_destroyed_by_handling", unit="money", better="down",
            section="Money"),
    Measure(name="value_destroyed_by_operation", title="  by the operation",
            meaning="Lost because the event hit (the flight was cancelled, the power failed).",
            top="value_destroyed_by_operation", unit="money", better="down", section="Money"),
    Measure(name="value_destroyed_by_handling", title="  by the handling",
            meaning="Lost by moments that went worse than the usual one.",
            top="value_destroyed_by_handling", unit="money", better="down", section="Money"),
    Measure(name="value_won_back", title="value won back", meaning="Expected value restored by recovery.",
            top="value_won_back", unit="money", better="up", section="Money", signed=True),
    Measure(name="value_usual_price", title="usual price of contacts",
            meaning="What the moments that happened would have cost, had each been the usual one of its reason: at "
            "the reference operation the average contact lowers loyalty a little.",
            top="value_usual_price", unit="money", better="down", section="Money", signed=True),
    Measure(name="value_rest", title="given back by rest",
            meaning="What bonds gained between contacts until the horizon's end; at the reference operation it "
            "balances the usual price of contacts. It belongs to no reason.",
            top="value_rest", unit="money", better="up", section="Money", signed=True),
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
    Measure(name="value_net", title="value, net",
            meaning="Created minus destroyed plus won back, minus the usual price of contacts plus what rest gave, "
            "plus sold: what customers are worth with what happened, less what they were to be worth among the usual "
            "contacts; counted to `economics.outlook`.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back"
            " - value_usual_price + value_rest + value_sold",
            unit="money", better="up", section="Money", signed=True),
    Measure(name="value_net_12m", title="  within 12 months",
            meaning="The part of it that is earned within 12 months after the horizon: a prefix of the same sum.",
            top="value_12m + value_sold", unit="money", better="up", section="Money", signed=True),
    Measure(name="value_net_wallet", title="  by wallets",
            meaning="The part of it that comes from what wallets bring beyond the usual; the rest, but for sales, "
            "comes from who stays.",
            top="value_wallet", unit="money", better="up", section="Money", headline=False, signed=True),
    Measure(name="value_word_of_mouth", title="value by word of mouth",
            meaning="Expected value of those who join, or do not, because of what was told, beyond the "
            "reference operation; a line of its own in the net benefit.",
            top="value_word_of_mouth", unit="money", better="up", section="Money", headline=False, signed=True),
    Measure(name="value_acquired", title="value of customers won",
            meaning="Expected value of those who join by the firm's own efforts; a line of its own in the net "
            "benefit, against the cost of acquisition.",
            top="value_acquired", unit="money", better="up", section="Money", headline=False),
    Measure(name="paid_hours", title="hours paid",
            meaning="Regular hours that are paid; overtime and reserves are in the cost of staff only.",
            top="paid_hours", unit="h", better="down", section="Money", headline=False),
    Measure(name="cost_staff", title="cost of staff", meaning="Regular hours, overtime and reserves.",
            top="cost_staff", unit="money", better="down", section="Money", headline=False),
    Measure(name="cost_goodwill", title="goodwill",
            meaning="Spent by agents on decisions within their authority.",
            top="cost_goodwill", unit="money", better="down", section="Money", headline=False),
    Measure(name="cost_total", title="cost, total",
            meaning="All cost lines of the ledger: those of the horizon. Hours after its end are in `cost_run_out`.",
            top="cost_total", unit="money", better="down", section="Money"),
    Measure(name="cost_refunds", title="  refunds",
            meaning="Paid back for what failed in a crisis.",
            top="cost_refunds", unit="money", better="down", section="Money", always=False),
    Measure(name="cost_compensation", title="  vouchers and compensation",
            meaning="Vouchers and cash for customers hit by a crisis or made good by the recovery team, at what they "
            "cost the firm, gifts included.",
            top="cost_compensation", unit="money", better="down", section="Money", always=False),
    Measure(name="cost_per_contact", title="cost per contact",
            meaning="Cost of the horizon, without refunds and compensation, per attempt of the horizon that is served "
            "by an agent or solved in self-service; one that is passed on is one.",
            top="cost_to_serve", bottom="answered - transferred + contained", unit="money", better="down",
            section="Money"),
    Measure(name="cost_per_resolved_moment", title="cost per moment solved",
            meaning="Cost of the horizon, without refunds and compensation, per moment that began and was solved "
            "within it.",
            top="cost_to_serve", bottom="resolved - open_resolved", unit="money", better="down", section="Money"),
    Measure(name="net_benefit", title="net benefit",
            meaning="Net value, that of word of mouth and of customers won, and what paid tiers bring in, "
            "minus total cost.",
            top="value_created - value_destroyed_by_operation - value_destroyed_by_handling + value_won_back"
            " - value_usual_price + value_rest + value_sold + value_word_of_mouth + value_acquired + tier_income"
            " - cost_total",
            unit="money", better="up", section="Money", signed=True),
)  # fmt: skip
