#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::Earnings run(runtime::Runtime &runtime, const purser_earning_read_in &in) {
  return runtime.engine().earning_read(in.stripe_account, in.limit, view(in.after));
}

}  // namespace purser::capi
