#include "store/mention.hpp"

namespace purser::store {

void put_mention(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view mentioned) {
  db.execute(
      "INSERT INTO purser_mentions (mentioned, livemode, stripe_account, object_type, object_id) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT DO NOTHING",
      {mentioned, std::int64_t{key.livemode}, key.stripe_account, key.type, key.id});
}

void drop_mention(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view mentioned) {
  db.execute(
      "DELETE FROM purser_mentions WHERE mentioned = $1 AND livemode = $2 AND stripe_account = $3 AND object_type = $4 AND object_id = $5",
      {mentioned, std::int64_t{key.livemode}, key.stripe_account, key.type, key.id});
}

std::vector<domain::ObjectKey> mentioning(ports::SqlSession &db, bool livemode, std::string_view stripe_account,
                                          std::string_view mentioned) {
  std::vector<domain::ObjectKey> keys;
  db.execute(
      "SELECT object_type, object_id FROM purser_mentions WHERE mentioned = $1 AND livemode = $2 AND stripe_account = $3 "
      "ORDER BY object_type, object_id",
      {mentioned, std::int64_t{livemode}, stripe_account}, [&](const ports::SqlRow &row) {
        keys.push_back({livemode, std::string(stripe_account), std::string(row.text(0)), std::string(row.text(1))});
        return true;
      });
  return keys;
}

}  // namespace purser::store
