"""What comes out of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """A bound that the value should keep: `at least` or `at most` it."""

    direction: str
    bound: float

    def kept(self, value: float) -> bool:
        return value >= self.bound if self.direction == "at least" else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.direction == 'at least' else '≤'} {self.bound:g}"


def at_least(bound: float) -> Goal:
    return Goal("at least", bound)


def at_most(bound: float) -> Goal:
    return Goal("at most", bound)


@dataclass(frozen=True)
class Figure:
    """One number. `rounds` are the single measurements of which `value` is the median."""

    scenario: str
    design: str
    what: str
    value: float
    unit: str
    goal: Goal | None = None
    rounds: Sequence[float] = field(default_factory=tuple)

    @property
    def kept(self) -> bool | None:
        return None if self.goal is None else self.goal.kept(self.value)

    def as_json(self) -> dict[str, Any]:
        goal = None if self.goal is None else str(self.goal)
        rounds = [round(value, 3) for value in self.rounds]
        return {**self.__dict__, "goal": goal, "kept": self.kept, "rounds": rounds}


def shown(value: float) -> str:
    """Three digits that matter, thousands set apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def figure_of(
    scenario: str,
    design: str,
    what: str,
    rounds: Sequence[float],
    unit: str,
    goal: Goal | None = None,
) -> Figure:
    """The median of several measurements."""
    return Figure(scenario, design, what, median(rounds), unit, goal, tuple(rounds))
