"""The route table, which reads like the API's own index.

Limits and scopes are those of Iterable's API description, version 1.8; which keys may call what is told by
Iterable support article 360043464871, the exact sets being assumed.
"""

from __future__ import annotations

from typing import Final

from simulator.api.identifiers import NOBODY, NamedPeople
from simulator.api.operations import (
    catalogs,
    commerce,
    events,
    lists,
    metadata,
    mobile,
    tokens,
    unknown_users,
    webhooks,
)
from simulator.api.operations.experiments import counts as experiment_counts
from simulator.api.operations.experiments import metrics as experiment_metrics
from simulator.api.operations.experiments import reading as experiments
from simulator.api.operations.experiments import writing as experiment_writing
from simulator.api.operations.export import downloads, jobs
from simulator.api.operations.messages import (
    campaign_sends,
    campaigns,
    channels,
    engagement,
    metrics,
    queues,
    rendered,
    sent_email,
    snippets,
    targets,
    templates,
)
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
    limits: tuple[Limit, ...] = (),
    keys: frozenset[KeyType] = frozenset({KeyType.SERVER}),
    lag: Lag | None = None,
    people: NamedPeople = NOBODY,
    *,
    needs_token: bool = True,
) -> Route:
    return Route(method, f"/api/{path}", handler, limits, keys, lag, people, needs_token=needs_token)


def _missing(method: str, path: str, sentence: str, limits: tuple[Limit, ...] = ()) -> Route:
    return Route(method, f"/api/{path}", missing(sentence), limits, modelled=False)


_READ: Final = _per(100, _SECOND)
_READ_BY_KEY: Final = _per(100, _SECOND, Scope.KEY)
_FORGET: Final = (Limit(3, _SECOND, Scope.PROJECT), Limit(1000, _DAY, Scope.PROJECT))
_SLOW: Final = _per(3, _SECOND)
_LISTS: Final = _per(5, _MINUTE)
_SINGLE: Final[Lag] = "visibility_lag"
_BULK: Final[Lag] = "bulk_lag"
_REMOVAL: Final[Lag] = "forget_lag"
_ITEMS: Final[Lag] = "catalog_lag"
_USER: Final = NamedPeople.at("email", "userId")
_ASKED: Final = NamedPeople.at("email", "userId", in_query=True)
_PROFILE: Final = NamedPeople.at("email", "userId", "dataFields.email", "dataFields.userId")
_PROFILES: Final = NamedPeople.at("users.email", "users.userId", "users.dataFields.email", "users.dataFields.userId")
_BUYER: Final = NamedPeople.at("user.email", "user.userId", "user.dataFields.email", "user.dataFields.userId")
_EVENTS: Final = NamedPeople.at("events.email", "events.userId")
_MOVED: Final = NamedPeople.at("currentEmail", "currentUserId", "newEmail")
_MERGED: Final = NamedPeople.at("destinationEmail", "destinationUserId", "sourceEmail", "sourceUserId")
_JOINING: Final = NamedPeople.at(
    "subscribers.email", "subscribers.userId", "subscribers.dataFields.email", "subscribers.dataFields.userId"
)
_LEAVING: Final = NamedPeople.at("subscribers.email", "subscribers.userId")
_CHANGED: Final = NamedPeople.at("updateSubscriptionsRequests.email", "updateSubscriptionsRequests.userId")
_LISTED: Final = NamedPeople(emails=(("users",),), user_ids=(("usersByUserId",),))
_VISITOR: Final = NamedPeople.at("user.userId")
_RECIPIENT: Final = NamedPeople.at("recipientEmail", "recipientUserId")

