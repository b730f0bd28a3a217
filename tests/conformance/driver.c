/*
 * A sandbox on a line: opened by the public header, steered on stdin, for judges in any language.
 *
 * usage: driver [--seed N] [--start-ms N] [--catalog FILE] [--serve]
 * in:   one command per line, its words separated by tabs; the commands are in `commands` below
 * out:  for each: "<ok or the error's reason> <number> <bytes>\n" and so many bytes: an answer's body, a text, or the error's message
 *       the first answer, before any command, is the address (--serve) or nothing
 */
#include <inttypes.h>
#include <purser_sandbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 20)
#define WORDS_MAX 8

static purser_sandbox *box;

static void say(const char *what, int64_t number, const char *text) {
  const size_t size = text != NULL ? strlen(text) : 0;
  printf("%s %" PRId64 " %zu\n", what, number, size);
  if (size > 0) fwrite(text, 1, size, stdout);
  fflush(stdout);
}

static void answer(purser_status status, int64_t number, const char *text, purser_error *error) {
  if (status == PURSER_OK)
    say("ok", number, text);
  else
    say(error->reason, status, error->message);
  purser_free(error);
}

static int64_t integer(const char *word) { return word != NULL ? strtoll(word, NULL, 10) : 0; }

static void request(char **words) {
  const char *body = NULL;
  purser_error *error = NULL;
  int32_t http_status = 0;
  const purser_status status = purser_sandbox_request(box, words[1], words[2], words[3], &http_status, &body, &error);
  answer(status, http_status, body, error);
  purser_free(body);
}

static void deliver(char **words) {
  purser_sandbox_delivery how = {PURSER_IN(purser_sandbox_delivery), .url = words[1]};
  purser_sandbox_report report = {0};
  purser_error *error = NULL;
  how.order = (int32_t)integer(words[2]);
  how.repeat = (int32_t)integer(words[3]);
  how.drop_percent = (int32_t)integer(words[4]);
  const purser_status status = purser_sandbox_deliver_with(box, NULL, &how, &report, &error);
  char text[160];
  snprintf(text, sizeof text, "{\"delivered\":%" PRId64 ",\"refused\":%" PRId64 ",\"dropped\":%" PRId64 ",\"waiting\":%" PRId64 "}",
           report.delivered, report.refused, report.dropped, report.waiting);
  answer(status, 0, text, error);
}

static void fail(char **words) {
  purser_sandbox_fault fault = {PURSER_IN(purser_sandbox_fault), .kind = (int32_t)integer(words[1]), .status = (int32_t)integer(words[2])};
  purser_error *error = NULL;
  fault.path = words[3];
  fault.count = (int32_t)integer(words[4]);
  const purser_status status = purser_sandbox_fail(box, &fault, &error);
  answer(status, 0, NULL, error);
}

static void rotate(char **words) {
  const char *secret = NULL;
  purser_error *error = NULL;
  (void)words;
  const purser_status status = purser_sandbox_rotate_secret(box, &secret, &error);
  answer(status, 0, secret, error);
  purser_free(secret);
}

static void connect_account(char **words) {
  const char *account = NULL;
  purser_error *error = NULL;
  (void)words;
  const purser_status status = purser_sandbox_connect(box, &account, &error);
  answer(status, 0, account, error);
  purser_free(account);
}

/* What a host's configuration is turned to. */
static void configured(int secret) {
  purser_config config = {PURSER_CONFIG};
  purser_error *error = NULL;
  const purser_status status = purser_sandbox_configure(box, &config, &error);
  answer(status, 0, status != PURSER_OK ? NULL : secret ? config.webhook_secrets[0] : config.secret_key, error);
}
static void key(char **words) {
  (void)words;
  configured(0);
}
static void secret(char **words) {
  (void)words;
  configured(1);
}

static void now(char **words) {
  (void)words;
  say("ok", purser_sandbox_now_ms(box), NULL);
}

#define STEP(name, call)               \
  static void name(char **words) {     \
    purser_error *error = NULL;        \
    const purser_status status = call; \
    answer(status, 0, NULL, error);    \
  }
