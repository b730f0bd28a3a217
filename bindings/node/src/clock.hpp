// `new ManualClock(ms)`: a clock that stands still until it is told. Purser asks for the time on many threads, where no JavaScript can run;
// so the moment lies in native memory and JavaScript sets it.
#pragma once
#include <node_api.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace purser_node {

class ManualTime {
 public:
  explicit ManualTime(std::int64_t start_ms) : ms(start_ms) {}
  static std::int64_t read(void *self) { return static_cast<ManualTime *>(self)->ms.load(); }
  /// `config.clock`; null where there is none, throws where it is something else.
  static std::shared_ptr<ManualTime> from_config(napi_env env, napi_value config);
  std::atomic<std::int64_t> ms;
};

/// The class, for JavaScript.
napi_value manual_clock_class(napi_env env);

}  // namespace purser_node
