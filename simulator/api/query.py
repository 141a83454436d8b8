"""Parameters of the query: texts, whole numbers, booleans, instants; pages of long answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from simulator.api.replies import RefusedError, bad_request_page, refused
from simulator.project.dates import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.message import Request

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_LARGEST_PAGE: Final = 1000
#: As kept by amp-labs/connectors 78ea79f4, providers/iterable/test, of 2025.
_UNREADABLE: Final = (
    "Unable to bind {0} into a date time! Acceptable formats are ISO8601 with/without millis, and "
    "yyyy-MM-dd HH:mm:ss [ZZ] (Unable to parse {0} as a date in ES formats)"
)


class Query:
    """The query of a request.

    What cannot be read gets the page of the Play framework, whose texts for numbers and booleans are the framework's
    own; what is missing is BadParams.
    """

    def __init__(self, request: Request) -> None:
        self._given = parse_qs(request.query, keep_blank_values=True)
        self._request = request

    def text(self, name: str) -> str | None:
        """The text of a parameter; None when it is not there."""
        values = self._given.get(name)
        return values[0] if values else None

    def texts(self, name: str) -> list[str]:
        """The texts of a parameter that may stand several times."""
        return self._given.get(name, [])

    def required(self, name: str) -> str:
        """The text of a parameter that must be there.

        Raises:
            RefusedError: It is not.
        """
        value = self.text(name)
        if value is None:
            raise refused("BadParams", f"Missing parameter: {name}", rule="query.missing")
        return value

    def number(self, name: str) -> int | None:
        """A whole number; None when it is not there.

        Raises:
            RefusedError: It is none.
        """
        value = self.text(name)
        return None if value is None else self._whole_number(name, value)

    def required_number(self, name: str) -> int:
        """A whole number that must be there.

        Raises:
            RefusedError: It is not, or is none.
        """
        return self._whole_number(name, self.required(name))

    def numbers(self, name: str) -> list[int]:
        """The whole numbers of a parameter that may stand several times.

        Raises:
            RefusedError: One of them is none.
        """
        return [self._whole_number(name, value) for value in self.texts(name)]

    def boolean(self, name: str) -> bool:
        """A boolean, in whatever case, as iterablepythonwrapper 1.1 writes it; false when it is not there.

        Raises:
            RefusedError: It is neither `true` nor `false`.
        """
        value = self.text(name)
        folded = "false" if value is None else value.lower()
        if folded not in {"true", "false"}:
            raise self._malformed(f"Cannot parse parameter {name} as Boolean: should be true, false, 0 or 1")
        return folded == "true"

    def seconds(self, name: str) -> int | None:
        """An instant, in seconds since the epoch; None when it is not there.

        Raises:
            RefusedError: It is none.
        """
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse_seconds(value.strip())
        except ValueError as error:
            raise bad_request_page(self._request, _UNREADABLE.format(value), rule="query.no-date") from error

    def given_seconds(self, name: str) -> int | None:
        """An instant, of which an empty text is none, as the API description has it for metrics.

        Raises:
            RefusedError: It is none.
        """
        return self.seconds(name) if self.text(name) else None

    def page(
        self, items: Sequence[Any], *, default_size: int = 10, lenient: bool = False
    ) -> tuple[list[Any], dict[str, str]]:
        """One page of items by `page` and `pageSize`, and the members that lead to the pages beside it.

        Args:
            items: All of them.
            default_size: Items of a page when nothing else is asked for.
            lenient: Whether what cannot be read counts as absent: some calls declare no refusal.

        Raises:
            RefusedError: A parameter is no number, or not positive.
        """
        try:
            return self._page(items, default_size)
        except RefusedError:
            if not lenient:
                raise
            return list(items[:default_size]), {}

    def _page(self, items: Sequence[Any], default_size: int) -> tuple[list[Any], dict[str, str]]:
        page, size = self.number("page"), self.number("pageSize")
        number, size = (1 if page is None else page), (default_size if size is None else size)
        if number < 1 or not 1 <= size <= _LARGEST_PAGE:
            text = f"Invalid page or pageSize: {number}, {size}"
            raise refused("BadParams", text, rule="query.not-allowed")
        links: dict[str, str] = {}
        if number * size < len(items):
            links["nextPageUrl"] = self._page_url(number + 1)
        if number > 1:
            links["previousPageUrl"] = self._page_url(number - 1)
        return list(items[(number - 1) * size : number * size]), links

    def _page_url(self, number: int) -> str:
        given = {**self._given, "page": [str(number)]}
        return f"{self._request.path}?{urlencode(given, doseq=True)}"

    def _whole_number(self, name: str, value: str) -> int:
        if not _WHOLE_NUMBER.fullmatch(value):
            raise self._malformed(f'Cannot parse parameter {name} as Long: For input string: "{value}"')
        return int(value)

    def _malformed(self, detail: str) -> RefusedError:
        return bad_request_page(self._request, detail, rule="query.malformed")


def sorted_by(sort: str | None, items: Sequence[dict[str, Any]], first: str) -> list[dict[str, Any]]:
    """Items in the order that a `sort` parameter asks for, such as `name` or `-createdAt`.

    Args:
        sort: The parameter; None for the order of `first`.
        items: All of them.
        first: The member that stands for `id`.
    """
    name = (sort or first).removeprefix("-")
    key = first if name == "id" else name
    return sorted(items, key=lambda item: (_rank(item.get(key)), item[first]), reverse=(sort or "")[:1] == "-")


def _rank(value: Any) -> tuple[int, float, str]:
    """What is absent first, then numbers, then texts."""
    if isinstance(value, (int, float)):
        return 1, value, ""
    return (2, 0, value) if isinstance(value, str) else (0, 0, "")
