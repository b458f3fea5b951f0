"""doit's own database: usable before doit opens it, and no loss. Standard library only."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any


def usable_database(file: Path) -> str:
    """Return the path of doit's database; a damaged one is put aside first, and that is said.

    doit ends with a traceback when it cannot read its database, although nothing is lost with it:
    what was ridden is known from the cells' own folders, and everything else is quickly remade.
    """
    file.parent.mkdir(exist_ok=True)  # no backend of doit's creates its folder
    if file.exists() and (damage := _damage(file)):
        aside = file.with_name(f"{file.name}.damaged")
        file.replace(aside)
        sys.stderr.write(
            f"{file}: doit's record of finished tasks cannot be read ({damage}). It is now "
            f"{aside.name}, and a new one is made; what was ridden still stands.\n"
        )
    return str(file)


def do_without_database(dependencies: Any) -> None:
    """Let ``dependencies`` (doit's manager of them) be told once, in a sentence, of a full disk.

    doit would end with a traceback, and without its own word on what failed.
    """
    remove, dump = dependencies.remove, dependencies.backend.dump
    told: list[str] = []

    def tell(error: sqlite3.OperationalError) -> None:
        if not told:
            told.append(str(error))
            sys.stderr.write(
                f"{dependencies.name}: doit's record of finished tasks cannot be written ({error})."
                " What was ridden stands; the next call looks for itself what else there is.\n"
            )

    def remove_if_possible(task: str) -> None:
        try:
            remove(task)
        except sqlite3.OperationalError as error:
            tell(error)

    def dump_if_possible() -> None:
        try:
            dump()
        except sqlite3.OperationalError as error:
            tell(error)

    dependencies.remove, dependencies.backend.dump = remove_if_possible, dump_if_possible


def _damage(file: Path) -> str:
    try:
        place = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=0)) as database:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:  # another doit is at it, or it may not be read: doit will say
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found