STEP(pay, purser_sandbox_pay(box, words[1], &error))
STEP(decline, purser_sandbox_decline(box, words[1], &error))
STEP(abandon, purser_sandbox_abandon(box, words[1], &error))
STEP(cancel, purser_sandbox_cancel(box, words[1], (int32_t)integer(words[2]), &error))
STEP(resume, purser_sandbox_resume(box, words[1], &error))
STEP(swap, purser_sandbox_swap(box, words[1], words[2] != NULL && *words[2] != 0 ? words[2] : NULL, integer(words[3]), &error))
STEP(card, purser_sandbox_card(box, words[1], (int32_t)integer(words[2]), &error))
STEP(confirm, purser_sandbox_confirm(box, words[1], &error))
STEP(refund, purser_sandbox_refund(box, words[1], integer(words[2]), &error))
STEP(dispute, purser_sandbox_dispute(box, words[1], (int32_t)integer(words[2]), &error))
STEP(pause_it, purser_sandbox_pause(box, words[1], (int32_t)integer(words[2]), integer(words[3]), &error))
STEP(unpause, purser_sandbox_unpause(box, words[1], &error))
STEP(delete_customer, purser_sandbox_delete_customer(box, words[1], &error))
STEP(entitle, purser_sandbox_entitle(box, words[1], words[2], &error))
STEP(payout_end, purser_sandbox_payout_end(box, words[1], (int32_t)integer(words[2]), &error))
STEP(advance, purser_sandbox_advance(box, integer(words[1]), &error))
STEP(webhook_url, purser_sandbox_webhook_url(box, words[1], &error))

static const struct {
  const char *name;
  int words; /* that it needs after its name */
  void (*run)(char **words);
} commands[] = {
    {"request", 2, request}, /* METHOD PATH [FORM] */
    {"pay", 1, pay},         /* cs_… */
    {"decline", 1, decline},
    {"abandon", 1, abandon},
    {"cancel", 2, cancel}, /* sub_… 0|1 */
    {"resume", 1, resume},
    {"swap", 3, swap}, /* sub_… PRICE|"" QUANTITY|0 */
    {"card", 2, card}, /* cus_… PURSER_CARD_* */
    {"confirm", 1, confirm},
    {"refund", 2, refund},   /* PAYMENT AMOUNT|0 */
    {"dispute", 2, dispute}, /* PAYMENT PURSER_DISPUTE_* */
    {"pause", 3, pause_it},  /* sub_… PURSER_PAUSE_* RESUMES_AT_MS|0 */
    {"unpause", 1, unpause},
    {"delete_customer", 1, delete_customer},
    {"entitle", 2, entitle}, /* PRODUCT FEATURE */
    {"connect", 0, connect_account},
    {"payout_end", 2, payout_end}, /* po_… PURSER_PAYOUT_* */
    {"advance", 1, advance},       /* ms */
    {"now", 0, now},
    {"deliver", 1, deliver}, /* URL [ORDER] [REPEAT] [DROP] */
    {"webhook_url", 1, webhook_url},
    {"rotate", 0, rotate},
    {"key", 0, key},       /* the API key */
    {"secret", 0, secret}, /* that signs webhooks */
    {"fail", 2, fail},     /* KIND STATUS [PATH] [COUNT] */
};

/* Splits at tabs; missing words are NULL. */
static int split(char *line, char **words) {
  int count = 0;
  memset(words, 0, WORDS_MAX * sizeof *words);
  for (char *at = line; at != NULL && count < WORDS_MAX - 1;) {
    words[count++] = at;
    at = strchr(at, '\t');
    if (at != NULL) *at++ = 0;
  }
  return count;
}

static void obey(char *line) {
  char *words[WORDS_MAX];
  const int count = split(line, words);
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, words[0]) != 0) continue;
    if (count <= commands[i].words) break;
    commands[i].run(words);
    return;
  }
  say("no_such_command", 0, line);
}

static int open_box(int argc, char **argv, int *serve) {
  purser_sandbox_options options = {PURSER_IN(purser_sandbox_options), .seed = 1};
  purser_error *error = NULL;
  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    if (strcmp(argv[i], "--serve") == 0) {
      *serve = 1;
      continue;
    }
    if (value == NULL) return 0;
    if (strcmp(argv[i], "--seed") == 0) options.seed = strtoull(value, NULL, 10);
    if (strcmp(argv[i], "--start-ms") == 0) options.start_ms = integer(value);
    if (strcmp(argv[i], "--catalog") == 0) options.catalog = value;
    i++;
  }
  if (purser_sandbox_open_with(&options, &box, &error) == PURSER_OK) return 1;
  fprintf(stderr, "%s\n", error->message);
  purser_free(error);
  return 0;
}

int main(int argc, char **argv) {
  static char line[LINE_MAX_BYTES];
  int serve = 0;
  const char *url = NULL;
  purser_error *error = NULL;
  if (!open_box(argc, argv, &serve)) return 2;
  const purser_status status = serve ? purser_sandbox_serve(box, 0, &url, &error) : PURSER_OK;
  answer(status, 0, url, error);
  purser_free(url);
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    obey(line);
  }
  purser_sandbox_close(box);
  return 0;
}
