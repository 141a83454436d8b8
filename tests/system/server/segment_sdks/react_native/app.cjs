// What an app on a phone does: every call, then it waits until all is sent.
const { createClient } = require('@segment/analytics-react-native');

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

async function main() {
  const client = createClient({
    writeKey: 'write-key', useSegmentEndpoints: true, allowInsecureProxy: true,
    proxy: `${process.env.HOST}/v1`, cdnProxy: `${process.env.HOST}/v1`,
    // Sent when the app asks for it, and not by a timer.
    flushAt: 100, flushInterval: 0, debug: false,
  });
  while (!client.isReady.value) await pause(10);
  await client.identify('ada', { email: 'ada@example.com', plan: 'pro' });
  await client.track('Seen', { price: 1.5 });
  await client.screen('Start');
  await client.group('team');
  await client.alias('countess');
  do {
    await client.flush();
    await pause(100);
  } while (await client.pendingEvents());
  client.cleanup();
  console.log('sent');
}

main();
