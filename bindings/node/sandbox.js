"use strict";
// The stand-in for Stripe: each word has two forms, as Purser's verbs have. `box.config` goes into Purser.open.

/** Arguments of each word as the fields of its input. */
const words = {
  pay: (session) => ({ session }),
  decline: (session) => ({ session }),
  abandon: (session) => ({ session }),
  cancel: (subscription, { atPeriodEnd = false } = {}) => ({ subscription, atPeriodEnd }),
  resume: (subscription) => ({ subscription }),
  swap: (subscription, { price, quantity } = {}) => ({ subscription, price, quantity }),
  card: (customer, card) => ({ customer, card }),
  confirm: (payment) => ({ payment }),
  refund: (payment, { amountMinor } = {}) => ({ payment, amountMinor }),
  dispute: (payment, outcome = "opened") => ({ payment, outcome }),
  pause: (subscription, { behavior = "void", resumesAtMs } = {}) => ({ subscription, behavior, resumesAtMs }),
  unpause: (subscription) => ({ subscription }),
  deleteCustomer: (customer) => ({ customer }),
  entitle: (product, feature) => ({ product, feature }),
  connect: () => ({}),
  payoutEnd: (payout, outcome = "paid") => ({ payout, outcome }),
  advance: (durationMs) => ({ durationMs }),
  rotateSecret: () => ({}),
  resend: (event) => ({ event }),
  send: (type, object) => ({ type, object }),
  fail: (fault) => fault ?? {},
  request: (method, path, form) => ({ method, path, form: form === undefined || form === null || typeof form === "string" ? form : String(new URLSearchParams(form)) }),
  serve: (port = 0) => ({ port }),
  webhookUrl: (url) => ({ url }),
};
const shown = { request: ({ status, body }) => ({ status, body: JSON.parse(body) }) };

/** `purserHandle` gives the addon's handle of a Purser. */
function sandboxClass(native, purserHandle) {
  let handleOf;

  class Sandbox {
    #handle;

    constructor(options = {}) {
      this.#handle = native.sandboxOpen(options);
      this.config = Object.freeze({ ...(options.catalog === undefined ? {} : { catalog: options.catalog }), sandbox: this });
    }

    get secretKey() {
      return native.sandboxSecretKey(this.#handle);
    }

    get nowMs() {
      return native.sandboxNowMs(this.#handle);
    }

    async deliver(purser, how) {
      return native.sandboxSubmit(this.#handle, ...delivery(purser, how));
    }

    deliverSync(purser, how) {
      return native.sandboxCall(this.#handle, ...delivery(purser, how));
    }

    close() {
      return native.sandboxClose(this.#handle);
    }

    closeSync() {
      native.sandboxCloseSync(this.#handle);
    }

    static {
      const method = (name, value) => Object.defineProperty(this.prototype, name, { value, configurable: true, writable: true });
      for (const [word, input] of Object.entries(words)) {
        const show = shown[word] ?? ((given) => given);
        method(word, async function (...args) {
          return show(await native.sandboxSubmit(this.#handle, word, input(...args)));
        });
        method(`${word}Sync`, function (...args) {
          return show(native.sandboxCall(this.#handle, word, input(...args)));
        });
      }
      if (Symbol.asyncDispose) method(Symbol.asyncDispose, this.prototype.close);
      if (Symbol.dispose) method(Symbol.dispose, this.prototype.closeSync);
      handleOf = (box) => {
        if (!(box instanceof Sandbox)) throw new TypeError("sandbox: expected a Sandbox, as in Purser.open({ ...box.config, store })");
        return box.#handle;
      };
    }
  }

  /** Without faults what was not answered 2xx is an error; with them the report says it. */
  function delivery(purser, how) {
    const store = purser === undefined || purser === null ? undefined : purserHandle(purser);
    return how === undefined ? ["deliver", {}, store] : ["deliverWith", how, store];
  }

  return { Sandbox, handleOf };
}

module.exports = { sandboxClass };
