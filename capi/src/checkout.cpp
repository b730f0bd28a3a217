#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {
namespace {

std::vector<std::pair<std::string, std::string>> metadata_of(const purser_checkout_create_in &in) {
  if (in.metadata_keys_count != in.metadata_values_count)
    throw Failure(Status::invalid, "argument_out_of_range",
                  "metadata_values: expected one for each key, found another number; pass as many", "metadata_values");
  std::vector<std::pair<std::string, std::string>> metadata;
  for (std::size_t i = 0; i < in.metadata_keys_count; i++) metadata.emplace_back(in.metadata_keys[i], in.metadata_values[i]);
  return metadata;
}

}  // namespace

engine::Checkout run(runtime::Runtime &runtime, const purser_checkout_create_in &in) {
  engine::CheckoutWish wish;
  wish.account = in.account;
  wish.email = view(in.email);
  wish.name = view(in.name);
  wish.tier = view(in.tier);
  wish.price = view(in.price);
  wish.currency = view(in.currency);
  wish.promotion_code = view(in.promotion_code);
  wish.locale = view(in.locale);
  wish.success_url = in.success_url;
  wish.cancel_url = view(in.cancel_url);
  wish.metadata = metadata_of(in);
  wish.quantity = in.quantity;
  wish.trial_days = in.trial_days;
  wish.interval = static_cast<domain::Interval>(in.interval);
  wish.allow_promotion_codes = in.allow_promotion_codes != 0;
  wish.deadline_ms = in.deadline_ms;
  return runtime.engine().checkout_create(wish);
}

engine::Confirmation run(runtime::Runtime &runtime, const purser_checkout_confirm_in &in) {
  return runtime.engine().checkout_confirm(in.account, in.session, in.deadline_ms);
}

}  // namespace purser::capi
