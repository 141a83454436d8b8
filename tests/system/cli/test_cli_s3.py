"""Events at addresses of S3, read and written through s3fs, at a server on this machine that is not ours."""

from __future__ import annotations

import gzip
import io
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3_bucket import S3Bucket

ROOT: Final = Path(__file__).parents[3]
MAPPING: Final = str(ROOT / "examples/mappings/all-three.yaml")
SHOP_DAY: Final = (ROOT / "scenarios/events/shop-day.jsonl").read_bytes()
DAYS: Final = ("segment-logs/source/1786924800000", "segment-logs/source/1787011200000")
FOLDER: Final = "s3://bucket/segment-logs"


@pytest.fixture
def archive(s3: S3Bucket) -> S3Bucket:
    """A bucket with two days of events."""
    for day in DAYS:
        s3.put(f"{day}/a.gz", gzip.compress(SHOP_DAY))
    s3.put(f"{DAYS[0]}/_SUCCESS", b"")
    return s3


def backtest(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    assert main(["backtest", "--json", *arguments]) == exit_code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "addresses",
    [
        [FOLDER],
        [f"{FOLDER}/source/"],
        ["s3://bucket"],
        [f"{FOLDER}/*/*/*.gz"],
        [f"s3://bucket/{day}/a.gz" for day in DAYS],
    ],
)
def test_map_reads_folders_globs_and_objects(capsys: pytest.CaptureFixture[str], addresses: list[str]) -> None:
    assert main(["map", "-q", "--mapping", MAPPING, *addresses]) == 1
    printed = capsys.readouterr().out
    assert f"s3://bucket/{DAYS[0]}/a.gz:1 " in printed
    assert printed.splitlines()[-1] == "700 mapped, 84 refused, 284 not subscribed"


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_backtest_counts_what_it_counts_of_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, workers: str
) -> None:
    for day in DAYS:
        (tmp_path / day).mkdir(parents=True)
        (tmp_path / day / "a.gz").write_bytes(gzip.compress(SHOP_DAY))
    of_files = backtest(capsys, str(tmp_path / "segment-logs"), "--mapping", MAPPING)
    of_bucket = backtest(capsys, FOLDER, "--mapping", MAPPING, "--workers", workers)
    assert json.loads(json.dumps(of_files).replace(str(tmp_path), "s3://bucket")) == of_bucket


