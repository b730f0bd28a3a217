// Recorded conversations with Stripe: every object in every answer is read into what the committed table says. The table was made by
// make_exchange_table.py from the raw JSON, by rules of its own.
#include <map>

#include "catch.hpp"
#include "exchange_rows.hpp"

using namespace purser;
using namespace purser::test;

namespace {

const std::filesystem::path here = std::filesystem::path(PURSER_SOURCE_DIR) / "tests" / "stripe";

/// The lines of each object, and how many differ; the first that do are shown.
void compare(const std::vector<std::string> &read, const std::vector<std::string> &table) {
  int different = 0;
  for (std::size_t i = 0; i < std::max(read.size(), table.size()); ++i) {
    const std::string a = i < read.size() ? read[i] : "(nothing)", b = i < table.size() ? table[i] : "(nothing)";
    if (a == b) continue;
    if (++different > 5) continue;
    UNSCOPED_INFO("read:  " << a << "\ntable: " << b);
  }
  CHECK(different == 0);
}

std::map<std::string, int> objects(const std::vector<std::string> &table) {
  std::map<std::string, int> count;
  for (const std::string &line : table) {
    std::istringstream in(line);
    std::string field;
    for (int i = 0; i < 4; ++i) std::getline(in, field, '\t');
    ++count[field];
  }
  return count;
}

/// The script's own judgement; 0: the table is what it prints today.
int script(const std::filesystem::path &folder, const char *table) {
  const std::string command =
      "python3 '" + (here / "make_exchange_table.py").string() + "' --check '" + folder.string() + "' '" + (here / table).string() + "'";
  return std::system(command.c_str());
}

}  // namespace

TEST_CASE("the tables are what the script makes of the documents") {
  CHECK(script(here / "exchanges", "exchange_table_own.tsv") == 0);
  if (without_corpus()) return;
  CHECK(script(corpus() / "exchanges", "exchange_table.tsv") == 0);
  CHECK(script(corpus() / "objects", "object_table.tsv") == 0);
  CHECK(script(corpus() / "events", "event_table.tsv") == 0);
}

TEST_CASE("the recordings of this project are read as the table says") {
  const std::vector<std::string> table = lines_of(here / "exchange_table_own.tsv");
  compare(exchange_rows(here / "exchanges"), table);
  auto count = objects(table);
  for (const char *type : {"subscription", "invoice", "customer", "checkout.session", "charge", "invoice_payment", "refund", "dispute",
                           "product", "price", "subscription_schedule", "transfer", "payout", "account", "error"}) {
    INFO(type);
    CHECK(count[type] > 0);
  }
}

TEST_CASE("583 recorded exchanges are read as the table says") {
  if (without_corpus()) return;
  const std::vector<std::string> table = lines_of(here / "exchange_table.tsv");
  compare(exchange_rows(corpus() / "exchanges"), table);
  auto count = objects(table);
  std::cout << "recorded:";
  for (const auto &[type, n] : count) std::cout << " " << n << " " << type;
  std::cout << "\n";
  CHECK(count["exchange"] == 583);
  CHECK(count["subscription"] == 49);
  CHECK(count["invoice"] == 79);
}

TEST_CASE("Stripe's own example objects of three versions are read as the table says") {
  if (without_corpus()) return;
  const std::vector<std::string> table = lines_of(here / "object_table.tsv");
  compare(exchange_rows(corpus() / "objects"), table);
  CHECK(objects(table)["exchange"] == 463);
}

TEST_CASE("each of 90 recorded events folds as the table says, or is recorded only") {
  if (without_corpus()) return;
  const std::vector<std::string> table = lines_of(here / "event_table.tsv");
  compare(event_rows(corpus() / "events"), table);
  auto count = objects(table);
  CHECK(table.size() == 90);
  CHECK(count["recorded"] == 46);
}
