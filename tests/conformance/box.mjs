// A sandbox behind the driver, on loopback, for judges in JavaScript; Stripe's own package pointed at it; a host that takes webhooks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

export const startMs = 1_780_000_000_000;
export const dayMs = 86_400_000;
const Stripe = createRequire(join(process.env.PURSER_NPM, "node_modules", "x"))("stripe");
export { Stripe };

/** Commands are answered in order: `<word> <number> <bytes>\n` and the bytes. */
export class Box {
  #buffer = Buffer.alloc(0);
  #waiting = [];

  static async open(t, { seed = 1 } = {}) {
    const box = new Box();
    box.process = spawn(process.env.PURSER_DRIVER, ["--seed", String(seed), "--start-ms", String(startMs), "--catalog", join(new URL(".", import.meta.url).pathname, "catalog.json"), "--serve"],
      { stdio: ["pipe", "pipe", "inherit"] });
    box.process.stdout.on("data", (bytes) => box.#take(bytes));
    const greeting = box.#next();
    t.after(async () => {
      box.process.stdin.end();
      if (box.process.exitCode === null) await once(box.process, "exit");
    });
    box.url = (await greeting).text;
    box.key = (await box.do("key")).text;
    return box;
  }

  #next() {
    return new Promise((done, fail) => this.#waiting.push({ done, fail }));
  }

  #take(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end < 0) return;
      const [word, number, size] = this.#buffer.subarray(0, end).toString().split(" ");
      if (this.#buffer.length < end + 1 + Number(size)) return;
      const text = this.#buffer.subarray(end + 1, end + 1 + Number(size)).toString();
      this.#buffer = this.#buffer.subarray(end + 1 + Number(size));
      const { done, fail } = this.#waiting.shift();
      if (word === "ok") done({ number: Number(number), text });
      else fail(Object.assign(new Error(`${word}: ${text}`), { reason: word }));
    }
  }

  do(...words) {
    const answer = this.#next();
    this.process.stdin.write(words.join("\t") + "\n");
    return answer;
  }

  /** Stripe's own client, one host option away from the real one. */
  stripe(more = {}) {
    const { hostname, port } = new URL(this.url);
    return new Stripe(more.key ?? this.key, { host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...more.options });
  }
}

/** A host's webhook endpoint: keeps what it gets. `answer` decides the status. */
export async function webhookHost(t, answer = () => 200) {
  const got = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const delivery = { body: Buffer.concat(parts).toString(), signature: request.headers["stripe-signature"] };
    got.push(delivery);
    response.writeHead(await answer(delivery)).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, got };
}
