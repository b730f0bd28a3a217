// What of an erased account is still in the store. Kept there, and so finished after a crash, until all of it is gone.
#pragma once
#include <cstdint>
#include <set>
#include <string>

#include "base/time.hpp"
#include "domain/fact.hpp"
#include "engine/lifecycle.hpp"
#include "store/erased.hpp"
#include "stripe/named.hpp"

namespace purser::engine {

struct Erasing {
  std::string account, account_key;
  TimeMs at_ms = 0;
  std::int64_t until_seq = 0;  ///< bodies from before the erasure; later ones that name the account are of its new beginning
  std::set<std::string> customers, ids;
  std::set<domain::ObjectKey> objects;
  Erased counts;

  /// Whether a body or a record is about this person. The customer decides where one is named.
  bool about(const stripe::Named &named, bool by_account) const;
  /// The same, and about nobody else: a suggestion (a lone client_reference_id) does not count, for somebody else can have made it.
  bool only_about(const stripe::Named &named) const { return about(named, false); }
  /// True when something of it was not known yet.
  bool learn(const stripe::Named &named);
  bool names(std::string_view id) const;

  store::Erasure row() const;
  static Erasing of(const store::Erasure &row);
};

/// The account's customers and all objects that say whose they are.
void gather(ports::SqlSession &db, const std::string &account, Erasing &erasing);

}  // namespace purser::engine
