// A phone's storage, in memory.
const kept = new Map();

exports.default = {
  getItem: async (key) => kept.get(key) ?? null,
  setItem: async (key, text) => { kept.set(key, text); },
};
