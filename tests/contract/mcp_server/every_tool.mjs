// Iterable's MCP server, unmodified, over stdio: every tool is called, in an order in which each finds what it needs.
// On stdout, as JSON: the tools that are not called here, and what each tool that failed says.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const email = "ada@example.com";
const list = { listId: 1, subscribers: [{ email }] };
const group = { subscriptionGroup: "messageType", subscriptionGroupId: 1 };
const catalogName = "restaurants";
const from = { startDateTime: "2026-08-01T00:00:00Z", endDateTime: "2026-08-21T00:00:00Z" };
const soon = "2099-01-01 09:00:00";
const recipient = { recipientEmail: email };
const texts = { html: "<p>Hello {{name}}</p>", message: "Hello {{name}}" };

const medium = (name, templateId) => [
  [`upsert_${name}_template`, { clientTemplateId: name, name, ...texts }],
  [`update_${name}_template`, { templateId, name: `${name} again` }],
  [`get_${name}_template`, { templateId }],
  [`send_${name}_template_proof`, { templateId, ...recipient }],
];
const message = (name) => [
  [`send_${name}`, { campaignId: 2, ...recipient }],
  [`send_${name}`, { campaignId: 2, ...recipient, sendAt: soon }],
  [`cancel_${name}`, { campaignId: 2, email }],
];
const CALLS = [
  ["update_user", { email, userId: "u1", dataFields: { name: "Ada", phoneNumber: "+14155550100" } }],
  ["bulk_update_users", { users: [{ email: "grace@example.com" }] }],
  ["get_user_by_email", { email }],
  ["get_user_by_user_id", { userId: "u1" }],
  ["get_user_fields", {}],
  ["track_event", { email, eventName: "Seen" }],
  ["track_bulk_events", { events: [{ email, eventName: "Seen" }] }],
  ["get_user_events_by_email", { email }],
  ["get_user_events_by_user_id", { userId: "u1" }],
  ["create_list", { name: "Later" }],
  ["subscribe_to_list", list],
  ["get_lists", {}],
  ["get_list_users", { listId: 1 }],
  ["get_list_size", { listId: 1 }],
  ["get_list_preview_users", { listId: 1 }],
  ["get_channels", {}],
  ["get_message_types", {}],
  ["bulk_update_subscriptions", { ...group, action: "subscribe", users: [email] }],
  ["subscribe_user_by_email", { ...group, userEmail: email }],
  ["unsubscribe_user_by_email", { ...group, userEmail: email }],
  ["unsubscribe_user_by_userid", { ...group, userId: "u1" }],
  ["subscribe_user_by_userid", { ...group, userId: "u1" }],
  ["update_user_subscriptions", { email, unsubscribedChannelIds: [] }],
  ["create_catalog", { catalogName }],
  ["replace_catalog_item", { catalogName, itemId: "one", value: { stars: 3 } }],
  ["partial_update_catalog_item", { catalogName, itemId: "one", update: { stars: 4 } }],
  ["replace_catalog_items", { catalogName, documents: { two: { stars: 2 } } }],
  ["partial_update_catalog_items", { catalogName, documents: { two: { stars: 5 } } }],
  ["update_catalog_field_mappings", { catalogName, mappingsUpdates: [{ fieldName: "stars", fieldType: "long" }] }],
  ["get_catalog_field_mappings", { catalogName }],
  ["get_catalogs", {}],
  ["get_catalog_item", { catalogName, itemId: "one" }],
  ["get_catalog_items", { catalogName }],
  ["delete_catalog_item", { catalogName, itemId: "one" }],
  ["bulk_delete_catalog_items", { catalogName, itemIds: ["two"] }],
  ["delete_catalog", { catalogName }],
  ...medium("email", 10),
  ...medium("sms", 11),
  ...medium("push", 12),
  ...medium("inapp", 13),
  ["preview_email_template", { templateId: 10, data: { dataFields: { name: "Ada" } } }],
  ["preview_inapp_template", { templateId: 13 }],
  ["get_templates", {}],
  ["get_template_by_client_id", { clientTemplateId: "email" }],
  ["create_blast_campaign", { name: "Sale", templateId: 10, listIds: [1] }],
  ["create_triggered_campaign", { name: "Hi", templateId: 10 }],
  ["get_campaigns", {}],
  ["get_campaign", { id: 1 }],
  ["get_child_campaigns", { id: 3 }],
  ["schedule_campaign", { campaignId: 4, sendAt: "2026-09-01T09:00:00Z" }],
  ["cancel_campaign", { campaignId: 4 }],
  ["create_experiment", { campaignId: 4, experimentType: "SubjectLine" }],
  ["copy_experiment_variant", { experimentId: 1, copyFromTemplateId: 10 }],
  ["update_experiment_settings", { experimentId: 1, evenlySplitVariations: true }],
  ["start_experiment", { experimentId: 1 }],
  ["send_campaign", { campaignId: 4 }],
  ["list_experiments", { status: "running" }],
  ["get_experiment", { experimentId: 1 }],
  ["get_experiment_variants", { experimentId: 1 }],
  ["get_experiment_totals", { experimentId: 1 }],
  ["get_experiment_trends", { experimentId: 1 }],
  ["declare_experiment_winner", { experimentId: 1, variantId: 2 }],
  ["create_experiment", { campaignId: 1, experimentType: "EmailBody" }],
  ["copy_experiment_variant", { experimentId: 2, copyFromTemplateId: 10 }],
  ["start_experiment", { experimentId: 2 }],
  ["cancel_experiment", { experimentId: 2 }],
  ["create_experiment", { campaignId: 2, experimentType: "WholeEmail" }],
  ["delete_experiment", { experimentId: 3 }],
  ["activate_triggered_campaign", { campaignId: 2 }],
  ["trigger_campaign", { campaignId: 2, listIds: [1] }],
  ...["email", "sms", "whatsapp", "web_push", "push", "in_app"].flatMap(message),
  ["send_sms", { campaignId: 2, recipientPhone: "+14155550100" }],
  ["get_sent_messages", { email }],
  ["get_in_app_messages", { email, count: 5 }],
  ["get_embedded_messages", { email }],
  ["deactivate_triggered_campaign", { campaignId: 2 }],
  ["abort_campaign", { campaignId: 1 }],
  ["archive_campaigns", { campaignIds: [1] }],
  ["create_snippet", { name: "greeting", content: "Hello" }],
  ["update_snippet", { identifier: "greeting", content: "Good day" }],
  ["get_snippet", { identifier: "greeting" }],
  ["get_snippets", {}],
  ["delete_snippet", { identifier: "greeting" }],
  ["get_journeys", {}],
  ["trigger_journey", { workflowId: 1, email }],
  ["get_available_export_data_types", {}],
  ["start_export_job", { dataTypeName: "user", outputFormat: "text/csv" }],
  ["get_export_jobs", {}],
  ["get_export_files", { jobId: 1 }],
  ["cancel_export_job", { jobId: 1 }],
  ["get_webhooks", { random_string: "" }],
  ["update_webhook", { webhookId: 1, url: "https://hooks.example.com/other" }],
  ["unsubscribe_from_list", list],
  ["delete_list", { listId: 2 }],
  ["delete_templates", { ids: [11] }],
  ["get_experiment_metrics", {}],
  ["get_campaign_metrics", { campaignId: 4, ...from }],
  ["update_email", { currentEmail: "grace@example.com", newEmail: "hopper@example.com" }],
  ["delete_user_by_user_id", { userId: "u1" }],
  ["delete_user_by_email", { email: "hopper@example.com" }],
];

const server = new URL(import.meta.resolve("@iterable/mcp"));
const transport = new StdioClientTransport({ command: process.execPath, args: [server.pathname], env: process.env });
const client = new Client({ name: "test", version: "1.0.0" });
await client.connect(transport);
const { tools } = await client.listTools();
const called = new Set(CALLS.map(([name]) => name));
const failed = {};
// The server hands on what the API refuses as the result of a tool that went well.
const isError = (value) => /^Iterable\w*Error$/.test(value?.name ?? "");
for (const [name, args] of CALLS) {
  try {
    const result = await client.callTool({ name, arguments: args });
    const said = result.content[0].text;
    if (result.isError || isError(JSON.parse(said))) failed[name] = said;
  } catch (error) {
    failed[name] = String(error.message);
  }
}
await client.close();
const uncalled = tools.map((tool) => tool.name).filter((name) => !called.has(name));
const keys = JSON.parse(readFileSync(`${process.env.HOME}/.iterable-mcp/keys.json`, "utf-8")).keys;
console.log(JSON.stringify({ count: tools.length, uncalled, failed, stored: keys.map((key) => key.baseUrl) }));
