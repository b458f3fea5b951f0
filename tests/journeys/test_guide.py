"""The guide for authors says what the language is: its examples load, and it leaves out no key."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from journeys import expressions
from journeys.action_map import (
    ActionMap,
    ChoiceParameter,
    DataParameter,
    DomainAction,
    MatchRule,
    TextParameter,
)
from journeys.built_in_actions import BUILT_IN_ACTIONS
from journeys.documents import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, MAX_NODES, parse_document
from journeys.environment import environment_of
from journeys.explain import explain, render
from journeys.feeders import Feeder
from journeys.known_keys import key_names
from journeys.loader import load_action_map, load_journey, map_places
from journeys.locators import MAX_WITHIN, Locator
from journeys.requests import Capture, Expectation, ParallelRequests, RequestSpec
from journeys.resolved import ResolvedJourney
from journeys.slo import Slo
from journeys.spec import MAX_ROUNDS, MAX_STEPS, STRUCTURE, Journey
from journeys.step_base import StepSpec
from journeys.uploads import MAX_FILE_BYTES, MAX_FILLER_BYTES, UploadedFile
from tandem.errors import SpecError
from tandem.settings import Settings
from tests.journeys.conftest import read_back

Loads = Callable[..., ResolvedJourney]

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
BLOCKS = [
    (language, kind, textwrap.dedent(text))
    for language, kind, text in re.findall(r"(?ms)^ *```(\w+) ?(\w*)\n(.*?)^ *```$", GUIDE)
]
MAP = ROOT / "journeys" / "actions.yaml"


def blocks(kind: str) -> list[tuple[str, str]]:
    """Return language and text of the examples of a kind."""
    return [(language, text) for language, of, text in BLOCKS if of == kind]


def guide_map(folder: Path) -> ActionMap:
    """Return the repository's action map with those of the guide."""
    paths = [MAP]
    for index, (_, text) in enumerate(blocks("actions")):
        paths.append(folder / f"map{index}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    return load_action_map(paths, folder)


def load_text(folder: Path, text: str, language: str = "yaml") -> ResolvedJourney:
    """Load the text as a journey that has all of these actions."""
    for of, name in (("accounts", "accounts.csv"), ("words", "words.yaml")):
        ((_, rows),) = blocks(of)
        data = folder / "journeys" / "data" / name
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_text(rows, encoding="utf-8")
    shutil.copy(MAP.with_name("log-in-account.yaml"), folder)
    path = folder / f"wrong.{language}"
    path.write_text(text, encoding="utf-8")
    environment = environment_of(guide_settings("remote"))
    found = load_journey(path, guide_map(folder), folder, environment)
    assert read_back(found) == found
    return found


def guide_settings(environment: str) -> dict[str, Any]:
    """Return the guide's settings in plain form, in one of its environments."""
    found = "".join(text for kind in ("auth", "environments") for _, text in blocks(kind))
    return Settings(environment=environment, **tomllib.loads(found)).model_dump(mode="json")


def test_every_example_is_tested() -> None:
    """No example of the language is without a mark that says what it is."""
    kinds = {(language, kind) for language, kind, _ in BLOCKS}
    assert kinds == {
        ("yaml", "journey"),
        ("json", "journey"),
        ("csv", "accounts"),
        ("yaml", "words"),
        ("yaml", "steps"),
        ("yaml", "actions"),
        ("yaml", "refused"),
        ("text", ""),
        ("text", "grammar"),
        ("sh", "scripts"),
        ("text", "explained"),
        ("yaml", "excerpt"),
        ("toml", "auth"),
        ("toml", "environments"),
        ("yaml", "editor"),
        ("json", "editor"),
    }


@pytest.mark.parametrize(("language", "text"), blocks("journey"))
def test_journeys_load(tmp_path: Path, language: str, text: str) -> None:
    """Each whole journey resolves."""
    assert load_text(tmp_path, text, language).steps


def test_the_first_example_is_the_same_in_both_languages(tmp_path: Path) -> None:
    """What the second one spells out are the defaults of the first."""
    (_, first), (_, second) = blocks("journey")[:2]
    in_yaml = load_text(tmp_path, first)
    in_json = load_text(tmp_path, second, "json")
    assert in_yaml == in_json.model_copy(update={"source": in_yaml.source})


@pytest.mark.parametrize(("language", "text"), blocks("steps"))
def test_steps_load(tmp_path: Path, language: str, text: str) -> None:
    """Steps resolve in a journey with a track."""
    steps = parse_document(text, "steps", is_json=language == "json").value
    data = {"trackRefs": {"neonRain": {"sidPath": "a", "displayName": "b"}}}
    assert load_text(tmp_path, yaml.safe_dump({"id": "a", "data": data, "steps": steps}))


def test_an_environment_says_who_the_user_is_and_what_is_on(tmp_path: Path) -> None:
    """What the page says of the environments is what a journey gets."""
    settings = guide_settings("remote")
    assert environment_of(settings).auth["admin-basic"].kind == "bearer"
    assert environment_of(guide_settings("local")).flags == {"new-player": False}
    (text,) = (text for _, text in blocks("journey") if "auth: alice" in text)
    journey = load_text(tmp_path, text)
    assert [step.id for step in journey.login][-1] == "login.account"
    ((classify,),) = journey.steps[-1].protocol
    assert classify.headers == {
        "Authorization": "Bearer ${secret:STAGING_ADMIN}",
        "X-Load-Test": "tandem",
    }


def test_action_maps_are_of_use(tmp_path: Path) -> None:
    """The map's own examples can be ridden, and do what the guide says of them."""
    journey = load_text(
        tmp_path,
        "id: a\ndata: {trackRefs: {t: {sidPath: p}}}\nsteps:\n"
        "  - {action: navigate, target: /browse}\n"
        "  - {action: type, selector: '#filter', value: x}\n"
        "  - {action: rate, trackRef: t, note: 'by ${user}'}\n",
    )
    browse, filtered, rated = (step.protocol for step in journey.steps)
    assert [len(wave) for wave in browse] == [1, 2]
    assert filtered[0][0].query == {"q": "x"}
    assert rated[0][0].json_body == {"sid_path": "p", "stars": 5, "publish": False}
    assert journey.steps[2].browser[1].plain()["value"] == "good: by ${user}"


def test_the_refused_example_is_refused_as_shown(tmp_path: Path) -> None:
    """The message on the page is the message."""
    ((_, text),) = blocks("refused")
    ((_, message),) = blocks("")
    with pytest.raises(SpecError) as caught:
        load_text(tmp_path, text)
    assert str(caught.value) == message.strip()


def test_the_grammar_is_that_of_the_parser() -> None:
    """It stands in the parser's own module."""
    ((_, text),) = blocks("grammar")
    assert textwrap.indent(text, "    ") in (expressions.__doc__ or "")


def test_scripts_take_what_the_guide_gives_them() -> None:
    """Every variable and option of the page is one that scripts know."""
    ((_, text),) = blocks("scripts")
    golden = ROOT / "tests" / "generators" / "golden"
    k6 = (golden / "search-favorite.js").read_text(encoding="utf-8")
    python = (golden / "search-favorite.py").read_text(encoding="utf-8")
    variables, options = re.findall(r"-e (\w+)=", text), re.findall(r" (--[a-z-]+)", text)
    assert variables and options
    assert [name for name in variables if f"__ENV.{name}" not in k6] == []
    known = {*re.findall(r'add_argument\("(--[a-z-]+)"', python), "--help"}
    assert [name for name in options if name not in known] == []


def test_the_worked_example_is_explained_as_shown(tmp_path: Path) -> None:
    """Its rules are those of the repository's map; what is shown is what `doit explain` says."""
    ((_, excerpt),) = blocks("excerpt")
    assert textwrap.indent(excerpt, "  ") in MAP.read_text(encoding="utf-8")
    ((_, explained),) = blocks("explained")
    (spec,) = (text for _, text in blocks("journey") if "id: make-a-playlist" in text)
    folder = tmp_path / "journeys"
    folder.mkdir()
    for name in ("actions.yaml", "log-in-account.yaml"):
        shutil.copy(MAP.with_name(name), folder)
    path, maps = folder / "make-a-playlist.yaml", [folder / "actions.yaml"]
    path.write_text(spec, encoding="utf-8")
    action_map, places = load_action_map(maps, tmp_path), map_places(maps, tmp_path)
    environment = environment_of(guide_settings("local"))
    journey = load_journey(path, action_map, tmp_path, environment)
    said = render(journey, explain(journey, action_map, places), width=96)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        shown = GUIDE.replace(
            textwrap.indent(explained, "   "), textwrap.indent(f"{said}\n", "   ")
        )
        (ROOT / "docs/journeys.md").write_text(shown, encoding="utf-8")
        explained = f"{said}\n"
    assert explained == f"{said}\n"


def test_every_key_is_in_the_guide() -> None:
    """A key that is added is documented."""
    requests = (RequestSpec, ParallelRequests, Expectation, Capture, UploadedFile)
    maps = (ActionMap, DomainAction, MatchRule, TextParameter, ChoiceParameter, DataParameter)
    keys = key_names(
        Journey,
        Feeder,
        StepSpec,
        Locator,
        *STRUCTURE.values(),
        *BUILT_IN_ACTIONS.values(),
        Slo,
        *requests,
        *maps,
    )
    missing = [key for key in {*keys, *BUILT_IN_ACTIONS, *STRUCTURE} if f"`{key}`" not in GUIDE]
    assert missing == []


def test_limits_are_those_of_the_guide() -> None:
    """Numbers on the page are the numbers in the code."""
    for number in (MAX_BYTES, MAX_NODES, MAX_INTEGER, MAX_FILE_BYTES, MAX_FILLER_BYTES):
        assert f"{number:,}".replace(",", " ") in GUIDE
    assert f"at most\n{MAX_DEPTH} deep" in GUIDE
    assert f"at most {MAX_WITHIN} inside one another" in GUIDE
    assert f"1 to {MAX_STEPS} steps" in GUIDE
    assert f"1 to {MAX_ROUNDS} times" in GUIDE
