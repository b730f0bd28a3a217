"use strict";
// Routes and middleware for Express, connect and node:http: (req, res, next). No framework is needed or imported.
const { Answer, answerOf, fieldsOf, isForm, rawBody, redirect, send } = require("./http.js");

const bodyMaxBytes = 64 * 1024;
const webhookMaxBytes = 1024 * 1024; // what Purser takes
/** What a browser may say of a checkout. Never account, trial or metadata. */
const checkoutFields = ["tier", "price", "interval", "currency", "promotionCode", "locale"];
const portalFields = ["flow", "product", "tier", "interval", "locale"];
const sessionMark = "{CHECKOUT_SESSION_ID}";

const accounts = new WeakMap(); // a Purser → how its host finds the account of a request
const accountOfUser = (req) => req.user?.id;

/** The account of a request, or nothing. A resolver that throws, e.g. because there is no req.user, has found nobody. */
async function accountOf(resolve, req) {
  try {
    const found = await resolve(req);
    const account = Number.isSafeInteger(found) || typeof found === "bigint" ? String(found) : found;
    return typeof account === "string" && account !== "" ? account : undefined;
  } catch {
    return undefined;
  }
}

function originsOf(purser, given) {
  const said = given ?? purser.allowedOrigins ?? (process.env.PURSER_ALLOWED_ORIGINS ?? "").split(",");
  return said.map((origin) => origin.trim().replace(/\/$/, "").toLowerCase()).filter(Boolean);
}

/** A POST that a page of another origin causes carries that page's Origin. A client that is no browser sends neither header. */
function refuseOtherOrigins(req, origins) {
  const { origin, "sec-fetch-site": site } = req.headers;
  const own = origin === undefined ? site === undefined || site === "same-origin" || site === "none" : origins.includes(origin.toLowerCase());
  if (!own) throw new Answer(403, "origin_refused", "this page's origin may not do that: the host names its own in allowedOrigins or PURSER_ALLOWED_ORIGINS");
}

function only(fields, names) {
  const said = names.filter((name) => fields[name] !== undefined && fields[name] !== "").map((name) => [name, fields[name]]);
  const input = Object.fromEntries(said);
  for (const name of names) if (name in input && typeof input[name] !== "string") throw new Answer(400, "body_invalid", `${name}: expected text`);
  return input;
}

function quantityOf(fields) {
  if (fields.quantity === undefined || fields.quantity === "") return undefined;
  const quantity = Number(fields.quantity);
  if (!Number.isSafeInteger(quantity) || quantity < 1) throw new Answer(400, "body_invalid", "quantity: expected a whole number, 1 or more");
  return quantity;
}

class Billing {
  constructor(purser, options) {
    this.purser = purser;
    this.options = options;
    this.resolve = options.account ?? accountOfUser;
    this.origins = originsOf(purser, options.allowedOrigins);
    this.routes = {
      "/checkout": { POST: this.checkout },
      "/confirm": { GET: this.confirm },
      "/portal": { POST: this.portal },
      "/webhook": { POST: this.webhook, open: true },
      "/plans": { GET: this.plans },
    };
  }

  async account(req) {
    const account = await accountOf(this.resolve, req);
    if (account === undefined) throw new Answer(401, "sign_in_required", "nobody is signed in");
    return account;
  }

  /** Where the pages of Stripe lead back to where the options say nothing: the page's own origin, never the Host header. */
  home(req) {
    const origin = req.headers.origin?.toLowerCase();
    return this.origins.includes(origin) ? origin : (this.origins[0] ?? "");
  }

  async checkout(req, res, { mount }) {
    const account = await this.account(req);
    const fields = await fieldsOf(req, bodyMaxBytes);
    const { email, name, metadata } = this.options;
    const buy = await this.purser.checkoutCreate({
      ...only(fields, checkoutFields),
      quantity: quantityOf(fields),
      account,
      email: await email?.(req),
      name: await name?.(req),
      metadata: await metadata?.(req),
      successUrl: this.options.successUrl ?? `${this.home(req)}${mount}/confirm?session_id=${sessionMark}`,
      cancelUrl: this.options.cancelUrl ?? `${this.home(req)}/`,
    });
    if (isForm(req)) redirect(res, buy.url);
    else send(res, 200, { url: buy.url });
  }

  /** Where the success URL is this route itself a browser is led on to the host's pages. */
  async confirm(req, res, { query }) {
    const account = await this.account(req);
    const session = query.get("session_id") ?? "";
    const confirmed = await this.purser.checkoutConfirm({ account, session });
    const browses = (req.headers["sec-fetch-mode"] ?? "") === "navigate" || /^text\/html\b/.test(req.headers.accept ?? "");
    if (browses && this.options.successUrl === undefined) redirect(res, "/");
    else send(res, 200, confirmed);
  }

