// purser_open: the configuration, the documented environment variables, and what is refused.
#include <cstdlib>
#include <fstream>

#include "support.hpp"
#include "support/temporary_folder.hpp"

using namespace capi_test;
using purser::test::TemporaryFolder;

namespace {

class Variable {
 public:
  Variable(const char *name, const char *value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable &) = delete;
  Variable &operator=(const Variable &) = delete;

 private:
  const char *name_;
};

struct Refused {
  purser_status status = PURSER_OK;
  std::string reason, parameter, message;
};

/// Opens and closes.
Refused open(const purser_config &config, const std::function<void(purser_handle *)> &use = {}) {
  purser_handle *p = nullptr;
  purser_error *error = nullptr;
  Refused refused;
  refused.status = purser_open(&config, &p, &error);
  CHECK((refused.status == PURSER_OK) == (p != nullptr));
  CHECK((refused.status == PURSER_OK) == (error == nullptr));
  if (error) refused = {error->status, error->reason, error->parameter, error->message};
  purser_free(error);
  if (p && use) use(p);
  CHECK(purser_close(p) == PURSER_OK);
  return refused;
}

purser_config memory_config() {
  purser_config config = input<purser_config>();
  config.store = "sqlite::memory:";
  config.threads = 0;
  return config;
}

std::string mode_of(purser_handle *p) {
  const purser_account_read_in read = read_of("acct_mode");
  const purser_account_read_out *out = nullptr;
  if (purser_account_read(p, &read, &out, nullptr) != PURSER_OK) return "";
  const std::string mode = out->mode;
  purser_free(out);
  return mode;
}

}  // namespace

TEST_CASE("open: the mode is the field, else PURSER_MODE, else the prefix of STRIPE_SECRET_KEY, else the stamp") {
  purser_config config = memory_config();
  std::string mode;
  const auto read = [&](purser_handle *p) { mode = mode_of(p); };
  CHECK(open(config).status != PURSER_OK);  // a new store has no stamp
  {
    const Variable key("STRIPE_SECRET_KEY", "rk_live_0123456789");
    CHECK(open(config, read).status == PURSER_OK);
    CHECK(mode == "live");
    const Variable word("PURSER_MODE", "sandbox");
    CHECK(open(config).reason == "secret_key_other_mode");
    const Variable other_key("STRIPE_SECRET_KEY", "rk_test_0123456789");
    CHECK(open(config, read).status == PURSER_OK);
    CHECK(mode == "sandbox");
    config.mode = "test";
    CHECK(open(config, read).status == PURSER_OK);
    CHECK(mode == "test");
    config.mode = nullptr;
  }
  {
    const Variable key("STRIPE_SECRET_KEY", "my_secret_thing");
    const Refused refused = open(config);
    CHECK(refused.status == PURSER_REFUSED);
    CHECK(refused.parameter == "STRIPE_SECRET_KEY");
    CHECK(refused.message.find("my_secret") == std::string::npos);
  }
  {
    const Variable word("PURSER_MODE", "production");
    CHECK(open(config).parameter == "PURSER_MODE");
  }
  config.mode = "production";
  CHECK(open(config).parameter == "mode");
}

TEST_CASE("open: a store is opened in no other mode than its own; stamped takes it as it is") {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  const std::string path = folder.file("purser.db"), address = "sqlite:" + path;
  purser_config config = memory_config();
  config.store = address.c_str();
  config.mode = "offline";
  config.must_exist = 1;
  CHECK(open(config).status == PURSER_NOT_FOUND);
  config.must_exist = 0;
  CHECK(open(config).status == PURSER_OK);
  config.must_exist = 1;
  CHECK(open(config).status == PURSER_OK);
  config.mode = "test";
  const Refused refused = open(config);
  CHECK(refused.status == PURSER_REFUSED);
  CHECK(refused.message.find("offline") != std::string::npos);
  const Variable key("STRIPE_SECRET_KEY", "sk_live_0123456789");
  config.mode = "stamped";
  config.store = path.c_str();  // a bare path
  std::string mode;
  CHECK(open(config, [&](purser_handle *p) { mode = mode_of(p); }).status == PURSER_OK);
  CHECK(mode == "offline");
}

