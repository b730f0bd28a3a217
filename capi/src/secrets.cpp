#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

runtime::SecretsHeld run(runtime::Runtime &runtime, const purser_secrets_set_in &in) {
  runtime.engine().secrets_set(view(in.endpoint), texts(in.secrets, in.secrets_count));
  return {static_cast<std::int64_t>(in.secrets_count)};
}

}  // namespace purser::capi
