"""Makes the directory of the present format beside this file: `python tests/simulator/persistence/directories/make.py`.

Needed once for each format; a directory that is there stays as it is, so that later versions are held to open it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.engine.snapshot import capture
from simulator.persistence import Directory, StoredJournal
from simulator.persistence.schema import VERSION
from simulator.service import Service

HERE = Path(__file__).parent
NOON = 1_787_227_200_000
LATE = ProjectSettings.model_validate({"visibilityLag": 5})
PROJECTS = [
    ProjectConfiguration("late", ProjectType.HYBRID, ("late-key",), LATE),
    ProjectConfiguration("prompt", ProjectType.EMAIL, ("prompt-key",)),
]


def api(path: str, key: str, **body: Any) -> Request:
    return Request("POST", f"/api/{path}", "", {"api-key": key}, json.dumps(body).encode())


def control(path: str, body: Any) -> Request:
    return Request("POST", f"/_sim/{path}", "", {}, json.dumps(body).encode())


def history() -> list[Request]:
    """A little of everything that a state is made of."""
    fault = {"action": {"status": 503}, "probability": 0.3, "times": 40}
    requests = [control("faults", fault), control("projects", {"name": "added", "type": "userid"})]
    for key in ("late-key", "prompt-key"):
        for number in range(12):
            who = {"email": f"person-{number % 5}@example.com"}
            requests += [
                api("users/update", key, **who, dataFields={"city": "Zürich", "logins": number, "tags": ["\ud800"]}),
                api("events/track", key, **who, eventName="seen", id=f"e{number % 7}", createdAt=1_700_000_000),
            ]
        requests += [
            api("lists", key, name="Friends"),
            api("lists/subscribe", key, listId=1, subscribers=[{"email": "person-1@example.com"}]),
            api("templates/email/upsert", key, clientTemplateId="t", name="Welcome"),
            api("campaigns/create", key, name="Hello", templateId=1),
            api("email/target", key, campaignId=1, recipientEmail="person-1@example.com"),
            api("catalogs/shoes", key),
            api("users/forget", key, email="person-3@example.com"),
            control("clock", {"advance": 3}),
        ]
    return requests


def make(path: Path) -> None:
    """A directory with a snapshot in the middle, and the state at its end beside it."""
    directory = Directory(path / "data")
    journal = StoredJournal(directory)
    service = Service(Simulator(PROJECTS, seed=7, journal=journal), Clock(NOON))
    for place, request in enumerate(history()):
        service.respond(request)
        journal.write()
        journal.commit()
        if place == 30:  # after the first project has nearly all of it
            snapshot = capture(service.simulator, service.clock)
            journal.snapshots.save(journal.generation, journal.next_number - 1, snapshot)
    journal.close()
    directory.close()
    states = {name: project.state_document() for name, project in service.simulator.projects.items()}
    (path / "states.json").write_text(f"{json.dumps(states, indent=1)}\n")


if __name__ == "__main__":
    make(HERE / f"format-{VERSION}")
