"""From a planned cell to the load that executors ride."""

from __future__ import annotations

from importlib.metadata import version
from urllib.parse import urlsplit

from executors.browser_flags import chromium_arguments
from executors.ride import Load
from executors.toolchain import Tool
from graph.freshness import read_json, tool_file, tool_of
from graph.make_plan import settings_of
from graph.plan import Cell, Plan
from graph.refusals import refusal_of
from journeys.resolved import RefusedJourney, ResolvedJourney
from tandem.settings import Settings


def load_of(
    cell: Cell, plan: Plan, journey: ResolvedJourney | RefusedJourney, inputs: dict[str, str]
) -> Load:
    """Return everything about ``cell`` that its ride needs to know."""
    settings = settings_of(plan)
    profile = settings.profiles[cell.profile]
    tool = Tool.model_validate(read_json(tool_file(tool_of(cell))))
    sound = journey if isinstance(journey, ResolvedJourney) else None
    return Load(
        journey=cell.journey,
        executor=cell.executor,
        users=cell.users,
        iterations=cell.iterations,
        warmup=cell.warmup,
        pacing_s=cell.pacing_s or (sound.pacing_s if sound else 0.0),
        steps=len(sound.steps) if sound else 0,
        groups={group.id: group.steps for group in sound.groups} if sound else {},
        pause_s=sound.pause_s if sound else 0.0,
        script=cell.script,
        folder=cell.folder,
        inputs=inputs,
        tool=tool,
        tools=_tools(tool, cell),
        app=str(read_json(cell.build / "app.json").get("app", "")),
        settings=settings,
        browser_arguments=_browser_arguments(settings),
        retries=profile.browser_retries,
        max_failed=profile.max_failed_iterations,
        headed=plan.desk.headed,
        slow_mo_ms=plan.desk.slow_mo_ms,
        debug=plan.desk.debug,
        refused=refusal_of(cell, journey),
        secrets=_secrets(settings, sound),
    )


def _secrets(settings: Settings, journey: ResolvedJourney | None) -> tuple[str, ...]:
    named = journey.variables.get("secret", ()) if journey else ()
    return tuple(sorted({*named, *settings.redaction.variables}))


def _tools(tool: Tool, cell: Cell) -> dict[str, dict[str, str]]:
    tools: dict[str, dict[str, str]] = {}
    tools[tool.name] = {"version": tool.version, "sha256": tool.sha256}
    if cell.executor == "playwright":
        tools["playwright"] = {"version": version("playwright")}
    return tools


def _browser_arguments(settings: Settings) -> tuple[str, ...]:
    """Return the browser's flags; a guarded one can reach its target and nothing else."""
    host = urlsplit(settings.target or "http://127.0.0.1").hostname
    guarded = None if settings.environment == "remote" else host
    return (*chromium_arguments(guarded), *settings.browser.arguments)
