"""What is wrong with one of the arguments that a served simulator is made from."""

from __future__ import annotations


class OptionError(ValueError):
    """A value cannot be used.

    Args:
        option: The option of `serve` that takes it, such as `--project`.
        message: What is wrong with it.
    """

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option
