"""Telling GitHub or GitLab of a night's regressions, and a pull request of its report.

Whatever goes wrong here is a sentence: what was measured and judged stands, and so does its exit
code; the next call tries again.
"""

# ruff: noqa: PLC0415 - heavy parts are imported when an action runs

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from executors import stopping
from graph.freshness import read_json
from graph.plan import Plan, View
from graph.reported import Fault, reported, say
from tandem.errors import ArtifactError, RefusedError, TandemError
from tandem.exit_codes import ExitCode
from tandem.files import digest_file, write_json

if TYPE_CHECKING:
    from summary.issues.models import Accepted, Action, Issue, Tonight
    from summary.issues.places import Place
    from tandem.issues_settings import IssuesSettings

_OFF: Final = "Issues are off: [issues] enabled = true, and a token in the environment, send them."


def told_file(view: View) -> Path:
    """Return the note that the tracker knows of the night."""
    return view.build / "issues.json"


def nothing_to_tell(view: View, plan: Plan, dry_run: bool, alone: bool) -> bool:
    """Tell whether the tracker knows of the night as it was judged last, or is not to know."""
    if dry_run or alone:
        return False
    return not plan.settings["issues"]["enabled"] or read_json(told_file(view)) == _note(view)


def _note(view: View) -> dict[str, Any]:
    judged = view.build / "summary" / "regression.json"
    return {"judged": digest_file(judged) if judged.exists() else ""}


@reported
def tell_of_night(view: View, plan: Plan, dry_run: bool, alone: bool) -> Fault | None:
    """Open, comment on, close and reopen issues as the night asks for; ``dry_run`` prints them.

    ``alone``: the task was asked for by its name; what goes wrong then is its failure.
    """
    from graph.make_plan import settings_of

    settings = settings_of(plan).issues
    if stopping.asked():
        return None  # half a night is none
    if not settings.enabled and not dry_run:
        say(_OFF)
        return None
    try:
        _tell(view, plan, settings, dry_run)
    except Exception as error:  # whatever it is, the gate comes next and says its verdict
        said = _sentence(error, settings)
        if alone:
            return Fault(said, int(getattr(error, "exit_code", ExitCode.TASK_FAILED)))
        say(f"Issues: {said}\n  The next call tries again.")
    return None


def _tell(view: View, plan: Plan, settings: IssuesSettings, dry_run: bool) -> None:
    from summary.issues import told
    from summary.issues.places import UNKNOWN, place_of
    from summary.issues.planner import plan_issues
    from summary.issues.sending import look, send
    from summary.issues.trackers import open_tracker

    place = place_of(settings, os.environ, for_real=not dry_run)
    tonight = _tonight(view, settings)
    accepted = _accepted(plan)

    def planned(issues: Sequence[Issue]) -> list[Action]:
        return plan_issues(tonight, issues, accepted, settings.most_per_night)

    def tell(action: Action, url: str) -> None:
        say(f"{place.name}: {told.in_a_line(action)} {url}")

    token = os.environ.get(place.token_variable, "")
    if dry_run:
        can_look = bool(token) and place.repository != UNKNOWN
        held = look(open_tracker(place, token, settings), tonight) if can_look else []
        _print_dry(planned(held), place, can_look)
    elif not token:
        say(f"Issues: {place.token_variable} is not in the environment: nothing is sent.")
    else:
        done = send(open_tracker(place, token, settings), tonight, planned, tell)
        write_json(told_file(view), _note(view))
        if not done:
            say(f"{place.name}: nothing to tell of night {tonight.night}.")


def _print_dry(actions: Sequence[Action], place: Place, has_looked: bool) -> None:
    from summary.issues import told

    where = f"{place.name}, {place.repository}"
    if not has_looked:
        say(f"{where}: not looked at (it takes {place.token_variable}); as if it had no issue yet.")
    say(f"{where}: this would be sent:" if actions else f"{where}: nothing would be sent.")
    for action in actions:
        say(told.whole(action))


