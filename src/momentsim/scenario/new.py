"""The text of a new scenario: minimal, commented, and good to run."""

from __future__ import annotations

import re

from momentsim.errors import MomentsimError
from momentsim.scenario.quantities import NAME_PATTERN

_TEXT = """\
# A first scenario: one kind of question, one group of agents, one day. Change a number and run it again:
#   momentsim run NAME.yaml
# Every key: docs/reference/scenario.md, or `momentsim explain NAME.yaml KEY`.
name: NAME
start: "2026-03-02 08:00"   # dates and times are written in quotes
horizon: 10 h               # units are written: s, min, h, d, weeks

customers:                  # who may call, and what they are worth
  segments:
    everybody: {customers: 20000, yearly_margin: 120 USD}

moments:                    # why they call
  question:
    stakes: 20 %            # 0 % routine, 100 % a moment of truth
    handling_time: {mean: 4 min, cv: 0.8}

demand:                     # how often
  volumes:
    question: {per_day: 800}

workforce:                  # who answers
  groups:
    frontline: {heads: 10, cost_per_hour: 36 USD/h}

variants:                   # what to try: momentsim run NAME.yaml --variant more_agents
  more_agents:
    description: Two agents more
    workforce: {groups: {frontline: {heads: 12}}}
"""


def new(name: str) -> str:
    """The text of a minimal scenario of this name; it passes every check."""
    if not re.match(NAME_PATTERN, name):
        raise MomentsimError(f"'{name}' is not a name, use letters, digits, _ and -, starting with a letter")
    return _TEXT.replace("NAME", name)
