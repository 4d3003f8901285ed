"""The named errors of the suite.

A bad document is never an exception: kernels return a reason for it. These errors are for what a person has to mend,
so each carries a stable code and a one-line message that says what to do.
"""


class TierlakeError(Exception):
    """Base of all named errors.

    Parameters
    ----------
    code : str
        Stable, searchable name, such as ``CONF_UNKNOWN_KEY``.
    message : str
        One line: what is wrong and what to do about it.

    Examples
    --------
    >>> str(SettingsError("CONF_UNKNOWN_KEY", "no setting 'lake.pth'; did you mean 'lake.path'?"))
    "CONF_UNKNOWN_KEY: no setting 'lake.pth'; did you mean 'lake.path'?"
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.code, self.message)


class SettingsError(TierlakeError):
    """A setting, rule set or prompt file is wrong; raised before Spark starts."""


class InputError(TierlakeError):
    """An input path or an argument of a command is wrong."""


class LakeError(TierlakeError):
    """The tables are not what this version of the suite expects."""


class EngineError(TierlakeError):
    """A language model cannot be loaded or reached."""


class SetupError(TierlakeError):
    """The machine lacks something the suite needs: Java, a jar, disk space."""
