#include "src/guard.hpp"
#include "src/text.hpp"
#include "stripe/signature.hpp"

namespace purser::capi {

engine::Receipt run(runtime::Runtime &runtime, const purser_webhook_receive_in &in) {
  return runtime.engine().webhook_receive(bytes(in.body, in.body_size), clipped(in.signature, stripe::header_max_bytes), view(in.endpoint),
                                          in.deadline_ms);
}

runtime::Verified run(const purser_webhook_verify_in &in) {
  std::vector<std::string> secrets = texts(in.secrets, in.secrets_count);
  runtime::Verified verified =
      runtime::verify(bytes(in.body, in.body_size), clipped(in.signature, stripe::header_max_bytes), secrets, in.now_ms, in.tolerance_s);
  for (std::string &secret : secrets) wipe(secret);
  return verified;
}

}  // namespace purser::capi
