"""Several clients at once: nobody's write is lost, the journal has no gaps, and what is exported or kept comes back.

The clients use connections of their own to a served simulator, and nothing says in which order their calls arrive; so
they write what does not depend on it.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from conformance.serving.listening import Listening, listener
from conformance.serving.projects import configured_projects
from conformance.serving.simulator import instant_of, open_simulator

Body = dict[str, Any]
CLIENTS = 4
NAMES = ("ada", "bob", "cyd")
STATE, WHOLE = "/_sim/projects/hybrid/state", "/_sim/state"
PEOPLE = st.sampled_from([f"{name}@example.com" for name in NAMES])
KINDS = ("field", "member", "bulk", "event", "event with an id", "subscription", "list", "refused")
#: What each client does: one call after the other.
WORK = st.lists(
    st.lists(st.tuples(st.sampled_from(KINDS), PEOPLE), min_size=1, max_size=5), min_size=CLIENTS, max_size=CLIENTS
)


class Served:
    """A simulator that is served, and clients that each have a connection."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory

    async def start(self) -> None:
        served = open_simulator(
            configured_projects(["hybrid:key"]), instant=instant_of("2026-08-20T12:00:00Z"), directory=self.directory
        )
        with listener(served, Listening(port=0)) as (self._server, _):
            address = await self._server.start()
        self._clients = [
            aiohttp.ClientSession(address, headers={"Api-Key": "key"}, connector=aiohttp.TCPConnector(limit=1))
            for _ in range(CLIENTS)
        ]

    async def stop(self) -> None:
        for client in self._clients:
            await client.close()
        await self._server.stop()

    async def call(self, method: str, path: str, body: Any = None, *, client: int = 0) -> tuple[int, Any]:
        async with self._clients[client].request(method, path, json=body) as reply:
            content = await reply.read()
            return reply.status, json.loads(content) if content else None

    async def get(self, path: str) -> Any:
        status, reply = await self.call("GET", path)
        assert status == 200, reply
        return reply


