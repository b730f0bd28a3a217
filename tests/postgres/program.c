/* Buys, closes, opens again: the tier is in the store.  test_postgres_program STORE CATALOG */
#include <purser.h>
#include <purser_sandbox.h>
#include <stdio.h>

#define TRY(call) \
  if ((call) != PURSER_OK) goto failed

int main(int count, char **words) {
  purser_config config = {PURSER_CONFIG, .store = count > 1 ? words[1] : "", .catalog = count > 2 ? words[2] : ""};
  purser_sandbox *box = NULL;
  purser_handle *p = NULL;
  purser_error *e = NULL;
  const purser_checkout_create_out *buy = NULL;
  int result = 1;

  TRY(purser_sandbox_open(&config, &box, &e));
  TRY(purser_open(&config, &p, &e));
  TRY(purser_checkout_create(
      p,
      &(purser_checkout_create_in){PURSER_IN(purser_checkout_create_in), .account = "acct_42", .email = "ann@example.com",
                                   .tier = "ultralead", .interval = PURSER_MONTH, .success_url = "https://app.example.com/welcome",
                                   .cancel_url = "https://app.example.com/pricing"},
      &buy, &e));
  TRY(purser_sandbox_pay(box, buy->session_id, &e));
  TRY(purser_sandbox_deliver(box, p, &e));
  printf("after: %d\n", (int)purser_check(p, "acct_42", "crm"));
  purser_close(p);
  p = NULL;
  TRY(purser_open(&config, &p, &e));
  printf("again: %d\n", (int)purser_check(p, "acct_42", "crm"));
  result = 0;

failed:
  if (e) fprintf(stderr, "%s: %s\n", e->reason, e->message);
  purser_free(buy);
  purser_free(e);
  purser_close(p);
  purser_sandbox_close(box);
  return result;
}
