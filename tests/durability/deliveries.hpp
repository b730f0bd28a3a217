// What Stripe sends in these tests: signed events of several subscriptions, in one shuffled order, with repetitions.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/engine_fixture.hpp"

namespace purser::test {

struct Delivery {
  std::string id;
  std::string body;
  std::string signature;
};
/// Per account: customer, subscription created, updated five times, deleted for every third one, an invoice that is only recorded.
/// One delivery in eight comes twice.
std::vector<Delivery> make_deliveries(int accounts, std::uint64_t seed);

/// Queues `deliveries[from, to)`, commits them as one group, and returns the answers in their order.
std::vector<engine::Receipt> deliver_group(engine::Engine &engine, const std::vector<Delivery> &deliveries, std::size_t from,
                                           std::size_t to);
/// Everything once more, in groups of 64. Returns how many were not answered 2xx.
int deliver_all(engine::Engine &engine, const std::vector<Delivery> &deliveries);

inline bool is_2xx(const engine::Receipt &receipt) { return receipt.http_status >= 200 && receipt.http_status < 300; }

}  // namespace purser::test