# fmt: off
_USERS: Final = (
    _route("POST", "commerce/trackPurchase", commerce.track_purchase, keys=_APPS, lag=_SINGLE, people=_BUYER),
    _route("POST", "commerce/updateCart", commerce.update_cart, keys=_APPS, lag=_SINGLE, people=_BUYER),
    _route("POST", "events/track", events.track, _per(2000, _SECOND), _APPS, _SINGLE, people=_USER),
    _route("POST", "events/trackBulk", events.track_bulk, _per(10, _SECOND), lag=_BULK, people=_EVENTS),
    _route("POST", "users/bulkUpdate", profiles.bulk_update, _per(5, _SECOND), lag=_BULK, people=_PROFILES),
    _route("POST", "users/update", profiles.update, _per(500, _SECOND), _APPS, _SINGLE, people=_PROFILE),
    _route("POST", "users/updateEmail", profiles.update_email, keys=_APPS, lag=_SINGLE, people=_MOVED),
    _route("GET", "webhooks", webhooks.list_webhooks),
    _route("POST", "webhooks", webhooks.update_webhook),
    _route("POST", "auth/jwts/invalidate", tokens.invalidate, people=_USER),
    _route("GET", "events/byUserId/{userId}", events.get_by_user_id, _READ),
    _route("GET", "events/{email}", events.get_by_email, _READ),
    _route("POST", "users/bulkUpdateSubscriptions", subscriptions.bulk_update_subscriptions, lag=_BULK, people=_CHANGED),
    _route("GET", "users/byUserId", reading.get_by_user_id_in_query, _READ, people=_ASKED),
    _route("DELETE", "users/byUserId/{userId}", removal.delete_by_user_id, _READ, lag=_REMOVAL),
    _route("GET", "users/byUserId/{userId}", reading.get_by_user_id, _READ),
    _route("POST", "users/disableDevice", devices.disable_device, keys=_APPS, needs_token=False, people=_USER),
    _route("POST", "users/forget", removal.forget, _FORGET, lag=_REMOVAL, people=_USER),
    _route("GET", "users/forgotten", removal.list_forgotten_emails, _SLOW),
    _route("GET", "users/forgottenUserIds", removal.list_forgotten_user_ids, _SLOW),
    _route("GET", "users/getByEmail", reading.get_by_email_in_query, _READ, people=_ASKED),
    _route("GET", "users/getFields", reading.get_fields, _SLOW, _READERS),
    _route("GET", "users/getSentMessages", reading.get_sent_messages, _SLOW, people=_ASKED),
    _route("POST", "users/merge", merging.merge, _per(50, _SECOND, Scope.KEY), _APPS, _SINGLE, people=_MERGED),
    _route("POST", "users/registerBrowserToken", devices.register_browser, keys=_APPS_ONLY, lag=_SINGLE, people=_USER),
    _route("POST", "users/registerDeviceToken", devices.register_device, _per(500, _SECOND), _APPS_ONLY, _SINGLE, people=_USER),
    _route("POST", "users/unforget", removal.unforget, _FORGET, lag=_REMOVAL, people=_USER),
    _route("POST", "users/updateSubscriptions", subscriptions.update_subscriptions, keys=_APPS, lag=_SINGLE, people=_USER),
    _route("DELETE", "users/{email}", removal.delete_by_email, _READ, lag=_REMOVAL),
    _route("GET", "users/{email}", reading.get_by_email, _READ),
)
_GROUP: Final = "subscriptions/{subscriptionGroup}/{subscriptionGroupId}"
_LISTS_AND_SUBSCRIPTIONS: Final = (
    _route("GET", "lists", lists.list_lists, _READ, _READERS),
    _route("POST", "lists", lists.create_list),
    _route("GET", "lists/getUsers", lists.get_users, _LISTS, _READERS),
    _route("GET", "lists/previewUsers", lists.preview_users, _LISTS, _READERS),
    _route("POST", "lists/subscribe", lists.subscribe, lag=_BULK, people=_JOINING),
    _route("POST", "lists/unsubscribe", lists.unsubscribe, lag=_BULK, people=_LEAVING),
    _route("DELETE", "lists/{listId}", lists.delete_list),
    _route("GET", "lists/{listId}/size", lists.get_size, _LISTS, _READERS),
    _route("GET", "channels", channels.list_channels, _READ, _READERS),
    _route("GET", "messageTypes", channels.list_message_types, _READ, _READERS),
    _route("POST", "subscriptions/subscribeToDoubleOptIn", subscriptions.start_double_opt_in, lag=_SINGLE, people=_USER),
    _route("PUT", _GROUP, subscriptions.update_many, lag=_BULK, people=_LISTED),
    _route("DELETE", f"{_GROUP}/byUserId/{{userId}}", subscriptions.unsubscribe_by_user_id, lag=_SINGLE),
    _route("PATCH", f"{_GROUP}/byUserId/{{userId}}", subscriptions.subscribe_by_user_id, lag=_SINGLE),
    _route("DELETE", f"{_GROUP}/user/{{userEmail}}", subscriptions.unsubscribe_by_email, lag=_SINGLE),
    _route("PATCH", f"{_GROUP}/user/{{userEmail}}", subscriptions.subscribe_by_email, lag=_SINGLE),
)
_CATALOG: Final = "catalogs/{catalogName}"
_DATA: Final = (
    _route("GET", "catalogs", catalogs.list_catalogs, _READ_BY_KEY),
    _route("DELETE", _CATALOG, catalogs.delete_catalog),
    _route("POST", _CATALOG, catalogs.create_catalog),
    _route("GET", f"{_CATALOG}/fieldMappings", catalogs.get_mappings),
    _route("PUT", f"{_CATALOG}/fieldMappings", catalogs.put_mappings),
    _route("DELETE", f"{_CATALOG}/items", catalogs.delete_items, lag=_ITEMS),
    _route("GET", f"{_CATALOG}/items", catalogs.list_items, _READ_BY_KEY),
    _route("POST", f"{_CATALOG}/items", catalogs.upload_items, _READ_BY_KEY, lag=_ITEMS),
    _route("DELETE", f"{_CATALOG}/items/{{itemId}}", catalogs.delete_item, lag=_ITEMS),
    _route("GET", f"{_CATALOG}/items/{{itemId}}", catalogs.get_item),
    _route("PATCH", f"{_CATALOG}/items/{{itemId}}", catalogs.patch_item, lag=_ITEMS),
    _route("PUT", f"{_CATALOG}/items/{{itemId}}", catalogs.put_item, _per(1000, _SECOND, Scope.KEY), lag=_ITEMS),
    _route("GET", "export/data.csv", downloads.export_csv, _per(4, _MINUTE)),
    _route("GET", "export/data.json", downloads.export_json, _per(4, _MINUTE)),
    _route("GET", "export/jobs", jobs.list_jobs),
    _route("POST", "export/start", jobs.start_job, _per(1, _SECOND, Scope.ORGANIZATION)),
    _route("GET", "export/userEvents", downloads.export_user_events, people=_ASKED),
    _route("DELETE", "export/{jobId}", jobs.cancel_job, _per(1, _SECOND)),
    _route("GET", "export/{jobId}/files", jobs.list_files, _per(1, _SECOND, Scope.ORGANIZATION)),
    _route("GET", "metadata", metadata.list_tables, keys=_READERS),
    _route("DELETE", "metadata/{table}", metadata.delete_table),
    _route("GET", "metadata/{table}", metadata.list_keys, keys=_READERS),
    _route("DELETE", "metadata/{table}/{key}", metadata.delete_value),
    _route("GET", "metadata/{table}/{key}", metadata.get_value, keys=_READERS),
    _route("PUT", "metadata/{table}/{key}", metadata.put_value),
)
_CAMPAIGNS: Final = (
    _route("GET", "campaigns", campaigns.list_campaigns, _READ, _READERS),
    _route("POST", "campaigns/abort", campaigns.abort_campaign),
    _route("POST", "campaigns/activateTriggered", campaigns.activate_campaign),
    _route("POST", "campaigns/archive", campaigns.archive_campaigns, _per(5, _SECOND, Scope.KEY)),
    _route("POST", "campaigns/cancel", campaigns.cancel_campaign),
    _route("POST", "campaigns/create", campaigns.create_campaign),
    _route("POST", "campaigns/deactivateTriggered", campaigns.deactivate_campaign),
    _route("GET", "campaigns/metrics", metrics.get_campaign_metrics, _per(10, _MINUTE)),
    _route("GET", "campaigns/recurring/{id}/childCampaigns", campaigns.list_child_campaigns, _READ, _READERS),
    _route("POST", "campaigns/trigger", campaign_sends.trigger_campaign),
    _route("POST", "campaigns/{campaignId}/schedule", campaign_sends.schedule_campaign),
    _route("POST", "campaigns/{campaignId}/send", campaign_sends.send_campaign),
    _route("GET", "campaigns/{id}", campaigns.get_campaign, _READ, _READERS),
    _route("GET", "experiments", experiments.list_experiments, keys=_READERS),
    _route("POST", "experiments", experiment_writing.create_experiment),
    _route("GET", "experiments/metrics", experiment_metrics.get_experiment_metrics),
    _route("GET", "experiments/{experimentId}", experiments.get_experiment, keys=_READERS),
    _route("POST", "experiments/{experimentId}/cancel", experiment_writing.cancel_experiment),
    _route("POST", "experiments/{experimentId}/delete", experiment_writing.delete_experiment),
    _route("PATCH", "experiments/{experimentId}/settings", experiment_writing.patch_settings),
    _route("POST", "experiments/{experimentId}/start", experiment_writing.start_experiment),
    _route("GET", "experiments/{experimentId}/totals", experiment_counts.get_totals, keys=_READERS),
    _route("GET", "experiments/{experimentId}/trends", experiment_counts.get_trends, keys=_READERS),
    _route("GET", "experiments/{experimentId}/variants", experiments.get_variants, keys=_READERS),
    _route("POST", "experiments/{experimentId}/variants", experiment_writing.copy_variant),
    _route("POST", "experiments/{experimentId}/winner", experiment_writing.declare_winner),
    _route("GET", "journeys", campaigns.list_journeys),
    _route("POST", "workflows/triggerWorkflow", campaigns.trigger_journey, people=_USER),
    _missing("POST", "verify/sms/begin", "no SMS is sent"),
    _missing("POST", "verify/sms/check", "no SMS is sent"),
)
_MESSAGES: Final = (
    _route("POST", "email/cancel", targets.EMAIL.cancel, people=_USER),
    _route("POST", "email/target", targets.EMAIL.target, people=_RECIPIENT),
    _route("GET", "email/viewInBrowser", sent_email.view_in_browser, _READ, people=_ASKED),
    _route("POST", "embedded-messaging/events/click", engagement.EMBEDDED_CLICK.track, keys=_APPS, people=_USER),
    _route("POST", "embedded-messaging/events/dismiss", engagement.EMBEDDED_DISMISS.track, keys=_APPS, people=_USER),
    _route("POST", "embedded-messaging/events/impression", engagement.track_embedded_impression, keys=_APPS, people=_USER),
    _route("POST", "embedded-messaging/events/received", engagement.EMBEDDED_RECEIVED.track, keys=_APPS, people=_USER),
    _route("POST", "embedded-messaging/events/session", engagement.EMBEDDED_SESSION.track, keys=_APPS, people=_USER),
    _route("GET", "embedded-messaging/messages", queues.list_embedded, keys=_APPS, people=_ASKED),
    _route("POST", "events/inAppConsume", engagement.IN_APP_CONSUME.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackInAppClick", engagement.IN_APP_CLICK.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackInAppClose", engagement.IN_APP_CLOSE.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackInAppDelivery", engagement.IN_APP_DELIVERY.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackInAppOpen", engagement.IN_APP_OPEN.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackInboxSession", engagement.INBOX_SESSION.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackPushOpen", engagement.PUSH_OPEN.track, keys=_APPS, people=_USER),
    _route("POST", "events/trackWebPushClick", engagement.WEB_PUSH_CLICK.track, keys=_APPS, people=_USER),
    _route("POST", "inApp/cancel", targets.IN_APP.cancel, people=_USER),
    _route("GET", "inApp/getMessages", queues.list_in_app, keys=_APPS, people=_ASKED),
    _route("GET", "inApp/getPriorityMessage", queues.get_priority_in_app, keys=_APPS, people=_ASKED),
    _route("POST", "inApp/target", targets.IN_APP.target, people=_RECIPIENT),
    _route("GET", "inApp/web/getMessages", queues.list_in_app, keys=_APPS, people=_ASKED),
    _route("POST", "push/cancel", targets.PUSH.cancel, people=_USER),
    _route("POST", "push/target", targets.PUSH.target, people=_RECIPIENT),
    _route("POST", "sms/cancel", targets.SMS.cancel, people=_USER),
    _route("POST", "sms/target", targets.SMS.target, people=_RECIPIENT),
    _route("POST", "webPush/cancel", targets.WEB_PUSH.cancel, people=_USER),
    _route("POST", "webPush/target", targets.WEB_PUSH.target, people=_RECIPIENT),
    _route("POST", "whatsApp/cancel", targets.WHATS_APP.cancel, people=_USER),
    _route("POST", "whatsApp/target", targets.WHATS_APP.target, people=_RECIPIENT),
)
_MOBILE: Final = (
    _route("GET", "mobile/getRemoteConfiguration", mobile.get_remote_configuration, keys=_APPS, needs_token=False),
    _route("POST", "anonymoususer/consent", unknown_users.track_consent, keys=_APPS, people=_USER, needs_token=False),
    _route("POST", "anonymoususer/events/session", unknown_users.track_session, keys=_APPS, lag=_SINGLE, people=_VISITOR, needs_token=False),
    _route("GET", "anonymoususer/list", unknown_users.list_criteria, keys=_APPS, needs_token=False),
    _route("POST", "unknownuser/consent", unknown_users.track_consent, keys=_APPS, people=_USER, needs_token=False),
    _route("POST", "unknownuser/events/session", unknown_users.track_session, keys=_APPS, lag=_SINGLE, people=_VISITOR, needs_token=False),
    _route("GET", "unknownuser/list", unknown_users.list_criteria, keys=_APPS, needs_token=False),
)
_CONTENT: Final = (
    _route("GET", "snippets", snippets.list_snippets),
    _route("POST", "snippets", snippets.create_snippet),
    _route("DELETE", "snippets/{identifier}", snippets.delete_snippet),
    _route("GET", "snippets/{identifier}", snippets.get_snippet),
    _route("PUT", "snippets/{identifier}", snippets.put_snippet),
    _route("GET", "templates", templates.list_templates, _READ, _READERS),
    _route("POST", "templates/bulkDelete", templates.delete_templates),
    _route("GET", "templates/email/get", templates.EMAIL.get, _READ, _READERS),
    _route("POST", "templates/email/preview", rendered.EMAIL.preview, _per(10, _SECOND)),
    _route("POST", "templates/email/proof", rendered.EMAIL.proof, _per(20, _SECOND, Scope.KEY), people=_RECIPIENT),
    _route("POST", "templates/email/update", templates.EMAIL.update),
    _route("POST", "templates/email/upsert", templates.EMAIL.upsert),
    _route("GET", "templates/embedded/get", templates.EMBEDDED.get, _READ, _READERS),
    _route("POST", "templates/embedded/update", templates.EMBEDDED.update),
    _route("POST", "templates/embedded/upsert", templates.EMBEDDED.upsert),
    _route("GET", "templates/getByClientTemplateId", templates.get_by_client_id, _READ, _READERS),
    _route("GET", "templates/inapp/get", templates.IN_APP.get, keys=_READERS),
    _route("POST", "templates/inapp/preview", rendered.IN_APP.preview, _per(10, _SECOND)),
    _route("POST", "templates/inapp/proof", rendered.IN_APP.proof, _per(20, _SECOND, Scope.KEY), people=_RECIPIENT),
    _route("POST", "templates/inapp/update", templates.IN_APP.update),
    _route("POST", "templates/inapp/upsert", templates.IN_APP.upsert),
    _route("GET", "templates/push/get", templates.PUSH.get, _READ, _READERS),
    _route("POST", "templates/push/proof", rendered.PUSH.proof, _per(20, _SECOND, Scope.KEY), people=_RECIPIENT),
    _route("POST", "templates/push/update", templates.PUSH.update),
    _route("POST", "templates/push/upsert", templates.PUSH.upsert),
    _route("GET", "templates/sms/get", templates.SMS.get, _READ, _READERS),
    _route("POST", "templates/sms/proof", rendered.SMS.proof, _per(20, _SECOND, Scope.KEY), people=_RECIPIENT),
    _route("POST", "templates/sms/update", templates.SMS.update),
    _route("POST", "templates/sms/upsert", templates.SMS.upsert),
)
# fmt: on

#: Every operation of Iterable's API.
ROUTES: Final[tuple[Route, ...]] = (
    *_USERS,
    *_LISTS_AND_SUBSCRIPTIONS,
    *_DATA,
    *_CAMPAIGNS,
    *_MESSAGES,
    *_MOBILE,
    *_CONTENT,
)
