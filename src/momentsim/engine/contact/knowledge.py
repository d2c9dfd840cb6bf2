"""Agents know different things: what that does to an answer, and customers who ask again elsewhere."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, LeverKind
from momentsim.draws import Purpose, exponential, uniform
from momentsim.engine.contact import attempts, talk_outcome
from momentsim.engine.customers import anger
from momentsim.engine.levers.in_force import strength_in_force
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import encounter, workplace
from momentsim.rules.durations import whole

_WHEN = 1 << 30
"""Occasions of the delay, beside those of the doubt itself."""


@compiled_inside
def knowledge_beyond_instructions(w: World, slot: int, agent: int) -> float:
    """Knowledge of an agent above the average in SD, after what instructions and script take of the differences."""
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, worker["group"])
    case = tables.cases(w, slot)
    told = strength_in_force(w, LeverKind.ONE_VOICE, case["crisis"], case["reason"], worker["group"])
    level = (1.0 - practice["one_voice"]) * (1.0 - told) * worker["knowledge"]
    if tables.settings(w)["scripting_on"]:
        level = encounter.knowledge_shown(
            level, practice["script"], case["stakes"], tables.effects(w)["script_alike"]
        )
    return float(level)


@compiled_inside
def is_doubted(w: World, slot: int, agent: int) -> bool:
    """Whether the customer doubts an answer that the agent thinks solves it: of little knowledge, at stakes."""
    level = knowledge_beyond_instructions(w, slot, agent)
    if level >= 0.0:
        return False
    case = tables.cases(w, slot)
    share = workplace.doubt_probability(level, case["stakes"], tables.effects(w)["doubt"])
    occasion = talk_outcome.leg_of(case, case["contacts"])
    return bool(uniform(tables.settings(w)["key"], case["key"], Purpose.DOUBT, occasion) < share)


@compiled_apart
def ask_again(w: World, slot: int, now: int) -> None:
    """The doubtful answer solved nothing for the customer, who soon asks somebody else."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    tables.counts(w, slot)["doubted"] += 1
    anger.add_anger(w, case["customer_row"], now, effects["anger_per_inconsistency"])
    occasion = _WHEN + talk_outcome.leg_of(case, case["contacts"])
    drawn = exponential(tables.settings(w)["key"], case["key"], Purpose.DOUBT, occasion)
    attempts.come_back_later(w, slot, now, whole(effects["doubt_delay_min"] * MINUTE * drawn))
