"""Tails of two distributions in closed form, so that nothing but numpy is needed. Pure."""

from __future__ import annotations

from functools import lru_cache
from math import atan2, comb, exp, lgamma, pi, sqrt
from typing import Final

import numpy as np

from summary.regression.history import Array

_STEPS: Final = 400
_HALVINGS: Final = 50


def t4_tail(values: Array) -> Array:
    """Return the probability that Student's t with 4 degrees of freedom is above each value.

    Real nights have outliers: the normal distribution would call them impossible.
    """
    squared = values * values
    shrunk = squared / (1.0 + squared / 4.0)
    half = 0.375 * np.sqrt(shrunk) * (1.0 - shrunk / 12.0)
    return np.clip(0.5 - np.sign(values) * half, 0.0, 1.0)


def t4_quantile(tail: float) -> float:
    """Return the value above which ``tail`` of Student's t with 4 degrees lies; tail < 0.5."""
    # The cubic of the distribution function, solved by cosines.
    root = np.sqrt(4.0 * (1.0 - tail) * tail)
    return float(2.0 * np.sqrt(np.cos(np.arccos(root) / 3.0) / root - 1.0))


def at_least(hits: int, tries: int, chance: Array) -> Array:
    """Return the probability of at least ``hits`` of ``tries``, each with this chance."""
    terms = [
        comb(tries, number) * chance**number * (1.0 - chance) ** (tries - number)
        for number in range(hits, tries + 1)
    ]
    return np.asarray(np.clip(np.sum(terms, axis=0), 0.0, 1.0))


def student_tail(value: float, degrees: float) -> float:
    """Return the probability that Student's t with so many degrees of freedom is above ``value``.

    Integrated by Simpson's rule over the angle whose tangent t is; exact to ten digits.
    """
    scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / sqrt(pi)
    angles = np.linspace(atan2(value, sqrt(degrees)), pi / 2, _STEPS + 1)
    heights = np.cos(angles) ** (degrees - 1)
    weights = np.ones(_STEPS + 1)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    width = (angles[-1] - angles[0]) / _STEPS
    return float(scale * width / 3.0 * np.sum(weights * heights))


@lru_cache(maxsize=1024)
def student_quantile(tail: float, degrees: float) -> float:
    """Return the value above which ``tail`` of Student's t lies; tail < 0.5."""
    low, high = 0.0, 1.0
    while student_tail(high, degrees) > tail:
        high *= 2.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if student_tail(middle, degrees) > tail else (low, middle)
    return high
