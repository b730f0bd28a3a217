// config.log: Purser writes on any thread, JavaScript hears it later on its own. The function is held weakly: index.js keeps it as long as
// the Purser lives, and so a log function that mentions its Purser does not keep it from being collected.
#pragma once
#include <node_api.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace purser_node {

class Environment;

class LogTarget {
 public:
  explicit LogTarget(std::shared_ptr<Environment> environment) : environment_(std::move(environment)) {}
  /// Takes `config.log`; throws where it is no function.
  void set(napi_env env, napi_value config);
  bool wanted() const { return shared_ != nullptr; }
  /// purser_config.log
  static void write(void *self, std::int32_t level, const char *message);

  /// Belongs to the JavaScript thread, but for its two counters.
  struct Shared {
    Shared(napi_env of, napi_value target);
    ~Shared();
    napi_env env;
    napi_ref function = nullptr;
    std::atomic<std::int64_t> waiting{0};
    std::atomic<std::int64_t> dropped{0};
  };

 private:
  std::shared_ptr<Environment> environment_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace purser_node
