#include "src/guard.hpp"

namespace purser::capi {

engine::LedgerVerified run(runtime::Runtime &runtime, const purser_ledger_verify_in &in) {
  return runtime.engine().ledger_verify(in.account ? std::optional<std::string_view>(in.account) : std::nullopt);
}

}  // namespace purser::capi
