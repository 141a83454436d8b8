"""The route table, which reads like the API's own index.

Tier, limits and scopes are those of Iterable's API description, version 1.8; which keys may call what is told by
Iterable support article 360043464871, the exact sets being assumed.
"""

from __future__ import annotations

from typing import Final

from simulator.api.operations import catalogs, commerce, events, export, lists, metadata, tokens, webhooks
from simulator.api.operations.messages import campaigns, channels, engagement, queues, snippets, targets, templates
from simulator.api.operations.users import devices, merging, profiles, reading, removal, subscriptions
from simulator.api.route import Handler, Lag, Limit, Route, Scope, missing
from simulator.project.keys import KeyType

_SECOND, _MINUTE, _DAY = 1, 60, 86_400
_APPS: Final = frozenset({KeyType.SERVER, KeyType.MOBILE, KeyType.WEB})
_READERS: Final = frozenset({KeyType.SERVER, KeyType.READ_ONLY})
_APPS_ONLY: Final = frozenset({KeyType.MOBILE, KeyType.WEB})


def _per(count: int, window: int, scope: Scope = Scope.PROJECT) -> tuple[Limit, ...]:
    return (Limit(count, window, scope),)


def _route(  # noqa: PLR0913  # the columns of the table
    method: str,
    path: str,
    handler: Handler,
    tier: int = 2,
    limits: tuple[Limit, ...] = (),
    keys: frozenset[KeyType] = frozenset({KeyType.SERVER}),
    lag: Lag | None = None,
    *,
    needs_token: bool = True,
) -> Route:
    return Route(method, f"/api/{path}", handler, tier, limits, keys, lag, needs_token=needs_token)


def _missing(method: str, path: str, sentence: str, limits: tuple[Limit, ...] = ()) -> Route:
    return Route(method, f"/api/{path}", missing(sentence), 3, limits, modelled=False)


_READ: Final = _per(100, _SECOND)
_READ_BY_KEY: Final = _per(100, _SECOND, Scope.KEY)
_FORGET: Final = (Limit(3, _SECOND, Scope.PROJECT), Limit(1000, _DAY, Scope.PROJECT))
_SLOW: Final = _per(3, _SECOND)
_LISTS: Final = _per(5, _MINUTE)
_SINGLE: Final[Lag] = "visibility_lag"
_BULK: Final[Lag] = "bulk_lag"
_REMOVAL: Final[Lag] = "forget_lag"
_ITEMS: Final[Lag] = "catalog_lag"
_RENDERS: Final = "templates are stored and not rendered"
_SENDS: Final = "no campaign engine sends to lists"
_METERS: Final = "no metrics are counted"

