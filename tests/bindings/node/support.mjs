// What the tests of the Node package share: the package as built, Stripe's side, and programs of their own process.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const packageFolder = process.env.PURSER_NODE_PACKAGE;
if (!packageFolder) throw new Error("PURSER_NODE_PACKAGE is not set: run these tests through ctest, or set it to <build>/node-package");
export const sourceFolder = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
export const { Purser, PurserError, ManualClock, LogLevel, version } = createRequire(import.meta.url)(packageFolder);

export const secret = "whsec_node_test_4f9ab3d1";
export const startMs = 1_700_000_000_000;
const monthS = 30 * 86400;

export const catalog = `{
  "purser_catalog": 1, // comments are allowed
  "features": {"crm": "CRM", "leads": "Leads"},
  "meters": {"seats": {"window": "lifetime"}},
  "products": {"app": {"fallback": "free", "tiers": {
    "free": {},
    "starter": {"features": ["leads"], "limits": {"seats": 1}, "prices": [{"id": "price_starter", "currency": "usd", "interval": "month", "unit_amount": 4900}]},
    "pro": {"features": ["leads", "crm"], "limits": {"seats": 5}, "prices": [{"id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}}}
}`;

export function event({ n = 1, account = `acct_${n}`, price = "price_pro", status = "active", nowMs = Date.now(), customer = `cus_${n}` } = {}) {
  const start = Math.floor(nowMs / 1000);
  return JSON.stringify({
    id: `evt_node_${n}`,
    object: "event",
    api_version: "2026-06-24.dahlia",
    livemode: false,
    type: "customer.subscription.created",
    created: start,
    data: {
      object: {
        id: `sub_${n}`,
        object: "subscription",
        customer,
        status,
        cancel_at_period_end: false,
        metadata: account ? { purser_account: account } : {},
        items: { object: "list", data: [{ id: `si_${n}`, object: "subscription_item", quantity: 1, current_period_start: start, current_period_end: start + monthS, price: { id: price, object: "price", lookup_key: null } }] },
      },
    },
  });
}

export function signature(body, nowMs = Date.now(), key = secret) {
  const t = Math.floor(nowMs / 1000);
  return `t=${t},v1=${createHmac("sha256", key).update(`${t}.`).update(body).digest("hex")}`;
}

export const signed = (body, nowMs) => ({ body, signature: signature(body, nowMs) });

/** A store in memory with the catalog of the tests. */
export async function openStore(config = {}) {
  const purser = await Purser.open({ store: "sqlite::memory:", mode: "test", webhookSecrets: [secret], ...config });
  purser.catalogApplySync({ text: catalog });
  return purser;
}

export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "purser-node-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program; never longer than a minute unless told. */
export function run(command, args, { timeout = 60_000, ...options } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout, ...options });
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (errors += text));
    child.on("error", fail);
    child.on("close", (code, signal) => done({ code, signal, output, errors }));
  });
}

/** A module that has all of this file's exports in scope, in a process of its own. */
export function runModule(body, flags = [], options = {}, args = []) {
  const names = "Purser, PurserError, ManualClock, openStore, event, signature, signed, secret, catalog, packageFolder";
  const program = `import { ${names} } from ${JSON.stringify(import.meta.url)};\n${body}`;
  return run(process.execPath, [...flags, "--input-type=module", "-e", program, ...args], options);
}
