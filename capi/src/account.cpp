#include "src/guard.hpp"

namespace purser::capi {

engine::AccountView run(runtime::Runtime &runtime, const purser_account_read_in &in) {
  return runtime.engine().account_read(in.account, in.at_ms > 0 ? std::optional<TimeMs>(in.at_ms) : std::nullopt);
}

engine::LinkMade run(runtime::Runtime &runtime, const purser_account_link_in &in) {
  return runtime.engine().account_link(in.account, in.customer);
}

}  // namespace purser::capi
