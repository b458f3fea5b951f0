"""From files to resolved journeys: the one place where spec files are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeGuard, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from journeys.action_map import ActionMap, MapPlaces
from journeys.documents import Document, document_in, read_content, read_document
from journeys.environment import NOTHING_SET, JourneyEnvironment
from journeys.faults import Fault, FaultsError, faults_of, spec_error
from journeys.feeders import Rows, read_rows
from journeys.places import Field
from journeys.resolve import Beside, resolve, unknown_action
from journeys.resolved import RefusedJourney, ResolvedJourney
from journeys.salvage import salvaged
from journeys.spec import Journey
from journeys.texts import Identifier, WorkspaceFile
from journeys.upload_files import paths_in, paths_in_plain, read_upload
from journeys.uploads import MAX_FILES_BYTES
from journeys.workspace_files import real
from tandem.errors import SpecError

SPEC_SUFFIXES = (".yaml", ".yml", ".json")
RESERVED_NAMES = ("actions.yaml", "actions.schema.json", "journey.schema.json")

_ID: TypeAdapter[str] = TypeAdapter(Identifier)
_FILE: TypeAdapter[str] = TypeAdapter(WorkspaceFile)
_NO_OTHERS: Mapping[str, str] = MappingProxyType({})
_Model = TypeVar("_Model", bound=BaseModel)


def spec_files(folder: Path, action_maps: Sequence[Path] = ()) -> list[Path]:
    """Return the spec files of ``folder``, by name; ``action_maps`` beside them are none."""
    maps = {real(path) for path in action_maps}
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in SPEC_SUFFIXES
        and path.name not in RESERVED_NAMES
        and not path.name.startswith(".")
        and real(path) not in maps
    )


def load_action_map(paths: Sequence[Path], workspace: Path) -> ActionMap:
    """Return the maps of ``paths`` merged, later ones over earlier ones; raise SpecError."""
    merged = ActionMap()
    for path in paths:
        shown_path = _shown(path, workspace)
        found = _map_in(read_content(path, shown_path), shown_path, path.suffix == ".json")
        merged = merged.overridden_by(found)
    return merged


@lru_cache(maxsize=16)
def _map_in(content: bytes, shown_path: str, is_json: bool) -> ActionMap:
    """Return the map of a file's content: each of a thousand journeys asks for the same one."""
    return _parsed(ActionMap, document_in(content, shown_path, is_json=is_json))


def map_places(paths: Sequence[Path], workspace: Path) -> MapPlaces:
    """Return where the files say what :func:`load_action_map` makes of them."""
    actions: dict[str, str] = {}
    rules: list[str] = []
    for path in paths:
        document = _read(path, workspace)
        found, places = _parsed(ActionMap, document), document.places()
        for name in found.actions:
            actions[name] = f"{document.path}:{places.place(('actions', name))[0]}"
        lines = (places.place(("match", index))[0] for index in range(len(found.match)))
        rules[:0] = [f"{document.path}:{line}" for line in lines]
    return MapPlaces(actions, tuple(rules))


def load_journey(
    path: Path,
    action_map: ActionMap,
    workspace: Path,
    environment: JourneyEnvironment = NOTHING_SET,
) -> ResolvedJourney:
    """Return the journey of the spec file; raise SpecError with every fault and its place."""
    document = _read(path, workspace)

    def resolved(journey: Journey, *, is_whole: bool = True) -> ResolvedJourney:
        journey = _with_feeders_of(environment, journey)
        faults, login, rows = FaultsError(), None, {}
        with faults.below(()):
            login = _login(journey, path, workspace, environment)
            rows = {**(_rows(login, workspace) if login else {}), **_rows(journey, workspace)}
        lacks = bool(faults.faults)
        files = _files(journey, [action_map, login], workspace, faults)
        if lacks:  # what refers to it would be told to refer to nothing
            raise faults
        beside = Beside(rows, environment, files, login=login, is_whole=is_whole)
        try:
            found = resolve(journey, action_map, document.path, beside)
        except FaultsError as error:
            faults.faults.extend(error.faults)
            raise faults from error
        faults.raise_if_any()
        return found

    try:
        return resolved(Journey.model_validate(document.value))
    except ValidationError as error:
        faults = faults_of(error, document, Journey)
        known = {fault.field for fault in faults}
        unknown = _unknown_actions(document, action_map)
        faults += [each for each in unknown if each.field not in known]
        rest = salvaged(document.value, faults)
        more = _faults_of(lambda: rest and resolved(rest, is_whole=False))
        raise spec_error(document, dict.fromkeys([*faults, *more])) from error
    except FaultsError as error:
        raise spec_error(document, error.faults) from error