# fmt: off
_USERS: Final = (
    _route("POST", "commerce/trackPurchase", commerce.track_purchase, 1, keys=_APPS, lag=_SINGLE),
    _route("POST", "commerce/updateCart", commerce.update_cart, 1, keys=_APPS, lag=_SINGLE),
    _route("POST", "events/track", events.track, 1, _per(2000, _SECOND), _APPS, _SINGLE),
    _route("POST", "events/trackBulk", events.track_bulk, 1, _per(10, _SECOND), lag=_BULK),
    _route("POST", "users/bulkUpdate", profiles.bulk_update, 1, _per(5, _SECOND), lag=_BULK),
    _route("POST", "users/update", profiles.update, 1, _per(500, _SECOND), _APPS, _SINGLE),
    _route("POST", "users/updateEmail", profiles.update_email, 1, keys=_APPS, lag=_SINGLE),
    _route("GET", "webhooks", webhooks.list_webhooks, 1),
    _route("POST", "webhooks", webhooks.change_webhook),
    _route("POST", "auth/jwts/invalidate", tokens.invalidate),
    _route("GET", "events/byUserId/{userId}", events.get_by_user_id, 2, _READ),
    _route("GET", "events/{email}", events.get_by_email, 2, _READ),
    _route("POST", "users/bulkUpdateSubscriptions", subscriptions.bulk_update_subscriptions, lag=_BULK),
    _route("GET", "users/byUserId", reading.by_user_id_in_query, 2, _READ),
    _route("DELETE", "users/byUserId/{userId}", removal.delete_by_user_id, 2, _READ, lag=_REMOVAL),
    _route("GET", "users/byUserId/{userId}", reading.get_by_user_id, 2, _READ),
    _route("POST", "users/disableDevice", devices.disable_device, keys=_APPS, needs_token=False),
    _route("POST", "users/forget", removal.forget, 2, _FORGET, lag=_REMOVAL),
    _route("GET", "users/forgotten", removal.list_forgotten_emails, 2, _SLOW),
    _route("GET", "users/forgottenUserIds", removal.list_forgotten_user_ids, 2, _SLOW),
    _route("GET", "users/getByEmail", reading.by_email_in_query, 2, _READ),
    _route("GET", "users/getFields", reading.get_fields, 2, _SLOW, _READERS),
    _route("GET", "users/getSentMessages", reading.get_sent_messages, 2, _SLOW),
    _route("POST", "users/merge", merging.merge, 2, _per(50, _SECOND, Scope.KEY), _APPS, _SINGLE),
    _route("POST", "users/registerBrowserToken", devices.register_browser, keys=_APPS_ONLY, lag=_SINGLE),
    _route("POST", "users/registerDeviceToken", devices.register_device, 2, _per(500, _SECOND), _APPS_ONLY, _SINGLE),
    _route("POST", "users/unforget", removal.unforget, 2, _FORGET, lag=_REMOVAL),
    _route("POST", "users/updateSubscriptions", subscriptions.update_subscriptions, keys=_APPS, lag=_SINGLE),
    _route("DELETE", "users/{email}", removal.delete_by_email, 2, _READ, lag=_REMOVAL),
    _route("GET", "users/{email}", reading.get_by_email, 2, _READ),
)
_GROUP: Final = "subscriptions/{subscriptionGroup}/{subscriptionGroupId}"
_LISTS_AND_SUBSCRIPTIONS: Final = (
    _route("GET", "lists", lists.list_lists, 2, _READ, _READERS),
    _route("POST", "lists", lists.create_list),
    _route("GET", "lists/getUsers", lists.get_users, 2, _LISTS, _READERS),
    _route("GET", "lists/previewUsers", lists.preview_users, 2, _LISTS, _READERS),
    _route("POST", "lists/subscribe", lists.subscribe, lag=_BULK),
    _route("POST", "lists/unsubscribe", lists.unsubscribe, lag=_BULK),
    _route("DELETE", "lists/{listId}", lists.delete_list),
    _route("GET", "lists/{listId}/size", lists.get_size, 2, _LISTS, _READERS),
    _route("GET", "channels", channels.list_channels, 2, _READ, _READERS),
    _route("GET", "messageTypes", channels.list_message_types, 2, _READ, _READERS),
    _route("POST", "subscriptions/subscribeToDoubleOptIn", subscriptions.double_opt_in, lag=_SINGLE),
    _route("PUT", _GROUP, subscriptions.change_many, lag=_BULK),
    _route("DELETE", f"{_GROUP}/byUserId/{{userId}}", subscriptions.unsubscribe_by_user_id, lag=_SINGLE),
    _route("PATCH", f"{_GROUP}/byUserId/{{userId}}", subscriptions.subscribe_by_user_id, lag=_SINGLE),
    _route("DELETE", f"{_GROUP}/user/{{userEmail}}", subscriptions.unsubscribe_by_email, lag=_SINGLE),
    _route("PATCH", f"{_GROUP}/user/{{userEmail}}", subscriptions.subscribe_by_email, lag=_SINGLE),
)
_CATALOG: Final = "catalogs/{catalogName}"
_DATA: Final = (
    _route("GET", "catalogs", catalogs.list_catalogs, 2, _READ_BY_KEY),
    _route("DELETE", _CATALOG, catalogs.delete_catalog),
    _route("POST", _CATALOG, catalogs.create_catalog),
    _route("GET", f"{_CATALOG}/fieldMappings", catalogs.get_mappings),
    _route("PUT", f"{_CATALOG}/fieldMappings", catalogs.put_mappings),
    _route("DELETE", f"{_CATALOG}/items", catalogs.delete_items, lag=_ITEMS),
    _route("GET", f"{_CATALOG}/items", catalogs.list_items, 2, _READ_BY_KEY),
    _route("POST", f"{_CATALOG}/items", catalogs.upload_items, 2, _READ_BY_KEY, lag=_ITEMS),
    _route("DELETE", f"{_CATALOG}/items/{{itemId}}", catalogs.delete_item, lag=_ITEMS),
    _route("GET", f"{_CATALOG}/items/{{itemId}}", catalogs.get_item),
    _route("PATCH", f"{_CATALOG}/items/{{itemId}}", catalogs.patch_item, lag=_ITEMS),
    _route("PUT", f"{_CATALOG}/items/{{itemId}}", catalogs.put_item, 2, _per(1000, _SECOND, Scope.KEY), lag=_ITEMS),
    _route("GET", "export/data.csv", export.export_csv, 2, _per(4, _MINUTE)),
    _route("GET", "export/data.json", export.export_json, 2, _per(4, _MINUTE)),
    _route("GET", "export/jobs", export.list_jobs),
    _route("POST", "export/start", export.start_job, 2, _per(1, _SECOND, Scope.ORGANIZATION)),
    _route("GET", "export/userEvents", export.export_user_events),
    _route("DELETE", "export/{jobId}", export.cancel_job, 2, _per(1, _SECOND)),
    _route("GET", "export/{jobId}/files", export.list_files, 2, _per(1, _SECOND, Scope.ORGANIZATION)),
    _route("GET", "metadata", metadata.list_tables, keys=_READERS),
    _route("DELETE", "metadata/{table}", metadata.delete_table),
    _route("GET", "metadata/{table}", metadata.list_keys, keys=_READERS),
    _route("DELETE", "metadata/{table}/{key}", metadata.delete_value),
    _route("GET", "metadata/{table}/{key}", metadata.get_value, keys=_READERS),
    _route("PUT", "metadata/{table}/{key}", metadata.put_value),
)
_CAMPAIGNS: Final = (
    _route("GET", "campaigns", campaigns.list_campaigns, 3, _READ, _READERS),
    _route("POST", "campaigns/abort", campaigns.ABORT.change, 3),
    _route("POST", "campaigns/activateTriggered", campaigns.ACTIVATE.change, 3),
    _route("POST", "campaigns/archive", campaigns.archive_campaigns, 3, _per(5, _SECOND, Scope.KEY)),
    _route("POST", "campaigns/cancel", campaigns.CANCEL.change, 3),
    _route("POST", "campaigns/create", campaigns.create_campaign, 3),
    _route("POST", "campaigns/deactivateTriggered", campaigns.DEACTIVATE.change, 3),
    _missing("GET", "campaigns/metrics", _METERS, _per(10, _MINUTE)),
    _route("GET", "campaigns/recurring/{id}/childCampaigns", campaigns.list_child_campaigns, 3, _READ, _READERS),
    _missing("POST", "campaigns/trigger", _SENDS),
    _missing("POST", "campaigns/{campaignId}/schedule", _SENDS),
    _missing("POST", "campaigns/{campaignId}/send", _SENDS),
    _route("GET", "campaigns/{id}", campaigns.get_campaign, 3, _READ, _READERS),
    _missing("GET", "experiments/metrics", _METERS),
    _route("GET", "journeys", campaigns.list_journeys, 3),
    _route("POST", "workflows/triggerWorkflow", campaigns.trigger_journey, 3),
    _missing("POST", "verify/sms/begin", "no SMS is sent"),
    _missing("POST", "verify/sms/check", "no SMS is sent"),
)
_MESSAGES: Final = (
    _route("POST", "email/cancel", targets.EMAIL.cancel, 3),
    _route("POST", "email/target", targets.EMAIL.target, 3),
    _missing("GET", "email/viewInBrowser", _RENDERS, _READ),
    _route("POST", "embedded-messaging/events/click", engagement.EMBEDDED_CLICK.track, 3, keys=_APPS),
    _route("POST", "embedded-messaging/events/received", engagement.EMBEDDED_RECEIVED.track, 3, keys=_APPS),
    _route("POST", "embedded-messaging/events/session", engagement.EMBEDDED_SESSION.track, 3, keys=_APPS),
    _route("GET", "embedded-messaging/messages", queues.list_embedded, 3, keys=_APPS),
    _route("POST", "events/inAppConsume", engagement.IN_APP_CONSUME.track, 3, keys=_APPS),
    _route("POST", "events/trackInAppClick", engagement.IN_APP_CLICK.track, 3, keys=_APPS),
    _route("POST", "events/trackInAppClose", engagement.IN_APP_CLOSE.track, 3, keys=_APPS),
    _route("POST", "events/trackInAppDelivery", engagement.IN_APP_DELIVERY.track, 3, keys=_APPS),
    _route("POST", "events/trackInAppOpen", engagement.IN_APP_OPEN.track, 3, keys=_APPS),
    _route("POST", "events/trackPushOpen", engagement.PUSH_OPEN.track, 3, keys=_APPS),
    _route("POST", "events/trackWebPushClick", engagement.WEB_PUSH_CLICK.track, 3, keys=_APPS),
    _route("POST", "inApp/cancel", targets.IN_APP.cancel, 3),
    _route("GET", "inApp/getMessages", queues.list_in_app, 3, keys=_APPS),
    _route("GET", "inApp/getPriorityMessage", queues.get_priority_in_app, 3, keys=_APPS),
    _route("POST", "inApp/target", targets.IN_APP.target, 3),
    _route("GET", "inApp/web/getMessages", queues.list_in_app, 3, keys=_APPS),
    _route("POST", "push/cancel", targets.PUSH.cancel, 3),
    _route("POST", "push/target", targets.PUSH.target, 3),
    _route("POST", "sms/cancel", targets.SMS.cancel, 3),
    _route("POST", "sms/target", targets.SMS.target, 3),
    _route("POST", "webPush/cancel", targets.WEB_PUSH.cancel, 3),
    _route("POST", "webPush/target", targets.WEB_PUSH.target, 3),
    _route("POST", "whatsApp/cancel", targets.WHATS_APP.cancel, 3),
    _route("POST", "whatsApp/target", targets.WHATS_APP.target, 3),
)
_CONTENT: Final = (
    _route("GET", "snippets", snippets.list_snippets, 3),
    _route("POST", "snippets", snippets.create_snippet, 3),
    _route("DELETE", "snippets/{identifier}", snippets.delete_snippet, 3),
    _route("GET", "snippets/{identifier}", snippets.get_snippet, 3),
    _route("PUT", "snippets/{identifier}", snippets.put_snippet, 3),
    _route("GET", "templates", templates.list_templates, 3, _READ, _READERS),
    _route("POST", "templates/bulkDelete", templates.delete_templates, 3),
    _route("GET", "templates/email/get", templates.EMAIL.get, 3, _READ, _READERS),
    _missing("POST", "templates/email/preview", _RENDERS, _per(10, _SECOND)),
    _missing("POST", "templates/email/proof", _RENDERS, _per(20, _SECOND, Scope.KEY)),
    _route("POST", "templates/email/update", templates.EMAIL.update, 3),
    _route("POST", "templates/email/upsert", templates.EMAIL.upsert, 3),
    _route("GET", "templates/embedded/get", templates.EMBEDDED.get, 3, _READ, _READERS),
    _route("POST", "templates/embedded/update", templates.EMBEDDED.update, 3),
    _route("POST", "templates/embedded/upsert", templates.EMBEDDED.upsert, 3),
    _route("GET", "templates/getByClientTemplateId", templates.get_by_client_id, 3, _READ, _READERS),
    _route("GET", "templates/inapp/get", templates.IN_APP.get, 3, keys=_READERS),
    _missing("POST", "templates/inapp/preview", _RENDERS, _per(10, _SECOND)),
    _missing("POST", "templates/inapp/proof", _RENDERS, _per(20, _SECOND, Scope.KEY)),
    _route("POST", "templates/inapp/update", templates.IN_APP.update, 3),
    _route("POST", "templates/inapp/upsert", templates.IN_APP.upsert, 3),
    _route("GET", "templates/push/get", templates.PUSH.get, 3, _READ, _READERS),
    _missing("POST", "templates/push/proof", _RENDERS, _per(20, _SECOND, Scope.KEY)),
    _route("POST", "templates/push/update", templates.PUSH.update, 3),
    _route("POST", "templates/push/upsert", templates.PUSH.upsert, 3),
    _route("GET", "templates/sms/get", templates.SMS.get, 3, _READ, _READERS),
    _missing("POST", "templates/sms/proof", _RENDERS, _per(20, _SECOND, Scope.KEY)),
    _route("POST", "templates/sms/update", templates.SMS.update, 3),
    _route("POST", "templates/sms/upsert", templates.SMS.upsert, 3),
)
# fmt: on

#: Every operation of Iterable's API.
ROUTES: Final[tuple[Route, ...]] = (
    *_USERS,
    *_LISTS_AND_SUBSCRIPTIONS,
    *_DATA,
    *_CAMPAIGNS,
    *_MESSAGES,
    *_CONTENT,
)
