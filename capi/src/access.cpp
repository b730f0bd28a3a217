// The hot verbs: no lock, no allocation, no error object.
#include <cstring>

#include "src/guard.hpp"

namespace {

constexpr std::size_t name_max_bytes = 200;

/// An id or key is 1 to 200 bytes; anything else names nothing.
bool read_name(const char *text, std::string_view &name) {
  if (!text) return false;
  name = std::string_view(text, strnlen(text, name_max_bytes + 1));
  return !name.empty() && name.size() <= name_max_bytes;
}

bool usable(const purser_handle *p) { return p && p->runtime.same_process(); }

}  // namespace

int purser_check(purser_handle *p, const char *account, const char *feature) {
  std::string_view whose, what;
  if (!usable(p) || !read_name(account, whose) || !read_name(feature, what)) return 0;
  return p->runtime.engine().check(whose, what) == 1 ? 1 : 0;
}

const char *purser_tier(purser_handle *p, const char *account, const char *product) {
  std::string_view whose, what;
  if (!usable(p) || !read_name(account, whose) || !read_name(product, what)) return nullptr;
  return p->runtime.engine().tier(whose, what);
}
