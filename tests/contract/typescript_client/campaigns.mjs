// Iterable's own client, unmodified, through the life of campaigns, experiments, templates and snippets, as its own
// integration tests go through it. Each step is named on stdout when it is done; the first that goes wrong ends the
// process with its name.
import assert from "node:assert/strict";
import { IterableClient } from "@iterable/api";
import { isSuccess, step } from "./step.mjs";

const client = new IterableClient();
const email = "ada@example.com";

const numberIn = (reply) => Number(/IDs: (\d+)/.exec(reply.msg)[1]);
const state = async (id) => (await client.getCampaign({ id })).campaignState;
const sends = async () => (await client.getSentMessages({ email })).messages.map((message) => message.campaignId);
const refused = (promise, status = 400) => assert.rejects(promise, (error) => error.statusCode === status);
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const html = "<html><body><h1>Test</h1><p>Hello {{firstName}}!</p><a href='{{unsubscribeUrl}}'>Leave</a></body></html>";

const { listId } = await client.createList({ name: "News" });
await client.updateUser({ email, dataFields: { firstName: "Ada" } });
await client.subscribeUserByEmail({ subscriptionGroup: "emailList", subscriptionGroupId: listId, userEmail: email });
const templateId = numberIn(await client.upsertEmailTemplate({ clientTemplateId: "sale", name: "Sale", subject: "Hi", html }));

await step("a blast campaign is scheduled and taken back", async () => {
  const { campaignId } = await client.createBlastCampaign({ name: "Later", templateId, listIds: [listId] });
  assert.equal(await state(campaignId), "Ready");
  isSuccess(await client.scheduleCampaign({ campaignId, sendAt: tomorrow }));
  assert.equal(await state(campaignId), "Scheduled");
  assert.equal((await client.getCampaign({ id: campaignId })).startAt, Math.trunc(Date.parse(tomorrow) / 1000) * 1000);
  isSuccess(await client.cancelCampaign({ campaignId }));
  const cancelled = await client.getCampaign({ id: campaignId });
  assert.deepEqual([cancelled.campaignState, cancelled.startAt], ["Ready", undefined]);
  assert.deepEqual((await client.archiveCampaigns({ campaignIds: [campaignId] })).success, [campaignId]);
  assert.equal(await state(campaignId), "Archived");
});

await step("a scheduled campaign is sent at once", async () => {
  const { campaignId } = await client.createBlastCampaign({ name: "Now", templateId, listIds: [listId] });
  isSuccess(await client.scheduleCampaign({ campaignId, sendAt: tomorrow }));
  isSuccess(await client.sendCampaign({ campaignId }));
  assert.equal(await state(campaignId), "Finished");
  assert.deepEqual(await sends(), [campaignId]);
  await refused(client.sendCampaign({ campaignId }));
});

await step("a triggered campaign runs, is triggered and ends", async () => {
  const { campaignId } = await client.createTriggeredCampaign({ name: "Hello", templateId });
  await refused(client.triggerCampaign({ campaignId, listIds: [listId] }));
  isSuccess(await client.activateTriggeredCampaign({ campaignId }));
  assert.equal(await state(campaignId), "Running");
  isSuccess(await client.triggerCampaign({ campaignId, listIds: [listId], dataFields: { source: "test" } }));
  assert.equal((await sends()).filter((id) => id === campaignId).length, 1);
  isSuccess(await client.deactivateTriggeredCampaign({ campaignId }));
  assert.equal(await state(campaignId), "Finished");
});

await step("a campaign is aborted", async () => {
  const { campaignId } = await client.createTriggeredCampaign({ name: "Never", templateId });
  isSuccess(await client.abortCampaign({ campaignId }));
  assert.equal(await state(campaignId), "Aborted");
});

await step("campaigns are listed by pages and in order", async () => {
  const found = await client.getCampaigns({ page: 1, pageSize: 2, sort: { field: "createdAt", direction: "desc" } });
  assert.deepEqual([found.campaigns.length, found.totalCampaignsCount], [2, 4]);
  assert.ok(found.nextPageUrl);
  assert.ok(found.campaigns[0].createdAt >= found.campaigns[1].createdAt);
});

await step("templates are previewed with fields and without", async () => {
  const given = await client.previewEmailTemplate({ templateId, data: { dataFields: { firstName: "John" } } });
  assert.ok(given.includes("Hello John!"));
  assert.ok((await client.previewEmailTemplate({ templateId })).includes("Hello !"));
  const inApp = numberIn(await client.upsertInAppTemplate({ clientTemplateId: "card", name: "Card", html }));
  const card = await client.previewInAppTemplate({ templateId: inApp, data: { dataFields: { firstName: "Sarah" } } });
  assert.ok(card.includes("Hello Sarah!"));
  await refused(client.previewEmailTemplate({ templateId: 999_999 }));
});

