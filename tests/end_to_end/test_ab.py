"""Base against head, ridden for real: a revision of the app, and a slower workspace."""

from __future__ import annotations

import json
import subprocess

from tests.end_to_end.workspace import make_workspace

SPEC = """id: open-login
pacingSeconds: 0.3
steps:
  - {id: open, action: navigate, target: /login}
"""
FAST = "    async def login_form(self, request: Request) -> Response:\n"
SLOW = FAST + '        __import__("time").sleep(0.25)\n'
DOC = '        """Show the login form, tied to the session or to a new anonymous one."""\n'


def test_a_slower_head_is_told_with_the_code_of_a_regression(tmp_path):
    workspace = make_workspace(tmp_path)
    (workspace.folder / "journeys/open-login.yaml").write_text(SPEC, encoding="utf-8")
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "base"],
    ):
        subprocess.run(["git", *words], cwd=workspace.folder, check=True)
    few = ("executor=k6", "iterations=1", "warmup=0", "rounds=5")
    unknown = workspace.doit("run", "ab", "base=nowhere", *few)
    assert unknown.code == 3
    assert "neither a URL nor a revision" in unknown.out
    workspace.edit("demo/pages.py", FAST + DOC, SLOW)
    ended = workspace.doit("run", "ab", "base=HEAD", *few)
    assert ended.code == 98, ended.out
    assert "Slower: head (the workspace) against base (HEAD (" in ended.out
    (found,) = (workspace.folder / "results").glob("ab-*.json")
    report = json.loads(found.read_bytes())
    (step,) = [each for each in report["units"] if each["unit"] == "step"]
    assert (step["step"], step["rounds"]) == ("open", 5)
    assert found.with_suffix(".md").read_text().startswith("# Slower")
    assert not (workspace.folder / ".tandem/ab").exists()
