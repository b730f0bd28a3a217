/*
 * Purser's sandbox: a stateful stand-in for Stripe with a clock of its own. The same engine runs against Stripe or the sandbox, one line apart, and cannot tell.
 *
 *   purser_config config = { PURSER_CONFIG, .store = "sqlite:purser.db", .catalog = "catalog.json" };
 *   purser_sandbox_open(&config, &box, &error);      the one line that production does not have
 *   purser_open(&config, &p, &error);
 *
 * It keeps products, prices, customers, checkout sessions, subscriptions, invoices, payments and events; it answers the API as Stripe does, idempotency included; it signs its webhooks; it can reorder,
 * repeat, delay, drop and fail. In process through purser_config.http, and on loopback (purser_sandbox_serve) for Stripe's own SDKs and for a browser.
 * It refuses live keys. Nothing of it is random but by the seed: the same seed and the same calls give the same ids.
 *
 * Every function may be called from any thread; each call is one step. Errors are purser_error objects (purser_free). Texts in `const char *` inputs are NUL-terminated UTF-8.
 * STABILITY: version 0, unstable, as purser.h.
 */
#ifndef PURSER_SANDBOX_H
#define PURSER_SANDBOX_H

#include <purser.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct purser_sandbox purser_sandbox;

/** What becomes of a subscription when the last retry of a payment has failed. */
#define PURSER_DUNNING_CANCEL 0
#define PURSER_DUNNING_UNPAID 1
#define PURSER_DUNNING_PAST_DUE 2

/** How a sandbox starts. Zero where nothing is said. */
typedef struct purser_sandbox_options {
  size_t struct_size;       /**< set by PURSER_IN */
  const char *catalog;      /**< path of the catalog whose products and prices exist at "Stripe"; NULL = none but what the API makes */
  const char *catalog_text; /**< the same as a text, instead of the path */
  uint64_t seed;            /**< of all ids and shuffles; 0 = 1 */
  int64_t start_ms;         /**< where its clock starts, and stands still but for purser_sandbox_advance; unix milliseconds; 0 = the system's clock, plus what was advanced */
  int32_t dunning_days;     /**< from the first failed payment of a renewal to the last: it is tried again after 3/14, 6/14, 10/14 and all of them; 0 = 14 */
  int32_t dunning_end;      /**< PURSER_DUNNING_* */
  int32_t draft_minutes;    /**< how long a renewal's invoice stays a draft before it is finalized and paid: 60 at Stripe; 0 = it is paid when the period begins, so that what is due at a moment happens at that moment */
} purser_sandbox_options;

/** Makes a sandbox for a configuration, with the products and prices of config->catalog, and turns the configuration to it: mode, secret_key, webhook_secrets, connect_secrets and
 *  connect_accounts (all of its own), http and clock, and allowed_origins (`https://app.example.com`) where neither the configuration nor the environment names any. What it put there lives as long as the sandbox. */
PURSER_API purser_status purser_sandbox_open(purser_config *config, purser_sandbox **out, purser_error **error);
PURSER_API purser_status purser_sandbox_open_with(const purser_sandbox_options *options, purser_sandbox **out, purser_error **error);
/** Turns a configuration to this sandbox, as purser_sandbox_open does. */
PURSER_API purser_status purser_sandbox_configure(purser_sandbox *box, purser_config *config, purser_error **error);
/** Stops serving and frees. Close the engines that use it first. NULL is allowed. */
PURSER_API void purser_sandbox_close(purser_sandbox *box);

/* The buyer on the checkout page. `session` is cs_… ------------------------------------------------------------------ */

/** Pays with a good card: the session completes, subscription, invoice and payment come to be. CONFLICT where it is not open. */
PURSER_API purser_status purser_sandbox_pay(purser_sandbox *box, const char *session, purser_error **error);
/** Tries a card that is declined: the session stays open. */
PURSER_API purser_status purser_sandbox_decline(purser_sandbox *box, const char *session, purser_error **error);
/** Goes away for good: the session expires. */
PURSER_API purser_status purser_sandbox_abandon(purser_sandbox *box, const char *session, purser_error **error);

/* The customer in the portal. `subscription` is sub_…, `customer` cus_… ---------------------------------------------- */

/** Cancels now (0) or at the end of the period (1). */
PURSER_API purser_status purser_sandbox_cancel(purser_sandbox *box, const char *subscription, int32_t at_period_end, purser_error **error);
/** Takes a cancellation at the period's end back. */
PURSER_API purser_status purser_sandbox_resume(purser_sandbox *box, const char *subscription, purser_error **error);
/** Changes to another price (id or lookup key), prorated. quantity 0 = as it is; price NULL = only the quantity. */
PURSER_API purser_status purser_sandbox_swap(purser_sandbox *box, const char *subscription, const char *price, int64_t quantity, purser_error **error);
/** What the customer's card does from now on. */
#define PURSER_CARD_GOOD 0     /**< pays; a due invoice is paid at once */
#define PURSER_CARD_DECLINED 1 /**< every payment fails: past_due, retries, then cancelled */
#define PURSER_CARD_NONE 2     /**< no payment method */
#define PURSER_CARD_ACTION 3   /**< every payment waits for its holder (3-D Secure): purser_sandbox_confirm, or never */
PURSER_API purser_status purser_sandbox_card(purser_sandbox *box, const char *customer, int32_t card, purser_error **error);
/** The card's holder agrees to a payment that waits for that. `payment` is pi_…, in_…, sub_… (its newest invoice). CONFLICT where it waits for nobody. */
PURSER_API purser_status purser_sandbox_confirm(purser_sandbox *box, const char *payment, purser_error **error);