TEST_CASE("open: webhook secrets are the field, else STRIPE_WEBHOOK_SECRET; empty and placeholder ones are refused") {
  purser_config config = memory_config();
  config.mode = "test";
  std::int32_t http = 0;
  const auto deliver = [&](purser_handle *p) {
    const Delivery delivery(plain_event("secret"));
    const purser_webhook_receive_out *out = nullptr;
    purser_webhook_receive(p, &delivery.in, &out, nullptr);
    http = out->http_status;
    purser_free(out);
  };
  CHECK(open(config, deliver).status == PURSER_OK);
  CHECK(http == 503);  // no secret: nothing verifies, and Stripe is told to try again
  const std::string two = std::string("whsec_anotherOne12345678901 , ") + secret;
  {
    const Variable listed("STRIPE_WEBHOOK_SECRET", two.c_str());
    CHECK(open(config, deliver).status == PURSER_OK);
    CHECK(http == 200);
    const char *none[1] = {nullptr};
    config.webhook_secrets = none;
    config.webhook_secrets_count = 0;
    CHECK(open(config, deliver).status == PURSER_OK);
    CHECK(http == 503);
    config.webhook_secrets = nullptr;
  }
  for (const char *bad : {"", " ", "whsec_...", "whsec_4eC39HqLyjWDarjtT1zdp7dcF3,", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"}) {
    INFO(bad);
    const Variable listed("STRIPE_WEBHOOK_SECRET", bad);
    const Refused refused = open(config);
    CHECK(refused.status == PURSER_REFUSED);
    CHECK(refused.parameter == "STRIPE_WEBHOOK_SECRET");
    CHECK(refused.message.find("4eC39") == std::string::npos);
  }
  const char *placeholder[] = {"whsec_xxxxxxxxxxxxxxxxxxxxxxxx"};
  config.webhook_secrets = placeholder;
  config.webhook_secrets_count = 1;
  CHECK(open(config).parameter == "webhook_secrets");
}

TEST_CASE("open: a catalog is applied, with its mistakes told and nothing left behind") {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  const std::string path = folder.file("catalog.json"), wrong = folder.file("wrong.json");
  std::ofstream(path) << catalog_text;
  std::ofstream(wrong) << R"({ "purser_catalog": 1, "products": { "app": { } } })";
  purser_config config = memory_config();
  config.mode = "test";
  config.catalog = path.c_str();
  std::string tier;
  CHECK(open(config, [&](purser_handle *p) { tier = purser_tier(p, "anybody", "app"); }).status == PURSER_OK);
  CHECK(tier == "free");
  config.catalog = wrong.c_str();
  const Refused refused = open(config);
  CHECK(refused.status == PURSER_INVALID);
  CHECK(refused.message.find("wrong.json:1") != std::string::npos);
  const std::string missing = folder.file("missing.json");
  config.catalog = missing.c_str();
  CHECK(open(config).status == PURSER_NOT_FOUND);
}

TEST_CASE("open: what cannot be a store") {
  purser_config config = memory_config();
  config.mode = "test";
  config.store = "postgres://user:secret@127.0.0.1:1/purser";
  CHECK(open(config).status == PURSER_UNAVAILABLE);
  CHECK(open(config).message.find("secret") == std::string::npos);
  config.store = "postgres://user:%zz@127.0.0.1/purser";
  CHECK(open(config).parameter == "store");
  config.store = "sqlite:";
  CHECK(open(config).parameter == "store");
  config.store = "/nowhere/at/all/purser.db";
  CHECK(open(config).status != PURSER_OK);
  config.store = "sqlite::memory:";
  config.threads = 65;
  CHECK(open(config).parameter == "threads");
  config.threads = 0;
  config.log_level = 4;
  CHECK(open(config).parameter == "log_level");
}
