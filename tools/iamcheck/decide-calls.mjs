// Decides recorded calls: reads a JSON array of requests (see decide.mjs) from standard input and writes the array of
// their results. The tests that run the functions on an emulator have every call that they recorded decided here once
// more, with the condition keys that the emulator lacks.

import { decide } from "./decide.mjs";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const results = [];
for (const request of JSON.parse(input)) results.push(await decide(request));
process.stdout.write(JSON.stringify(results) + "\n");
