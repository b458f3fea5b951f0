"""The scripts of the example journeys, byte for byte.

After a change that is meant, write them anew and look at what changed:

    UPDATE_SNAPSHOTS=1 python -m pytest tests/generators/test_golden_scripts.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generators.options import ScriptOptions
from generators.scripts import SUFFIX, generate, refused_script
from journeys.action_map import ActionMap
from journeys.built_in_actions import BUILT_IN_ACTIONS
from journeys.environment import JourneyEnvironment
from journeys.resolve import Beside, resolve
from journeys.resolved import RefusedJourney, ResolvedJourney
from journeys.spec import Journey
from tandem.models import Executor
from tests.generators.conftest import through_json
from tests.journeys.test_guide import blocks, load_text

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
OPTIONS = ScriptOptions(users=2, iterations=3, pacing_s=3.0)
TYPES = Path(__file__).parent / "types"
NODE = shutil.which("node")
NAMES = (
    *("log-in-account", "play-start-stream", "search-favorite"),
    *("every-action", "every-value", "structure"),
)
EXECUTORS: tuple[Executor, ...] = ("k6", "playwright")

LONG = "words that leave no room on a line, however short the rest of it may be, at all"
SELECTORS: tuple[str | dict[str, Any], ...] = (
    "#go",
    LONG[:70],
    LONG,
    f"#u${{user}} {LONG}",
    {"css": "#go", "nth": 2},
    {"testId": "go"},
    {"role": "button", "nth": -1},
    {"role": "button", "name": LONG[:50], "exact": True, "within": "form"},
    {"role": "button", "name": LONG, "exact": True},
    {"label": "Name ${user}", "within": {"role": "form", "name": LONG[:60]}},
    {"placeholder": LONG[:60], "exact": True, "nth": 0},
    {"text": LONG, "within": {"text": LONG[:40], "within": {"text": LONG, "nth": 1}}},
)
"""Short and long ones, alone and inside others."""

Resolves = Callable[..., ResolvedJourney]


def write_scripts(journeys: list[ResolvedJourney], folder: Path, executor: Executor) -> list[Path]:
    """Write the script of each journey into the folder."""
    paths = []
    for journey in journeys:
        paths.append(folder / f"{journey.id}{SUFFIX[executor]}")
        paths[-1].write_text(generate(executor, journey, OPTIONS), encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def journeys(recorded: list[ResolvedJourney], resolved: Resolves) -> list[ResolvedJourney]:
    """The recorded ones, and one whose texts leave no room on a line."""
    steps = [
        *({"action": "click", "selector": selector} for selector in SELECTORS),
        *({"action": "type", "selector": selector, "value": "v"} for selector in SELECTORS),
        *({"action": "waitFor", "selector": selector} for selector in SELECTORS),
        *({"action": "download", "selector": selector} for selector in SELECTORS),
        *({"action": "expect", "selector": selector, "text": LONG} for selector in SELECTORS),
        {"action": "navigate", "target": f"/{LONG}"},
        {"action": "press", "key": "Enter", "selector": LONG},
        {"action": "waitForText", "text": LONG, "description": "words " * 40},
        {"action": "waitFor", "response": f"/{LONG}"},
        {"action": "expect", "response": f"/{LONG}", "json": {"a.b": LONG}},
        {"action": "expect", "url": f"/{LONG}"},
    ]
    return [*recorded, resolved(steps, id="no-room"), logging_in()]


def logging_in() -> ResolvedJourney:
    """A journey that another one logs in for, which looks at several answers."""
    ask = {"action": "apiRequest", "target": "/", "capture": {"a": {"json": "a"}}}
    login = {"id": "login", "steps": [ask, {**ask, "optional": True}, {**ask, "id": "again"}]}
    environment = {"auth": {"me": {"kind": "journey", "journey": "login"}}}
    beside = Beside(
        environment=JourneyEnvironment.model_validate(environment),
        login=Journey.model_validate(login),
    )
    journey = Journey.model_validate({"id": "logging-in", "auth": "me", "steps": [ask, ask]})
    return through_json(resolve(journey, ActionMap(), "journeys/logging-in.yaml", beside))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_scripts_are_the_golden_ones(
    recorded: list[ResolvedJourney], executor: Executor, name: str
) -> None:
    """Whatever changes a script is seen in review."""
    (journey,) = (journey for journey in recorded if journey.id == name)
    script = generate(executor, journey, OPTIONS)
    golden = GOLDEN / f"{name}{SUFFIX[executor]}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        golden.write_text(script, encoding="utf-8")
    assert script == golden.read_text(encoding="utf-8")


def test_every_golden_file_is_of_an_example(recorded: list[ResolvedJourney]) -> None:
    """None is left behind, and no example is without one."""
    assert [journey.id for journey in recorded] == list(NAMES)
    expected = {f"{name}{suffix}" for name in NAMES for suffix in SUFFIX.values()}
    assert {path.name for path in GOLDEN.iterdir() if path.is_file()} == expected


def test_every_action_is_in_a_golden_file(recorded: list[ResolvedJourney]) -> None:
    """An action that is added is seen in a script."""
    (every,) = (journey for journey in recorded if journey.id == "every-action")
    assert {step.action for step in every.steps} == {*BUILT_IN_ACTIONS}


def test_python_scripts_pass_ruff_and_mypy(journeys: list[ResolvedJourney], tmp_path: Path) -> None:
    """Generated Python is as clean as written Python: laid out, without lint, and typed."""
    paths = [str(path) for path in write_scripts(journeys, tmp_path, "playwright")]
    config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    for arguments in (
        ["ruff", "format", "--check", *config, *paths],
        # A script talks to the terminal, and a request has as many parts as it has.
        ["ruff", "check", *config, "--ignore=T201,PLR0913", *paths],
        ["mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", *paths],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_k6_scripts_pass_k6_inspect(journeys: list[ResolvedJourney], tmp_path: Path) -> None:
    """k6 itself reads every script, and finds the cell's users and iterations in it."""
    inspect(write_scripts(journeys, tmp_path, "k6"))


