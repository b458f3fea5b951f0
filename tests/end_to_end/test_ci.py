"""The shell lines of the CI files, run for real: a night whose history is a branch, a quick run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from summary.history.records import night_from
from tests.end_to_end.test_nightly import JOURNEY, SMALL
from tests.end_to_end.workspace import ROOT, clean_environment, make_workspace

JOBS = yaml.safe_load((ROOT / ".github/workflows/performance.yml").read_text())["jobs"]


def run(folder: Path, *command: str) -> str:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout as a job has it: of a repository that it may push to, and with .venv made."""
    folder = tmp_path_factory.mktemp("ci")
    made = make_workspace(folder / "checkout", JOURNEY)
    settings = made.folder / "tandem.toml"
    kept = settings.read_text(encoding="utf-8").partition("[profiles.nightly]")[0]
    settings.write_text(kept + SMALL, encoding="utf-8")
    (made.folder / ".venv").symlink_to(sys.prefix)
    run(folder, "git", "init", "-q", "--bare", "origin.git")
    run(made.folder, "git", "init", "-q")
    run(made.folder, "git", "remote", "add", "origin", str(folder / "origin.git"))
    return made


def shell(workspace: Any, job: str, journey: str = "") -> subprocess.CompletedProcess[str]:
    """Run the lines of a job that ride, as GitHub does."""
    lines = "\n".join(each["run"] for each in JOBS[job]["steps"] if "doit" in each.get("run", ""))
    given = {name: str(value) for name, value in JOBS[job]["env"].items()}
    given = {name: value for name, value in given.items() if "${{" not in value}
    environment = clean_environment({**given, "JOURNEY": journey, "GITHUB_ACTIONS": "true"})
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", lines],
        cwd=workspace.folder,
        env={**environment, "GITHUB_STEP_SUMMARY": str(workspace.folder / "page.md")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_night_is_ridden_and_its_record_pushed(checkout):
    """The next job, on a machine that is new, finds it on the branch."""
    ended = shell(checkout, "nightly")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "in git:performance-history" in ended.stdout
    origin = checkout.folder.parent / "origin.git"
    listed = run(origin, "git", "ls-tree", "-r", "--name-only", "performance-history")
    (name,) = listed.split()
    text = run(origin, "git", "show", f"performance-history:{name}")
    night = night_from(text.encode(), name)
    assert night.fingerprint is not None
    assert (night.fingerprint.runner, night.fingerprint.environment) == ("ubuntu-24.04", "ci")
    assert (checkout.folder / "page.md").read_text().startswith("# ")


def test_a_pull_request_rides_what_it_is_asked_for(checkout):
    """Validated first; a journey's name that is none ends the job, whatever stands in it."""
    ended = shell(checkout, "quick", journey=JOURNEY)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    refused = shell(checkout, "quick", journey="x; touch broken")
    assert refused.returncode == 3, refused.stdout
    assert not (checkout.folder / "broken").exists()
