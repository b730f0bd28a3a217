// The table that C, C++, Node and Python print alike: tests/parity/README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageFolder, run, sourceFolder } from "./support.mjs";

test("parity", async () => {
  const folder = join(sourceFolder, "tests/parity");
  const { code, output, errors } = await run(process.execPath, [join(folder, "parity.mjs"), packageFolder, sourceFolder]);
  assert.equal(code, 0, errors);
  const expected = readFileSync(join(folder, "expected.tsv"), "utf8");
  assert.ok(expected.split("\n").length > 30);
  assert.deepEqual(output.split("\n"), expected.split("\n"));
});
