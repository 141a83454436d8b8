"""Catalogs, metadata tables and exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

A = "a@x.test"
NOW = 1_787_227_200_000


def test_an_item_is_written_whole_and_in_part(email_based: Any) -> None:
    assert email_based.call("POST", "catalogs/restaurants")[0] == 201
    path = "catalogs/restaurants/items/one"
    assert email_based.call("PUT", path, value={"name": "One", "stars": 3})[0] == 202
    assert email_based.call("PATCH", path, update={"stars": 4})[0] == 202
    status, item = email_based.get(path)
    assert (status, item["value"]) == (200, {"name": "One", "stars": 4})
    assert (item["lastModified"], item["size"], item["itemId"]) == (NOW, len('{"name":"One","stars":4}'), "one")
    email_based.call("PUT", path, value={"stars": 5})
    assert email_based.get(path)[1]["value"] == {"stars": 5}


def test_items_are_uploaded_and_deleted_in_bulk(email_based: Any) -> None:
    email_based.call("POST", "catalogs/c")
    documents = {"b": {"n": 2}, "a": {"n": 1}}
    status, reply = email_based.post("catalogs/c/items", documents=documents, replaceUploadedFieldsOnly=False)
    assert (status, reply["msg"]) == (200, "Request to bulk-upload documents into c processed successfully")
    listed = email_based.get("catalogs/c/items", query="pageSize=1")[1]["params"]
    assert [item["itemId"] for item in listed["catalogItemsWithProperties"]] == ["a"]
    assert (listed["totalItemsCount"], listed["nextPageUrl"]) == (2, "/api/catalogs/c/items?pageSize=1&page=2")
    assert email_based.call("DELETE", "catalogs/c/items", itemIds=["a"])[0] == 202
    assert email_based.get("catalogs/c/items")[1]["params"]["totalItemsCount"] == 1


def test_what_is_not_there_can_be_removed_all_the_same(email_based: Any) -> None:
    email_based.call("POST", "catalogs/c")
    email_based.call("PUT", "metadata/cities/london", value={})
    assert email_based.delete("catalogs/c/items/one")[0] == 202
    assert email_based.call("DELETE", "catalogs/c/items", itemIds=["one", "two"])[0] == 202
    assert email_based.delete("metadata/cities/paris")[0] == 200
    assert email_based.delete("metadata/rivers")[0] == 200
    assert email_based.get("metadata/cities/london")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "catalogs/under_score", {}),
        ("PUT", "catalogs/c/items/under_score", {"value": {}}),
        ("PUT", "catalogs/c/items/one", {"value": {"text": "x" * 30_001}}),
        ("POST", "catalogs/c/items", {"documents": {"one": 1}, "replaceUploadedFieldsOnly": True}),
        (
            "POST",
            "catalogs/c/items",
            {"documents": {str(n): {} for n in range(1001)}, "replaceUploadedFieldsOnly": True},
        ),
    ],
)
def test_names_and_sizes_have_limits(email_based: Any, method: str, path: str, body: dict[str, Any]) -> None:
    email_based.call("POST", "catalogs/c")
    assert email_based.call(method, path, **body)[0] == 400
    assert email_based.get("catalogs/c/items")[1]["params"]["totalItemsCount"] == 0


def test_a_catalog_that_is_not_there_is_answered_in_the_second_envelope(email_based: Any) -> None:
    expected = {
        "error": "NotFound",
        "message": "Catalog not found: X",
        "code": "error.catalogs.notFound",
        "data": {"args": ["X"]},
    }
    assert email_based.get("catalogs/X/items") == (404, expected)


def test_the_case_of_a_catalogs_name_does_not_count_and_that_of_an_items_id_does(email_based: Any) -> None:
    email_based.call("POST", "catalogs/Cars")
    assert email_based.call("POST", "catalogs/cars")[0] == 400
    email_based.call("PUT", "catalogs/CARS/items/One", value={"n": 1})
    assert email_based.get("catalogs/cars/items/One")[1]["catalogName"] == "Cars"
    assert email_based.get("catalogs/cars/items/one")[0] == 404
    assert email_based.delete("catalogs/cars")[0] == 200
    assert email_based.get("catalogs")[1]["params"]["catalogNames"] == []


def test_reads_of_catalogs_come_in_the_usual_envelope(email_based: Any) -> None:
    email_based.call("POST", "catalogs/c")
    params = {"catalogNames": [{"name": "c"}], "totalCatalogsCount": 1}
    assert email_based.get("catalogs")[1] == {"msg": "", "code": "Success", "params": params}
    for path in ("catalogs/c/items", "catalogs/c/fieldMappings"):
        assert email_based.get(path)[1]["code"] == "Success"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", "abc"), ("sortAscending=false", "abc"), ("orderBy=n", "cba"), ("orderBy=n&sortAscending=true", "abc")],
)
def test_items_fall_by_a_field_unless_they_are_to_rise(email_based: Any, query: str, expected: str) -> None:
    email_based.call("POST", "catalogs/c")
    documents = {name: {"n": number} for number, name in enumerate("abc")}
    email_based.post("catalogs/c/items", documents=documents, replaceUploadedFieldsOnly=False)
    listed = email_based.get("catalogs/c/items", query=query)[1]["params"]["catalogItemsWithProperties"]
    assert "".join(item["itemId"] for item in listed) == expected


def test_writes_of_metadata_say_what_they_wrote(email_based: Any) -> None:
    path = "metadata/cities/london"
    assert email_based.call("PUT", path, value={})[1]["msg"] == "Successfully updated object london in table cities"
    for _ in range(2):
        assert email_based.delete(path)[1]["msg"] == "Successfully deleted metadata by key london in table cities"
        assert email_based.delete("metadata/cities")[1]["msg"] == "Successfully deleted table cities"
    assert email_based.raw("PUT", f"/api/{path}", b'{"value":null}') == (
        400,
        b'Json error: {"obj.value":[{"msg":"error.expected.jsobject","args":[]}]}\n {"value":null}',
    )


def test_a_type_that_is_fixed_stays(email_based: Any) -> None:
    email_based.call("POST", "catalogs/c")
    email_based.call("PUT", "catalogs/c/items/one", value={"name": "One", "stars": 3})
    path = "catalogs/c/fieldMappings"
    assert email_based.call("PUT", path, mappingsUpdates=[{"fieldName": "stars", "fieldType": "long"}])[0] == 200
    assert email_based.call("PUT", path, mappingsUpdates=[{"fieldName": "stars", "fieldType": "string"}])[0] == 400
    assert email_based.get(path)[1]["params"] == {"definedMappings": {"stars": "long"}, "undefinedFields": ["name"]}


def test_values_are_kept_by_table_and_key(email_based: Any) -> None:
    assert email_based.call("PUT", "metadata/cities/london", value={"country": "GB"})[0] == 200
    status, reply = email_based.get("metadata/cities/london")
    assert (status, reply["value"], reply["lastModified"]) == (200, {"country": "GB"}, NOW)
    assert email_based.get("metadata")[1] == {"results": [{"name": "cities"}]}
    assert [row["key"] for row in email_based.get("metadata/cities")[1]["results"]] == ["london"]
    email_based.delete("metadata/cities/london")
    status, reply = email_based.get("metadata/cities/london")
    assert (status, reply["code"]) == (404, "NotFound")
    assert reply["msg"] == "No metadata found in table cities with key london"


def test_an_export_is_lines_of_json_or_csv_with_created_at_first(email_based: Any) -> None:
    email_based.post("events/track", email=A, eventName="Lost")
    email_based.post("users/update", email=A)
    email_based.post("events/track", email=A, eventName="Seen", dataFields={"page": "home, sweet"})
    _, body = email_based.raw("GET", "/api/export/data.json", query="dataTypeName=customEvent&range=All")
    rows = [json.loads(line) for line in body.splitlines()]
    assert [(row["eventName"], row["page"], row["email"]) for row in rows] == [("Seen", "home, sweet", A)]
    _, body = email_based.raw(
        "GET", "/api/export/data.csv", query="dataTypeName=customEvent&range=All&onlyFields=page"
    )
    assert body.decode().splitlines() == ["createdAt,page", '"2026-08-20 12:00:00 +00:00","home, sweet"']


@pytest.mark.parametrize(
    ("query", "rows"),
    [("range=Today", 1), ("range=Yesterday", 1), ("range=BeforeToday", 1), ("range=All", 2),
     ("startDateTime=2026-08-19 00:00:00&endDateTime=2026-08-20 00:00:00", 1)],
)  # fmt: skip
def test_an_export_has_a_range_whose_end_is_exclusive(email_based: Any, query: str, rows: int) -> None:
    email_based.post("users/update", email=A)
    for created_at in (NOW // 1000, NOW // 1000 - 86_400):
        email_based.post("events/track", email=A, eventName="Seen", createdAt=created_at)
    _, body = email_based.raw(
        "GET", "/api/export/data.json", query=f"dataTypeName=customEvent&{query}".replace(" ", "+")
    )
    assert len(body.splitlines()) == rows


def test_an_export_wants_a_known_type_and_a_range(email_based: Any) -> None:
    assert email_based.get("export/data.json", query="dataTypeName=nothing&range=All")[0] == 400
    assert email_based.get("export/data.json", query="dataTypeName=user")[0] == 400


def test_a_job_is_there_at_once_and_its_files_can_be_fetched(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    job = email_based.post("export/start", dataTypeName="user", outputFormat="text/csv")[1]["jobId"]
    assert [(one["id"], one["jobState"]) for one in email_based.get("export/jobs")[1]["jobs"]] == [(job, "completed")]
    [file] = email_based.get(f"export/{job}/files")[1]["files"]
    assert file["url"].endswith(f"/_sim/projects/p/exports/{job}/{file['file']}")
    assert A.encode() in email_based.project.jobs.get(job).content.file(0)
    assert email_based.get(f"export/{job}/files", query=f"startAfter={file['file']}")[1]["files"] == []


def test_events_of_one_user_have_their_type_and_custom_ones_only_on_demand(email_based: Any) -> None:
    email_based.post("commerce/trackPurchase", user={"email": A}, items=[], total=1)
    email_based.post("events/track", email=A, eventName="Seen")
    for query, types in (
        (f"email={A}", ["purchase"]),
        (f"email={A}&includeCustomEvents=true", ["customEvent", "purchase"]),
    ):
        _, body = email_based.raw("GET", "/api/export/userEvents", query=query)
        assert [json.loads(line)["_type"] for line in body.splitlines()] == types


def test_the_events_of_one_user_are_exported_newest_first(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    for name, created_at in (("first", 5), ("last", 7), ("second", 6), ("third", 6)):
        email_based.post("events/track", email=A, eventName=name, createdAt=created_at)
    query = f"email={A}&includeCustomEvents=true"
    _, body = email_based.raw("GET", "/api/export/userEvents", query=query)
    names = [json.loads(line)["eventName"] for line in body.splitlines()]
    assert names == ["last", "third", "second", "first"]
