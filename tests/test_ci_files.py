"""The files for GitHub and GitLab: by their schemas, by a linter, and by rules of our own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from graph.variables import KNOWN
from tandem.settings import Settings

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github/workflows/performance.yml"
GITLAB = ROOT / ".gitlab-ci.yml"
RULES = """
extends: default
rules:
  line-length: {max: 140}
  document-start: disable
  truthy: {check-keys: false}
"""


def parsed(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def github_jobs() -> list[Any]:
    return [pytest.param(job, id=name) for name, job in parsed(GITHUB)["jobs"].items()]


def gitlab_jobs() -> list[Any]:
    return [
        pytest.param({**parsed(GITLAB)[".performance"], **job}, id=name)
        for name, job in parsed(GITLAB).items()
        if isinstance(job, dict) and "script" in job
    ]


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (GITHUB, ["--builtin-schema", "vendor.github-workflows"]),
        (GITLAB, ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
    ids=["github", "gitlab"],
)
def test_they_are_what_the_services_read(file: Path, schema: list[str]) -> None:
    """By the schemas that both services publish."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("file", [GITHUB, GITLAB], ids=["github", "gitlab"])
def test_nothing_in_them_is_odd(file: Path) -> None:
    """By a linter of YAML."""
    text = file.read_text(encoding="utf-8")
    assert [str(each) for each in linter.run(text, YamlLintConfig(RULES))] == []


def test_actions_are_pinned_to_a_commit_with_its_version_beside_it() -> None:
    """A tag can be moved to another commit; a commit cannot."""
    used = re.findall(r"uses: (.*)", GITHUB.read_text(encoding="utf-8"))
    assert len(used) == 12
    for each in used:
        assert re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", each), each


def test_no_job_may_more_than_it_needs() -> None:
    """Nothing by default; the night writes history and issues, a pull request its one comment."""
    workflow = parsed(GITHUB)
    assert workflow["permissions"] == {}
    allowed = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    reading = {"contents": "read"}
    assert allowed.pop("nightly") == {"contents": "write", "issues": "write"}
    assert allowed.pop("base-against-head") == {**reading, "pull-requests": "write"}
    assert allowed == {"quick": reading}
    assert "pull_request_target" not in workflow[True]  # YAML 1.1 reads "on" as true


@pytest.mark.parametrize("job", github_jobs())
def test_results_are_kept_of_a_job_that_fails(job: dict[str, Any]) -> None:
    """Those of a job that was cut off, too; and not for ever."""
    (upload,) = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert upload["if"] == "always()"
    assert upload["with"]["path"] == "results/"
    assert 0 < upload["with"]["retention-days"] <= 90
    assert job["timeout-minutes"]


def test_nothing_is_sent_unless_somebody_says_so() -> None:
    """By a variable of the repository; the token is where something may be sent, and only there."""
    for name, job in parsed(GITHUB)["jobs"].items():
        flag = job["env"].get("TANDEM_ISSUES__ENABLED", "")
        given = [step for step in job["steps"] if "GITHUB_TOKEN" in step.get("env", {})]
        assert bool(given) == bool(flag) == (name != "quick")
        assert all("doit run" in step["run"] for step in given)
        assert not flag or re.fullmatch(r"\$\{\{ vars\.PERFORMANCE_\w+ == 'true' \}\}", flag)
    assert parsed(GITLAB)[".performance"]["variables"]["TANDEM_ISSUES__ENABLED"] == "false"


def test_both_services_have_the_same_jobs() -> None:
    """A night, base against head, a quick run: of the same worth."""
    github, gitlab = parsed(GITHUB)["jobs"], parsed(GITLAB)
    assert set(github) == {name for name, job in gitlab.items() if "script" in job}
    for name, job in github.items():
        theirs = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
        ours = [*gitlab[".performance"]["before_script"], *gitlab[name]["script"]]
        assert [_task(line) for line in theirs] == [_task(line) for line in ours]


def _task(line: str) -> str:
    return re.split(r" \$\{| base=", line)[0]


def test_two_nights_never_overlap() -> None:
    """A night that has begun is ridden to its end."""
    concurrency = parsed(GITHUB)["jobs"]["nightly"]["concurrency"]
    assert concurrency == {"group": "performance-nightly", "cancel-in-progress": False}
    night = parsed(GITLAB)["nightly"]
    assert night["resource_group"] == "performance-nightly"
    assert not parsed(GITLAB)[".performance"]["interruptible"]


@pytest.mark.parametrize("job", github_jobs())
def test_nothing_from_outside_is_pasted_into_a_shell(job: dict[str, Any]) -> None:
    """An input reaches the shell as a variable, in which nothing is run."""
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")


def scripts() -> list[Any]:
    """Return the shell lines of every job."""
    github = [
        line
        for job in parsed(GITHUB)["jobs"].values()
        for step in job["steps"]
        for line in step.get("run", "").splitlines()
    ]
    gitlab = [
        line
        for job in parsed(GITLAB).values()
        if isinstance(job, dict)
        for part in ("before_script", "script")
        for line in job.get(part, ())
    ]
    return [pytest.param(line, id=line) for line in dict.fromkeys(github + gitlab)]


@pytest.mark.parametrize("line", scripts())
def test_each_line_of_shell_is_one(line: str) -> None:
    """And names targets and arguments that there are."""
    subprocess.run(["sh", "-n", "-c", line], check=True)
    words = line.split()
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), flags=re.M)
    else:
        assert words[:2] == [".venv/bin/doit", "run"]
        assert words[2] in ("quick", "nightly", "validate", "ab")
        assert all(name in KNOWN for name in re.findall(r"(\w+)=", line))


@pytest.mark.parametrize("job", [*github_jobs(), *gitlab_jobs()])
def test_each_variable_for_us_is_a_setting(job: dict[str, Any]) -> None:
    """A misspelt one would be refused in the night."""
    given = {**job.get("env", {}), **job.get("variables", {})}
    ours = {name.removeprefix("TANDEM_") for name in given if name.startswith("TANDEM_")}
    known = {name.upper() for name in Settings.model_fields} | {
        "HISTORY__LOCATION",
        "ISSUES__ENABLED",
    }
    assert ours <= known
    shared = parsed(GITLAB)[".performance"]["variables"]
    assert {**shared, **given}["TANDEM_ENVIRONMENT"] == "ci"