/* The host's people in the dashboard ---------------------------------------------------------------------------------- */

/** Gives money back. `payment` is ch_…, pi_…, in_…, cs_…, or sub_… (its newest payment). amount_minor 0 = all that is left. */
PURSER_API purser_status purser_sandbox_refund(purser_sandbox *box, const char *payment, int64_t amount_minor, purser_error **error);
/** What becomes of a dispute. */
#define PURSER_DISPUTE_OPENED 0 /**< the bank took the money: needs_response */
#define PURSER_DISPUTE_WON 1    /**< it came back */
#define PURSER_DISPUTE_LOST 2   /**< it is gone */
/** The cardholder's bank disputes a payment, or the dispute of it ends; WON and LOST open one first where there is none. `payment` as for a refund. CONFLICT where it has ended. */
PURSER_API purser_status purser_sandbox_dispute(purser_sandbox *box, const char *payment, int32_t outcome, purser_error **error);
/** What becomes of the invoices of a subscription whose collection is paused; its status stays `active`. */
#define PURSER_PAUSE_VOID 0
#define PURSER_PAUSE_KEEP_AS_DRAFT 1
#define PURSER_PAUSE_MARK_UNCOLLECTIBLE 2
/** Pauses the collection of payments. resumes_at_ms 0 = until purser_sandbox_unpause; else the clock resumes it then, unix milliseconds. */
PURSER_API purser_status purser_sandbox_pause(purser_sandbox *box, const char *subscription, int32_t behavior, int64_t resumes_at_ms, purser_error **error);
PURSER_API purser_status purser_sandbox_unpause(purser_sandbox *box, const char *subscription, purser_error **error);
/** Deletes a customer for good: its subscriptions are cancelled, its id bricks nothing but what names it. */
PURSER_API purser_status purser_sandbox_delete_customer(purser_sandbox *box, const char *customer, purser_error **error);
/** Puts a feature of Stripe's own entitlements on a product: whoever pays for it is entitled from now on. `product` is prod_…, or a price of it by its id or lookup key; `feature` is the
 *  feature's lookup key, and is made where there is none. */
PURSER_API purser_status purser_sandbox_entitle(purser_sandbox *box, const char *product, const char *feature, purser_error **error);
/** A connected account that can be paid. `*account` is acct_…, and freed with purser_free. Its events go to the endpoint `connect`. */
PURSER_API purser_status purser_sandbox_connect(purser_sandbox *box, const char **account, purser_error **error);
/** What the bank does with a payout. Untouched it arrives after two days. */
#define PURSER_PAYOUT_PAID 0
#define PURSER_PAYOUT_FAILED 1 /**< also one that was paid: the bank sent it back */
#define PURSER_PAYOUT_CANCELED 2
PURSER_API purser_status purser_sandbox_payout_end(purser_sandbox *box, const char *payout, int32_t outcome, purser_error **error);

/* Time ---------------------------------------------------------------------------------------------------------------- */

PURSER_API int64_t purser_sandbox_now_ms(purser_sandbox *box);
/** The API key that it takes (`sk_test_…`), for Stripe's own SDKs on loopback. Lives as long as the sandbox; NULL for NULL. */
PURSER_API const char *purser_sandbox_secret_key(purser_sandbox *box);
/** Lets time pass: renewals, trial ends, retries of failed payments, cancellations and expiries happen in their order, each at its own moment. */
PURSER_API purser_status purser_sandbox_advance(purser_sandbox *box, int64_t duration_ms, purser_error **error);

/* Webhooks: events wait in the sandbox until they are delivered ------------------------------------------------------- */

#define PURSER_ORDER_AS_CREATED 0
#define PURSER_ORDER_REVERSED 1
#define PURSER_ORDER_SHUFFLED 2

