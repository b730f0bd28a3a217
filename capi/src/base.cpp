#include "src/guard.hpp"

void purser_free(const void *output) { purser::capi::free_block(output); }
const char *purser_version(void) { return PURSER_VERSION; }

purser_error *purser_error_make(purser_status status, const char *reason, const char *message, const char *parameter) {
  if (status == PURSER_OK) return nullptr;
  const auto text = [](const char *given) { return std::string(given ? given : ""); };
  try {
    return purser::capi::give_error({static_cast<purser::Status>(status), text(reason), text(message), text(parameter), {}, 0});
  } catch (...) { return purser::capi::ended_by_exception().error; }
}

const char *purser_text_make(const void *bytes, size_t size) {
  if (!bytes && size > 0) return nullptr;
  return purser::capi::give_text({static_cast<const char *>(bytes), size});
}

size_t purser_text_list_count(const purser_text_list *list) { return list ? list->items.size() : 0; }
const char *purser_text_list_at(const purser_text_list *list, size_t index) {
  return list && index < list->items.size() ? list->items[index] : nullptr;
}

#include "generated/accessors.inc"
