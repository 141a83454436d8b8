from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.cli import program as program_module

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMMANDS = ("serve", "run", "map", "send", "record", "new", "vectors")


def complaint(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> str:
    """The one line on stderr that a wrong usage gives."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert line.startswith("error: ")
    return line


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {command}" in shown for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Examples:\n    iterable-harness {command}" in shown or f"iterable-harness {command}" in shown
    assert shown.count("\n") < 50


def test_an_unknown_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no command srve, did you mean serve?" in complaint(capsys, ["srve"])


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["map", "--explian", "x"], "--explain"),
        (["run", "--project-typ", "email"], "--project-type"),
        (["send", "--api-kee", "x"], "--api-key"),
        (["serve", "--prot", "1"], "--port"),
    ],
)
def test_an_unknown_option_is_answered_with_the_nearest(
    arguments: list[str], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"did you mean {nearest}?" in complaint(capsys, arguments)


@pytest.mark.parametrize("arguments", [["lint", "--html", "x"], ["explain", "--url", "x"]])
def test_an_unknown_option_to_which_none_is_near_is_answered_with_no_guess(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"there is no option {arguments[1]}; see" in complaint(capsys, arguments)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["run", "scenarios/lists", "--tap", "-"], "--tap"),
        (["run", "scenarios/lists", "--junit", "-"], "--junit"),
        (["conform", "--html", "-"], "--html"),
        (["export", "--out", "-"], "--out"),
        (["new", "-"], "FILE"),
    ],
)
def test_no_file_is_written_that_is_called_like_standard_output(
    arguments: list[str],
    option: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert (
        f"error: -: {option}: does not mean standard output here (name a file; ./- is one" in capsys.readouterr().err
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["vectors"],
        ["map", "--mapping"],
        ["run", "--project-type", "mail"],
        ["run", "--url", "example"],
        ["send", "--url", "ftp://example.com", "x"],
        ["send", "--url", "http://[", "x"],
        ["send", "--url", "http://a:99999", "x"],
        ["send", "--attempts", "0", "x"],
        ["send", "--concurrency", "0", "x"],
        ["send", "--in-flight", "0", "x"],
        ["send", "--retry-delay", "-1", "x"],
        ["send", "--api-key", "k", "--project-type", "email", "x"],
        ["send", "--url", "https://api.iterable.com", "x"],
        ["serve", "--port", "web"],
        ["serve", "--port", "65536"],
        ["serve", "extra"],
        ["run", "no-such-folder"],
        ["vectors", "no-such.jsonl"],
        ["map", "no-such.jsonl"],
        ["map", "--mapping", "no-such.yaml", "{}"],
    ],
    ids=" ".join,
)
def test_a_wrong_usage_is_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "Traceback" not in complaint(capsys, arguments)


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("boom\nand more")


def test_a_fault_of_ours_asks_for_a_report_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module.program, "main", broken)
    assert main(["map"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "please report it: RuntimeError: boom and more" in line


def test_the_trace_of_a_fault_is_shown_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module.program, "main", broken)
    assert main(["map", "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_no_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program_module.program, "main", interrupted)
    assert main(["run"]) == 1
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_goes_away_gets_no_traceback() -> None:
    event = '{"type": "page", "userId": "u1"}\n'
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", "map", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(event * 2000)
        process.stdin.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1


def test_the_module_is_the_program() -> None:
    arguments = [sys.executable, "-m", "conformance", "map", '{"type": "page", "userId": "u1"}']
    done = subprocess.run(  # our own module
        arguments, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.endswith("0 mapped, 0 refused, 1 not subscribed\n")
    assert done.stderr == ""


def test_what_the_terminal_cannot_show_is_escaped() -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"name": "Zo\\u00eb \\ud800"}}'
    done = subprocess.run(  # our own module
        [sys.executable, "-m", "conformance", "map", event],
        capture_output=True,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Zo\u00eb \\ud800" in done.stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", ""),
        ("run", "--mapping="),
        ("vectors", ""),
        ("map", ""),
        ("send", "--failed", ""),
        ("conform", "--baseline", ""),
        ("serve", "--host", ""),
        ("serve", "--export", ""),
    ],
    ids=" ".join,
)
def test_an_empty_text_is_no_name_of_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(arguments)) == 2
    assert "it is empty (a variable that is not set?)" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_asks_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert f"_ITERABLE_HARNESS_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in complaint(capsys, ["completion", "tcsh"])
