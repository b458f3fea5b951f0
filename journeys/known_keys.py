"""Which keys can stand at a place of a spec, read off the models. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

Model = type[BaseModel]


def known_keys(root: Model, location: tuple[str | int, ...]) -> list[str]:
    """Return the keys that can stand where pydantic's ``location`` points at, each once."""
    models = [root]
    for part in location[:-1]:
        models = _below(models, part)
    return list(dict.fromkeys(key for model in models for key in key_names(model)))


def key_names(*models: Model) -> list[str]:
    """Return the names that keys of the models have outside, a model's own before inherited."""
    return [
        field.alias or name
        for model in models
        for name, field in sorted(
            model.model_fields.items(), key=lambda item: item[0] not in model.__annotations__
        )
    ]


def _below(models: list[Model], part: str | int) -> list[Model]:
    """Return the models at a key of ``models``, or those that the name of a union's member means.

    Indexes, and keys that authors choose, lead to the same models.
    """
    inner = [
        found
        for model in models
        for name, field in model.model_fields.items()
        if part == (field.alias or name)
        for found in models_in(field.annotation)
    ]
    meant = [model for model in models if part in _names_of(model)]
    return inner or meant or models


def models_in(annotation: Any) -> Iterator[Model]:
    """Yield the models that an annotation names in its containers and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def _names_of(model: Model) -> Iterator[str | int]:
    """Yield what pydantic may call a model that is a member of a union."""
    yield model.__name__
    for name in ("action", "type"):
        if name in model.model_fields:
            yield from get_args(model.model_fields[name].annotation)
