// Iterable's own client, unmodified, through everything that the simulator answers. Each step is named on stdout
// when it is done; the first that goes wrong ends the process with its name.
import assert from "node:assert/strict";
import { IterableClient } from "@iterable/api";
import { isSuccess, step } from "./step.mjs";

const client = new IterableClient();
const email = "ada@example.com";
const other = "grace@example.com";

await step("users are written and read", async () => {
  isSuccess(await client.updateUser({ email, userId: "u1", dataFields: { plan: "gold", logins: 3 } }));
  const byEmail = await client.getUserByEmail({ email });
  assert.equal(byEmail.user.dataFields.plan, "gold");
  const byUserId = await client.getUserByUserId({ userId: "u1" });
  assert.equal(byUserId.user.email, email);
  const bulk = await client.bulkUpdateUsers({ users: [{ email: other, dataFields: { plan: "silver" } }] });
  assert.deepEqual([bulk.successCount, bulk.failCount], [1, 0]);
  const { fields } = await client.getUserFields();
  assert.equal(fields.plan, "string");
});

await step("events are tracked and read", async () => {
  isSuccess(await client.trackEvent({ email, eventName: "Seen", dataFields: { page: "home" } }));
  const bulk = await client.trackBulkEvents({ events: [{ email, eventName: "Seen" }, { email: other, eventName: "Seen" }] });
  assert.equal(bulk.successCount, 2);
  assert.equal((await client.getUserEventsByEmail({ email })).events.length, 2);
  assert.equal((await client.getUserEventsByUserId({ userId: "u1" })).events.length, 2);
});

await step("lists are made, joined, read, left and deleted", async () => {
  const { listId } = await client.createList({ name: "News" });
  assert.equal((await client.subscribeUserToList({ listId, subscribers: [{ email }, { email: other }] })).successCount, 2);
  assert.equal((await client.getListSize({ listId })).size, 2);
  assert.ok((await client.getListUsers({ listId })).users.length === 2);
  await client.getListPreviewUsers({ listId, size: 1 });
  assert.equal((await client.getLists()).lists[0].id, listId);
  assert.equal((await client.unsubscribeUserFromList({ listId, subscribers: [{ email: other }] })).successCount, 1);
  isSuccess(await client.deleteList({ listId }));
  await assert.rejects(client.subscribeUserToList({ listId, subscribers: [{ email }] }), /invalidListId/);
});

await step("subscriptions are changed", async () => {
  const [channel] = (await client.getChannels()).channels;
  const [messageType] = (await client.getMessageTypes()).messageTypes;
  isSuccess(await client.updateUserSubscriptions({ email, unsubscribedChannelIds: [channel.id] }));
  const where = { subscriptionGroup: "messageType", subscriptionGroupId: messageType.id };
  isSuccess(await client.unsubscribeUserByEmail({ ...where, userEmail: email }));
  isSuccess(await client.subscribeUserByEmail({ ...where, userEmail: email }));
  isSuccess(await client.unsubscribeUserByUserId({ ...where, userId: "u1" }));
  isSuccess(await client.subscribeUserByUserId({ ...where, userId: "u1" }));
  isSuccess(await client.bulkUpdateSubscriptions({ ...where, action: "unsubscribe", users: [email, other] }));
  const { user } = await client.getUserByEmail({ email });
  assert.deepEqual(user.dataFields.unsubscribedMessageTypeIds, [messageType.id]);
});

await step("catalogs and their items are written, read and deleted", async () => {
  const catalogName = "restaurants";
  isSuccess(await client.createCatalog({ catalogName }));
  isSuccess(await client.replaceCatalogItem({ catalogName, itemId: "one", value: { name: "One", stars: 3 } }));
  isSuccess(await client.partialUpdateCatalogItem({ catalogName, itemId: "one", update: { stars: 4 } }));
  assert.deepEqual((await client.getCatalogItem({ catalogName, itemId: "one" })).value, { name: "One", stars: 4 });
  const two = async () => (await client.getCatalogItem({ catalogName, itemId: "two" })).value;
  isSuccess(await client.replaceCatalogItems({ catalogName, documents: { two: { name: "Two", stars: 3 } } }));
  isSuccess(await client.partialUpdateCatalogItems({ catalogName, documents: { two: { stars: 4 } } }));
  assert.deepEqual(await two(), { name: "Two", stars: 4 });
  isSuccess(await client.replaceCatalogItems({ catalogName, documents: { two: { name: "Zwei" } } }));
  assert.deepEqual(await two(), { name: "Zwei" });
  isSuccess(await client.updateCatalogFieldMappings({ catalogName, mappingsUpdates: [{ fieldName: "name", fieldType: "string" }] }));
  await client.getCatalogFieldMappings({ catalogName });
  await client.getCatalogItems({ catalogName });
  await client.getCatalogs();
  isSuccess(await client.deleteCatalogItem({ catalogName, itemId: "one" }));
  isSuccess(await client.bulkDeleteCatalogItems({ catalogName, itemIds: ["two"] }));
  isSuccess(await client.deleteCatalog({ catalogName }));
  await assert.rejects(client.getCatalogItem({ catalogName, itemId: "one" }), /404/);
});

