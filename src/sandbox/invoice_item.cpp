#include "sandbox/invoice_item.hpp"

#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/price.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *item_shape =
    R"({"id": null, "object": "invoiceitem", "amount": 0, "currency": null, "customer": null, "customer_account": null, "date": 0,
  "description": null, "discountable": true, "discounts": [], "invoice": null, "livemode": false, "metadata": {}, "net_amount": 0, "parent": null,
  "period": {"end": 0, "start": 0}, "pricing": null, "proration": false, "quantity": 1, "quantity_decimal": "1", "tax_rates": [], "test_clock": null})";

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"amount", "currency", "customer", "customer_account", "description", "discountable", "discounts", "invoice", "metadata",
               "period", "price_data", "pricing", "quantity", "quantity_decimal", "subscription", "tax_behavior", "tax_code", "tax_rates",
               "unit_amount_decimal"});
  const std::string customer = params.required("customer");
  required_customer(world, customer);
  NewLine line;
  line.quantity = params.integer("quantity").value_or(1);
  line.price = params.inside("pricing").text("price");
  line.start_s = line.end_s = world.now_s();
  std::string currency = params.text("currency");
  if (!line.price.empty()) {
    const Object &price = required_row(world.prices, line.price, "pricing[price]").object;
    line.amount = price_amount(price, line.quantity);
    line.description = product_name(world, price);
    currency = text(price, "currency");
  } else {
    params.required("amount");
    line.amount = *params.integer("amount");
  }
  if (currency.empty()) currency = "usd";
  if (params.has("description")) line.description = params.text("description");
  const std::string subscription = params.text("subscription");
  if (!subscription.empty()) required_row(world.subscriptions, subscription, "subscription");
  const std::string id = add_pending_item(world, customer, subscription, currency, line);
  Object &item = world.row(world.invoice_items, id).object;
  merge_metadata(item, params);
  return item;
}

Value retrieve(Call &call) { return required_row(call.world.invoice_items, call.id()).object; }

Value update(Call &call) {
  required_row(call.world.invoice_items, call.id());
  Object &item = call.world.edit(call.world.invoice_items, call.id());
  if (is_set(item, "invoice")) throw invalid_request("You cannot change an invoice item that is attached to an invoice.");
  if (const auto amount = call.params.integer("amount")) item["amount"] = item["net_amount"] = *amount;
  if (call.params.has("description")) item["description"] = text_or_null(call.params.text("description"));
  merge_metadata(item, call.params);
  return item;
}

Value remove(Call &call) {
  Row &row = required_row(call.world.invoice_items, call.id());
  row.deleted = true;
  call.world.emit("invoiceitem.deleted", row.object);
  return deleted_stub(call.id(), "invoiceitem");
}

Value list(Call &call) {
  const auto pending = call.params.flag("pending");
  Listing listing;
  for (const std::string_view member : {"customer", "invoice"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  listing.also = [&](const Row &row) { return !pending || is_set(row.object, "invoice") != *pending; };
  return list_rows(call, call.world.invoice_items, listing, "date");
}

}  // namespace

std::string add_pending_item(World &world, std::string_view customer, std::string_view subscription, std::string_view currency,
                             const NewLine &line) {
  Object item = shape(item_shape);
  std::string id = world.ids.make("ii_");
  item["id"] = id;
  item["amount"] = item["net_amount"] = line.amount;
  item["currency"] = currency;
  item["customer"] = customer;
  item["date"] = world.now_s();
  item["description"] = text_or_null(line.description);
  item["discountable"] = !line.proration;
  item["period"] = Object{{"end", line.end_s}, {"start", line.start_s}};
  item["proration"] = line.proration;
  item["quantity"] = line.quantity;
  item["quantity_decimal"] = std::to_string(line.quantity);
  if (const Row *price = world.prices.find(line.price))
    item["pricing"] = Object{{"price_details", Object{{"price", line.price}, {"product", price->object.at("product")}}},
                             {"type", "price_details"},
                             {"unit_amount_decimal", price->object.at("unit_amount_decimal")}};
  if (!subscription.empty()) {
    Object details = {{"subscription", subscription}};
    if (!line.item.empty()) details["subscription_item"] = line.item;
    item["parent"] = Object{{"subscription_details", std::move(details)}, {"type", "subscription_details"}};
  }
  Row &row = world.insert(world.invoice_items, std::move(item), "invoiceitem.created");
  row.hidden["subscription"] = subscription;
  world.pending_items[std::string(customer)].push_back(id);
  return id;
}

std::vector<NewLine> take_pending_items(World &world, std::string_view customer, std::string_view subscription, std::string_view currency,
                                        std::string_view invoice, bool settle) {
  std::vector<NewLine> lines;
  const auto found = world.pending_items.find(std::string(customer));
  if (found == world.pending_items.end()) return lines;
  std::vector<std::string> rest;
  for (const std::string &id : found->second) {
    Row &row = world.row(world.invoice_items, id);
    Object &item = row.object;
    const std::string_view owner = text(row.hidden, "subscription");
    if (row.deleted) continue;
    if ((!owner.empty() && owner != subscription) || text(item, "currency") != currency) {
      rest.push_back(id);
      continue;
    }
    NewLine line;
    line.invoice_item = id;
    line.amount = number(item, "amount");
    line.quantity = number(item, "quantity", 1);
    line.description = text(item, "description");
    line.start_s = number(inside(item, "period"), "start");
    line.end_s = number(inside(item, "period"), "end");
    line.proration = flag(item, "proration");
    if (is_set(item, "pricing")) line.price = text(inside(inside(item, "pricing"), "price_details"), "price");
    if (is_set(item, "parent")) line.item = text(inside(inside(item, "parent"), "subscription_details"), "subscription_item");
    lines.push_back(std::move(line));
    if (settle) item["invoice"] = invoice, world.invoice_items.index(id);
  }
  if (settle) found->second = std::move(rest);
  return lines;
}

std::vector<Route> invoice_item_routes() {
  return {{"POST", "/v1/invoiceitems", create},
          {"GET", "/v1/invoiceitems", list},
          {"GET", "/v1/invoiceitems/:id", retrieve},
          {"POST", "/v1/invoiceitems/:id", update},
          {"DELETE", "/v1/invoiceitems/:id", remove}};
}

}  // namespace purser::sandbox
