"""Centres and spreads that a few odd nights do not move. NaN stands for no value. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from summary.regression.history import Array

MAD_TO_SD: Final = 1.4826
"""What the median absolute deviation of a normal distribution is short of its deviation."""


def median(values: Array, axis: int = 0) -> Array:
    """Return the median of what there is along ``axis``."""
    ordered = np.sort(values, axis=axis)  # NaN comes last
    count = np.sum(~np.isnan(values), axis=axis, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=axis)
    upper = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[axis] - 1), axis=axis)
    return np.where(count > 0, (lower + upper) / 2, np.nan).squeeze(axis)


def mean(values: Array, axis: int = 0) -> Array:
    """Return the mean of what there is along ``axis``."""
    count = np.sum(~np.isnan(values), axis=axis)
    return np.where(count > 0, np.nansum(values, axis=axis) / np.maximum(count, 1), np.nan)


def highest(values: Array, axis: int = 0) -> Array:
    """Return the highest value along ``axis``."""
    return np.asarray(np.fmax.reduce(values, axis=axis))


def lowest(values: Array, axis: int = 0) -> Array:
    """Return the lowest value along ``axis``."""
    return np.asarray(np.fmin.reduce(values, axis=axis))


def spread(values: Array, axis: int = 0) -> Array:
    """Return the standard deviation as the median absolute deviation tells it."""
    middle = np.expand_dims(median(values, axis), axis)
    return MAD_TO_SD * median(np.abs(values - middle), axis)


def winsorised(values: Array, at: float = 3.0) -> Array:
    """Return the values with those beyond ``at`` deviations of each column pulled in to there."""
    middle = median(values)
    reach = at * spread(values)
    return np.clip(values, middle - reach, middle + reach)


def variance(values: Array) -> Array:
    """Return the variance of each column; NaN of fewer than two."""
    count = np.sum(~np.isnan(values), axis=0)
    centred = values - mean(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 1, np.nansum(centred**2, axis=0) / (count - 1), np.nan)


def weighted_median(values: Array, weights: Array) -> Array:
    """Return the weighted median of each row; a row without a value gives NaN.

    ``weights`` are of the columns, or of every single value.
    """
    usable = ~np.isnan(values)
    heavy = np.where(usable, np.broadcast_to(weights, values.shape), 0.0)
    order = np.argsort(np.where(usable, values, np.inf), axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    upto = np.cumsum(np.take_along_axis(heavy, order, axis=1), axis=1)
    total = upto[:, -1:]
    place = np.argmax(upto >= total / 2, axis=1)
    found = np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]
    return np.where(total[:, 0] > 0, found, np.nan)
