// Who a body is about: the ids of customers and of what is theirs, and the accounts of the host's. Asked where data is erased, and of what
// comes afterwards.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace purser::stripe {

struct Named {
  std::vector<std::string> customers;  ///< cus_…
  std::vector<std::string> ids;        ///< subscriptions, invoices, payments, sessions … of a customer
  std::vector<std::string> accounts;   ///< metadata.purser_account, client_reference_id
};
/// Of an event, an object or a canonical record. A body that is no JSON names nobody.
Named named_in(std::string_view body);

/// An id that belongs to one customer, by its prefix; false for prices, accounts, payouts and everything that is no id.
bool personal_id(std::string_view id);

}  // namespace purser::stripe
