// Somebody who has bought, and what the tests of later acts read.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "sandbox/box.hpp"

namespace purser::test {

struct Bought {
  std::string session, subscription, customer;
};

inline Bought buy(Box &box, const std::string &more = {}, const std::string &price = "price_pro_month") {
  const json::object session =
      box.post("/v1/checkout/sessions",
               "mode=subscription&line_items[0][price]=" + price + "&line_items[0][quantity]=1&success_url=https://app.example.com" + more);
  box.pay(id(session));
  const json::object paid = box.get("/v1/checkout/sessions/" + id(session));
  return {id(session), text(paid, "subscription"), text(paid, "customer")};
}

inline json::object read(Box &box, const Bought &bought) { return box.get("/v1/subscriptions/" + bought.subscription); }
inline json::object newest_invoice(Box &box, const Bought &bought) {
  return box.list("/v1/invoices?limit=1&subscription=" + bought.subscription).at(0).as_object();
}
inline json::object newest_charge(Box &box, const Bought &bought) {
  return box.list("/v1/charges?limit=1&customer=" + bought.customer).at(0).as_object();
}

/// What has happened since the last question, oldest first: types.
class Since {
 public:
  explicit Since(Box &box) : box_(box), newest_(newest()) {}
  std::vector<json::object> events() {
    std::vector<json::object> found;
    for (const json::value &event : box_.list("/v1/events?limit=100")) {
      if (event.at("id").as_string() == std::string_view(newest_)) break;
      found.insert(found.begin(), event.as_object());
    }
    newest_ = newest();
    return found;
  }
  std::vector<std::string> types() {
    std::vector<std::string> found;
    for (const json::object &event : events()) found.push_back(text(event, "type"));
    return found;
  }

 private:
  std::string newest() {
    const json::array page = box_.list("/v1/events?limit=1");
    return page.empty() ? "" : id(page.at(0).as_object());
  }
  Box &box_;
  std::string newest_;
};

inline bool holds(const std::vector<std::string> &types, const std::string &type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}
/// `first` comes before `second`.
inline bool in_order(const std::vector<std::string> &types, const std::string &first, const std::string &second) {
  const auto a = std::find(types.begin(), types.end(), first), b = std::find(types.begin(), types.end(), second);
  return a != types.end() && b != types.end() && a < b;
}

}  // namespace purser::test
