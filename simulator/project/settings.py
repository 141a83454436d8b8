"""All settings of a project, in one flat table, which is why the module is long.

A setting is where Iterable's behaviour is unknown, an account feature or a choice.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

#: Shorthand for the sources that several settings share.
_IDENTIFYING_USERS = "Iterable support article 29156459027348"
_RESPONSE_CODES = "Iterable support article 39629320560148"
_LAST_SECOND = 86_400
#: Settings that no longer exist; documents and journals of earlier versions still hold them.
RETIRED: Final = frozenset({"placeholderStyle"})
#: The validation context under which retired settings are ignored instead of refused.
STORED: Final = {"stored": True}
#: What may change while a project is in use; every other setting decides what is stored.
CHANGEABLE = frozenset(
    {
        "enforce_rate_limits",
        "rate_limited_paths",
        "retry_after",
        "rate_limit_params",
        "rate_limit_form",
        "visibility_lag",
        "bulk_lag",
        "forget_lag",
        "catalog_lag",
        "list_lag",
    }
)


def _as_text(value: Any) -> Any:
    """A status written as a number is the same status."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_RefusalStatus = Annotated[Literal["400", "409"], BeforeValidator(_as_text)]
_Seconds = Annotated[float, Field(ge=0, le=_LAST_SECOND, allow_inf_nan=False)]


