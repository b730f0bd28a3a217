/* Replays history.jsonl one observation at a time and prints, after each, what acct_42 holds at that moment.
 *   demo_c catalog.json history.jsonl */
#include <inttypes.h>
#include <purser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1 << 16 };

static int64_t clock_ms; /* the history's own time */

static int64_t now_ms(void *context) {
  (void)context;
  return clock_ms;
}

/* By address: the call that sets the error and this argument are evaluated in any order. */
static void or_exit(purser_status status, purser_error **error) {
  if (status == PURSER_OK) return;
  fprintf(stderr, "%s\n", *error ? (*error)->message : purser_status_name(status));
  exit(1);
}

/* The first number of a line is its moment in unix seconds. Time never runs back, also where a document is late. */
static void advance(const char *line) {
  const int64_t ms = (int64_t)strtoll(line + strcspn(line, "0123456789"), NULL, 10) * 1000;
  if (ms > clock_ms) clock_ms = ms;
}

static const char *outcome_of(const purser_event_replay_out *report) {
  size_t i;
  for (i = 0; i < purser_outcome_count_list_count(report->outcomes); i++) {
    const purser_outcome_count *one = purser_outcome_count_list_at(report->outcomes, i);
    if (one->count > 0) return one->outcome;
  }
  return "none";
}

static void print_account(purser_handle *p) {
  const purser_account_read_out *view;
  purser_error *error;
  size_t i;
  or_exit(purser_account_read(p, &(purser_account_read_in){PURSER_IN(purser_account_read_in), .account = "acct_42"}, &view, &error),
          &error);
  for (i = 0; i < purser_tier_held_list_count(view->tiers); i++) {
    const purser_tier_held *held = purser_tier_held_list_at(view->tiers, i);
    printf("%s%s/%s", i ? " " : "", held->product, held->tier);
  }
  printf("\t%s", purser_check(p, "acct_42", "leads") ? "yes" : "no");
  for (i = 0; i < purser_limit_held_list_count(view->limits); i++) {
    const purser_limit_held *held = purser_limit_held_list_at(view->limits, i);
    if (strcmp(held->meter, "pool_emails") == 0) printf("\t%" PRId64, held->limit);
  }
  printf("\t%.12s\n", view->state_hash);
  purser_free(view);
}

static void take(purser_handle *p, const char *line, int step) {
  const purser_event_replay_in in = {PURSER_IN(purser_event_replay_in), .documents = line, .documents_size = strlen(line)};
  const purser_event_replay_out *report;
  purser_error *error;
  advance(line);
  or_exit(purser_event_replay(p, &in, &report, &error), &error);
  printf("%d\t%s\t", step, outcome_of(report));
  purser_free(report);
  print_account(p);
}

int main(int count, char **words) {
  const purser_clock clock = {PURSER_IN(purser_clock), .now_ms = now_ms};
  const purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .mode = "offline", .catalog = count > 1 ? words[1] : NULL,
                                .clock = &clock};
  static char line[LINE_MAX_BYTES];
  purser_handle *p;
  purser_error *error;
  int step = 0;
  FILE *history = count == 3 ? fopen(words[2], "r") : NULL;
  if (!history) {
    fprintf(stderr, "usage: demo_c CATALOG HISTORY\n");
    return 2;
  }
  or_exit(purser_open(&config, &p, &error), &error);
  while (fgets(line, sizeof line, history)) take(p, line, ++step);
  fclose(history);
  purser_close(p);
  return 0;
}