  async portal(req, res) {
    const account = await this.account(req);
    const fields = await fieldsOf(req, bodyMaxBytes);
    const portal = await this.purser.portalCreate({ ...only(fields, portalFields), account, returnUrl: this.options.returnUrl ?? `${this.home(req)}/` });
    if (isForm(req)) redirect(res, portal.url);
    else send(res, 200, { url: portal.url });
  }

  async webhook(req, res) {
    const signature = req.headers["stripe-signature"];
    const { endpoint } = this.options;
    const receipt = await this.purser.webhookReceive({ body: await rawBody(req, webhookMaxBytes), signature, endpoint });
    send(res, receipt.httpStatus, { outcome: receipt.outcome, reason: receipt.reason });
  }

  async plans(req, res) {
    send(res, 200, await this.purser.catalogRead());
  }

  /** Path and query of a request below the mount point; `mount` is where that is. */
  where(req) {
    const { pathname, searchParams: query } = new URL(req.url, "http://path.invalid");
    const { path } = this.options;
    const prefix = path && req.originalUrl === undefined && pathname.startsWith(`${path}/`) ? path : "";
    const mounted = req.originalUrl === undefined ? prefix : req.originalUrl.slice(0, Math.max(0, req.originalUrl.length - req.url.length));
    return { path: pathname.slice(prefix.length).replace(/\/+$/, "") || "/", query, mount: (req.baseUrl ?? mounted).replace(/\/$/, "") };
  }

  async answer(req, res, next) {
    const at = this.where(req);
    const route = Object.hasOwn(this.routes, at.path) ? this.routes[at.path] : undefined;
    if (!route) {
      if (next) return next();
      throw new Answer(404, "not_found", "there is no such route");
    }
    const method = req.method === "HEAD" ? "GET" : req.method;
    if (!Object.hasOwn(route, method) || typeof route[method] !== "function") {
      res.setHeader("Allow", Object.keys(route).filter((name) => name !== "open").join(", "));
      throw new Answer(405, "method_not_allowed", "the route has other methods");
    }
    if (method === "POST" && !route.open) refuseOtherOrigins(req, this.origins);
    return route[method].call(this, req, res, at);
  }
}

/** Never lets a failure out: an answer, and the host's onError for what is not the visitor's doing. */
function fail(error, req, res, onError) {
  const answer = answerOf(error);
  if (answer.status >= 500) {
    try {
      if (onError) onError(answer.cause ?? answer, req);
      else process.emitWarning(`${req.method} ${String(req.url).split("?")[0]}: ${(answer.cause ?? answer).message}`, "PurserWarning");
    } catch {} // the host's own handler: the visitor is answered all the same
  }
  send(res, answer.status, answer.body, answer.retryAfterS ? { "Retry-After": String(answer.retryAfterS) } : {});
  if (!req.readableEnded) req.resume?.(); // what is left of a refused body
}

function billing(purser, options = {}) {
  if (typeof purser?.checkoutCreate !== "function") throw new TypeError("billing(purser, options): expected an open Purser");
  const routes = new Billing(purser, options);
  accounts.set(purser, routes.resolve);
  return (req, res, next) => {
    routes.answer(req, res, next).catch((error) => fail(error, req, res, options.onError));
  };
}

/** Which tiers and add-ons give the feature, e.g. `ultralead/full`; nothing where the catalog cannot be read. */
async function givers(purser, feature) {
  try {
    const { features } = await purser.catalogRead();
    return features.filter((listed) => listed.feature === feature).map(({ product, tier }) => (product ? `${product}/${tier}` : tier));
  } catch {
    return undefined;
  }
}

function requireFeature(purser, feature, { account, onDenied } = {}) {
  if (typeof purser?.check !== "function" || typeof feature !== "string" || feature === "") throw new TypeError("requireFeature(purser, feature): expected an open Purser and a feature's key");
  let warned = false;
  const deny = async (req, res, next, holder) => {
    const found = await givers(purser, feature);
    const tiers = found ?? [];
    if (found?.length === 0 && !warned) {
      warned = true;
      process.emitWarning(`requireFeature: no tier of the catalog gives '${feature}': nobody gets in`, "PurserWarning");
    }
    if (onDenied) return onDenied(req, res, { feature, account: holder, tiers }, next);
    const message = tiers.length > 0 ? `'${feature}' comes with ${tiers.join(", ")}` : `no tier is known that has '${feature}'`;
    return send(res, tiers.length > 0 ? 402 : 403, { error: "feature_required", feature, tiers, message });
  };
  const decide = async (req, res) => {
    const holder = await accountOf(account ?? accounts.get(purser) ?? accountOfUser, req);
    if (holder === undefined) throw new Answer(401, "sign_in_required", "nobody is signed in");
    return { holder, held: purser.check(holder, feature) === true };
  };
  return (req, res, next) => {
    decide(req, res)
      .then(({ holder, held }) => (held ? () => next() : () => deny(req, res, next, holder)))
      .then((go) => go())
      .catch((error) => fail(error, req, res));
  };
}

module.exports = { billing, requireFeature };
