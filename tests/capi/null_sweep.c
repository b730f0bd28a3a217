/* NULL and zero in every place of every function: an error, never a crash. C99, as a plain C host compiles it. */
#include <purser.h>
#include <stdio.h>
#include <string.h>

static int failed = 0;
static int calls = 0;

static void sweep_true(const char *where, int fact) {
  calls++;
  if (fact) return;
  failed++;
  printf("FAILED %s\n", where);
}

static void sweep_invalid(const char *where, purser_status status, purser_error *error, const char *parameter) {
  sweep_true(where, status == PURSER_INVALID && error != NULL && error->status == PURSER_INVALID && error->message[0] != '\0' &&
                        error->reason[0] != '\0' && (parameter == NULL || strcmp(error->parameter, parameter) == 0));
  if (error != NULL && parameter != NULL && strcmp(error->parameter, parameter) != 0)
    printf("  parameter %s, message %s\n", error->parameter, error->message);
  purser_free(error);
}

static void sweep_any(const char *where, purser_status status, purser_error *error) {
  sweep_true(where, status >= PURSER_OK && status <= PURSER_INTERNAL);
  purser_free(error);
}

#include "generated/null_sweep.inc"

static void ignore(void *context, purser_status status, const void *out, purser_error *error) {
  (void)context;
  (void)status;
  purser_free(out);
  purser_free(error);
}

/* The functions that are no verbs. Their number is SWEEP_BY_HAND. */
static int sweep_by_hand(purser *p) {
  int functions = 0;
  purser *made = (purser *)1;
  purser_error *error = NULL;
  purser_status status;
  purser_config config;
  purser_call call;
  const char *text = NULL;
  int64_t count = 3;
  memset(&config, 0, sizeof config);
  memset(&call, 0, sizeof call);

  purser_free(NULL);
  functions++;
  sweep_true("purser_version", strcmp(purser_version(), PURSER_VERSION) == 0);
  functions++;
  status = purser_open(NULL, &made, &error);
  sweep_invalid("purser_open: no config", status, error, "in");
  sweep_true("purser_open: out", made == NULL);
  status = purser_open(&config, &made, &error);
  sweep_invalid("purser_open: struct_size 0", status, error, "struct_size");
  config.struct_size = sizeof config;
  status = purser_open(&config, &made, &error);
  sweep_invalid("purser_open: no store", status, error, "store");
  config.store = "sqlite::memory:";
  status = purser_open(&config, NULL, &error);
  sweep_invalid("purser_open: no out", status, error, "out");
  sweep_any("purser_open: nothing", purser_open(NULL, NULL, NULL), NULL);
  functions++;
  sweep_true("purser_close", purser_close(NULL) == PURSER_OK);
  functions++;
  call.struct_size = sizeof call;
  status = purser_submit(NULL, &call, NULL, &error);
  sweep_invalid("purser_submit: no handle", status, error, "p");
  status = purser_submit(p, NULL, NULL, &error);
  sweep_invalid("purser_submit: no call", status, error, "in");
  status = purser_submit(p, &call, NULL, &error);
  sweep_invalid("purser_submit: no input", status, error, "in");
  call.in = &call;
  status = purser_submit(p, &call, NULL, &error);
  sweep_invalid("purser_submit: no done", status, error, "done");
  call.done = ignore;
  status = purser_submit(p, &call, NULL, &error);
  sweep_invalid("purser_submit: no verb", status, error, "verb");
  sweep_any("purser_submit: nothing", purser_submit(NULL, NULL, NULL, NULL), NULL);
  functions++;
  sweep_true("purser_cancel: no handle", purser_cancel(NULL, 1) == PURSER_INVALID);
  sweep_true("purser_cancel: 0", purser_cancel(p, 0) == PURSER_NOT_FOUND);
  functions++;
  status = purser_run_due(NULL, 0, &count, &error);
  sweep_invalid("purser_run_due: no handle", status, error, "p");
  sweep_true("purser_run_due: count", count == 0);
  sweep_any("purser_run_due: nothing", purser_run_due(NULL, 0, NULL, NULL), NULL);
  functions++;
  sweep_true("purser_check", purser_check(NULL, "a", "b") == 0 && purser_check(p, NULL, "b") == 0 && purser_check(p, "a", NULL) == 0 &&
                                 purser_check(p, "", "") == 0);
  functions++;
  sweep_true("purser_tier",
             !purser_tier(NULL, "a", "b") && !purser_tier(p, NULL, "b") && !purser_tier(p, "a", NULL) && !purser_tier(p, "", ""));
  functions++;
  sweep_true("purser_query_value", purser_query_value(NULL, 0, 0) == NULL);
  functions++;
  sweep_any("purser_http_respond", purser_http_respond(NULL, NULL, NULL), NULL);
  status = purser_http_respond(NULL, NULL, &error);
  sweep_invalid("purser_http_respond: no token", status, error, "token");
  functions++;
  sweep_any("purser_http_fail", purser_http_fail(NULL, 0, NULL, NULL), NULL);
  status = purser_http_fail(NULL, 99, NULL, &error);
  sweep_invalid("purser_http_fail: no token", status, error, "token");
  functions++;
  sweep_true("purser_error_make: OK is no error", purser_error_make(PURSER_OK, NULL, NULL, NULL) == NULL);
  error = purser_error_make(PURSER_BUSY, NULL, NULL, NULL);
  sweep_true("purser_error_make", error != NULL && error->status == PURSER_BUSY && error->reason[0] == 0 && error->parameter[0] == 0);
  purser_free(error);
  functions++;
  sweep_true("purser_text_make: NULL with a size", purser_text_make(NULL, 1) == NULL);
  text = purser_text_make(NULL, 0);
  sweep_true("purser_text_make", text != NULL && text[0] == 0);
  purser_free(text);
  functions++;
  return functions;
}

int main(void) {
  purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .mode = "offline"};
  purser_error *error = NULL;
  purser *p = NULL;
  if (purser_open(&config, &p, &error) != PURSER_OK) {
    printf("purser_open: %s\n", error->message);
    return 1;
  }
  sweep_verbs(p);
  sweep_accessors();
  sweep_true("every function of the surface is swept", sweep_by_hand(p) == SWEEP_BY_HAND);
  sweep_true("the handle still works", purser_close(p) == PURSER_OK);
  printf("%d calls, %d failed\n", calls, failed);
  return failed == 0 && calls > 100 ? 0 : 1;
}
