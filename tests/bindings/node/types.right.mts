// Compiles. What a host writes, with every type as it should be.
import defaultExport, { billing, LogLevel, ManualClock, Purser, PurserError, requireFeature, Sandbox, type AccountView, type DeliveryReport, type Receipt } from "purser";

export async function flow(body: Uint8Array, header: string): Promise<number> {
  const clock = new ManualClock(0).advance(1).set(2);
  const purser = await Purser.open({ store: "sqlite:purser.db", log: (level: number, message: string) => void [level === LogLevel.error, message], clock });
  const receipt: Receipt = await purser.webhookReceive({ body, signature: header }, { signal: new AbortController().signal });
  if (receipt.outcome === "applied") {
    const allowed: boolean = purser.check("acct_42", "crm");
    const tier: string | null = purser.tier("acct_42", "app");
    void [allowed, tier];
  }
  const view: AccountView = purser.accountReadSync({ account: "acct_42" });
  const untilMs: number = view.grants[0]?.validUntilMs ?? 0;
  const { rows } = await purser.query({ sql: "select 1" });
  const cell: null | number | bigint | string | Uint8Array = rows[0][0];
  const accepted: boolean = Purser.webhookVerifySync({ body, secrets: ["whsec_x"] }).accepted;
  try {
    await purser.accountLink({ account: "a", customer: "cus_1" });
  } catch (error) {
    if (error instanceof PurserError && error.code === "conflict") return error.retryAfterMs;
  }
  void [untilMs, cell, accepted, defaultExport.version];
  await purser.close();
  return receipt.httpStatus;
}

export async function money(users: { query(sql: string, values: string[]): Promise<void> }, app: { use(...handlers: unknown[]): void }): Promise<void> {
  const box = new Sandbox({ catalog: "catalog.json", seed: 1 });
  const purser = await Purser.open({ ...box.config, store: "sqlite::memory:", allowedOrigins: ["https://app.example.com"], secretKey: "sk_test_x", apiBase: "http://127.0.0.1:1" });
  const buy = await purser.checkoutCreate({ account: "a", tier: "app/pro", interval: "month", metadata: { team: "blue" }, successUrl: "https://app.example.com/welcome" });
  const url: string = buy.url;
  await box.pay(buy.sessionId);
  const report: DeliveryReport = await box.deliver(purser, { order: "shuffled", repeat: 3 });
  box.cardSync("cus_1", "declined");
  await box.fail({ kind: "status", status: 500, path: "/v1/checkout" });
  const portal = purser.portalCreateSync({ account: "a", returnUrl: url, flow: "cancel" });
  for await (const invoice of purser.invoices("a", { limit: 10 })) void [invoice.number, invoice.amountRemaining.toFixed()];
  for await (const { customer, suggestion } of purser.parked({ foreign: true })) void [customer, suggestion];
  for await (const earning of purser.earnings("acct_1")) void earning.arrivalMs;
  const ends: number = (await purser.accountClose({ account: "a", when: "now" })).endsMs;
  const { erased, broken } = purser.ledgerVerifySync();
  void [ends, erased, broken[0]?.accountKey, (await purser.gapFetch()).nextDueMs, purser.eventSweepSync({ sinceMs: 0 }).missed];
  for await (const change of purser.changes("users-table", { signal: new AbortController().signal, pollMs: 100 })) {
    await users.query("update users set tier = $1 where id = $2", [change.tier, change.account]);
    await change.done();
  }
  app.use("/billing", billing(purser, { account: (req: { user: { id: string } }) => req.user.id, successUrl: url }));
  app.use(requireFeature(purser, "crm"), requireFeature(purser, "crm", { account: async () => undefined }));
  void [report.waiting, portal.url, box.nowMs + 1];
}
