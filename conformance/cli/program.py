"""The program: its commands, and what every problem and every fault ends as.

Exit codes: 0 all good; 1 what was checked does not hold, or the harness itself has a fault; 2 the input or the
usage is wrong.
"""

from __future__ import annotations

import errno
import io
import sys
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.lazy_group import LazyCommand, LazyGroup
from conformance.cli.streams import discard_stdout, print_note
from conformance.inputs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME: Final = "iterable-harness"
HELD, DOES_NOT_HOLD, WRONG_INPUT = 0, 1, 2
#: Errors that say of the machine, and not of us, that what was to be written cannot be.
_CANNOT_BE_WRITTEN: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO, errno.ENXIO, errno.EROFS}
)
#: Errors that say of the machine that it has nothing left to give.
#: How similar a name must be to be what was perhaps meant; `--junit` is not `--quiet`.
_SIMILAR: Final = 0.65
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})


#: The commands: where each is, and the first sentence of its help, which a test holds against the command's own.
COMMANDS: Final = {
    "serve": LazyCommand("conformance.cli.serve", "Run the simulator over HTTP until SIGINT or SIGTERM."),
    "run": LazyCommand("conformance.cli.run", "Run scenario files in every project type they cover."),
    "conform": LazyCommand("conformance.cli.conform", "Judge a mapping by generated customer histories."),
    "lint": LazyCommand("conformance.cli.lint", "Find mistakes in a mapping that show without an event."),
    "find": LazyCommand("conformance.cli.find", "Search the shipped scenarios by words or by error message."),
    "map": LazyCommand("conformance.cli.map", "Show what would be sent for Segment events; send nothing."),
    "backtest": LazyCommand("conformance.cli.backtest", "Count what a mapping makes of archived events."),
    "pull": LazyCommand("conformance.cli.pull", "Fetch a destination's subscriptions from Segment."),
    "export": LazyCommand("conformance.cli.export", "Convert a mapping to another form."),
    "send": LazyCommand("conformance.cli.send", "Deliver Segment events to a server."),
    "record": LazyCommand("conformance.cli.record", "Turn what a running `serve` has seen into a scenario."),
    "new": LazyCommand("conformance.cli.new", "Start a scenario from a template, events or an error."),
    "vectors": LazyCommand("conformance.cli.vectors", "Replay recordings of Segment's own build and compare."),
    "explain": LazyCommand("conformance.cli.explain", "Explain a rule, an error code, a setting or a property."),
    "completion": LazyCommand("conformance.cli.completion", "Print the completion script for a shell."),
}


def _print_version(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001  # as click calls it
    if asked and not context.resilient_parsing:
        from iterable_harness import __version__

        click.echo(f"{NAME} {__version__}")
        context.exit()


@click.group(
    name=NAME,
    cls=LazyGroup,
    lazy=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""Exit codes: 0 everything passed; 1 something failed; 2 a file or an option is wrong.

\b
Examples:
  iterable-harness serve
  iterable-harness run scenarios/
  iterable-harness map events.jsonl --mapping my-mapping.yaml""",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def program(context: click.Context) -> int:
    """Find out what a Segment mapping does in each type of Iterable project, before production."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return HELD


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of one invocation; nothing is raised, and no traceback is shown unless `-v` asks for it.

    Args:
        argv: The arguments without the program's name; those of this process when None.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Events may hold what the terminal's encoding cannot show, such as half of a character.
            stream.reconfigure(errors="backslashreplace")
    try:
        result = program.main(arguments, prog_name=NAME, standalone_mode=False, obj=tuple(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        return _complain([_usage(error)])
    except click.ClickException as error:
        return _complain([error.format_message()])
    except InputError as error:
        return _complain([str(problem) for problem in error.problems])
    except (click.Abort, KeyboardInterrupt):
        print_note("interrupted")
        return DOES_NOT_HOLD
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        discard_stdout()
        return DOES_NOT_HOLD
    except OSError as error:
        return _after_os_error(error, verbose=bool({"-v", "--verbose"} & set(arguments)))
    except MemoryError:
        return _complain(["there is not enough memory for this"])
    except Exception as error:  # noqa: BLE001  # the top: whatever arrives here is a fault of ours
        return _ask_for_a_report(error, verbose=bool({"-v", "--verbose"} & set(arguments)))
    return result if isinstance(result, int) else HELD


def _after_os_error(error: OSError, *, verbose: bool) -> int:
    if error.errno in _CANNOT_BE_WRITTEN:
        discard_stdout()
        return _complain([f"cannot be written: {str(error.strerror).lower()}"])
    if error.errno in _EXHAUSTED:
        return _complain([f"the machine does not give what this needs: {str(error.strerror).lower()}"])
    return _ask_for_a_report(error, verbose=verbose)


def _complain(lines: Sequence[str]) -> int:
    for line in lines:
        print_note(f"error: {' '.join(line.split())}")
    return WRONG_INPUT


def _usage(error: click.UsageError) -> str:
    """One line: the command, what is wrong with it, what was perhaps meant, and where help is."""
    path = error.ctx.command_path if error.ctx is not None else NAME
    return f"{path}: {usage_sentence(error)}; see {path} --help"


def usage_sentence(error: click.UsageError) -> str:
    """What is wrong with a command, without a full stop, and what was perhaps meant."""
    if isinstance(error, click.NoSuchOption):
        return f"there is no option {error.option_name}{_suggestion(error.option_name, _options(error.ctx))}"
    message = error.format_message().rstrip(".")
    unknown = error.ctx is not None and isinstance(error.ctx.command, click.Group)
    if unknown and error.ctx is not None and message.startswith("No such command"):
        typed = message.removeprefix("No such command").split("'")[1]
        return f"there is no command {typed}{_suggestion(typed, program.list_commands(error.ctx))}"
    return message[:1].lower() + message[1:]


def _suggestion(typed: str, known: Sequence[str]) -> str:
    import difflib

    # Without the dashes, which make any two options similar.
    bare = {name.lstrip("-"): name for name in known}
    nearest = difflib.get_close_matches(typed.lstrip("-"), bare, n=1, cutoff=_SIMILAR)
    return f", did you mean {bare[nearest[0]]}?" if nearest else ""


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [name for parameter in context.command.get_params(context) for name in parameter.opts]


def _ask_for_a_report(error: Exception, *, verbose: bool) -> int:
    shown = " ".join(f"{type(error).__name__}: {error}".split())
    more = "" if verbose else "; run it again with -v for the details to report"
    print_note(f"error: this is a fault of {NAME} itself, please report it: {shown}{more}")
    if verbose:
        import traceback

        traceback.print_exception(error)
    return DOES_NOT_HOLD
