"use strict";
// What the routes of billing need of HTTP, on Node's own request and response: Express, connect and node:http have the same.

/** An answer that is not a success, thrown by a route. */
class Answer extends Error {
  constructor(status, error, message, more = {}) {
    super(message);
    this.status = status;
    this.body = { error, message, ...more };
  }
}

/** What a failure of Purser's means over HTTP. */
const statuses = { invalid: 400, not_found: 404, conflict: 409, limit: 429, unavailable: 503, timeout: 503, canceled: 503, busy: 503, closed: 503 };

function answerOf(error) {
  if (error instanceof Answer) return error;
  const status = statuses[error?.code] ?? 500;
  // A wrong URL, key or price is the host's own: said to the host, not to its visitors.
  const made = status < 500 ? new Answer(status, error.reason, error.message) : new Answer(status, status === 503 ? "unavailable" : "internal", "try again later");
  if (error?.retryAfterMs > 0) made.retryAfterS = Math.ceil(error.retryAfterMs / 1000);
  made.cause = error;
  return made;
}

function send(res, status, body, headers = {}) {
  if (res.headersSent) return;
  const text = JSON.stringify(body, (_, value) => (typeof value === "bigint" ? String(value) : value));
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}

function redirect(res, url) {
  res.statusCode = 303;
  res.setHeader("Location", url);
  res.setHeader("Cache-Control", "no-store");
  res.end();
}

/** The raw body, at most `maxBytes`. A parser that ran before has taken it; only express.raw() and express.text() keep it as it came. */
function rawBody(req, maxBytes) {
  if (Buffer.isBuffer(req.body) || req.body instanceof Uint8Array || typeof req.body === "string") return Promise.resolve(req.body);
  if (req.readableDidRead || req.readableEnded) {
    const fix = "the raw body is gone: a parser ran before. Mount billing(…) before express.json(), or keep the bytes with express.raw() on this path";
    return Promise.reject(new Answer(500, "body_parsed", fix));
  }
  return new Promise((done, fail) => {
    const parts = [];
    let size = 0;
    req.on("data", (part) => {
      size += part.length;
      if (size <= maxBytes) parts.push(part);
      else fail(new Answer(413, "body_too_large", `expected a body of at most ${maxBytes} bytes`));
    });
    req.on("end", () => done(Buffer.concat(parts)));
    req.on("error", fail);
    req.on("close", () => fail(new Answer(400, "body_cut", "the connection closed before the whole body had come")));
  });
}

const isForm = (req) => /^application\/x-www-form-urlencoded\b/i.test(req.headers["content-type"] ?? "");

/** JSON or a form, parsed here or by a parser that ran before. */
async function fieldsOf(req, maxBytes) {
  const parsed = req.body;
  const before = parsed && typeof parsed === "object" && !(parsed instanceof Uint8Array) && (req.readableDidRead || req.readableEnded);
  const fields = before ? parsed : parse(req, String(await rawBody(req, maxBytes)));
  if (!fields || typeof fields !== "object" || Array.isArray(fields)) throw new Answer(400, "body_invalid", "expected a JSON object or a form");
  return fields;
}

function parse(req, text) {
  if (text.trim() === "") return {};
  if (isForm(req)) return Object.fromEntries(new URLSearchParams(text));
  // text/plain is what a page of another site may send without asking first.
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(req.headers["content-type"] ?? "")) {
    throw new Answer(415, "content_type", "expected Content-Type application/json or application/x-www-form-urlencoded");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Answer(400, "body_invalid", "expected JSON");
  }
}

module.exports = { Answer, answerOf, fieldsOf, isForm, rawBody, redirect, send };
