"""A fit as the text of a scenario: YAML that runs as it is, with the errors of what was estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill, wrap
from typing import Any, Final

from momentsim.fit.exports import ExportFit, Figures, QueueFit, monday_after
from momentsim.fit.laws import LawFit
from momentsim.units import brief_duration

WIDTH: Final = 110


def scenario_text(fit: ExportFit) -> str:
    """A whole scenario of the week after the last date; lines marked YOURS are no estimates."""
    names = list(fit.queues)
    lines = [
        *_comment(f"Fitted by momentsim to {fit.name}, {fit.first} to {fit.last}. {_REDIALS}"),
        "name: fitted",
        f'start: "{monday_after(fit.last)} 00:00"',
        "horizon: 7 d",
        "behaviour: off                # a plain queue; leave it out for customers who remember",
        "moments:",
    ]
    for name, queue in fit.queues.items():
        lines += [f"  {name}:", *(f"    {line}" for line in _moment(name, queue, len(names) > 1))]
    lines += ["demand:", "  volumes:"]
    for name, queue in fit.queues.items():
        lines += [f"    {name}:", *_block(queue.volume, 6)]
    lines += [f"  {line}" for line in _busyness(fit)]
    lines += [
        "workforce:",
        "  groups:",
        "    team:",
        *([f"      skills: [{', '.join(names)}]"] if len(names) > 1 else []),
        "      heads: {goal: 80/20}      # YOURS: the fewest for this goal; write who is there",
        "",
        *(line for name, queue in fit.queues.items() for line in _comment(_remarks(name, queue))),
    ]
    return "\n".join(lines) + "\n"


_REDIALS: Final = "Calls are counted as they come: who hangs up and calls again is there twice."


def summary(fit: ExportFit) -> list[str]:
    """What was found, in lines for a screen."""
    lines = [f"{fit.name}: {fit.first} to {fit.last}"]
    for name, queue in fit.queues.items():
        lines += [
            f"{name}: {queue.volume['per_day']:,} a day",
            *(f"  {key}: {_law_words(law)}" for key, law in queue.laws().items()),
            *(f"  {line}" for line in _remarks(name, queue)),
        ]
    return lines


def _moment(name: str, queue: QueueFit, of_several: bool) -> list[str]:
    lines = [f"skill: {name}"] if of_several else []
    if queue.mean_handling is not None:
        lines.append(
            f"handling_time: {{mean: {queue.mean_handling.mean_s:.1f} s}}  # YOURS: its spread, see below"
        )
    elif queue.handling_time is None:
        lines.append("handling_time: {mean: 4 min}  # YOURS: not in the file")
    for key, law in queue.laws().items():
        lines += [f"# {_law_words(law)}", f"{key}: {_flow(law.section())}"]
    if queue.patience is None:
        lines.append("patience: {distribution: exponential, mean: 3 min}  # YOURS: not in the file")
    return lines


def _law_words(law: LawFit) -> str:
    low, high = map(brief_duration, law.mean_interval)
    words = (
        f"{law.family}, mean {brief_duration(law.mean)} (95 % interval {low} to {high}), from {law.seen:,}"
    )
    if law.censored:
        words += f" who hung up beside {law.censored:,} whose patience was longer than their wait"
    if law.family != "exponential":
        words += "; shape {:.3g} ({:.3g} to {:.3g})".format(law.shape, *law.shape_interval)
    return words


def _busyness(fit: ExportFit) -> list[str]:
    if fit.together is None:
        return []
    errors = fit.together.errors._asdict()
    return [
        f"{key}: {value}  # standard error {errors[key]:.3f}" if errors[key] > 0 else f"{key}: {value}"
        for key, value in fit.together.factors().items()
    ]


def _remarks(name: str, queue: QueueFit) -> list[str]:
    """What the log says of itself, how the law of patience follows it, and what is to be known."""
    lines = []
    if queue.figures is not None:
        lines.append(f"{name}, the log itself, to compare a run with: {_figure_words(queue.figures)}")
    law = queue.patience
    if law is not None:
        table = law.survival
        shares = [
            f"{at:g} s {seen:.1%} ({low:.1%} to {high:.1%}; law {by_law:.1%})"
            for at, seen, low, high, by_law in zip(
                table.at_s, table.observed, table.low, table.high, table.by_law, strict=True
            )
        ]
        lines.append(f"{name}, who would still wait after (Kaplan-Meier, 95 %): {', '.join(shares)}")
        lines.append(
            f"{name}, nobody was seen to wait longer than {brief_duration(law.longest)}: beyond it patience is a guess"
        )
    if queue.mean_handling is not None:
        lines.append(f"{name}: {queue.mean_handling.words()}")
    return [*lines, *(f"{name}: {note}" for note in queue.notes)]


def _figure_words(figures: Figures) -> str:
    parts = [f"{figures.calls:,} calls"]
    for share, words in (
        (figures.answered, "were answered"),
        (figures.abandoned, "hung up"),
        (figures.in_threshold, "of all were answered within 20 s"),
    ):
        parts += [] if share is None else [f"{share:.1%} {words}"]
    if figures.wait is not None:
        parts.append(f"mean wait of all {figures.wait:.1f} s")
        if figures.abandoned:
            patience = brief_duration(figures.wait / figures.abandoned)
            parts.append(
                f"mean wait over share of those who hung up, which is patience if exponential, {patience}"
            )
    return ", ".join(parts)


def _comment(texts: str | Sequence[str]) -> list[str]:
    texts = [texts] if isinstance(texts, str) else texts
    return [f"# {line}" for text in texts for line in wrap(text, WIDTH - 2, subsequent_indent="  ")]


def _block(data: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        start = f"{' ' * indent}{key}:"
        if isinstance(value, Mapping) and any(isinstance(item, list) for item in value.values()):
            lines += [start, *_block(value, indent + 2)]
        else:
            lines.append(fill(f"{start} {_flow(value)}", WIDTH, subsequent_indent=" " * (indent + 2)))
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return str(value)
