// Which object names which other id: an invoice its payment_intent, a refund its charge, a transfer its destination.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/fact.hpp"
#include "ports/sql.hpp"

namespace purser::store {

void put_mention(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view mentioned);
void drop_mention(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view mentioned);
/// The objects that name the id, by (type, id).
std::vector<domain::ObjectKey> mentioning(ports::SqlSession &db, bool livemode, std::string_view stripe_account,
                                          std::string_view mentioned);

}  // namespace purser::store
