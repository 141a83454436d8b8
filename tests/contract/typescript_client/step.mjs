// What the programs here have in common.
import assert from "node:assert/strict";

// Names a step on stdout when it is done; one that goes wrong ends the process with its name.
export async function step(name, work) {
  try {
    const result = await work();
    console.log(name);
    return result;
  } catch (error) {
    console.error(`${name}: ${error.stack ?? error}`);
    process.exit(1);
  }
}

export const isSuccess = (reply) => assert.equal(reply.code, "Success");
