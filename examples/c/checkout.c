/* A checkout from the click to the access, against the sandbox: no Stripe account is needed.
 *   checkout_c catalog.json */
#include <purser.h>
#include <purser_sandbox.h>
#include <stdio.h>

#define TRY(call) \
  if ((call) != PURSER_OK) goto failed

static const char *yes_or_no(int32_t held) { return held ? "yes" : "no"; }

static void print_changes(const purser_change_next_out *news) {
  size_t i;
  for (i = 0; i < purser_change_list_count(news->changes); i++) {
    const purser_change *change = purser_change_list_at(news->changes, i);
    printf("%s: %s %s -> %s\n", change->account, change->product, change->tier_before, change->tier);
  }
}

int main(int count, char **words) {
  purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .catalog = count > 1 ? words[1] : "catalog.json"};
  purser_sandbox *box = NULL;
  purser_handle *p = NULL;
  purser_error *e = NULL;
  const purser_checkout_create_out *buy = NULL;
  const purser_change_next_out *news = NULL;
  int result = 1;

  TRY(purser_sandbox_open(&config, &box, &e)); /* the one line that production does not have */
  TRY(purser_open(&config, &p, &e));
  printf("before: %s\n", yes_or_no(purser_check(p, "acct_42", "crm")));

  TRY(purser_checkout_create(
      p,
      &(purser_checkout_create_in){PURSER_IN(purser_checkout_create_in), .account = "acct_42", .email = "ann@example.com",
                                   /* a product key names its only paid tier */ .tier = "ultralead", .interval = PURSER_MONTH,
                                   .success_url = "https://app.example.com/welcome", .cancel_url = "https://app.example.com/pricing"},
      &buy, &e));
  printf("mode: %s\n", buy->mode);
  TRY(purser_sandbox_pay(box, buy->session_id, &e)); /* the buyer on the page at buy->url */
  TRY(purser_sandbox_deliver(box, p, &e));           /* signed webhooks, through purser_webhook_receive */
  printf("after: %s\n", yes_or_no(purser_check(p, "acct_42", "crm")));

  /* How the host's own users table learns. */
  TRY(purser_change_next(p, &(purser_change_next_in){PURSER_IN(purser_change_next_in), .consumer = "users-table"}, &news, &e));
  print_changes(news);
  result = 0;

failed:
  if (e) fprintf(stderr, "%s: %s\n", e->reason, e->message);
  purser_free(news);
  purser_free(buy);
  purser_free(e);
  purser_close(p);
  purser_sandbox_close(box);
  return result;
}
