/* purser_sandbox.h in C99, -pedantic-errors: it compiles, a sandbox lives, and no function falls over NULL. */
#define _POSIX_C_SOURCE 200809L
#include <purser_sandbox.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int wrong;

static void expect(int fine, const char *what) {
  if (fine) return;
  fprintf(stderr, "wrong: %s\n", what);
  ++wrong;
}

/* Refused, with an error object that says which argument is missing. */
static void refused(purser_status status, purser_error **error, const char *what) {
  expect(status == PURSER_INVALID && *error != NULL && (*error)->message[0] != 0, what);
  purser_free(*error);
  *error = NULL;
}

static void nulls(purser_sandbox *box) {
  purser_error *error = NULL;
  const char *text = NULL;
  const purser_sandbox_delivery how = {PURSER_IN(purser_sandbox_delivery)};
  refused(purser_sandbox_open(NULL, NULL, &error), &error, "open");
  refused(purser_sandbox_open_with(NULL, NULL, &error), &error, "open_with");
  refused(purser_sandbox_configure(NULL, NULL, &error), &error, "configure");
  refused(purser_sandbox_configure(box, NULL, &error), &error, "configure without a configuration");
  refused(purser_sandbox_pay(NULL, "cs_1", &error), &error, "pay");
  refused(purser_sandbox_pay(box, NULL, &error), &error, "pay without a session");
  refused(purser_sandbox_decline(box, NULL, &error), &error, "decline");
  refused(purser_sandbox_abandon(box, NULL, &error), &error, "abandon");
  refused(purser_sandbox_cancel(box, NULL, 0, &error), &error, "cancel");
  refused(purser_sandbox_resume(box, NULL, &error), &error, "resume");
  refused(purser_sandbox_swap(box, NULL, NULL, 0, &error), &error, "swap");
  refused(purser_sandbox_swap(box, "sub_1", NULL, -1, &error), &error, "swap to a quantity below zero");
  refused(purser_sandbox_card(box, NULL, 0, &error), &error, "card");
  refused(purser_sandbox_card(box, "cus_1", 7, &error), &error, "card of no kind");
  refused(purser_sandbox_confirm(box, NULL, &error), &error, "confirm");
  refused(purser_sandbox_refund(box, NULL, 0, &error), &error, "refund");
  refused(purser_sandbox_refund(box, "ch_1", -1, &error), &error, "refund of less than nothing");
  refused(purser_sandbox_dispute(box, NULL, 0, &error), &error, "dispute");
  refused(purser_sandbox_dispute(box, "ch_1", 7, &error), &error, "dispute with no such outcome");
  refused(purser_sandbox_pause(box, NULL, 0, 0, &error), &error, "pause");
  refused(purser_sandbox_pause(box, "sub_1", 7, 0, &error), &error, "pause with no such behavior");
  refused(purser_sandbox_unpause(box, NULL, &error), &error, "unpause");
  refused(purser_sandbox_delete_customer(box, NULL, &error), &error, "delete_customer");
  refused(purser_sandbox_entitle(box, NULL, "f", &error), &error, "entitle without a product");
  refused(purser_sandbox_entitle(box, "prod_1", NULL, &error), &error, "entitle without a feature");
  refused(purser_sandbox_connect(NULL, &text, &error), &error, "connect");
  refused(purser_sandbox_payout_end(box, NULL, 0, &error), &error, "payout_end");
  refused(purser_sandbox_payout_end(box, "po_1", 7, &error), &error, "payout_end with no such outcome");
  refused(purser_sandbox_resend(box, NULL, &error), &error, "resend");
  refused(purser_sandbox_send(box, NULL, "tr_1", &error), &error, "send without a type");
  refused(purser_sandbox_send(box, "transfer.paid", NULL, &error), &error, "send about nothing");
  refused(purser_sandbox_advance(NULL, 1, &error), &error, "advance");
  refused(purser_sandbox_advance(box, -1, &error), &error, "advance backwards");
  refused(purser_sandbox_deliver(box, NULL, &error), &error, "deliver to nobody");
  refused(purser_sandbox_deliver_with(box, NULL, NULL, NULL, &error), &error, "deliver without how");
  refused(purser_sandbox_deliver_with(box, NULL, &how, NULL, &error), &error, "deliver to nobody, with how");
  refused(purser_sandbox_rotate_secret(NULL, &text, &error), &error, "rotate");
  refused(purser_sandbox_fail(box, NULL, &error), &error, "fail");
  refused(purser_sandbox_request(box, NULL, "/v1/events", NULL, NULL, NULL, &error), &error, "request without a method");
  refused(purser_sandbox_request(box, "GET", NULL, NULL, NULL, NULL, &error), &error, "request without a path");
  refused(purser_sandbox_serve(NULL, 0, &text, &error), &error, "serve");
  refused(purser_sandbox_serve(box, -1, &text, &error), &error, "serve on no port");
  refused(purser_sandbox_webhook_url(NULL, NULL, &error), &error, "webhook_url");
  expect(purser_sandbox_now_ms(NULL) == 0, "now of nothing");
  expect(purser_sandbox_secret_key(NULL) == NULL, "key of nothing");
  expect(purser_sandbox_pay(box, NULL, NULL) == PURSER_INVALID, "an error that nobody takes");
  purser_sandbox_close(NULL);
}

