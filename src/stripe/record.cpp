#include "base/record.hpp"

#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

template <class T>
T read_back(std::string_view record) {
  return from_json<T>(json::parse_judged(record).root);
}

}  // namespace

std::string record(const domain::Subscription &s) { return canonical_text(s); }
std::string record(const domain::Customer &c) { return canonical_text(c); }
std::string record(const domain::Session &s) { return canonical_text(s); }

domain::Subscription subscription_of(std::string_view record) { return read_back<domain::Subscription>(record); }
domain::Customer customer_of(std::string_view record) { return read_back<domain::Customer>(record); }
domain::Session session_of(std::string_view record) { return read_back<domain::Session>(record); }

}  // namespace purser::stripe