def _faults_of(action: Callable[[], object]) -> list[Fault]:
    try:
        action()
    except FaultsError as error:
        return error.faults
    return []


def _with_feeders_of(environment: JourneyEnvironment, journey: Journey) -> Journey:
    """Return the journey with the environment's files in place of its own."""
    feeders = {
        name: feeder.model_copy(update={"file": environment.feeders.get(name, feeder.file)})
        for name, feeder in journey.feeders.items()
    }
    return journey.model_copy(update={"feeders": feeders})


def _login(
    journey: Journey, path: Path, workspace: Path, environment: JourneyEnvironment
) -> Journey | None:
    """Return the journey that logs in, from the folder of the one that asks for it."""
    auth = environment.auth.get(journey.auth or "")
    if auth is None or auth.journey is None:
        return None
    # It is mostly in the file of that name: then none of a thousand others is read.
    for spec in sorted(spec_files(path.parent), key=lambda each: each.stem != auth.journey):
        if outline(spec, workspace).id == auth.journey:
            try:
                return _with_feeders_of(environment, _parsed(Journey, _read(spec, workspace)))
            except SpecError as error:
                message = f"'{auth.journey}', which logs in, is wrong: {error.message}"
                raise FaultsError.single(("auth",), message) from error
    raise FaultsError.single(("auth",), f"there is no journey '{auth.journey}' to log in with")


def _rows(journey: Journey, workspace: Path) -> dict[str, Rows]:
    faults = FaultsError()
    rows: dict[str, Rows] = {}
    for name, feeder in journey.feeders.items():
        try:
            rows[name] = read_rows(feeder.file, workspace)
        except SpecError as error:
            faults.add(("feeders", name, "file"), error.message)
    faults.raise_if_any()
    return rows


