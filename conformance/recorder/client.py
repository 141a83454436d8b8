"""A running simulator asked for a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import httpx

from conformance.inputs.errors import InputError, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds; a long recording is played several times before it is given away.
_PATIENCE: Final = 300.0


class RunningSimulator:
    """A simulator that is served somewhere, asked over its control surface.

    Args:
        url: Where it is served.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def project_name(self, name: str | None, api_key: str | None) -> str:
        """The name of the project that is meant: by its name, by its key, or the only one that was called.

        Raises:
            InputError: There is no such project, or more than one.
        """
        projects: list[dict[str, Any]] = self._ask("GET", "/_sim/projects").json()
        names = [project["name"] for project in projects]
        if name is not None:
            return self._known(name, names, "--project")
        if api_key is not None:
            holders = [project["name"] for project in projects if api_key in project["apiKeys"]]
            return self._known(holders[0] if holders else "with that key", names, "--api-key")
        called = [name for name in names if self.last_number(name)]
        if len(called) == 1:
            return str(called[0])
        message = (
            "no project was called yet" if not called else f"{len(called)} projects were called: {', '.join(called)}"
        )
        raise InputError([Mistake("--project", 0, 0, "", message, "say which one: --project NAME or --api-key KEY")])

    def last_number(self, project: str) -> int:
        """The number of the last request of a project; 0 when there was none."""
        last = 0
        while entries := self._ask(
            "GET", f"/_sim/projects/{quote(project, safe='')}/journal?limit=1000&after={last}"
        ).json()["entries"]:
            last = entries[-1]["number"]
        return last

    def record(self, project: str, wish: Mapping[str, Any]) -> str:
        """The text of the scenario that a wish asks for.

        Raises:
            InputError: There is none, with the reason.
        """
        asked = {name: value for name, value in wish.items() if value is not None}
        return self._ask("POST", f"/_sim/projects/{quote(project, safe='')}/record", asked).text

    def _known(self, name: str, names: list[str], option: str) -> str:
        if name in names:
            return name
        hint = f"there are {', '.join(names) or 'none'}"
        raise InputError([Mistake(option, 0, 0, "", f"there is no project {name!r}", hint)])

    def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        try:
            with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
                response = client.request(method, self._url + path, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            hint = "start it with: iterable-harness serve"
            raise InputError([Mistake(self._url, 0, 0, "--url", "nothing answers there", hint)]) from error
        if response.is_success:
            return response
        raise InputError([Mistake(self._url, 0, 0, "", _reason(response))])


def _reason(response: httpx.Response) -> str:
    try:
        document = response.json()
        told = str(document["error"])
    except (ValueError, KeyError, TypeError):
        return f"answers {response.status_code}, but is no simulator with a control surface"
    mistakes = "; ".join(f"{part['path']}: {part['message']}" for part in document.get("mistakes", ()))
    return f"{told}: {mistakes}" if mistakes else told
