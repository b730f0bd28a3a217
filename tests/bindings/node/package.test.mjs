// What a user gets: the tarball, installed into an empty project without a network, required and imported, with its types.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageFolder, run, sourceFolder, temporaryFolder } from "./support.mjs";
import { peer } from "./peers.mjs";

const succeeds = async (command, args, options) => {
  const result = await run(command, args, options);
  assert.equal(result.code, 0, `${command} ${args.join(" ")}\n${result.output}\n${result.errors}`);
  return result.output;
};

async function emptyProjectWithPurser(t) {
  const project = temporaryFolder(t);
  const packed = JSON.parse(await succeeds("npm", ["pack", "--json", "--pack-destination", project, packageFolder], { cwd: project }));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "host", private: true }));
  await succeeds("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${packed[0].filename}`], { cwd: project, timeout: 120_000 });
  return { project, files: packed[0].files.map(({ path }) => path) };
}

test("packed, installed, required, imported, and the first program", async (t) => {
  const { project, files } = await emptyProjectWithPurser(t);
  assert.deepEqual(files.sort(), ["LICENSE", "README.md", "THIRD_PARTY.md", "billing.js", "changes.js", "http.js", "index.d.mts", "index.d.ts", "index.js", "index.mjs", "package.json", "pages.js", "purser.node", "sandbox.js"]);
  const installed = join(project, "node_modules/purser");
  const { scripts, dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  assert.deepEqual([scripts, dependencies], [undefined, undefined]);
  assert.ok(!existsSync(join(installed, "binding.gyp")));
  const flow = `
    const p = await Purser.open({ store: "sqlite::memory:", mode: "test", catalog: ${JSON.stringify(join(sourceFolder, "examples/catalog.json"))} });
    console.log(p.tier("acct_1", "ultralead"), p.check("acct_1", "crm"), (await p.accountRead({ account: "acct_1" })).tiers.length > 3);
    await p.close();`;
  writeFileSync(join(project, "a.cjs"), `const { Purser } = require("purser"); (async () => {${flow}})();`);
  writeFileSync(join(project, "b.mjs"), `import whole, { Purser } from "purser"; if (whole.Purser !== Purser) throw new Error("two"); ${flow}`);
  for (const file of ["a.cjs", "b.mjs"]) assert.equal(await succeeds(process.execPath, [file], { cwd: project }), "free false true\n", file);

  mkdirSync(join(project, "examples"));
  cpSync(join(sourceFolder, "examples/catalog.json"), join(project, "examples/catalog.json"));
  cpSync(join(sourceFolder, "examples/node"), join(project, "examples/node"), { recursive: true });
  const first = await succeeds(process.execPath, ["examples/node/first.mjs"], { cwd: project });
  assert.match(first, /^before: false$/m);
  assert.match(first, /^crm: true$/m);
  assert.match(first, /^ultralead: full$/m);
  assert.deepEqual(readdirSync(join(project, "examples")), ["catalog.json", "node"]);
});

test("the types", async (t) => {
  const typescript = peer(t, "typescript");
  if (!typescript) return;
  const project = temporaryFolder(t);
  mkdirSync(join(project, "node_modules"));
  cpSync(packageFolder, join(project, "node_modules/purser"), { recursive: true, filter: (path) => !path.endsWith(".node") });
  writeFileSync(join(project, "right.mts"), readFileSync(new URL("./types.right.mts", import.meta.url)));
  writeFileSync(join(project, "wrong.mts"), readFileSync(new URL("./types.wrong.mts", import.meta.url)));
  writeFileSync(join(project, "common.cts"), `import { Purser } from "purser";\nexport const open = (): Promise<Purser> => Purser.open({ store: "x" });\n`);
  const config = (files) => JSON.stringify({ compilerOptions: { noEmit: true, strict: true, target: "es2022", lib: ["es2022", "dom"], module: "nodenext", types: [] }, files });
  writeFileSync(join(project, "right.json"), config(["right.mts", "common.cts"]));
  writeFileSync(join(project, "wrong.json"), config(["wrong.mts"]));
  const tsc = join(typescript, "lib/tsc.js");
  await succeeds(process.execPath, [tsc, "-p", "right.json"], { cwd: project, timeout: 180_000 });
  const { output } = await run(process.execPath, [tsc, "-p", "wrong.json"], { cwd: project, timeout: 180_000 });
  const expected = readFileSync(join(project, "wrong.mts"), "utf8").split("\n").flatMap((line, i) => (line.includes("// wrong") ? [i + 1] : []));
  const found = [...output.matchAll(/^wrong\.mts\((\d+),/gm)].map((match) => Number(match[1]));
  assert.deepEqual([...new Set(found)], expected, output);
});