@pytest.mark.parametrize(("language", "text"), blocks("journey"))
def test_both_read_the_guides_examples(language: str, text: str, tmp_path: Path) -> None:
    """What an author copies can be ridden: out of its file, with auth, feeders and headers."""
    journey = through_json(load_text(tmp_path, text, language))
    compile(generate("playwright", journey, OPTIONS), journey.id, "exec")
    inspect(write_scripts([journey], tmp_path, "k6"))


def inspect(paths: list[Path]) -> None:
    """Let k6 read the scripts; fail with what it says of one that it cannot."""
    k6 = shutil.which("k6", path=str(Path(sys.executable).parent))
    assert k6 is not None
    for path in paths:
        named = re.findall(r'"([A-Z_]+)"', path.read_text(encoding="utf-8"))
        done = subprocess.run(
            [k6, "inspect", "--include-system-env-vars", path],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **dict.fromkeys(named, "x")},
        )
        assert done.returncode == 0, done.stderr
        assert '"per-vu-iterations"' in done.stdout


if (TYPES / "node_modules").is_dir() and NODE is not None:  # make types

    def test_k6_scripts_are_typed_as_k6_is() -> None:
        """No script asks of k6's modules what they do not have, and none has what it never uses."""
        compiler = TYPES / "node_modules/typescript/bin/tsc"
        done = subprocess.run(
            [NODE, compiler, "--project", TYPES], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_python_scripts_show_their_help(examples: list[ResolvedJourney], tmp_path: Path) -> None:
    """A script stands on its own: it runs where there is no Tandem."""
    (path, *_) = write_scripts(examples, tmp_path, "playwright")
    done = subprocess.run(
        [sys.executable, "-I", path, "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "--base-url" in done.stdout
    assert "generators" not in path.read_text(encoding="utf-8")


def test_scripts_are_the_same_everywhere(examples: list[ResolvedJourney]) -> None:
    """Neither hash seed, nor locale, nor folder shows in a script."""
    code = (
        "import sys; sys.path[0] = sys.argv[1]\n"
        "from pathlib import Path\n"
        "from generators.options import ScriptOptions\n"
        "from generators.scripts import generate\n"
        "from journeys.loader import load_action_map, load_journey, spec_files\n"
        "root = Path(sys.argv[1]); folder = root / 'journeys'\n"
        "actions = load_action_map([folder / 'actions.yaml'], root)\n"
        "for path in spec_files(folder):\n"
        "    for executor in ('playwright', 'k6'):\n"
        "        journey = load_journey(path, actions, root)\n"
        "        script = generate(executor, journey, ScriptOptions(2, 3, 3.0))\n"
        "        sys.stdout.buffer.write(script.encode())\n"
    )
    expected = "".join(
        generate(executor, journey, OPTIONS)
        for journey in examples
        for executor in ("playwright", "k6")
    )
    for seed, locale in (("1", "C"), ("4242", "tr_TR.UTF-8")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(ROOT)],
            env={"PYTHONHASHSEED": seed, "LC_ALL": locale, "PATH": ""},
            capture_output=True,
            check=True,
            cwd="/",
        )
        assert done.stdout.decode() == expected


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_refused_journey_s_script_says_why(executor: Executor) -> None:
    """In place of a script stands the reason, in comments only."""
    refused = RefusedJourney(id="a", source="a.yaml", fault="a.yaml:1:1: x\n*/ \u2028 y\\")
    lines = refused_script(executor, refused).splitlines()
    mark = {"k6": "// ", "playwright": "# "}[executor]
    assert len(lines) == 4
    assert all(line.startswith(mark) for line in lines)


@pytest.mark.parametrize("executor", ["playwright", "k6"])
def test_a_renamed_spec_is_the_same_script(
    executor: Executor, examples: list[ResolvedJourney]
) -> None:
    """Where a journey is written down changes nothing of how it is ridden."""
    journey = examples[0]
    renamed = journey.model_copy(update={"source": "journeys/elsewhere.yaml"})
    assert generate(executor, renamed, OPTIONS) == generate(executor, journey, OPTIONS)
