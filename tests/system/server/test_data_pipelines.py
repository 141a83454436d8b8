"""Published connectors of data pipelines, unmodified, read a filled project completely, by the lines of the guide."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.system.server.test_serve_tls_and_proxy import GUIDE, Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

BASH = shutil.which("bash")
pytestmark = [pytest.mark.timeout(500), pytest.mark.skipif(BASH is None, reason="bash is not installed")]
AT = 1_717_243_200_000  # 2024-06-01T12:00:00Z
ADA = "ada@example.com"
MEDIA = ("Email", "Push", "InApp", "SMS")
TYPES = ("Base", "Blast", "Triggered", "Workflow")
#: Events by type, with the streams of Airbyte that they are in.
EVENTS = {
    "emailOpen": "email_open",
    "emailClick": "email_click",
    "emailBounce": "email_bounce",
    "emailComplaint": "email_complaint",
    "emailSendSkip": "email_send_skip",
    "emailSubscribe": "email_subscribe",
    "emailUnSubscribe": "email_unsubscribe",
    "pushOpen": "push_open",
    "pushBounce": "push_bounce",
    "pushUninstall": "push_uninstall",
    "pushSendSkip": "push_send_skip",
    "inAppOpen": "in_app_open",
    "inAppClick": "in_app_click",
    "inAppClose": "in_app_close",
    "inAppDelete": "in_app_delete",
    "inAppDelivery": "in_app_delivery",
    "inAppSendSkip": "in_app_send_skip",
    "inboxSession": "inbox_session",
    "inboxMessageImpression": "inbox_message_impression",
    "smsBounce": "sms_bounce",
    "smsClick": "sms_click",
    "smsReceived": "sms_received",
    "smsSendSkip": "sms_send_skip",
    "smsUsageInfo": "sms_usage_info",
    "webPushClick": "web_push_click",
    "webPushSendSkip": "web_push_send_skip",
    "hostedUnsubscribeClick": "hosted_unsubscribe_click",
    "purchase": "purchase",
    "customEvent": "custom_event",
}
SENDS = {
    "Email": "email_send",
    "Push": "push_send",
    "InApp": "in_app_send",
    "SMS": "sms_send",
    "WebPush": "web_push_send",
}
STATE = {
    "users": [
        {"email": ADA, "userId": "u1", "dataFields": {"emailListIds": [1], "home": {"zip": "N1"}}},
        {"email": "bob@example.com", "dataFields": {"emailListIds": [1]}},
    ],
    "lists": [{"id": 1, "name": "News"}],
    "campaigns": [
        {"id": 1, "name": "Mail", "templateId": 1, "createdAt": AT, "updatedAt": AT},
        {"id": 2, "name": "Push", "type": "Triggered", "messageMedium": "Push", "createdAt": AT, "updatedAt": AT},
    ],
    "templates": [
        {
            "templateId": number,
            "name": f"Template {number}",
            "messageMedium": medium,
            "templateType": kind,
            "createdAt": AT,
            "updatedAt": AT,
        }
        for number, (medium, kind) in enumerate(((medium, kind) for medium in MEDIA for kind in TYPES), 1)
    ],
    "metadata": [{"name": "cities", "values": [{"id": "london", "value": {"country": "GB"}, "lastModified": AT}]}],
    "events": [
        {"email": ADA, "eventType": kind, "campaignId": 1, "createdAt": AT // 1000}
        | ({"eventName": "Seen"} if kind == "customEvent" else {})
        for kind in EVENTS
    ],
    "sentMessages": [
        {"id": f"m{medium}", "medium": medium, "email": ADA, "campaignId": 1, "templateId": 1, "at": AT}
        | {"dataFields": {"code": "x"}}
        for medium in SENDS
    ],
}


@pytest.fixture
def served() -> Iterator[Served]:
    """A filled project behind the proxy, some time after all that happened there."""
    with serving("--proxy", "0", "--clock", "2024-06-02T00:00:00Z") as running:
        httpx.put(f"{running.address}/_sim/projects/email/state", json=STATE).raise_for_status()
        yield running


def section(title: str) -> tuple[str, str]:
    """The two blocks of a section of the guide: how a client is installed, and how it is run."""
    text = GUIDE.read_text(encoding="utf-8").partition(f"## {title}\n")[2]
    install, run = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[:2]
    return install, run


def shell(lines: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Lines of the guide in a folder, with the Python of these tests as `python3`."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PIP_CONSTRAINT", "PYTHONPATH"}}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(BASH), "-euo", "pipefail", "-c", lines],
        cwd=folder,
        env={**kept, "PATH": path, "NO_PROXY": "", "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def messages_of(title: str, served: Served, folder: Path) -> list[dict[str, Any]]:
    """What a connector writes when it is run by the lines of the guide."""
    install, run = section(title)
    installed = shell(install, folder, PIP_QUIET="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if installed.returncode != 0:
        pytest.skip(f"{title} cannot be installed here: {installed.stderr.strip()[-300:]}")
    shutil.copy(served.authority, folder / "iterable-ca.pem")
    done = shell(run.replace("http://127.0.0.1:8586", served.proxy), folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_tap_iterable_reads_every_stream(served: Served, tmp_path: Path) -> None:
    messages = messages_of("tap-iterable", served, tmp_path)
    records = [message for message in messages if message["type"] == "RECORD"]
    emails = [stream for stream in (*EVENTS.values(), "email_send") if stream.startswith("email_")]
    assert Counter(record["stream"] for record in records) == {
        "lists": 1,
        "list_users": 2,
        "campaigns": 2,
        "channels": 3,
        "message_types": 3,
        # It asks for each type by a parameter that there is not.
        "templates": 4 * len(MEDIA) * len(TYPES),
        "metadata": 1,
        "users": 2,
        **dict.fromkeys(emails, 1),
    }
    [send] = [record["record"] for record in records if record["stream"] == "email_send"]
    # It reads the text as JSON, and keeps of it what its schema names, which is nothing.
    assert (send["transactionalData"], send["messageTypeId"], send["channelId"]) == ({}, 1, 1)
    ada = next(record["record"] for record in records if record["stream"] == "users")
    assert (ada["email"], ada["userId"], ada["itblInternal.emailDomain"]) == (ADA, "u1", "example.com")


def test_airbytes_source_reads_every_stream(served: Served, tmp_path: Path) -> None:
    messages = messages_of("Airbyte's source-iterable", served, tmp_path)
    assert [message["log"] for message in messages if message.get("log", {}).get("level") in {"ERROR", "FATAL"}] == []
    ended = {
        trace["stream_status"]["stream_descriptor"]["name"]: trace["stream_status"]["status"]
        for message in messages
        if (trace := message.get("trace", {})).get("type") == "STREAM_STATUS"
    }
    assert (len(ended), set(ended.values())) == (44, {"COMPLETE"})
    records = [message["record"] for message in messages if message["type"] == "RECORD"]
    assert Counter(record["stream"] for record in records) == {
        "lists": 1,
        "list_users": 2,
        "campaigns": 2,
        "campaigns_metrics": 2,
        "channels": 3,
        "message_types": 3,
        "templates": len(MEDIA) * len(TYPES),
        "metadata": 1,
        "users": 2,
        "events": len(EVENTS) + len(SENDS),
        **dict.fromkeys((*EVENTS.values(), *SENDS.values()), 1),
    }
    by_stream = {record["stream"]: record["data"] for record in reversed(records)}
    assert by_stream["users"]["data"] == {"home.zip": "N1"}
    assert by_stream["campaigns_metrics"]["data"]["Total Email Opens"] == 1
    assert by_stream["events"]["itblInternal"]["documentCreatedAt"] == "2024-06-01 12:00:00 +00:00"
