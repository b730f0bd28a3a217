#include <array>
#include <charconv>

#include "base/error.hpp"
#include "sandbox/page_portal.hpp"

namespace purser::sandbox::portal {
namespace {

using json::as_text;
using json::find;

constexpr std::int64_t quantity_max = 1'000'000;
constexpr std::array<std::string_view, 6> sayings = {
    "The card is changed.",           "The card is removed.",      "The subscription ends with the period.",
    "The subscription is cancelled.", "The subscription goes on.", "The subscription is changed."};

json::value ask(Sandbox &box, const std::string &target) {
  const auto answer = box.ask("GET", target);
  return answer.status == 200 ? json::parse_judged(answer.body).root : json::value();
}

std::vector<json::value> ask_list(Sandbox &box, const std::string &target) {
  const auto page = ask(box, target);
  const auto *data = json::as_array(find(&page, "data"));
  return data != nullptr ? std::vector<json::value>(data->begin(), data->end()) : std::vector<json::value>();
}

}  // namespace

View read(Sandbox &box, const Portal &portal) {
  View view;
  view.portal = portal;
  view.customer = ask(box, "/v1/customers/" + portal.customer + "?expand[]=invoice_settings.default_payment_method");
  view.subscriptions =
      ask_list(box, "/v1/subscriptions?status=all&limit=100&expand[]=data.default_payment_method&customer=" + portal.customer);
  view.invoices = ask_list(box, "/v1/invoices?limit=24&customer=" + portal.customer);
  view.prices = ask_list(box, "/v1/prices?type=recurring&limit=100&expand[]=data.product");
  return view;
}

const json::value *by_id(const View &view, std::string_view subscription) {
  for (const auto &known : view.subscriptions)
    if (as_text(find(&known, "id")) == subscription) return &known;
  return nullptr;
}

std::int64_t quantity_of(std::string_view typed) {
  if (typed.empty()) return 0;
  std::int64_t quantity = 0;
  const auto done = std::from_chars(typed.data(), typed.data() + typed.size(), quantity);
  if (done.ec != std::errc() || done.ptr != typed.data() + typed.size() || quantity < 1 || quantity > quantity_max)
    throw Failure(Status::invalid, "argument_out_of_range", "Please give a quantity from 1 to " + std::to_string(quantity_max) + ".",
                  "quantity");
  return quantity;
}

std::string code_of(std::string_view said) {
  for (std::size_t i = 0; i < sayings.size(); i++)
    if (sayings[i] == said) return std::to_string(i + 1);
  return "0";
}

std::string said_by(std::string_view code) {
  for (std::size_t i = 0; i < sayings.size(); i++)
    if (std::to_string(i + 1) == code) return std::string(sayings[i]);
  return {};
}

}  // namespace purser::sandbox::portal
