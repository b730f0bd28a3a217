"use strict";
const native = require("./purser.node");
const { billing, requireFeature } = require("./billing.js");
const { changes } = require("./changes.js");
const { pages } = require("./pages.js");
const { sandboxClass } = require("./sandbox.js");

/** Why a call did not do it. `code` says what to do, `reason` is a stable word, `message` names what was expected, what was found, and the fix. */
class PurserError extends Error {
  constructor({ message, ...fields }) {
    super(message);
    Object.assign(this, fields);
  }
}
Object.defineProperty(PurserError.prototype, "name", { value: "PurserError", configurable: true, writable: true });
native.init(PurserError);
const { Sandbox, handleOf } = sandboxClass(native, (purser) => purser[nativeHandle]());

const LogLevel = Object.freeze({ debug: 0, info: 1, warning: 2, error: 3 });

/** Engine threads must be gone before the process takes its libraries down, also on process.exit() and after an uncaught exception. */
let closesAtExit = false;
function closeAtExit() {
  if (!closesAtExit) process.on("exit", () => native.closeAll());
  closesAtExit = true;
}

function submit(handle, verb, input, { signal } = {}) {
  const slot = {};
  const result = native.submit(handle, verb, input, slot);
  if (!signal || slot.id === undefined) return result;
  const cancel = () => native.cancel(handle, slot.id);
  const forget = () => signal.removeEventListener("abort", cancel);
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  result.then(forget, forget);
  return result;
}

const opened = Symbol("opened");
const nativeHandle = Symbol("nativeHandle");

/** What the addon takes: the configuration, and beside it the sandbox that `box.config` names. */
function openArguments({ sandbox, ...config }) {
  return [config, sandbox === undefined || sandbox === null ? undefined : handleOf(sandbox)];
}

class Purser {
  #handle;
  #log; // kept here, held weakly by the addon
  #closing = new AbortController();

  constructor(token, handle, log) {
    if (token !== opened) throw new TypeError("use `await Purser.open({ store, … })` or Purser.openSync");
    this.#handle = handle;
    this.#log = log;
    // Functions of their own, not methods: the fastest way into the addon, and `const { check } = purser` works.
    this.check = handle.check;
    this.tier = handle.tier;
    this.allowedOrigins = handle.allowedOrigins.length > 0 ? Object.freeze(handle.allowedOrigins) : undefined;
  }

  static async open(config = {}) {
    closeAtExit();
    return new Purser(opened, await native.open(...openArguments(config)), config.log);
  }

  static openSync(config = {}) {
    closeAtExit();
    return new Purser(opened, native.openSync(...openArguments(config)), config.log);
  }

  changes(consumer, options) {
    return changes(this, this.#closing.signal, consumer, options);
  }

  invoices(account, options) {
    return pages(this, "invoiceList", "invoices", { account }, options);
  }

  parked({ foreign, ...options } = {}) {
    return pages(this, "parkedList", "objects", { foreign }, options);
  }

  earnings(stripeAccount, options) {
    return pages(this, "earningRead", "entries", { stripeAccount }, options);
  }

  close() {
    this.#closing.abort();
    return native.close(this.#handle);
  }

  closeSync() {
    this.#closing.abort();
    native.closeSync(this.#handle);
  }

  [nativeHandle]() {
    return this.#handle;
  }

  runDue(budgetMs = 0) {
    return native.runDue(this.#handle, budgetMs);
  }

  static {
    const method = (target, name, value) => Object.defineProperty(target, name, { value, configurable: true, writable: true });
    for (const [verb, { name, pure }] of native.verbs.entries()) {
      method(this.prototype, name, function (input, options) {
        return submit(this.#handle, verb, input, options);
      });
      method(this.prototype, `${name}Sync`, function (input) {
        return native.call(this.#handle, verb, input);
      });
      if (!pure) continue;
      method(this, name, (input) => native.submit(undefined, verb, input));
      method(this, `${name}Sync`, (input) => native.call(undefined, verb, input));
    }
    // `await using` and `using`, where the engine has them.
    if (Symbol.asyncDispose) method(this.prototype, Symbol.asyncDispose, this.prototype.close);
    if (Symbol.dispose) method(this.prototype, Symbol.dispose, this.prototype.closeSync);
  }
}

module.exports = { Purser, PurserError, Sandbox, ManualClock: native.ManualClock, LogLevel, billing, requireFeature, version: native.version };
