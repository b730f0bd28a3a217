// Link facts customer → account. The host's own call wins, else the least (created, fact); never the first to arrive (FOLD.md section 10).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/sql.hpp"
#include "store/object.hpp"

namespace purser::store {

enum class LinkSource : std::int64_t { host = 0, metadata = 1 };

/// The account a customer belongs to; nullopt = not linked. The host's link holds for both livemodes.
std::optional<std::string> linked_account(ports::SqlSession &db, const CustomerKey &customer);
std::optional<std::string> host_link(ports::SqlSession &db, std::string_view customer);
void set_host_link(ports::SqlSession &db, std::string_view customer, std::string_view account);
/// Keeps the least (created_s, fact) per customer and account. True when the row is new or changed.
bool put_metadata_link(ports::SqlSession &db, const CustomerKey &customer, std::string_view account, std::int64_t created_s,
                       std::string_view fact);
/// Every customer that has a link fact naming this account, also where another account's fact wins. By id.
std::vector<CustomerKey> customers_naming(ports::SqlSession &db, std::string_view account);

}  // namespace purser::store