def _files(
    journey: Journey, others: Sequence[BaseModel | None], workspace: Path, faults: FaultsError
) -> dict[str, str]:
    """Return the content of each file that is handed to the app; of one with a fault, nothing.

    ``others`` are what names such files beside the journey.
    """
    named = [*paths_in(journey), *(((), path) for each in others for _, path in paths_in(each))]
    files: dict[str, str] = {}
    for place, path in named:
        files[path] = ""
        try:
            files[path] = read_upload(path, workspace)
        except SpecError as error:
            faults.add(place, error.message)
    total = sum(len(each) * 3 // 4 - each.count("=") for each in files.values())  # of base64
    if total > MAX_FILES_BYTES:
        faults.add((), f"its files have {total} bytes together, expected at most {MAX_FILES_BYTES}")
    return files


def all_faults(
    specs: Sequence[Path],
    map_paths: Sequence[Path],
    workspace: Path,
    environment: JourneyEnvironment = NOTHING_SET,
) -> tuple[list[str], list[ResolvedJourney]]:
    """Return what is wrong with any of the files, one message for each, and the sound journeys.

    While a map is wrong, nothing can be said of what specs make of it: they are held against the
    language alone.
    """
    faults: list[str] = []
    sound: list[ResolvedJourney] = []
    action_map: ActionMap | None = ActionMap()
    for path in map_paths:
        try:
            found = load_action_map([path], workspace)
            action_map = action_map and action_map.overridden_by(found)
        except SpecError as error:
            faults.append(str(error))
            action_map = None
    for path in specs:
        try:
            if action_map is None:
                _parsed(Journey, _read(path, workspace))
            else:
                sound.append(load_journey(path, action_map, workspace, environment))
        except SpecError as error:
            faults.append(str(error))
    return faults, sound


def _unknown_actions(document: Document, action_map: ActionMap) -> Iterator[Fault]:
    """Yield the faults that a wrong spec would hide until the rest of it is right."""
    for place, step in _steps_in(document.value, ()):
        action = step.get("action")
        if isinstance(action, str) and (fault := unknown_action(action, action_map)):
            yield Fault((*place, "action"), fault)


def _steps_in(value: Any, place: Field) -> Iterator[tuple[Field, dict[str, Any]]]:
    """Yield the steps below ``value`` and below those, wrong or right, and where they stand."""
    steps = value.get("steps") if isinstance(value, dict) else None
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        here = (*place, "steps", index)
        if isinstance(step, dict):
            yield here, step
        if isinstance(step, dict) and step.get("action") in ("group", "repeat"):
            yield from _steps_in(step, here)


def load_or_refuse(
    path: Path,
    map_paths: Sequence[Path],
    workspace: Path,
    journey_id: str,
    environment: JourneyEnvironment = NOTHING_SET,
) -> ResolvedJourney | RefusedJourney:
    """Like :func:`load_journey`, with a wrong spec as a value: it costs its own cells only."""
    try:
        action_map = load_action_map(map_paths, workspace)
        return load_journey(path, action_map, workspace, environment)
    except SpecError as error:
        return RefusedJourney(id=journey_id, source=_shown(path, workspace), fault=str(error))


def files_of_maps(paths: Sequence[Path], workspace: Path) -> tuple[str, ...]:
    """Return the files that the maps hand to the app; none while a map is wrong."""
    try:
        action_map = load_action_map(paths, workspace)
    except SpecError:
        return ()
    return tuple(sorted({path for _, path in paths_in(action_map)}))


class Outline(NamedTuple):
    """What is known of a spec before it is checked, right or wrong in all else."""

    id: str
    """A spec with a fault keeps its name: its report and its history stay where they were."""
    data_files: tuple[str, ...]
    """The files of its feeders and uploads, below the workspace."""
    auth: str = ""
    """The name of its auth, if it has one."""

    def to_json(self) -> list[Any]:
        """Return the plain form: two that are the same have the same."""
        return [self.id, list(self.data_files), self.auth]


def outline(path: Path, workspace: Path, feeders: Mapping[str, str] = _NO_OTHERS) -> Outline:
    """Return the outline of a spec; its id is the file's stem where it gives none.

    ``feeders`` are files in place of those that it names, by feeders' names.
    """
    try:
        value = _read(path, workspace).value
    except SpecError:
        return Outline(path.stem, ())
    spec = value if isinstance(value, dict) else {}
    try:
        found = _ID.validate_python(spec.get("id"))
    except ValidationError:
        found = path.stem
    auth = spec.get("auth")
    uploads = (path for _, step in _steps_in(spec, ()) for path in paths_in_plain(step))
    named = {*_data_files(spec.get("feeders"), feeders), *filter(_is_file, uploads)}
    files = tuple(sorted(named))
    return Outline(found, files, auth if isinstance(auth, str) else "")


def _data_files(feeders: Any, others: Mapping[str, str]) -> Iterator[str]:
    for name, feeder in feeders.items() if isinstance(feeders, dict) else ():
        own = feeder.get("file") if isinstance(feeder, dict) else None
        file = others.get(name, own)
        if _is_file(file):
            yield file


def _is_file(value: Any) -> TypeGuard[str]:
    try:
        _FILE.validate_python(value)
    except ValidationError:
        return False
    return True


def _read(path: Path, workspace: Path) -> Document:
    return read_document(path, _shown(path, workspace))


def _shown(path: Path, workspace: Path) -> str:
    try:
        return real(path).relative_to(real(workspace)).as_posix()
    except ValueError:
        return path.name


def _parsed(model: type[_Model], document: Document) -> _Model:
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise spec_error(document, faults_of(error, document, model)) from error