class ConcurrentClients(RuleBasedStateMachine):
    """What is known of a hybrid project that several clients work on, compared with it after each step."""

    kept: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.directories = 0
        self.served = Served(self.folder / "0" if self.kept else None)
        self.run(self.served.start())
        self.written = 0
        self.fields: dict[str, Body] = {}
        self.ids: dict[str, str] = {}
        self.lists: dict[int, set[str]] = {}
        self.last_list = 0
        self.events: Counter[str] = Counter()
        self.begin_journal()

    def run(self, task: Any) -> Any:
        return self.runner.run(task)

    def teardown(self) -> None:
        self.run(self.served.stop())
        self.runner.close()
        shutil.rmtree(self.folder)

    def begin_journal(self) -> None:
        self.number = 0
        self.sent: Counter[tuple[str, str]] = Counter()
        self.unlisted: set[int] = set()

    # What clients do at once

    @initialize()
    def everybody_comes(self) -> None:
        self.at_once([[("field", f"{name}@example.com")] for name in NAMES])

    @rule(work=WORK)
    def at_once(self, work: list[list[tuple[str, str]]]) -> None:
        calls = [[self.made(client, *item) for item in items] for client, items in enumerate(work)]
        self.run(self.carry_out(calls))
        self.look()

    async def carry_out(self, calls: list[list[tuple[str, Body, int]]]) -> None:
        await asyncio.gather(*(self.one_after_the_other(client, each) for client, each in enumerate(calls)))

    async def one_after_the_other(self, client: int, calls: list[tuple[str, Body, int]]) -> None:
        for path, body, expected in calls:
            status, reply = await self.served.call("POST", path, body, client=client)
            assert status == expected, (path, body, reply)
            if path == "/api/lists":
                assert reply["listId"] not in self.lists
                self.lists[reply["listId"]] = set()

    def made(self, client: int, kind: str, email: str) -> tuple[str, Body, int]:
        """The next call of a client, as it is known from then on."""
        self.written += 1
        number, mine = self.written, f"of client {client}"
        path, status = "users/update", 200
        body: Body = {"email": email, "dataFields": {mine: number}}
        if kind == "refused":
            body, status = {"email": f"nobody {number}"}, 400
        elif kind == "list":
            path, body = "lists", {"name": f"List {number}"}
            self.last_list += 1
        elif kind == "subscription" and self.lists:
            chosen = sorted(self.lists)[number % len(self.lists)]
            path, body = "lists/subscribe", {"listId": chosen, "subscribers": [{"email": email}]}
            self.lists[chosen].add(email)
            self.fields.setdefault(email, {})
        elif kind.startswith("event") and email in self.ids:
            given = {"id": f"event {number}"} if kind == "event with an id" else {}
            path, body = "events/track", {"email": email, "eventName": f"Seen {number}", **given}
            self.events[email] += 1
        elif kind == "member":
            body = {"email": email, "dataFields": {"nested": {mine: number}}, "mergeNestedObjects": True}
            self.fields.setdefault(email, {}).setdefault("nested", {})[mine] = number
        else:
            self.fields.setdefault(email, {})[mine] = number
            if kind == "bulk":
                path, body = "users/bulkUpdate", {"users": [body]}
        self.note(f"/api/{path}", body)
        return f"/api/{path}", body, status

    def note(self, path: str, body: Body | None) -> None:
        self.number += 1
        self.sent[path, json.dumps(body)] += 1

    # What one client does alone

    @precondition(lambda self: len(self.fields) > 1)
    @rule(merged=st.booleans())
    def somebody_goes(self, *, merged: bool) -> None:
        source, destination = sorted(self.fields)[:2]
        path, body = "users/merge", {"sourceEmail": source, "destinationEmail": destination}
        if not merged:
            path, body = "users/forget", {"email": source}
            self.call(path, body)
            path, body = "users/unforget", {"email": source}
        self.call(path, body)
        moved = self.events.pop(source, 0)
        del self.fields[source], self.ids[source]
        for members in self.lists.values():
            members.discard(source)
        if merged:
            self.events[destination] += moved
            self.learn(destination)
        self.look()

    def call(self, path: str, body: Body) -> None:
        self.note(f"/api/{path}", body)
        status, reply = self.run(self.served.call("POST", f"/api/{path}", body))
        assert status == 200, reply

    def learn(self, email: str) -> None:
        """Take as known what a merge made of somebody."""
        fields = self.users()[email]
        self.fields[email] = {name: fields[name] for name in fields if name == "nested" or name.startswith("of ")}
        for number, members in self.lists.items():
            (members.add if number in fields.get("userListIds", []) else members.discard)(email)

    @rule()
    def the_project_is_imported_into_itself(self) -> None:
        before = self.run(self.served.get(STATE))
        self.put(STATE, before)
        self.look()

    def put(self, path: str, document: Any) -> None:
        assert self.run(self.served.call("PUT", path, document)) == (204, None)
        self.number += 1
        self.unlisted.add(self.number)
        assert self.run(self.served.get(path)) == document

    @rule()
    def what_comes_next_gets_the_same_ids_in_another_simulator(self) -> None:
        document = self.run(self.served.get(WHOLE))
        calls = [self.made(0, kind, "ada@example.com") for kind in ("list", "field", "event", "event with an id")]
        self.run(self.carry_out([calls]))
        other = Served(None)
        self.run(other.start())
        try:
            assert self.run(other.call("PUT", WHOLE, document)) == (204, None)
            for path, body, status in calls:
                assert self.run(other.call("POST", path, body))[0] == status
            assert self.run(other.get(WHOLE)) == self.run(self.served.get(WHOLE))
        finally:
            self.run(other.stop())
        self.look()

    @rule(orderly=st.booleans())
    def the_server_ends_and_another_begins(self, *, orderly: bool) -> None:
        document, journal = self.run(self.served.get(WHOLE)), self.journal()
        if self.kept and not orderly:
            # What is on the disk while the server runs is what a crash would leave.
            self.directories += 1
            shutil.copytree(self.folder / str(self.directories - 1), self.folder / str(self.directories))
        self.run(self.served.stop())
        self.served = Served(self.folder / str(self.directories) if self.kept else None)
        self.run(self.served.start())
        if self.kept:
            assert self.run(self.served.get(WHOLE)) == document
            assert self.journal() == journal
        else:
            self.begin_journal()
            self.put(WHOLE, document)
        self.look()

    # What must hold after each step

    def users(self) -> dict[str, Body]:
        return {user["email"]: user["dataFields"] for user in self.run(self.served.get(STATE))["users"]}

    def journal(self) -> list[Body]:
        entries: list[Body] = self.run(self.served.get("/_sim/projects/hybrid/journal?limit=1000"))["entries"]
        return entries

    def look(self) -> None:
        self.see_fields_and_ids()
        self.see_events()
        self.see_lists()
        self.see_journal()

    def see_fields_and_ids(self) -> None:
        users = self.users()
        assert users.keys() == self.fields.keys()
        for email, fields in self.fields.items():
            own = {name: users[email][name] for name in users[email] if name == "nested" or name.startswith("of ")}
            assert own == fields, email
            assert self.ids.setdefault(email, users[email]["itblUserId"]) == users[email]["itblUserId"]
        assert len(set(self.ids.values())) == len(self.ids)

    def see_events(self) -> None:
        events = self.run(self.served.get(STATE))["events"]
        assert Counter(event["email"] for event in events if event["eventType"] == "customEvent") == +self.events
        assert len({event["id"] for event in events}) == len(events)

    def see_lists(self) -> None:
        assert sorted(self.lists) == list(range(1, self.last_list + 1))
        users = self.users()
        for number, members in self.lists.items():
            assert {email for email in users if number in users[email].get("userListIds", [])} == members
            assert self.run(self.served.get(f"/api/lists/{number}/size")) == len(members)
            self.note(f"/api/lists/{number}/size", None)

    def see_journal(self) -> None:
        entries = self.journal()
        assert [entry["number"] for entry in entries] == [
            number for number in range(1, self.number + 1) if number not in self.unlisted
        ]
        assert Counter((entry["path"], json.dumps(entry["body"])) for entry in entries) == self.sent


class ConcurrentClientsOfADirectory(ConcurrentClients):
    """The same, kept in a directory."""

    kept = True


@pytest.mark.timeout(600)  # the profile `nightly` tries many
@pytest.mark.parametrize("machine", [ConcurrentClients, ConcurrentClientsOfADirectory])
def test_clients_at_once_lose_nothing_and_leave_no_gaps(machine: type[ConcurrentClients]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(settings().max_examples // 10, 2),
            stateful_step_count=8,
            # What failed in one order of the calls may pass in the next: looking for a smaller case leads nowhere.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