/** How the waiting events are delivered. Zero = each once, in order. */
typedef struct purser_sandbox_delivery {
  size_t struct_size;   /**< set by PURSER_IN */
  const char *url;      /**< POST to this loopback address instead of calling purser_webhook_receive */
  const char *only;     /**< only events of this type (`invoice.paid`, `invoice.*`) or with this id (evt_…), several separated by commas; others go on waiting. NULL = all */
  int32_t order;        /**< PURSER_ORDER_* */
  int32_t repeat;       /**< how often each is delivered; 0 = once */
  int32_t drop_percent; /**< so many of a hundred are lost for good, by the seed */
  int32_t unsigned_;    /**< 1 = with a signature that is wrong: for tests of the host */
  int64_t older_than_ms; /**< only events that have waited so long by the sandbox's clock: delay; 0 = all */
  const char *lose;        /**< events that are lost for good: a type (`invoice.paid`, `invoice.*`) or an id (evt_…), several separated by commas. NULL = none */
  int32_t hold_percent;    /**< so many of a hundred go on waiting, by the seed: they come with a later delivery */
  const char *api_version; /**< renders the events in this version's shapes, e.g. `2024-09-30.acacia`; several separated by commas = as many endpoints: each event comes once in each. NULL = as created */
  int32_t thin;            /**< 1 = as thin notifications (`v2.core.event`) that name the object; 2 = both */
  const char *connect_url; /**< with `url`: where the events of connected accounts go; NULL = they go on waiting */
} purser_sandbox_delivery;

/** What became of a delivery. An event whose answer is not 2xx goes on waiting. */
typedef struct purser_sandbox_report {
  int64_t delivered; /**< events answered 2xx */
  int64_t refused;   /**< events answered otherwise: they wait for the next delivery */
  int64_t dropped;   /**< events lost for good */
  int64_t requests;  /**< deliveries made, repetitions included */
  int64_t waiting;   /**< events that still wait */
} purser_sandbox_report;

/** All waiting events, signed, each once, in order, through purser_webhook_receive of `p`. UNAVAILABLE where one was not answered 2xx. */
PURSER_API purser_status purser_sandbox_deliver(purser_sandbox *box, purser_handle *p, purser_error **error);
/** The same with faults. `p` may be NULL where `url` is set; `report` may be NULL. PURSER_OK whatever the answers were. */
PURSER_API purser_status purser_sandbox_deliver_with(purser_sandbox *box, purser_handle *p, const purser_sandbox_delivery *how, purser_sandbox_report *report, purser_error **error);
/** A new signing secret; for the next 24 sandbox hours events carry signatures of both. The text is freed with purser_free. */
PURSER_API purser_status purser_sandbox_rotate_secret(purser_sandbox *box, const char **secret, purser_error **error);
/** An event that was delivered or lost waits again, under its own id, as when it is resent in the dashboard. NOT_FOUND where it is older than what is kept (30 days). */
PURSER_API purser_status purser_sandbox_resend(purser_sandbox *box, const char *event, purser_error **error);
/** An event of any type about an object as it is now: what Stripe sends seldom, or, as `transfer.paid` and `transfer.failed`, no more. */
PURSER_API purser_status purser_sandbox_send(purser_sandbox *box, const char *type, const char *object, purser_error **error);

/* The API ------------------------------------------------------------------------------------------------------------- */

#define PURSER_FAULT_STATUS 1   /**< answers `status` without any effect; a 5xx is replayed for the same idempotency key, as Stripe does */
#define PURSER_FAULT_LOST 2     /**< has its effect; the answer is lost on the way */
#define PURSER_FAULT_NOT_SENT 3 /**< the request never arrives */

/** What the next requests meet. */
typedef struct purser_sandbox_fault {
  size_t struct_size; /**< set by PURSER_IN */
  const char *path;   /**< only requests whose path starts so, e.g. `/v1/checkout/sessions`; NULL = all */
  const char *method; /**< only this method; NULL = all */
  int32_t kind;       /**< PURSER_FAULT_* */
  int32_t status;     /**< for PURSER_FAULT_STATUS, e.g. 500, 429, 409 */
  int32_t after;      /**< so many matching requests pass first */
  int32_t count;      /**< how many meet it; 0 = 1; -1 = all from then on; kind 0 = forget all faults */
} purser_sandbox_fault;
PURSER_API purser_status purser_sandbox_fail(purser_sandbox *box, const purser_sandbox_fault *fault, purser_error **error);

/** One request as the holder of the API key: `GET /v1/subscriptions/sub_…`; in the name of a connected account `acct_…/v1/payouts`. `form` is form-encoded and may be NULL. The answer's body, freed with purser_free; *status is its HTTP status. */
PURSER_API purser_status purser_sandbox_request(purser_sandbox *box, const char *method, const char *path, const char *form, int32_t *status, const char **body, purser_error **error);
/** Serves the API, the checkout page and the portal on 127.0.0.1. port 0 = any free one. Sessions that are created from then on have URLs there. `*url` (may be NULL) is e.g. `http://127.0.0.1:12111`, and freed with purser_free. */
PURSER_API purser_status purser_sandbox_serve(purser_sandbox *box, int32_t port, const char **url, purser_error **error);
/** Where its pages deliver the events that they cause, before they lead the buyer back, as Stripe does; NULL = nowhere, they wait. */
PURSER_API purser_status purser_sandbox_webhook_url(purser_sandbox *box, const char *url, purser_error **error);

#ifdef __cplusplus
}
#endif
#endif
