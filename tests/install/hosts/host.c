/* A C99 host: opens a store, verifies a delivery, replays a history, asks for access. Run by consumers.py:
 * host CATALOG EVENTS BODY HEADER SECRET NOW_MS */
#include <inttypes.h>
#include <purser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t now_ms;
static int64_t read_now(void *context) { return context ? *(int64_t *)context : 0; }

static void require(int condition, const char *what, const purser_error *error) {
  if (condition) return;
  fprintf(stderr, "host: %s: %s (%s)\n", what, error ? error->message : "no error object", error ? error->reason : "-");
  exit(1);
}

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(1 << 20);
  require(file != NULL && bytes != NULL, path, NULL);
  *size = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static void verify(const char *path, const char *header, const char *secret) {
  const purser_webhook_verify_out *out = NULL;
  purser_error *error = NULL;
  size_t size = 0;
  char *body = read_file(path, &size);
  purser_webhook_verify_in in = {PURSER_IN(purser_webhook_verify_in), .body = body, .body_size = size, .signature = header,
                                 .now_ms = now_ms};
  in.secrets = &secret;
  in.secrets_count = 1;
  require(purser_webhook_verify(&in, &out, &error) == PURSER_OK && out->accepted == 1, "verify", error);
  purser_free(out);
  body[size / 2] ^= 1;
  require(purser_webhook_verify(&in, &out, &error) == PURSER_OK && out->accepted == 0, "verify of a changed body", error);
  purser_free(out);
  free(body);
}

static void replay(purser *p, const char *path) {
  const purser_event_replay_out *out = NULL;
  purser_error *error = NULL;
  size_t size = 0;
  char *documents = read_file(path, &size);
  purser_event_replay_in in = {PURSER_IN(purser_event_replay_in), .documents = documents, .documents_size = size, .totals = 1};
  require(purser_event_replay(p, &in, &out, &error) == PURSER_OK, "replay", error);
  require(out->grants == 1, "replay made no grant", NULL);
  purser_free(out);
  free(documents);
}

int main(int count, char **arguments) {
  purser *p = NULL;
  purser_error *error = NULL;
  purser_clock clock = {PURSER_IN(purser_clock), .now_ms = read_now, .context = &now_ms};
  purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .mode = "offline", .clock = &clock};
  if (count != 7) return 2;
  now_ms = strtoll(arguments[6], NULL, 10);
  require(strcmp(purser_version(), PURSER_VERSION) == 0, "header and library differ", NULL);
  verify(arguments[3], arguments[4], arguments[5]);

  config.catalog = arguments[1];
  require(purser_open(&config, &p, &error) == PURSER_OK, "open", error);
  require(purser_check(p, "acct_host", "leads") == 0, "access before the purchase", NULL);
  replay(p, arguments[2]);
  require(purser_check(p, "acct_host", "leads") == 1, "access after the purchase", NULL);
  require(strcmp(purser_tier(p, "acct_host", "leadsite-ai"), "pro") == 0, "tier", NULL);
  require(purser_close(p) == PURSER_OK, "close", NULL);
  printf("C host: purser %s, access decided\n", purser_version());
  return 0;
}
