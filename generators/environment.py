"""The one jinja2 environment of the generators."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from generators.literals import comment_text, docstring_text, javascript_literal, python_literal


@cache
def environment() -> Environment:
    """Return the environment: strict, and without HTML escaping, since none of this is HTML."""
    made = Environment(
        loader=PackageLoader("generators"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - scripts, not pages; values pass through the literals
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["js"] = javascript_literal
    made.filters["py"] = python_literal
    made.filters["comment"] = comment_text
    made.filters["docstring"] = docstring_text
    return made
