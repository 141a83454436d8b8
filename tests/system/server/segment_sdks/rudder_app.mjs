// The same app with RudderStack's SDK, which packs its batches, and names the time otherwise.
import Analytics from '@rudderstack/rudder-sdk-node';

const client = new Analytics('write-key', { dataPlaneUrl: process.env.HOST, flushInterval: 20 });
client.identify({ userId: 'ada', traits: { email: 'ada@example.com', plan: 'pro' } });
client.track({ userId: 'ada', event: 'Seen', originalTimestamp: new Date('2026-08-20T11:00:00.123Z') });
await client.flush();
console.log('sent');
process.exit(0);