def _tonight(view: View, settings: IssuesSettings) -> Tonight:
    from summary.history.frozen import read_frozen
    from summary.history.records import night_from
    from summary.issues.evidence import NightFiles, tonight_of
    from summary.issues.places import run_url_of
    from summary.night_models import NightJudged
    from summary.places import FULL, NIGHT, REGRESSION
    from summary.reports.view_files import read_summary

    history = read_frozen(view.build)
    try:
        record = night_from((view.build / NIGHT).read_bytes(), NIGHT)
        judged = NightJudged.model_validate_json((view.build / REGRESSION).read_bytes())
    except FileNotFoundError:
        history = None
    except ValueError as error:
        raise ArtifactError(f"{view.build / REGRESSION}: cannot be read") from error
    if history is None:
        raise RefusedError(f"{view.build}: no night was judged here", hint="doit run nightly")
    files = NightFiles(judged, history, record, read_summary(view.build / FULL))
    return tonight_of(files, run_url=run_url_of(os.environ), scope=settings.scope)


def _accepted(plan: Plan) -> tuple[Accepted, ...]:
    """Return what was decided about levels until now, oldest first; none when nobody can tell.

    A record that cannot be read is left out, and said to be.
    """
    from summary.history.frozen import read_decisions
    from summary.history.stores import open_store
    from summary.issues.models import Accepted

    try:
        found, unreadable = read_decisions(open_store(plan.settings["history"]["location"]))
    except TandemError as error:
        say(f"Issues: what was accepted is not known: {error}")
        return ()
    for fault in unreadable:
        say(f"Issues: a decision is left out: {fault}")
    return tuple(
        Accepted(
            journey=each.journey,
            reason=each.reason,
            decided_at=each.decided_at,
            begins=each.night if each.kind == "pin" else "",
        )
        for each in found
    )


def comment_on_request(plan: Plan, kind: str, markdown: str, dry_run: bool) -> None:
    """Put a report to the pull (merge) request of this job, in place of the last one of its kind.

    Nothing happens where issues are off or the job is of none. Nothing here is an error: the token
    of a fork's request may only read.
    """
    from graph.make_plan import settings_of
    from summary.issues.marks import is_sticky, sticky
    from summary.issues.places import place_of, request_of, run_url_of
    from summary.issues.sending import put_comment
    from summary.issues.trackers import bounded, open_tracker

    settings = settings_of(plan).issues
    request = request_of(settings, os.environ)
    if stopping.asked() or request is None or not (settings.enabled or dry_run):
        return
    try:
        place = place_of(settings, os.environ, for_real=not dry_run)
        url = run_url_of(os.environ)
        told = (
            f"{markdown.rstrip()}\n\n[The CI run and its artifacts]({url})\n" if url else markdown
        )
        body = sticky(kind, bounded(told))
        token = os.environ.get(place.token_variable, "")
        if dry_run:
            say(f"{place.name}, {place.repository}: request {request} would get this comment:")
            say(told)
        elif not token:
            say(f"Comment: {place.token_variable} is not in the environment: nothing is sent.")
        else:
            tracker = open_tracker(place, token, settings)
            sent = put_comment(tracker, request, lambda text: is_sticky(kind, text), body)
            say(f"{place.name}: {sent or f'request {request} has this comment already'}")
    except Exception as error:  # as above
        say(f"Comment: {_sentence(error, settings)}")


def _sentence(error: Exception, settings: IssuesSettings) -> str:
    """Return what went wrong, without what somebody else's server may have repeated of ours."""
    from executors.redaction.values import MIN_LENGTH, SecretValues
    from tandem.tokens import token_variable

    text = str(error)
    if not isinstance(error, TandemError):
        text = f"a fault of Tandem's own: {type(error).__name__}: {text}"
    token = os.environ.get(token_variable(settings.service, settings.token, os.environ), "")
    return SecretValues([token]).redact_text(text) if len(token) >= MIN_LENGTH else text
