/* How parity.c prints: one line per case, values as compact JSON. C99. */
#ifndef PARITY_PRINT_H
#define PARITY_PRINT_H
#include <inttypes.h>
#include <purser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPEATED_MAX 64
static char *repeated_texts[REPEATED_MAX];
static size_t repeated_count;

/* `text`, so many times; valid until free_repeated. */
static inline const char *repeated(const char *text, size_t times) {
  const size_t size = strlen(text);
  char *made = malloc(size * times + 1);
  if (!made || repeated_count == REPEATED_MAX) abort();
  for (size_t i = 0; i < times; i++) memcpy(made + i * size, text, size);
  made[size * times] = 0;
  return repeated_texts[repeated_count++] = made;
}

static inline void free_repeated(void) {
  while (repeated_count) free(repeated_texts[--repeated_count]);
}

static inline void put_character(unsigned char c) {
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *found = c ? strchr(from, c) : NULL;
  if (found)
    printf("\\%c", to[found - from]);
  else if (c < 32)
    printf("\\u%04x", c);
  else
    putchar(c);
}

static inline void put_sized(const char *text, size_t size) {
  putchar('"');
  for (size_t i = 0; i < size; i++) put_character((unsigned char)text[i]);
  putchar('"');
}

static inline void put_text(const char *text) { put_sized(text, strlen(text)); }
static inline void put_text_or_null(const char *text) {
  if (text)
    put_text(text);
  else
    printf("null");
}
static inline void put_integer(int64_t value) { printf("%" PRId64, value); }
static inline void put_flag(int32_t value) { printf(value ? "true" : "false"); }

static inline void put_texts(const purser_text_list *list) {
  putchar('[');
  for (size_t i = 0; i < purser_text_list_count(list); i++) {
    if (i) putchar(',');
    put_text(purser_text_list_at(list, i));
  }
  putchar(']');
}

static inline void put_value(const purser_value *value) {
  switch (value->type) {
    case PURSER_VALUE_INTEGER: put_integer(value->integer); break;
    case PURSER_VALUE_REAL: printf("%.17g", value->real); break;
    case PURSER_VALUE_TEXT: put_sized(value->text, value->size); break;
    case PURSER_VALUE_BLOB:
      printf("{\"hex\":\"");
      for (size_t i = 0; i < value->size; i++) printf("%02x", (unsigned char)value->text[i]);
      printf("\"}");
      break;
    default: printf("null");
  }
}

static inline void put_rows(const purser_query_out *answer) {
  putchar('[');
  for (size_t row = 0; row < (size_t)answer->row_count; row++) {
    printf(row ? ",[" : "[");
    for (size_t column = 0; column < purser_text_list_count(answer->columns); column++) {
      if (column) putchar(',');
      put_value(purser_query_value(answer, row, column));
    }
    putchar(']');
  }
  putchar(']');
}

static inline void begin(const char *name, const char *reason) { printf("%s\t%s", name, reason); }
static inline void field(const char *path) { printf("\t%s=", path); }
static inline void end(void) { putchar('\n'); }

static inline void failed(const char *name, const purser_error *error) {
  begin(name, error->reason);
  field("code");
  put_text(purser_status_name(error->status));
  field("parameter");
  put_text(error->parameter);
  field("message");
  put_text(error->message);
}

#endif
