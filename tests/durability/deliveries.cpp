#include "durability/deliveries.hpp"

#include <algorithm>
#include <random>

namespace purser::test {
namespace {

void add_account(std::vector<std::string> &bodies, const std::string &n) {
  const auto id = [&](const std::string &what) { return "evt_" + n + "_" + what; };
  const std::string metadata = R"({"purser_account":"acct_)" + n + "\"}";
  bodies.push_back(
      event(id("customer"), "customer.created", start_s, R"({"id":"cus_)" + n + R"(","object":"customer","email":"a@example.com"})"));
  Sub sub{.id = "sub_" + n, .customer = "cus_" + n, .item = "si_" + n, .metadata = metadata};
  bodies.push_back(event(id("created"), "customer.subscription.created", start_s, sub.json()));
  for (int month = 1; month <= 5; ++month) {
    const std::string before = R"({"items":{"data":[{"id":"si_)" + n + R"(","current_period_start":)" + std::to_string(sub.start) +
                               R"(,"current_period_end":)" + std::to_string(sub.end) + "}]}}";
    sub.start = sub.end;
    sub.end += 30 * 86400;
    bodies.push_back(event(id("updated_" + std::to_string(month)), "customer.subscription.updated", sub.start, sub.json(), before));
  }
  if (n.back() % 3 == 0) {
    sub.status = "canceled";
    bodies.push_back(event(id("deleted"), "customer.subscription.deleted", sub.start + 86400, sub.json()));
  }
  bodies.push_back(event(id("invoice"), "invoice.paid", start_s, R"({"id":"in_)" + n + R"(","object":"invoice"})"));
}

constexpr std::size_t engine_group = 64;

std::string id_of(const std::string &body) { return body.substr(7, body.find('"', 7) - 7); }  // {"id":"evt_…"

}  // namespace

std::vector<Delivery> make_deliveries(int accounts, std::uint64_t seed) {
  std::vector<std::string> bodies;
  for (int n = 0; n < accounts; ++n) add_account(bodies, std::to_string(n));
  std::mt19937_64 random(seed);
  for (std::size_t i = 0, once = bodies.size(); i < once / 8; ++i) bodies.push_back(bodies[random() % once]);
  std::shuffle(bodies.begin(), bodies.end(), random);
  std::vector<Delivery> deliveries;
  for (std::string &body : bodies) {
    const std::string signed_by = signature(body, start_s);
    std::string id = id_of(body);
    deliveries.push_back({std::move(id), std::move(body), signed_by});
  }
  return deliveries;
}

std::vector<engine::Receipt> deliver_group(engine::Engine &engine, const std::vector<Delivery> &deliveries, std::size_t from,
                                           std::size_t to) {
  std::vector<engine::Receipt> answers(to - from);
  for (std::size_t i = from; i < to; ++i) {
    engine.webhook_begin(deliveries[i].body, deliveries[i].signature, "",
                         [&answers, i, from](engine::Receipt r) { answers[i - from] = std::move(r); });
  }
  while (engine.work()) {}
  return answers;
}

int deliver_all(engine::Engine &engine, const std::vector<Delivery> &deliveries) {
  int refused = 0;
  for (std::size_t from = 0; from < deliveries.size(); from += engine_group) {
    const std::size_t to = std::min(from + engine_group, deliveries.size());
    for (const engine::Receipt &receipt : deliver_group(engine, deliveries, from, to)) refused += !is_2xx(receipt);
  }
  return refused;
}

}  // namespace purser::test
