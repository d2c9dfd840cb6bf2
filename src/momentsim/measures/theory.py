"""The former name of `momentsim.theory.erlang`, under which documents and notebooks knew it."""

from __future__ import annotations

from momentsim.theory.erlang import QueueFigures, erlang_a, erlang_b, erlang_c

__all__ = ["QueueFigures", "erlang_a", "erlang_b", "erlang_c"]
