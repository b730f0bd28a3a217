// check and tier: asked on every request of the host, so there is no object, no allocation and no error here. Each store has its own two
// functions that know it: there is no receiver to look up, and `const { check } = purser` works.
#include <array>

#include "failure.hpp"
#include "store.hpp"
#include "text.hpp"

namespace purser_node {
namespace {

constexpr std::size_t units_max = 256;  // an account id has at most 200 bytes, so what does not fit is unknown

/// A string argument on the stack. UTF-16 is what V8 copies fastest.
class HotText {
 public:
  bool read(napi_env env, napi_value value) {
    std::array<char16_t, units_max> wide;
    std::size_t length = 0;
    if (napi_get_value_string_utf16(env, value, wide.data(), wide.size(), &length) != napi_ok) return false;
    return length < units_max - 1 && to_utf8(wide.data(), length, text_.data());
  }
  const char *get() const { return text_.data(); }

 private:
  std::array<char, 3 * units_max> text_;
};

struct Question {
  Question(napi_env env, napi_callback_info info) {
    std::array<napi_value, 2> arguments;
    std::size_t count = 2;
    void *data = nullptr;
    if (napi_get_cb_info(env, info, &count, arguments.data(), nullptr, &data) != napi_ok) return;
    handle = static_cast<const Store *>(data)->live();
    if (handle && !(account.read(env, arguments[0]) && about.read(env, arguments[1]))) handle = nullptr;
  }
  purser_handle *handle = nullptr;  ///< null: there is nothing to ask
  HotText account, about;
};

napi_value check(napi_env env, napi_callback_info info) {
  const Question question(env, info);
  const bool held = question.handle && purser_check(question.handle, question.account.get(), question.about.get()) == 1;
  napi_value answer = nullptr;
  napi_get_boolean(env, held, &answer);
  return answer;
}

napi_value tier(napi_env env, napi_callback_info info) {
  const Question question(env, info);
  const char *held = question.handle ? purser_tier(question.handle, question.account.get(), question.about.get()) : nullptr;
  napi_value answer = nullptr;
  if (!held || napi_create_string_utf8(env, held, NAPI_AUTO_LENGTH, &answer) != napi_ok) napi_get_null(env, &answer);
  return answer;
}

napi_value new_function(napi_env env, const char *name, napi_callback callback, const std::shared_ptr<Store> &store) {
  napi_value function;
  must(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, store.get(), &function));
  const auto forget = [](napi_env, void *data, void *) { delete static_cast<std::shared_ptr<Store> *>(data); };
  must(env, napi_add_finalizer(env, function, new std::shared_ptr<Store>(store), forget, nullptr, nullptr));
  return function;
}

}  // namespace

napi_value new_check(napi_env env, const std::shared_ptr<Store> &store) { return new_function(env, "check", check, store); }
napi_value new_tier(napi_env env, const std::shared_ptr<Store> &store) { return new_function(env, "tier", tier, store); }

}  // namespace purser_node
