#include "src/guard.hpp"

namespace purser::capi {

engine::AccountView run(runtime::Runtime &runtime, const purser_account_read_in &in) {
  return runtime.engine().account_read(in.account, in.at_ms > 0 ? std::optional<TimeMs>(in.at_ms) : std::nullopt);
}

engine::LinkMade run(runtime::Runtime &runtime, const purser_account_link_in &in) {
  return runtime.engine().account_link(in.account, in.customer);
}

engine::Closed run(runtime::Runtime &runtime, const purser_account_close_in &in) {
  return runtime.engine().account_close(in.account, static_cast<domain::CloseWhen>(in.when), in.deadline_ms);
}

engine::Erased run(runtime::Runtime &runtime, const purser_account_erase_in &in) { return runtime.engine().account_erase(in.account); }

engine::Exported run(runtime::Runtime &runtime, const purser_account_export_in &in) { return runtime.engine().account_export(in.account); }

}  // namespace purser::capi