await step("proofs are sent for every medium", async () => {
  const push = numberIn(await client.upsertPushTemplate({ clientTemplateId: "push", name: "Push", message: "Hello {{firstName}}!" }));
  const sms = numberIn(await client.upsertSMSTemplate({ clientTemplateId: "sms", name: "SMS", message: "Hello {{firstName}}!" }));
  const inApp = (await client.getTemplateByClientId({ clientTemplateId: "card" })).templates[0].templateId;
  const proofs = await Promise.all([
    client.sendEmailTemplateProof({ templateId, recipientEmail: email, dataFields: { firstName: "Proof" }, locale: "en" }),
    client.sendPushTemplateProof({ templateId: push, recipientEmail: email }),
    client.sendSMSTemplateProof({ templateId: sms, recipientEmail: email }),
    client.sendInAppTemplateProof({ templateId: inApp, recipientEmail: email }),
  ]);
  for (const { msg } of proofs) assert.ok(msg.includes("Sent proof to") && msg.includes(email), msg);
  const { success } = await client.bulkDeleteTemplates({ ids: [push, sms, inApp] });
  assert.deepEqual(success, [push, sms, inApp]);
});

await step("an experiment is made, set up, started, counted and won", async () => {
  const { campaignId } = await client.createBlastCampaign({ name: "Try", templateId, listIds: [listId] });
  const made = await client.createExperiment({ campaignId, experimentType: "SubjectLine" });
  assert.deepEqual([made.status, made.name, made.campaignId], ["draft", "Try Experiment", campaignId]);
  const experimentId = made.id;
  const copied = await client.copyExperimentVariant({ experimentId, copyFromTemplateId: templateId, name: "Loud" });
  assert.deepEqual(copied.variants.map((variant) => variant.percentage), [50, 50]);
  const set = await client.updateExperimentSettings({
    experimentId,
    conversionEventSettings: { systemConversionEventType: "Clicks" },
    holdoutSettings: { holdOutGroupSize: 10, attributionPeriodHours: 24 },
  });
  assert.deepEqual([set.sizing.holdoutPercentage, set.meta.conversionMetrics], [10, ["clicks"]]);
  assert.equal((await client.startExperiment({ experimentId })).status, "running");
  isSuccess(await client.sendCampaign({ campaignId }));
  const { experiments, totalCount } = await client.listExperiments({ campaignId, status: "running" });
  assert.deepEqual([experiments[0].id, experiments[0].channelType, totalCount], [experimentId, "email", 1]);
  const { variants } = await client.getExperimentVariants({ experimentId });
  assert.deepEqual(variants.map((variant) => variant.content.subject), ["Hi", "Hi"]);
  const totals = await client.getExperimentTotals({ experimentId });
  assert.equal(totals.variants.reduce((sum, variant) => sum + variant.metrics.sends, 0), 1);
  const trends = await client.getExperimentTrends({ experimentId });
  assert.equal(trends.variants[0].series.sends.length, 1);
  await refused(client.deleteExperiment({ experimentId }));
  const won = await client.declareExperimentWinner({ experimentId, variantId: 2 });
  assert.deepEqual([won.status, won.variants[1].isWinner], ["finished", true]);
  assert.equal((await client.getExperiment({ experimentId })).status, "finished");
  await refused(client.getExperiment({ experimentId: 999_999 }), 404);
});

await step("an experiment is cancelled, and one that was not started deleted", async () => {
  const { campaignId } = await client.createBlastCampaign({ name: "Try again", templateId, listIds: [listId] });
  const { id: experimentId } = await client.createExperiment({ campaignId, experimentType: "EmailBody", name: "Body" });
  await client.copyExperimentVariant({ experimentId, copyFromTemplateId: templateId });
  await client.startExperiment({ experimentId });
  assert.equal((await client.cancelExperiment({ experimentId })).status, "finished");
  const other = await client.createExperiment({ campaignId, experimentType: "EmailBody" });
  assert.equal((await client.deleteExperiment({ experimentId: other.id })).id, other.id);
});

await step("a snippet is made, read, changed and deleted by name and by number", async () => {
  const name = "crud-test";
  const { snippetId } = await client.createSnippet({ name, content: "<p>Hello {{name}}!</p>", variables: ["name"] });
  assert.equal((await client.getSnippet({ identifier: name })).snippet.id, snippetId);
  assert.equal((await client.getSnippet({ identifier: snippetId })).snippet.name, name);
  await client.updateSnippet({ identifier: name, content: "<p>Bye {{name}}!</p>", variables: ["name"] });
  const included = numberIn(await client.upsertEmailTemplate({ clientTemplateId: "snip", html: "{{{snippet 'crud-test' name='Ada'}}}" }));
  assert.equal(await client.previewEmailTemplate({ templateId: included }), "<p>Bye Ada!</p>");
  assert.equal((await client.deleteSnippet({ identifier: name })).snippetId, snippetId);
  await refused(client.getSnippet({ identifier: name }), 404);
});

await step("messages of no campaign, and messages that are not there, are refused", async () => {
  const message = { recipientEmail: email, campaignId: 999_999 };
  for (const medium of ["Email", "SMS", "Push", "WebPush", "WhatsApp", "InApp"]) {
    await refused(client[`send${medium}`](message));
    await refused(client[`cancel${medium}`]({ campaignId: 0, scheduledMessageId: 999_999 }));
  }
});
