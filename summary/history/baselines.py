"""The runs with which what is usual begins, however long ago that was."""

from __future__ import annotations

from collections.abc import Sequence

from summary.history.frozen import NIGHTS, read_decisions
from summary.history.records import Decision, night_from
from summary.history.stores import Store
from tandem.errors import ArtifactError, RefusedError

_SUFFIX = ".json"
_HINT = (
    "Without it nobody knows which run is a baseline: mend it, or remove it from the history and "
    "name the runs that must stay in results/pinned.json."
)


def baseline_stamps(store: Store, profile: str) -> frozenset[str]:
    """Return the stamps of the runs with which a decision lets begin what is usual.

    Raises :class:`RefusedError` when a decision, or the record of such a night, cannot be read.
    """
    decisions, torn = read_decisions(store)
    if torn:
        raise RefusedError(torn[0], hint=_HINT)
    names = {
        name.rpartition("/")[2].removesuffix(_SUFFIX): name
        for name in store.names(f"{NIGHTS}/{profile}")
    }
    nights = sorted(names)
    first = {_first_usual(nights, each) for each in decisions} - {""}
    try:
        records = [
            night_from(text, name) for name, text in store.read_all([names[each] for each in first])
        ]
    except ArtifactError as error:
        raise RefusedError(error.message, hint=_HINT) from error
    return frozenset(each.stamp for each in records if each.stamp)


def _first_usual(nights: Sequence[str], decision: Decision) -> str:
    """Return the first night that counts; "" when there is none yet."""
    if decision.kind == "pin":
        return decision.night if decision.night in nights else ""
    return next((each for each in nights if each > decision.night), "")
