// Compiles. What a host writes, with every type as it should be.
import defaultExport, { LogLevel, ManualClock, Purser, PurserError, type AccountView, type Receipt } from "purser";

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