@pytest.mark.usefixtures("archive")
def test_a_scenario_is_made_of_events_in_a_bucket(s3: S3Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    s3.put("few.jsonl", b"".join(SHOP_DAY.splitlines(keepends=True)[:3]))
    assert main(["new", "--events", "s3://bucket/few.jsonl"]) == 0
    assert "messageId" in capsys.readouterr().out


@pytest.mark.parametrize("workers", ["1", "2"])
def test_rows_are_written_to_a_bucket_as_they_are_to_a_folder(
    archive: S3Bucket, capsys: pytest.CaptureFixture[str], tmp_path: Path, workers: str
) -> None:
    arguments = [FOLDER, "--against", MAPPING, "--workers", workers]
    backtest(capsys, *arguments, "--out", "s3://bucket/rows/new/")
    backtest(capsys, *arguments, "--out", str(tmp_path / "rows"))
    written = {key: archive.get(key) for key in archive.all_keys() if key.startswith("rows/")}
    assert written == {f"rows/new/{file.name}": file.read_bytes() for file in (tmp_path / "rows").iterdir()}
    assert len(written) == 2
    assert pq.read_table(io.BytesIO(written["rows/new/part-000001.parquet"])).num_rows > 0


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("address", [FOLDER, "s3://bucket"])
def test_rows_are_not_written_beside_other_objects(capsys: pytest.CaptureFixture[str], address: str) -> None:
    assert main(["backtest", FOLDER, "--out", address]) == 2
    assert capsys.readouterr().err == f"error: {address}: --out: is not empty (name a new folder)\n"


@pytest.mark.usefixtures("archive")
def test_that_rows_cannot_be_written_is_found_out_before_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", FOLDER, "--out", "s3://no-such-bucket/rows"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: s3://no-such-bucket/rows")
    assert "cannot be written: The specified bucket does not exist" in printed.err
    assert printed.out == ""


BROKEN: Final = {
    "cut.gz": gzip.compress(SHOP_DAY)[:-2000],
    "junk.gz": b"\x1f\x8b" + bytes(range(256)) * 40,
    "picture.json": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "table.csv": b"type,userId\npage,u1\n",
    "empty.json": b"",
}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_broken_in_a_bucket_is_named_and_the_rest_is_counted(
    archive: S3Bucket, capsys: pytest.CaptureFixture[str], workers: str
) -> None:
    for key, content in BROKEN.items():
        archive.put(f"segment-logs/{key}", content)
    missing = ["s3://no-such-bucket/logs", "s3://bucket/no-such-key.gz", "s3://bucket/nothing/*.gz"]
    document = backtest(capsys, FOLDER, *missing, "--workers", workers, exit_code=2)
    assert {
        item["file"].removeprefix(f"{FOLDER}/"): item["examples"][0]["message"] for item in document["missing"]
    } == {
        "cut.gz": "cannot be read from here on: compressed file ended before the end-of-stream marker was reached",
        "junk.gz": "cannot be read from here on: unknown compression method",
        missing[0]: "cannot be read: there is no bucket no-such-bucket",
        missing[1]: "cannot be read: no such file or folder",
        missing[2]: "cannot be read: no file matches",
    }
    assert [item["file"].removeprefix(f"{FOLDER}/") for item in document["broken"]] == [
        "empty.json",
        "picture.json",
        "table.csv",
    ]
    assert 2 * 534 < document["events"]["total"] < 3 * 534
    assert document["complete"] is False


def test_map_names_what_is_broken_in_a_bucket_and_goes_on(
    archive: S3Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, content in BROKEN.items():
        archive.put(f"segment-logs/{key}", content)
    assert main(["map", "-q", FOLDER, "s3://no-such-bucket/logs", "--mapping", MAPPING]) == 2
    printed = capsys.readouterr()
    assert "error: s3://no-such-bucket/logs: cannot be read: there is no bucket no-such-bucket\n" in printed.err
    for key in BROKEN:
        assert f"error: {FOLDER}/{key}: " in printed.err or f"error: {FOLDER}/{key}:1:" in printed.err
    assert int(printed.out.splitlines()[-1].split()[0]) > 700


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a metadata service, as machines in the cloud have one, that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("command", [["map", "-q"], ["backtest", "--workers", "1"], ["backtest", "--workers", "2"]])
@pytest.mark.timeout(30)
def test_no_credentials_are_said_without_waiting_for_them(
    silent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent)
    assert main([*command, FOLDER]) == 2
    assert capsys.readouterr().err == (
        f"error: {FOLDER}: cannot be read: Unable to locate credentials "
        "(set credentials in the environment, or a profile with AWS_PROFILE)\n"
    )


@pytest.mark.parametrize("command", [["map", "-q"], ["backtest", "--workers", "1"], ["backtest", "--workers", "2"]])
def test_wrong_credentials_are_said_and_what_can_be_read_is(
    archive: S3Bucket, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    archive.want_credentials()
    assert main([*command, FOLDER, str(ROOT / "scenarios/events/shop-day.jsonl")]) == 2
    printed = capsys.readouterr()
    assert "The AWS Access Key Id you provided does not exist in our records." in printed.err + printed.out
    assert "340" in printed.out.splitlines()[-1]


def test_wrong_credentials_for_rows_are_said_before_the_work(
    archive: S3Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.want_credentials()
    assert main(["backtest", str(ROOT / "scenarios/events/shop-day.jsonl"), "--out", "s3://bucket/rows"]) == 2
    assert "error: s3://bucket/rows: --out: cannot be written: The AWS Access Key Id" in capsys.readouterr().err


@pytest.mark.usefixtures("archive")
def test_credentials_are_taken_from_a_profile(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text("[shop]\naws_access_key_id = key\naws_secret_access_key = secret\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert backtest(capsys, FOLDER, "--mapping", MAPPING, "--workers", "2")["events"]["total"] == 2 * 534
    monkeypatch.setenv("AWS_PROFILE", "hotel")
    assert main(["backtest", FOLDER]) == 2


def test_an_object_whose_key_looks_like_a_glob_is_read(s3: S3Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    s3.put("logs/%5Bold%5D%2A.jsonl", SHOP_DAY)
    assert backtest(capsys, "s3://bucket/logs")["events"]["total"] == 534
