// The addon needs libc, libm, libgcc_s and libstdc++; its OpenSSL and SQLite are its own, and it shows Node's loader two names.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { Purser, event, packageFolder, run, runModule, secret, signature, startMs } from "./support.mjs";

const addon = join(packageFolder, "purser.node");
const lines = ({ code, output, errors }) => (assert.equal(code, 0, errors), output.split("\n").filter(Boolean));

test("what it needs", async () => {
  const needed = lines(await run("readelf", ["-d", addon])).map((line) => line.match(/\(NEEDED\).*\[(.*)\]/)?.[1]).filter(Boolean);
  const allowed = new Set(["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"]);
  assert.deepEqual(needed.filter((name) => !allowed.has(name)), []);
  assert.ok(needed.includes("libc.so.6"));
});

test("what it shows", async () => {
  const names = lines(await run("nm", ["-D", "--defined-only", addon])).map((line) => line.split(" ").at(-1).replace(/@.*/, "")).filter((name) => !/^(purser_)/.test(name));
  assert.deepEqual(names.sort(), ["napi_register_module_v1", "node_api_module_get_api_version_v1"].filter((name) => names.includes(name)));
  assert.ok(names.includes("napi_register_module_v1"));
});

test("what it takes from Node is Node-API only", async () => {
  const names = lines(await run("nm", ["-D", "--undefined-only", addon])).map((line) => line.split(" ").at(-1));
  assert.deepEqual(names.filter((name) => /sqlite3|EVP_|HMAC|OPENSSL_|CRYPTO_|SSL_|v8|uv_/.test(name)), []);
  // Nothing else is left open: names with a version are the C and C++ libraries', a lower-case letter marks what may be absent.
  const open = lines(await run("nm", ["-D", "--undefined-only", addon])).filter((line) => /^ +U /.test(line) && !line.includes("@")).map((line) => line.trim().slice(2));
  assert.deepEqual(open.filter((name) => !name.startsWith("napi_")), []);
  assert.ok(open.length > 20);
});

test("both OpenSSLs work in one process, in turn", () => {
  const body = event({ nowMs: startMs });
  const expected = createHmac("sha256", secret).update(`${startMs / 1000}.${body}`).digest("hex");
  for (let i = 0; i < 100; i++) {
    const verdict = Purser.webhookVerifySync({ body, signature: signature(body, startMs), secrets: [secret], nowMs: startMs });
    assert.equal(verdict.accepted, true, verdict.message);
    assert.equal(createHmac("sha256", secret).update(`${startMs / 1000}.${body}`).digest("hex"), expected);
  }
});

test("the dynamic linker binds no cryptography or SQLite of ours to Node's", async () => {
  const { code, errors } = await runModule("const p = await openStore(); await p.webhookReceive(signed(event())); await p.close();", [], {
    env: { ...process.env, LD_DEBUG: "bindings", LD_BIND_NOW: "1" },
  });
  assert.equal(code, 0);
  const bound = errors.split("\n").filter((line) => line.includes("binding file") && line.split(" to ")[0].includes("purser.node"));
  assert.ok(bound.some((line) => line.includes("napi_create_object")), "the linker's report names the addon's bindings");
  assert.deepEqual(bound.filter((line) => /`(EVP|HMAC|OPENSSL|CRYPTO|SSL|BIO|RAND|sqlite3)_/.test(line)), []);
});
