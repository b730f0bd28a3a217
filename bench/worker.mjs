// The same protocol as worker.hpp: "<row> <count>" in, nanoseconds out; the first line says "ready" and the version of what is measured.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";

export const argument = (i) => process.argv[2 + i];
export const requireFrom = (folder) => createRequire(join(resolve(folder), "package.json"));
export const versionOf = (folder, name) => `${name} ${JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"))).version}`;

export function readDeliveries(path) {
  const bytes = readFileSync(path);
  const all = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const [header, body] = bytes.toString("latin1", at, end).split(" ").map(Number);
    at = end + 1;
    all.push({ header: bytes.toString("latin1", at, at + header), body: bytes.subarray(at + header, at + header + body) });
    at += header + body;
  }
  return all;
}

let kept = 0;
/** A row that does one thing `count` times; what it returns is kept. */
export function repeat(once) {
  return (count) => {
    const start = process.hrtime.bigint();
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Number(once(i));
    kept += sum;
    return process.hrtime.bigint() - start;
  };
}

export async function serve(rows, version = "") {
  console.log(`ready ${version}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [row, count] = line.split(" ");
    if (!rows[row]) throw new Error(`no such row: ${row}`);
    console.log(String(await rows[row](Number(count))));
  }
}
