// One API request inside: what a handler reads, and the helpers that all nouns share.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/api_failure.hpp"
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct Call {
  World &world;
  std::string_view path;
  Params params;
  std::vector<std::string> ids;  ///< what stands in the path's places
  std::string account;           ///< the connected account that asks or is asked for; empty = the own one

  const std::string &id(std::size_t place = 0) const { return ids[place]; }
};
using Handler = Value (*)(Call &);

struct Route {
  std::string_view method;
  std::string_view path;  ///< `/v1/customers/:id`
  Handler handler;
  bool connected = false;  ///< connected accounts have it too
};
/// Of all nouns.
const std::vector<Route> &routes();
std::vector<Route> product_routes(), price_routes(), customer_routes(), payment_method_routes(), payment_intent_routes(),
    setup_intent_routes(), charge_routes(), session_routes(), subscription_routes(), subscription_item_routes(), invoice_routes(),
    invoice_item_routes(), coupon_routes(), portal_routes(), event_routes(), payment_link_routes(), webhook_endpoint_routes(),
    refund_routes(), dispute_routes(), schedule_routes(), account_routes(), transfer_routes(), payout_routes(), feature_routes(),
    entitlement_routes();

/// The row that the id names; `No such …` where there is none or it is deleted.
Row &required_row(Table &table, std::string_view id, std::string_view parameter = "id");
/// Of what remains after deletion: {id, object, deleted}.
Object deleted_stub(std::string_view id, std::string_view object);

/// What a list shows: `equal` members of the same text, rows that `also` accepts (nullptr = all), `created` bounds and pages by the
/// parameters.
struct Listing {
  std::vector<std::pair<std::string, std::string>> equal;
  std::function<bool(const Row &)> also;
};
Value list_rows(Call &call, Table &table, const Listing &listing, std::string_view created = "created");
Object list_object(Array data, bool has_more, std::string_view url);
/// 1 to 100, 10 where nothing is said.
std::size_t page_limit(const Params &params);
/// `created=…` or `created[gte]=…`.
std::function<bool(std::int64_t)> created_filter(const Params &params, std::string_view key = "created");

/// Puts what `expand[]` names in the place of ids; throws where it cannot be expanded.
void expand(World &world, Value &answer, const std::vector<std::string> &paths);

/// {city, country, line1, line2, postal_code, state}, null where nothing was said.
Object address(const Params &params);
/// {address, name, phone}; of a payment also {carrier, tracking_number}.
Value shipping(const Params &params, bool of_payment = false);
void check_email(const std::string &email, std::string_view parameter = "email");

}  // namespace purser::sandbox
