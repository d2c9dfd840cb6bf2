"""A desk of Erlang A, for which the fewest agents of a goal are known."""

from __future__ import annotations

DESK = """\
name: desk
start: "2025-01-06"
horizon: 1 d
moments: {call: {handling_time: {distribution: exponential, mean: 5 min}}}
demand: {volumes: {call: {per_hour: 240}}}
workforce: {groups: {team: {heads: 20}}}
waiting: {patience: {distribution: exponential, mean: 3 min}}
behaviour: off
"""
