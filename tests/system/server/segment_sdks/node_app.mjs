// What an app on a server does: every call, then it waits until all is sent.
import { Analytics } from '@segment/analytics-node';

const oauth = process.env.OAUTH_KEY && {
  clientId: 'client', clientKey: process.env.OAUTH_KEY, keyId: 'key', authServer: process.env.HOST,
};
const analytics = new Analytics({
  writeKey: 'write-key', host: process.env.HOST, flushInterval: 20, ...(oauth && { oauthSettings: oauth }),
});
analytics.on('error', (error) => console.error(error));
analytics.identify({ userId: 'ada', traits: { email: 'ada@example.com', plan: 'pro' } });
analytics.track({ userId: 'ada', event: 'Seen', properties: { price: 1.5 }, timestamp: '2026-08-20T11:00:00.123Z' });
analytics.page({ userId: 'ada', name: 'Home' });
analytics.screen({ userId: 'ada', name: 'Start' });
analytics.group({ userId: 'ada', groupId: 'team' });
analytics.alias({ userId: 'ada', previousId: 'anonymous' });
await analytics.closeAndFlush({ timeout: 20000 });
console.log('sent');