static void sizes(void) {
  purser_sandbox *box = NULL;
  purser_error *error = NULL;
  struct {
    purser_sandbox_options options;
    int64_t newer;
  } grown;
  memset(&grown, 0, sizeof grown);
  grown.options.struct_size = 1;
  refused(purser_sandbox_open_with(&grown.options, &box, &error), &error, "a struct_size that cannot be");
  grown.options.struct_size = sizeof grown;
  expect(purser_sandbox_open_with(&grown.options, &box, NULL) == PURSER_OK, "a newer host that says nothing new");
  purser_sandbox_close(box);
  grown.newer = 1;
  expect(purser_sandbox_open_with(&grown.options, &box, NULL) == PURSER_UNSUPPORTED, "a newer host that says something new");
}

/* A served sandbox has threads that a forked child has not: it is dead there, and closing it is harmless. */
static void forked(purser_sandbox *box) {
  int status = -1;
  pid_t child;
  expect(purser_sandbox_serve(box, 0, NULL, NULL) == PURSER_OK, "serve");
  child = fork();
  if (child == 0) {
    const int refused_here = purser_sandbox_advance(box, 1000, NULL) == PURSER_FORKED && purser_sandbox_now_ms(box) == 0;
    purser_sandbox_close(box);
    _exit(refused_here ? 0 : 1);
  }
  expect(child > 0 && waitpid(child, &status, 0) == child && status == 0, "a forked child closes it");
  expect(purser_sandbox_advance(box, 1000, NULL) == PURSER_OK, "the parent's lives on");
}

int main(void) {
  const purser_sandbox_options options = {PURSER_IN(purser_sandbox_options), .seed = 7, .start_ms = 1767225600000};
  purser_sandbox *box = NULL;
  const char *body = NULL;
  int32_t status = 0;
  expect(purser_sandbox_open_with(&options, &box, NULL) == PURSER_OK, "open");
  expect(purser_sandbox_now_ms(box) == 1767225600000, "now");
  expect(purser_sandbox_advance(box, 1000, NULL) == PURSER_OK && purser_sandbox_now_ms(box) == 1767225601000, "advance");
  expect(purser_sandbox_request(box, "POST", "/v1/customers", "name=Ann", &status, &body, NULL) == PURSER_OK && status == 200, "request");
  expect(body != NULL && strstr(body, "\"name\":\"Ann\"") != NULL, "its answer");
  purser_free(body);
  nulls(box);
  sizes();
  forked(box);
  purser_sandbox_close(box);
  if (wrong == 0) puts("fine");
  return wrong;
}
