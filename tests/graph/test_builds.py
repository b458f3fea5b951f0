"""Builds of the app: what of a revision is started."""

from __future__ import annotations

import subprocess

from graph.builds import build_of
from tandem.settings import Settings

SETTINGS = Settings.model_validate({"app": {"command": ["app", "{port}"], "folder": "app"}})
COMMIT = ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one")


def test_a_link_that_leads_out_of_the_repository_is_left_out(tmp_path, monkeypatch):
    """It says nothing about the revision; the rest of it is there, other links too."""
    monkeypatch.chdir(tmp_path)
    app = tmp_path / "app"
    app.mkdir()
    (app / "main.py").write_text("print()")
    (app / "again.py").symlink_to("main.py")
    (app / "shared").symlink_to("../../elsewhere")
    (app / "hosts").symlink_to("/etc/hosts")
    for words in (["init", "-q"], ["add", "app"], [*COMMIT]):
        subprocess.run(["git", *words], check=True)
    build = build_of("base", "HEAD", SETTINGS)
    taken = tmp_path / build.settings.app.folder
    assert sorted(path.name for path in taken.iterdir()) == ["again.py", "main.py"]
    assert (taken / "again.py").read_text() == "print()"
