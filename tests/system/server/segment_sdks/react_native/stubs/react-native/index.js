// What the SDK for React Native asks of a phone, where there is none.
const nothing = { remove() {} };
const context = {
  appName: 'Shop', appVersion: '1.0', buildNumber: '1', bundleId: 'example.shop', locale: 'en-GB', networkType: 'wifi',
  osName: 'iOS', osVersion: '18.0', screenHeight: 800, screenWidth: 390, timezone: 'Europe/London', manufacturer: 'Apple',
  model: 'iPhone', deviceName: 'Phone', deviceId: 'device', deviceType: 'ios', screenDensity: 2,
};

exports.AppState = { currentState: 'active', addEventListener: () => nothing };
exports.Platform = { OS: 'ios', select: (choices) => choices.ios ?? choices.default };
exports.NativeModules = {
  AnalyticsReactNative: { getContextInfo: async () => context },
  Sovran: { getConstants: () => ({ ON_STORE_ACTION: 'onStoreAction' }), addListener() {}, removeListeners() {} },
};
exports.NativeEventEmitter = class {
  addListener() { return nothing; }
};
