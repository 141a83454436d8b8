"""State documents as files: read before a server starts, written when it has stopped."""

from __future__ import annotations

import json
import os
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from simulator import Clock, ProjectConfiguration, Simulator


def imported_configurations(file: str) -> list[ProjectConfiguration]:
    """How the projects of a file are set up that `--export` wrote, or somebody by hand.

    Raises:
        InputError: With every problem of the file.
    """
    from conformance.inputs.json_values import BadJson, parse_json
    from simulator.control.state_documents import DocumentError, projects_of

    try:
        document = parse_json(_content(file))
    except BadJson as error:
        raise InputError([InputProblem(file, error.line, error.column, "", error.message)]) from error
    try:
        return [project.configuration for project in projects_of(document, 0)]
    except DocumentError as error:
        problems = [
            InputProblem(file, 0, 0, item["path"], item["message"], item.get("hint", "")) for item in error.problems
        ]
        raise InputError(problems) from error


def import_projects(file: str, simulator: Simulator, clock: Clock) -> None:
    """Let a simulator have the projects of a file, as a request that its journal keeps.

    Raises:
        InputError: The simulator does not take them.
    """
    from simulator import Request
    from simulator.service import Service

    reply = Service(simulator, clock).respond(Request("PUT", "/_sim/state", body=_content(file))).reply
    if reply is None or reply.status >= HTTPStatus.BAD_REQUEST:
        told = "" if reply is None else json.loads(reply.body)["error"]
        raise InputError([InputProblem(file, 0, 0, "--import", f"cannot be taken: {told}")])


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError([InputProblem(file, 0, 0, "--import", f"cannot be read: {reason}")]) from error


def export_projects(file: str, simulator: Simulator) -> None:
    """Write a simulator to a file: wholly, or not at all. Nobody else may read it, as it holds API keys.

    Raises:
        InputError: It cannot be written; what was in the file before is there still.
    """
    from simulator.control.state_documents import document_of

    path = Path(file)
    text = json.dumps(document_of(simulator), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    beside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        Path(beside).replace(path)
    except OSError as error:
        if beside:
            Path(beside).unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise InputError([InputProblem(file, 0, 0, "--export", f"cannot be written: {reason}")]) from error
