"""Logging in: a journey that each user rides once, before the clock starts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeys.faults import FaultsError, shown
from journeys.resolved import ResolvedStep
from journeys.spec import Journey
from journeys.texts import OF_LOGIN


def with_login(journey: Journey, login: Journey | None) -> Journey:
    """Return the journey with what the steps of logging in refer to beside its own.

    Raises :class:`FaultsError` where the two give one name different meanings, and for a login that
    is in need of one.
    """
    if login is None:
        return journey
    faults = FaultsError()
    if login.auth is not None:
        faults.add(("auth",), f"'{login.id}' logs in, and cannot have an auth itself")
    data = _merged("data", login.data, journey.data, login.id, faults)
    feeders = _merged("feeders", login.feeders, journey.feeders, login.id, faults)
    faults.raise_if_any()
    return journey.model_copy(update={"data": data, "feeders": feeders})


def _merged(
    what: str, login: Mapping[str, Any], own: Mapping[str, Any], name: str, faults: FaultsError
) -> dict[str, Any]:
    for key in login.keys() & own.keys():
        if login[key] != own[key]:
            faults.add((what, key), f"is something else in '{name}', which logs in")
    return {**login, **own}


def told_of(login: Journey, error: FaultsError) -> FaultsError:
    """Return the faults of a login's steps as ones of the journey that asks for it."""
    faults = FaultsError()
    for fault in error.faults:
        faults.add(
            ("auth",), f"in '{login.id}', which logs in: {shown(fault.field)}{fault.message}"
        )
    return faults


def named_as_login(step: ResolvedStep) -> ResolvedStep:
    """Return a step with an id that none of the journey's own has."""
    return step.model_copy(update={"id": f"{OF_LOGIN}{step.id}", "pause_s": 0.0, "slos": ()})
