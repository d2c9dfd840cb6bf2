"""From the merged tree to the typed and checked scenario, with every problem placed where it was written."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import ValidationError

from momentsim.errors import Problem
from momentsim.scenario.checks import errors_in, problem_at, warnings_in
from momentsim.scenario.files.nodes import MappingNode, ValueNode, plain
from momentsim.scenario.files.renamed_keys import notes_of
from momentsim.scenario.problems import problem_of, removed_keys
from momentsim.scenario.quantities import currencies_meant
from momentsim.scenario.repair import repair_scenario, touches
from momentsim.scenario.types import Scenario

MAX_PROBLEMS = 100


class CheckResult(NamedTuple):
    """What typing and checking gave: a scenario (None if even repair failed), and what is wrong.

    `refused` are problems of single values, `unfit` those across keys. The scenario is to be used only when
    there are neither; side files can be checked in any case.
    """

    scenario: Scenario | None
    refused: list[Problem]
    unfit: list[Problem]
    warnings: list[Problem]


def check_tree(tree: MappingNode) -> CheckResult:
    """Types the tree and runs all checks. Keys that are null are left at their defaults."""
    problems = removed_keys(tree)
    data, context = plain(tree), context_of(tree)
    try:
        scenario = Scenario.model_validate(data, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += _first([problem_of(item, tree) for item in details[:MAX_PROBLEMS]], len(details))
        # Going on after so many would take long and say nothing new.
        repair = repair_scenario(data, details, tree, context) if len(details) <= MAX_PROBLEMS else None
        if repair is None:
            return CheckResult(None, problems, [], [])
        scenario, replaced = repair
        found = [finding for finding in errors_in(scenario) if not touches(finding.path, replaced)]
        return CheckResult(scenario, problems, [problem_at(finding, tree) for finding in found], [])
    unfit = [problem_at(finding, tree) for finding in errors_in(scenario)]
    warnings = [*notes_of(tree), *(problem_at(finding, tree) for finding in warnings_in(scenario))]
    return CheckResult(scenario, problems, unfit, warnings)


def _first(problems: list[Problem], count: int) -> list[Problem]:
    """Problems that are shown, and a last one that says how many are not."""
    if count <= len(problems):
        return problems
    last = problems[-1]
    more = Problem(last.file, last.line, last.column + 1, "", f"and {count - len(problems)} more problems")
    return [*problems, more]


def context_of(tree: MappingNode) -> dict[str, Any]:
    """What checking one value needs to know of others: the currency."""
    node = tree.items.get("currency")
    written = node.value if isinstance(node, ValueNode) else None
    meant = currencies_meant(written) if isinstance(written, str) else ()
    return {"currency": meant[0] if meant else "USD"}
