"""The region that a phone number belongs to."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def region_code(phone: str) -> str | None:
    """The two letters of a number's region, such as `US`; None for what is no international number.

    Source: recordings of 2021 show `itblInternal.regionCode` after a write of phoneNumber.
    """
    # Imported here: the tables take a while to load, and most requests read no profile.
    import phonenumbers

    try:
        region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    return region
