"""doit's own database: usable before doit opens it. Standard library only."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path


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
