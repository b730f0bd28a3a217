#include "sandbox/call.hpp"
#include "sandbox/price.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *product_shape =
    R"({"id": null, "object": "product", "active": true, "created": 0, "default_price": null, "description": null, "images": [],
  "livemode": false, "marketing_features": [], "metadata": {}, "name": null, "package_dimensions": null, "shippable": null, "statement_descriptor": null,
  "tax_code": null, "type": "service", "unit_label": null, "updated": 0, "url": null})";

void take(Object &product, const Params &params) {
  if (params.has("name")) product["name"] = params.required("name");
  if (const auto active = params.flag("active")) product["active"] = *active;
  for (const std::string_view key : {"default_price", "description", "statement_descriptor", "tax_code", "unit_label", "url"})
    if (params.has(key)) product[key] = text_or_null(params.text(key));
  if (const auto shippable = params.flag("shippable")) product["shippable"] = *shippable;
  merge_metadata(product, params);
}

Value create(Call &call) {
  const Params &params = call.params;
  params.only({"id", "active", "default_price_data", "description", "images", "marketing_features", "metadata", "name",
               "package_dimensions", "shippable", "statement_descriptor", "tax_code", "type", "unit_label", "url"});
  params.required("name");
  const std::string id = params.text("id");
  if (!id.empty() && call.world.products.find(id)) throw invalid_request("Product already exists.", {}, "resource_already_exists");
  Object product = new_product(call.world, id, {});
  take(product, params);
  return call.world.insert(call.world.products, std::move(product), "product.created").object;
}

Value retrieve(Call &call) { return required_row(call.world.products, call.id()).object; }

Value update(Call &call) {
  call.params.only({"active", "default_price", "description", "images", "marketing_features", "metadata", "name", "package_dimensions",
                    "shippable", "statement_descriptor", "tax_code", "unit_label", "url"});
  required_row(call.world.products, call.id());
  Object &product = call.world.edit(call.world.products, call.id());
  take(product, call.params);
  product["updated"] = call.world.now_s();
  return product;
}

Value remove(Call &call) {
  Row &row = required_row(call.world.products, call.id());
  if (!call.world.prices.having("product", call.id()).empty())
    throw invalid_request("This product cannot be deleted because it has one or more user-created prices.");
  row.deleted = true;
  call.world.emit("product.deleted", row.object);
  return deleted_stub(call.id(), "product");
}

Value list(Call &call) {
  call.params.only({"active", "created", "ids", "limit", "starting_after", "ending_before", "shippable", "type", "url"});
  const auto active = call.params.flag("active");
  const auto ids = call.params.texts("ids");
  return list_rows(call, call.world.products,
                   {{}, [&](const Row &row) {
                      return (!active || flag(row.object, "active") == *active) &&
                             (ids.empty() || std::find(ids.begin(), ids.end(), text(row.object, "id")) != ids.end());
                    }});
}

}  // namespace

Object new_product(World &world, std::string_view id, std::string_view name) {
  Object product = shape(product_shape);
  product["id"] = id.empty() ? world.ids.make("prod_") : std::string(id);
  product["created"] = product["updated"] = world.now_s();
  product["name"] = text_or_null(name);
  return product;
}

std::vector<Route> product_routes() {
  return {{"POST", "/v1/products", create},
          {"GET", "/v1/products", list},
          {"GET", "/v1/products/:id", retrieve},
          {"POST", "/v1/products/:id", update},
          {"DELETE", "/v1/products/:id", remove}};
}

}  // namespace purser::sandbox
