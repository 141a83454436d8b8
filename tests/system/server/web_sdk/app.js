// A page with Iterable's web SDK, which its tests steer by the functions of `shop`.
const sdk = window['@iterable/web-sdk'];
const PACKAGE = 'shop';

function base64url(text) {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// A token as the server of a shop would make it.
async function signed(claims, secret) {
  const now = Math.floor(Date.now() / 1000);
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
  const content = `${head}.${base64url(JSON.stringify({ ...claims, iat: now, exp: now + 3600 }))}`;
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, bytes.encode(content));
  return `${content}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}

const shop = {
  asked: [],
  visitors: [],

  // `wrong` tokens are signed with another secret, which is what an expired one looks like to the SDK: a 401.
  start(server, key, secret, { wrong = 0, ...configOptions } = {}) {
    const generateJWT = ({ email, userID }) => {
      const claims = email ? { email } : { userId: userID };
      shop.asked.push(claims);
      wrong -= 1;
      return signed(claims, wrong >= 0 ? 'another secret, as long as the right one' : secret);
    };
    const onUnknownUserCreated = (userId) => shop.visitors.push(userId);
    const options = { baseURL: `${server}/api`, onUnknownUserCreated, ...configOptions };
    shop.iterable = sdk.initializeWithConfig({ authToken: key, configOptions: options, generateJWT });
  },

  async show() {
    const payload = { count: 20, packageName: PACKAGE, displayInterval: 60000 };
    const { request } = sdk.getInAppMessages(payload, { display: 'immediate' });
    const { data } = await request();
    return data.inAppMessages.map((message) => message.messageId);
  },

  async embed(placement) {
    const manager = new sdk.IterableEmbeddedManager(PACKAGE);
    await manager.syncMessages(PACKAGE, () => {}, [placement]);
    const [message] = manager.getMessagesForPlacement(placement);
    shop.embedded = message;
    const htmlElements = { primaryButton: { id: 'buy' } };
    const banner = sdk.IterableEmbeddedBanner({ appPackageName: PACKAGE, message, htmlElements });
    document.getElementById('placement').innerHTML = banner;
    // The SDK listens for clicks from the next turn on.
    await new Promise((resolve) => { setTimeout(resolve); });
    return manager.getMessages().map((found) => found.metadata.messageId);
  },

  async look() {
    const sessions = new sdk.IterableEmbeddedSessionManager(PACKAGE);
    const { messageId, placementId } = shop.embedded.metadata;
    sessions.startSession();
    sessions.startImpression(messageId, placementId);
    sessions.pauseImpression(messageId);
    await sessions.endSession();
  },
};
window.sdk = sdk;
window.shop = shop;
