"""Which values are personal: by the name of the field that they stand in, and by what they look like."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from typing import Final

from simulator.project.dates import stored_date


class Kind(StrEnum):
    """What a personal value is, which decides what its replacement looks like."""

    EMAIL = "email"
    USER_ID = "userId"
    PHONE = "phone"
    NAME = "name"
    ADDRESS = "IP address"
    TOKEN = "token"  # noqa: S105  # a word, and no password
    PROSE = "free text"
    DOMAIN = "domain"


EMAIL: Final = re.compile(r"[\w!#$*+^{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE: Final = re.compile(r"\+[0-9][0-9 ().-]{6,20}[0-9]|\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}")
IP_ADDRESS: Final = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])")
#: JSON Web Tokens, and anything as long and as wild.
_TOKEN: Final = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|(?=[^\s]*[0-9])[A-Za-z0-9_-]{40,}|[0-9A-Fa-f]{32,}")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+ ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
#: A text of so many words is one that somebody wrote.
_WORDS_OF_PROSE: Final = 4
#: Texts that stand for nobody.
NOBODY: Final = frozenset({"", "none", "null", "undefined", "nan", "unknown", "anonymous", "true", "false"})
#: What Iterable calls the types of fields, beside the names of the fields.
_FIELD_TYPES: Final = frozenset({"string", "long", "double", "boolean", "date", "object", "geo_location"})

_USER_IDS: Final = frozenset({"userid", "anonymousid", "previousid", "customerid", "externalid", "contactid"})
_USER_ID_ENDINGS: Final = ("userid",)
_PHONES: Final = ("phone", "mobile", "phonenumber", "telephone", "fax", "whatsapp")
_ADDRESSES: Final = frozenset({"ip", "ipaddress", "clientip", "remoteip", "signupip"})
_TOKENS: Final = (
    "token",
    "password",
    "secret",
    "deviceid",
    "advertisingid",
    "idfa",
    "idfv",
    "cookie",
    "authorization",
)
_NAMES: Final = frozenset(
    {
        "firstname",
        "lastname",
        "middlename",
        "fullname",
        "surname",
        "givenname",
        "familyname",
        "nickname",
        "displayname",
    }
    | {"maidenname", "username", "login", "handle", "initials", "salutation", "company", "employer"}
    | {
        "address",
        "address1",
        "address2",
        "addressline1",
        "addressline2",
        "street",
        "street1",
        "street2",
        "streetname",
    }
    | {"housenumber", "city", "town", "zip", "zipcode", "postcode", "postalcode", "ssn", "taxid", "vatid", "iban"}
    | {"passport", "passportnumber", "licenceplate", "licenseplate", "latitude", "longitude", "lat", "lng", "lon"}
    | {"accountnumber", "cardnumber", "creditcard", "cardholder", "contact", "recipient", "avatar", "facebook"}
    | {"twitter", "instagram", "linkedin", "birthplace"}
)
_PROSE: Final = frozenset(
    {"comment", "comments", "note", "notes", "remark", "remarks", "freetext", "bio", "about", "feedback", "review"}
    | {"question", "answer", "instructions", "deliverynotes", "giftmessage"}
)
#: Below these, `name` is what a thing is called.
_THINGS: Final = frozenset(
    {
        "items",
        "shoppingcartitems",
        "products",
        "lists",
        "campaigns",
        "templates",
        "channels",
        "messagetypes",
        "journeys",
    }
    | {"snippets", "catalogs", "webhooks", "metadata", "categories", "variants"}
)
#: An object with one of these is a product.
MARKS_OF_PRODUCTS: Final = frozenset({"sku", "productid", "variantid", "price", "quantity"})
#: Below things, these say what a thing is, in the words of a shop.
_WORDS_OF_THINGS: Final = frozenset(
    {"name", "title", "description", "category", "categories", "brand", "variant", "color", "colour", "size"}
    | {"productname", "collection"}
)
#: Below these, names are those that a customer chose for what they know of people.
FREE: Final = frozenset({"datafields", "traits", "properties", "context", "user", "items", "shoppingcartitems"})
#: Names that mean something to Iterable or Segment and hold no personal value.
PROTOCOL: Final = frozenset(
    {"createdat", "timestamp", "senttime", "sentat", "receivedat", "originaltimestamp", "profileupdatedat"}
    | {"signupdate", "documentcreatedat", "documentupdatedat", "eventname", "eventtype", "code", "status", "type"}
    | {"listid", "campaignid", "templateid", "channelid", "messagetypeid", "total", "quantity", "price", "listtype"}
    | {
        "platform",
        "messagemedium",
        "regioncode",
        "itbluserid",
        "version",
        "event",
        "emaillistids",
        "enabled",
        "count",
    }
    | {"limit", "page", "pagesize", "range", "startdatetime", "enddatetime", "datatypename", "signupsource", "locale"}
    | {"timezone", "currency", "country", "countrycode", "gender", "language"}
)
_SIGNS: Final = re.compile(r"[^a-z0-9]")


def plain(name: str) -> str:
    """The name of a field without capitals and signs: `first_name` and `firstName` are one."""
    return _SIGNS.sub("", name.lower())


def is_date(text: str) -> bool:
    """Whether a text is a date in one of the notations that Iterable or Segment knows."""
    return _ISO_DATE.fullmatch(text) is not None or stored_date(text) is not None


def kind_of(value: str, path: tuple[str, ...]) -> Kind | None:
    """What a value is for the names around it, outermost first, in plain form; None for nothing personal."""
    if value.strip().lower() in NOBODY or value in _FIELD_TYPES or is_date(value):
        return None
    name = path[-1] if path else ""
    named = _by_name(value, name, path)
    if named is not None or name in PROTOCOL:
        return named
    return _by_look(value, path)


def _by_name(value: str, name: str, path: tuple[str, ...]) -> Kind | None:
    if name == "emaildomain":
        return Kind.DOMAIN
    if name.endswith(("email", "emails", "emailaddress")) or name == "mail":
        return Kind.EMAIL if "@" in value or name in {"email", "newemail", "currentemail"} else None
    if name in _USER_IDS or (name.endswith(_USER_ID_ENDINGS) and name != "itbluserid"):
        return Kind.USER_ID
    if name.endswith(_PHONES) or name.startswith("phone"):
        return Kind.PHONE if any(sign.isdecimal() for sign in value) else Kind.PROSE
    if name in _ADDRESSES and _is_address(value):
        return Kind.ADDRESS
    if name.endswith(_TOKENS):
        return Kind.TOKEN
    if name in _NAMES or (name == "name" and _names_somebody(path)):
        return Kind.NAME
    return Kind.PROSE if name in _PROSE else None


def is_word_of_thing(path: tuple[str, ...]) -> bool:
    """Whether a text says what a thing is, such as the name of a product."""
    return bool(path) and path[-1] in _WORDS_OF_THINGS and any(part in _THINGS for part in path)


def _names_somebody(path: tuple[str, ...]) -> bool:
    return any(part in FREE for part in path) and not any(part in _THINGS for part in path)


def _by_look(value: str, path: tuple[str, ...]) -> Kind | None:
    if EMAIL.fullmatch(value):
        return Kind.EMAIL
    if _PHONE.fullmatch(value):
        return Kind.PHONE
    if _is_address(value):
        return Kind.ADDRESS
    if _TOKEN.fullmatch(value):
        return Kind.TOKEN
    if (
        not is_word_of_thing(path)
        and any(part in FREE for part in path)
        and len(value.split()) >= _WORDS_OF_PROSE
        and "://" not in value
    ):
        return Kind.PROSE
    return None


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return "." in value or ":" in value
