"""Commands whose reports also say why nothing could be done: an earlier report must not stand for this run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from conformance.cli.files import require_outputs, write_file
from conformance.cli.run_details import run_details
from conformance.cli.step_summary import summarise_step
from conformance.cli.streams import print_note
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.report import Report, RunDetails

#: Where click keeps which reports were written.
_WRITTEN: Final = "conformance.cli.reporting_command.written"
#: Parameters of commands that name files which they read.
_INPUTS: Final = ("paths", "events", "mapping", "mappings", "named", "against", "baseline_files")
#: How files are called that a folder may have been named for.
_INPUT_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".gz", ".har", ".tf"})


class ReportingCommand(click.Command):
    """A command that also writes a report when its input or its usage is wrong, or when it is interrupted.

    What this run has written by `write_report`, `print_json` and `write_summary` stays.

    Args:
        settings: What `click.Command` takes.
        problems_json: Makes the JSON document of a report that has problems only; None where there is none.
    """

    def __init__(self, *, problems_json: Callable[[Report], str] | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self._problems_json = problems_json

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """What click makes of the arguments; where they are wrong, the reports that they ask for say so."""
        given = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            self._report(self._context_of_wrong(info_name, given, parent), error)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where it cannot do its work, the reports say why."""
        try:
            return super().invoke(ctx)
        except (InputError, click.ClickException, KeyboardInterrupt) as error:
            self._report(ctx, error)
            raise

    def _context_of_wrong(self, name: str | None, args: list[str], parent: click.Context | None) -> click.Context:
        """What can be made of arguments that are wrong; an option whose value is wrong is missing."""
        lenient = {"ignore_unknown_options": True, "allow_extra_args": True}
        return super().make_context(name, args, parent, resilient_parsing=True, **lenient)

    def _report(self, context: click.Context, error: BaseException) -> None:
        from conformance.report import Report

        problems = error.problems if isinstance(error, InputError) else (_problem(context, error),)
        report = Report((), mistakes=problems)
        written: set[str] = context.meta.setdefault(_WRITTEN, set())
        with context.scope(cleanup=False):
            details = run_details(context.params.get("mapping"), context.params.get("seed"))
            _write_files(report, details, context.params, written)
            if context.params.get("github") and "--github" not in written:
                from conformance.report.workflow import to_markdown

                summarise_step(to_markdown(report, details))
            if self._problems_json is not None and context.params.get("as_json") and "--json" not in written:
                click.echo(self._problems_json(report), nl=False)


def write_report(option: str, name: str, text: str) -> None:
    """Write a report to the file that an option names.

    Raises:
        InputError: It cannot be written.
    """
    write_file(option, name, text)
    _note_written(option)


def print_json(text: str) -> None:
    """Print the report in JSON."""
    click.echo(text, nl=False)
    _note_written("--json")


def write_summary(markdown: str) -> None:
    """Add the report to the summary of the step of GitHub Actions."""
    summarise_step(markdown)
    _note_written("--github")


def _note_written(option: str) -> None:
    click.get_current_context().meta.setdefault(_WRITTEN, set()).add(option)


def _problem(context: click.Context, error: BaseException) -> InputProblem:
    """Why the command as a whole cannot do its work."""
    if not isinstance(error, click.ClickException):
        return InputProblem(context.command_path, 0, 0, "", "interrupted")
    if not isinstance(error, click.UsageError):
        return InputProblem(context.command_path, 0, 0, "", error.format_message())
    from conformance.cli.program import usage_sentence

    return InputProblem(context.command_path, 0, 0, "", usage_sentence(error), f"see {context.command_path} --help")


def _write_files(report: Report, details: RunDetails, params: Mapping[str, Any], written: set[str]) -> None:
    """Write the files that are asked for; one that cannot be written, or is an input, is told on stderr."""
    from conformance.report import to_html, to_junit, to_tap

    views: dict[str, Callable[[Report, RunDetails], str]]
    views = {"junit": to_junit, "html": to_html, "tap": to_tap, "markdown": _to_markdown}
    inputs = tuple(_inputs(params))
    targets = [Path(params[key]).resolve() for key in views if params.get(key) is not None]
    for key, view in views.items():
        option, name = f"--{key}", params.get(key)
        if name is None or option in written or _may_be_input(name, inputs):
            continue
        if targets.count(Path(name).resolve()) > 1:
            # Two reports in one file: which of them it is to be is what the user has to say.
            continue
        try:
            require_outputs([(option, name)], inputs)
            write_file(option, name, view(report, details))
        except InputError as error:
            for problem in set(error.problems) - set(report.mistakes):
                print_note(f"error: {problem}")


def _to_markdown(report: Report, _: RunDetails) -> str:
    from conformance.report.workflow import problems_markdown

    return f"## Could not be used\n\n{problems_markdown(report.mistakes)}"


def _inputs(params: Mapping[str, Any]) -> Iterator[str]:
    for key in _INPUTS:
        value = params.get(key) or ()
        yield from [value] if isinstance(value, str) else value


def _may_be_input(name: str, inputs: Sequence[str]) -> bool:
    """Whether a file to write is perhaps one of those in a folder that is read."""
    path = Path(name)
    if path.suffix not in _INPUT_SUFFIXES or not path.exists():
        return False
    return any(Path(folder).is_dir() and path.resolve().is_relative_to(Path(folder).resolve()) for folder in inputs)