await step("templates of every medium are written and read", async () => {
  const clientTemplateId = "welcome";
  isSuccess(await client.upsertEmailTemplate({ clientTemplateId, name: "Welcome", subject: "Hello", html: "<p>Hello</p>" }));
  isSuccess(await client.upsertSMSTemplate({ clientTemplateId: "sms", name: "SMS", message: "Hello" }));
  isSuccess(await client.upsertPushTemplate({ clientTemplateId: "push", name: "Push", message: "Hello" }));
  isSuccess(await client.upsertInAppTemplate({ clientTemplateId: "in-app", name: "In-app", html: "<p>Hello</p>" }));
  const [{ templateId }] = (await client.getTemplateByClientId({ clientTemplateId })).templates;
  isSuccess(await client.updateEmailTemplate({ templateId, subject: "Good day" }));
  assert.equal((await client.getEmailTemplate({ templateId })).subject, "Good day");
  assert.equal((await client.getTemplates()).totalTemplatesCount, 4);
  assert.equal(await client.previewEmailTemplate({ templateId }), "<p>Hello</p>");
});

await step("campaigns are made and their messages targeted, recorded and cancelled", async () => {
  const [{ templateId }] = (await client.getTemplateByClientId({ clientTemplateId: "welcome" })).templates;
  const { campaignId } = await client.createTriggeredCampaign({ name: "Welcome", templateId });
  assert.equal((await client.getCampaign({ id: campaignId })).type, "Triggered");
  assert.equal((await client.getCampaigns()).totalCampaignsCount, 1);
  isSuccess(await client.activateTriggeredCampaign({ campaignId }));
  isSuccess(await client.sendEmail({ campaignId, recipientEmail: email }));
  isSuccess(await client.sendPush({ campaignId, recipientUserId: "u1" }));
  isSuccess(await client.sendSMS({ campaignId, recipientEmail: email }));
  isSuccess(await client.sendWebPush({ campaignId, recipientEmail: email }));
  isSuccess(await client.sendWhatsApp({ campaignId, recipientEmail: email }));
  isSuccess(await client.sendInApp({ campaignId, recipientEmail: email }));
  assert.equal((await client.getInAppMessages({ email, count: 10 })).inAppMessages.length, 1);
  const sent = await client.getSentMessages({ email, messageMedium: "Email" });
  assert.equal(sent.messages[0].campaignId, campaignId);
  isSuccess(await client.sendEmail({ campaignId, recipientEmail: email, sendAt: "2099-01-01 09:00:00" }));
  isSuccess(await client.cancelEmail({ campaignId, email }));
  await client.getEmbeddedMessages({ email });
  isSuccess(await client.deactivateTriggeredCampaign({ campaignId }));
  await client.archiveCampaigns({ campaignIds: [campaignId] });
  await client.getJourneys();
});

await step("snippets are written, read and deleted", async () => {
  const { snippetId } = await client.createSnippet({ name: "greeting", content: "Hello {{name}}", variables: ["name"] });
  await client.updateSnippet({ identifier: snippetId, content: "Good day" });
  assert.equal((await client.getSnippet({ identifier: "greeting" })).snippet.content, "Good day");
  assert.equal((await client.getSnippets()).snippets.length, 1);
  await client.deleteSnippet({ identifier: snippetId });
});

await step("data is exported", async () => {
  const { jobId } = await client.startExportJob({ dataTypeName: "user", outputFormat: "application/x-json-stream" });
  assert.equal((await client.getExportJobs()).jobs[0].id, jobId);
  const { files } = await client.getExportFiles({ jobId });
  const lines = (await (await fetch(files[0].url)).text()).trim().split("\n");
  assert.equal(lines.length, 2);
  await client.cancelExportJob({ jobId });
});

await step("users are renamed, merged and deleted", async () => {
  isSuccess(await client.updateEmail({ currentEmail: other, newEmail: "hopper@example.com" }));
  isSuccess(await client.mergeUsers({ sourceEmail: "hopper@example.com", destinationEmail: email }));
  isSuccess(await client.deleteUserByUserId({ userId: "u1" }));
  isSuccess(await client.deleteUserByEmail({ email }));
  await client.getWebhooks();
});
