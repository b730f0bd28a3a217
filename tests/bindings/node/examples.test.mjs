// examples/node on the package as a user installs it, with a real Express.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageFolder, run, sourceFolder, temporaryFolder } from "./support.mjs";
import { peer } from "./peers.mjs";

for (const name of ["express4", "express5"]) {
  test(`checkout.mjs on ${name}`, async (t) => {
    const express = peer(t, name);
    if (!express) return;
    const project = temporaryFolder(t);
    mkdirSync(join(project, "node_modules"));
    cpSync(packageFolder, join(project, "node_modules/purser"), { recursive: true });
    symlinkSync(express, join(project, "node_modules/express"));
    mkdirSync(join(project, "examples/node"), { recursive: true });
    cpSync(join(sourceFolder, "examples/catalog.json"), join(project, "examples/catalog.json"));
    cpSync(join(sourceFolder, "examples/node/checkout.mjs"), join(project, "examples/node/checkout.mjs"));
    const { code, output, errors } = await run(process.execPath, ["examples/node/checkout.mjs"], { cwd: project });
    assert.equal(code, 0, errors);
    assert.equal(errors, "");
    // The feed speaks in its own time.
    assert.deepEqual(output.trim().split("\n").sort(), ["acct_42: ultralead free -> full", "after: yes", "before: no"]);
  });
}
