#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::Portal run(runtime::Runtime &runtime, const purser_portal_create_in &in) {
  engine::PortalWish wish;
  wish.account = in.account;
  wish.return_url = in.return_url;
  wish.product = view(in.product);
  wish.tier = view(in.tier);
  wish.locale = view(in.locale);
  wish.flow = static_cast<domain::PortalFlow>(in.flow);
  wish.interval = static_cast<domain::Interval>(in.interval);
  wish.deadline_ms = in.deadline_ms;
  return runtime.engine().portal_create(wish);
}

}  // namespace purser::capi
