"""Every error that Tandem shows to a person.

TandemError             something the user can mend; never shown with a traceback
├── SettingsError       tandem.toml, TANDEM_* or a name=value argument is wrong
├── RefusedError        the target or the request is guarded and was not allowed
├── SpecError           a journey or an action map is wrong
├── ToolchainError      k6 or a browser is missing or unusable
├── ServerError         the app under test did not start, or went away
├── TrackerError        GitHub or GitLab cannot be reached, or does not do what it is asked to
└── ArtifactError       a recorded file is missing, damaged or of another version
"""

from __future__ import annotations

from tandem.exit_codes import ExitCode


class TandemError(Exception):
    """A fault that the reader can mend.

    ``message`` says what is wrong and where (file, field, line where it can be had);
    ``hint`` says what to do next. ``exit_code`` is what the shell gets when nothing
    handles the error before it reaches the command line.
    """

    exit_code: ExitCode = ExitCode.REFUSED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class SettingsError(TandemError):
    """tandem.toml, the environment or the command line holds something unusable."""


class RefusedError(TandemError):
    """A guard said no: nothing was started."""


class SpecError(TandemError):
    """A journey spec or an action map cannot be used."""


class ToolchainError(TandemError):
    """k6 or a browser cannot be found or does not run."""


class ServerError(TandemError):
    """The app under test did not become ready, or ended while it was ridden."""

    exit_code = ExitCode.JOURNEY_FAILED


class TrackerError(TandemError):
    """GitHub or GitLab cannot be reached, or does not do what it is asked to."""

    exit_code = ExitCode.TASK_FAILED

    def __init__(self, message: str, *, hint: str = "", may_be_done: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.may_be_done = may_be_done
        """Nobody knows whether it was done: the answer did not come, or was the server's fault."""


class ArtifactError(TandemError):
    """A recorded file is missing, damaged or of a version this code cannot read."""

    exit_code = ExitCode.INVALID
