#include "src/guard.hpp"

void purser_free(const void *output) { purser::capi::free_block(output); }
const char *purser_version(void) { return PURSER_VERSION; }

size_t purser_text_list_count(const purser_text_list *list) { return list ? list->items.size() : 0; }
const char *purser_text_list_at(const purser_text_list *list, size_t index) {
  return list && index < list->items.size() ? list->items[index] : nullptr;
}

#include "generated/accessors.inc"