class ProjectSettings(BaseModel):
    """The settings of one project; names on the wire are camel case, unknown names are refused.

    Every field has its default, its allowed values (its type), what it decides (its description) and, at the end
    of the description in brackets, the source of the default.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, validate_default=True
    )

    @model_validator(mode="before")
    @classmethod
    def _without_retired(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context == STORED and isinstance(value, dict):
            return {name: setting for name, setting in value.items() if name not in RETIRED}
        return value

    data_center: Literal["united_states", "europe"] = Field(
        "united_states",
        description="The data centre the project is in; the other data centre's address does not know its keys. "
        "[Iterable support article 360043464871]",
    )
    track_creates: Literal["byProjectType", "always", "never"] = Field(
        "byProjectType",
        description="Whether tracking an event creates an unknown user; `byProjectType`: in userID-based and hybrid "
        f"projects only. [{_IDENTIFYING_USERS}; Segment's page of the destination]",
    )
    track_unknown_email: Literal["drop", "error"] = Field(
        "drop",
        description="Email-based: events/track for an unknown email; `drop` answers 200 and stores nothing. "
        "[snowplow-gtm-server-side-iterable-tag 0.5.0 relies on a 2xx; Segment's page of the "
        "destination: no profile is created; that nothing is stored is inferred]",
    )
    track_unknown_email_known_user_id: Literal["drop", "userId"] = Field(
        "drop",
        description="Email-based: events/track for an unknown email with a known userId; `userId` stores the event "
        "on that profile. [assumed]",
    )
    track_unknown_user_id: Literal["error", "drop"] = Field(
        "error",
        description=f"Email-based: events/track for an unknown userId. [{_IDENTIFYING_USERS}, {_RESPONSE_CODES}; "
        "recorded 2023 by mtchavez/iterable-api-client]",
    )
    track_bulk_unknown: Literal["report", "drop"] = Field(
        "report",
        description="Email-based: whether events/trackBulk reports unknown users in `failedUpdates`, or counts "
        "their events as successes and stores nothing. [API description, FailedEventUpdates]",
    )
    duplicate_user_id: Literal["error", "first", "latest"] = Field(
        "first",
        description="Email-based: which profile a write goes to if several share its userId; `error` refuses it "
        "with 400. [Iterable's bulletin 721 on community.iterable.com: the first one returned; Iterable "
        "support article 360035079512 warns of a duplicate record]",
    )
    email_only_in_user_id_project: Literal["error", "drop"] = Field(
        "error",
        description="UserID-based: a call with an email only; `drop` answers 200 and does nothing. [Iterable "
        "support article 9216719179796 makes userId the only key; the reply is assumed]",
    )
    email_lookup_in_user_id_project: Literal["first", "none"] = Field(
        "none",
        description="UserID-based: whether a read by email finds the first profile with it, or none. [Iterable "
        "support article 9216719179796: the API identifies users by userId only; reads are not "
        "mentioned]",
    )
    hybrid_conflict: Annotated[Literal["409", "userIdWins", "emailWins"], BeforeValidator(_as_text)] = Field(
        "409",
        description="Hybrid: a write whose email and userId belong to different users, or whose email belongs to a "
        "user with another userId. [409 is declared by the API; when it applies is assumed]",
    )
    hybrid_rename_by_top_level: Annotated[Literal["replace", "409"], BeforeValidator(_as_text)] = Field(
        "replace",
        description="Hybrid: whether a write by a known userId with a new email replaces the email. [assumed]",
    )
    conflict_status: Annotated[Literal["byPlace", "400", "409"], BeforeValidator(_as_text)] = Field(
        "byPlace",
        description="Status when an identifier is taken; `byPlace`: 409 for top-level identifiers, 400 for those in "
        f"dataFields. [{_RESPONSE_CODES} against the API description]",
    )
    data_fields_email: Literal["ignore", "rename", "error"] = Field(
        "ignore",
        description="Email-based: a different email in dataFields. [versions of Iterable support article 217502386 "
        "differ; Segment action-destinations PR 3811 found that a batch changes no address]",
    )
    update_email_outside_email_projects: Literal["allow", "error"] = Field(
        "allow",
        description="Whether users/updateEmail works in userID-based and hybrid projects; the API description "
        "refers those to users/update. [tests of segmentio/action-destinations for a live hybrid "
        "project, 2026; assumed for userID-based ones]",
    )
    update_email_forgotten: _RefusalStatus = Field(
        "400",
        description="Status of users/updateEmail to a forgotten address: 400 EmailAlreadyExists or 409 "
        "ForgottenUserError. [recorded 2021 against the API description]",
    )
    forgotten_status: Annotated[Literal["byCall", "400", "409"], BeforeValidator(_as_text)] = Field(
        "byCall",
        description="Status of a write for a forgotten user; `byCall`: 409 for users/update and users/merge, 400 "
        f"for other calls. [API descriptions of 2022 and 2026; {_RESPONSE_CODES} lists both]",
    )
    track_forgotten: Annotated[Literal["400", "409", "drop"], BeforeValidator(_as_text)] = Field(
        "400",
        description="events/track for a forgotten user; `drop` answers 200 and stores nothing. [API descriptions of "
        "2022 and 2026 declare no 409 for it; that it is refused is inferred]",
    )
    forget_again: Literal["error", "accept"] = Field(
        "error",
        description="users/forget for a user who is already forgotten: 400 ForgottenUserError, or 200. "
        "[block/iterable-go, errors/errors.go, filters that refusal out of every write, including "
        "forget]",
    )
    forget_both_identifiers: bool = Field(
        default=True,
        description="Hybrid: whether forgetting a user blocks both identifiers of the profile. [assumed]",
    )
    unknown_fields: Literal["add", "drop"] = Field(
        "add",
        description="Fields new to the project: added, or dropped unless the request sets createNewFields. [API "
        "description: a project setting]",
    )
    managed_fields: Literal["ignore", "error"] = Field(
        "ignore",
        description="Fields in a request that only Iterable writes (profileUpdatedAt, itblInternal, ...). [Iterable "
        "support article 217744303 advises against sending them; ignoring is assumed]",
    )
    numeric_text: Literal["refuse", "coerce"] = Field(
        "refuse",
        description="A numeric string sent for a long or double field. [assumed; an older version of Iterable "
        "support article 208183076 mentions coercion]",
    )
    date_forms: Literal["extended", "strict"] = Field(
        "extended",
        description="Which strings count as dates; `extended` also accepts a `T` without fractional seconds, such "
        "as 2020-08-19T20:50:04Z. [assumed; `strict` is what Iterable's clients saw refused in "
        "production]",
    )
    normalise_dates: bool = Field(
        default=False,
        description="Whether dates are stored in UTC as `yyyy-MM-dd HH:mm:ss +00:00`, or as sent; signupDate is "
        "always in UTC. [recorded 2021 for signupDate; other fields of a real project, read in 2023 by "
        "airbytehq/airbyte, were as imported]",
    )
    bulk_type_mismatch: Literal["reject", "perItem"] = Field(
        "reject",
        description="A type mismatch in one item of a bulk call: the whole batch is refused, or the item is listed "
        "in invalidDataEmails or invalidDataUserIds. [block/iterable-go retries each item alone]",
    )
    legacy_invalid_arrays: Literal["all", "invalid"] = Field(
        "all",
        description="What the deprecated top-level invalidEmails and invalidUserIds contain in bulk replies about "
        "users and lists: every failure, or malformed identifiers only. [API description; "
        "sutrolabs/census-docs b32fd7d reports forgotten users there]",
    )
    empty_bulk_update: Annotated[Literal["200", "400"], BeforeValidator(_as_text)] = Field(
        "200",
        description="users/bulkUpdate without users: zero counts, or 400 `Emails invalid: ` as recorded in 2017. "
        "[assumed]",
    )
    event_id_scope: Literal["project", "user"] = Field(
        "project",
        description="Whether an event id is unique in the project or per user. [assumed]",
    )
    event_id_update: Literal["replace", "merge"] = Field(
        "replace",
        description="What a second event with a known id does to the stored dataFields. [API description: the event "
        "is updated; replacing is assumed]",
    )
    event_limit: Literal["clamp", "error"] = Field(
        "clamp",
        description="Reading events with a `limit` above 200. [assumed]",
    )
    created_at_unit: Literal["bySize", "seconds", "milliseconds"] = Field(
        "bySize",
        description="Unit of `createdAt`; `bySize`: milliseconds from 100,000,000,000. [both units occur in "
        "recordings; the threshold is assumed]",
    )
    cart_event: Literal["cartUpdate", "none"] = Field(
        "cartUpdate",
        description="Whether commerce/updateCart also stores a cart event. [Hightouch's documentation; the name is "
        "assumed]",
    )
    disallowed_event_names: tuple[str, ...] = Field(
        (),
        description="Event names that the project refuses. [API description: a project setting]",
    )
    max_batch_items: int | None = Field(
        None,
        ge=1,
        description="Maximum number of items in a bulk call; beyond it, BatchTooLarge. [no limit is documented]",
    )
    max_body: int = Field(
        4 * 1024 * 1024,
        ge=1,
        description="Maximum body size in bytes; beyond it, 413. [API description of users/bulkUpdate]",
    )
    max_profile_fields: int = Field(
        1000,
        ge=1,
        description="Maximum number of profile fields, including nested ones. [API description]",
    )
    max_event_fields: int = Field(
        8000, ge=1, description="Most fields of one event name, nested ones included. [API description]"
    )
    update_message: str = Field(
        "User successfully created/updated.",
        description="`msg` of a successful users/update. [recorded 2025 by amp-labs/connectors, as in "
        f"{_RESPONSE_CODES}; empty in recordings of 2017 and 2021]",
    )
    broken_json: Literal["page", "BadJsonBody"] = Field(
        "page",
        description="The answer to an invalid JSON body: the HTML page recorded for an empty body, which always "
        f"gets it, or BadJsonBody. [inferred from the page's text; {_RESPONSE_CODES} names commas and "
        "brackets under BadJsonBody]",
    )
    exported_profiles: Literal["flat", "nested"] = Field(
        "flat",
        description="Whether JSON exports of users flatten objects to dotted keys, such as "
        "`itblInternal.emailDomain`, or nest them; CSV is always flat. [read from a real project in "
        "2023 by airbytehq/airbyte for itblInternal, inferred for other objects from the schemas of "
        "singer-io/tap-iterable]",
    )
    unknown_template: Annotated[Literal["400", "404"], BeforeValidator(_as_text)] = Field(
        "400",
        description="Status of reading an unknown template. [400 recorded 2017; the API description has 404, which "
        "is kept for a locale without content]",
    )
    unknown_campaign: Literal["json", "page"] = Field(
        "json",
        description="GET campaigns/{id} for an unknown campaign: 404 as JSON, or the HTML page for unknown paths. "
        "[the API description has 404; a mock in Iterable/api-client 981eeb5 (2026-07-09) has the page]",
    )
    push_integrations: tuple[str, ...] | None = Field(
        None,
        description="Names of the apps with a push integration; users/registerDeviceToken refuses others. If not "
        "set, it accepts any name. [the refusal was pasted in iterable-swift-sdk issue 384 "
        "(2020-09-18); off is a choice]",
    )
    content_type: Literal["any", "json"] = Field(
        "any",
        description="Whether a body is read as JSON whatever its Content-Type, or refused with 415 if that is "
        "another type. [assumed; clients send text/plain]",
    )
    delete_unknown_email: Literal["accept", "error"] = Field(
        "accept",
        description="DELETE users/{email} for an unknown email: 200, or refused like an unknown userId. [200 "
        "recorded 2021; newer behaviour may be the refusal]",
    )
    retry_after: bool = Field(
        default=False,
        description="Whether a 429 has a `Retry-After` header. [mentioned by third parties, in no recording]",
    )
    rate_limit_params: bool = Field(
        default=False,
        description="Whether a 429 has rateLimitLimit, rateLimitRemaining and rateLimitReset. [API description of "
        "August 2026, for some calls]",
    )
    rate_limit_form: Literal["json", "text"] = Field(
        "json",
        description="Whether a 429 is JSON with a code, or plain text as inApp/getMessages has answered. [recorded "
        "in 2017 as JSON; Iterable/iterable-android-sdk issue 347 of 2021 reports plain text for that "
        "call]",
    )
    enforce_rate_limits: bool = Field(
        default=False,
        description="Whether to enforce the rate limits in the API description. [a choice: most local work wants "
        "none]",
    )
    rate_limited_paths: tuple[str, ...] = Field(
        ("*",),
        description="With `enforceRateLimits`: globs for the paths it applies to, such as `/api/users/bulkUpdate`. "
        "[a choice]",
    )
    server_key_may_register_devices: bool = Field(
        default=False,
        description="Whether a server-side key may register devices and browsers. [refused in replies recorded by "
        "RudderStack in 2024, allowed in recordings of 2017]",
    )
    jwt_fault_status: Annotated[Literal["401", "400"], BeforeValidator(_as_text)] = Field(
        "401",
        description="Status of InvalidJwtPayload and JwtUserIdentifiersMismatched. [Iterable support article "
        "360050801231 shows 401, and Iterable's mobile SDKs check these codes under 401 only; "
        f"{_RESPONSE_CODES} lists 400]",
    )
    messages_for_unknown: Literal["empty", "error"] = Field(
        "empty",
        description="Fetching in-app and embedded messages for an unknown user: 200 with an empty list, or a "
        "refusal. [integration tests of Iterable/api-client 981eeb5, messaging.test.ts, use a new "
        "address and expect an empty list]",
    )
    mobile_offline_mode: bool = Field(
        default=False,
        description="`offlineMode` in mobile/getRemoteConfiguration: whether apps keep events while offline. [name "
        "from Iterable's Android and iOS SDKs; the default is assumed]",
    )
    mobile_auto_retry: bool = Field(
        default=False,
        description="`autoRetry` in mobile/getRemoteConfiguration: whether apps retry requests refused because of a "
        "token. [name from Iterable's Android and iOS SDKs; the default is assumed]",
    )
    subscriptions_api: bool = Field(
        default=True,
        description="Whether the calls under /api/subscriptions are enabled; otherwise they are 404. [API "
        "description: an account feature]",
    )
    opt_in_message_types: bool = Field(
        default=False,
        description="Whether opt-in message types are enabled; subscribedMessageTypeIds requires it. [API "
        "description: an account feature]",
    )
    visibility_lag: _Seconds = Field(
        0,
        description="Seconds until a single write is visible. [documented as up to a minute; 0 is a choice]",
    )
    bulk_lag: _Seconds = Field(
        0,
        description="Seconds until a bulk write is visible; bulk and single writes have separate queues. [API "
        "description; 0 is a choice]",
    )
    forget_lag: _Seconds = Field(
        0,
        description="Seconds until a user is deleted or forgotten. [Iterable support article 360032290032: up to 10 "
        "minutes; 0 is a choice]",
    )
    catalog_lag: _Seconds = Field(
        0,
        description="Seconds until a catalog item is visible. [clients wait up to 90 seconds; 0 is a choice]",
    )
    list_lag: _Seconds = Field(
        0,
        description="Seconds until a new list accepts subscribers. [the TypeScript client's tests wait; 0 is a "
        "choice]",
    )
