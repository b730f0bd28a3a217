// Every request that Purser can send, on a line each: all verbs that ask Stripe, in their variations, against the sandbox, with a recorder
// between the two. usage: requests CATALOG. stdout: {"method":…,"target":…,"body":…,"headers":{…}}; the API key is left out. Exit code 1
// and a line on stderr where a verb fails that should not.
#include <purser.h>
#include <purser_sandbox.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    char escape[8];
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Stands between Purser and the sandbox.
struct Recorder {
  const purser_http *inner = nullptr;
  std::mutex lock;

  void record(const purser_http_request &request) {
    std::string_view url = request.url;
    url.remove_prefix(std::min(url.find("://") + 3, url.size()));
    url.remove_prefix(std::min(url.find('/'), url.size()));
    std::string line = "{\"method\":" + quoted(request.method) + ",\"target\":" + quoted(url) +
                       ",\"body\":" + quoted({request.body, request.body_size}) + ",\"headers\":{";
    std::string_view comma;
    for (std::size_t i = 0; i < purser_text_list_count(request.header_names); i++) {
      const std::string_view name = purser_text_list_at(request.header_names, i);
      if (name == "Authorization" || name == "authorization") continue;
      line += std::string(comma) + quoted(name) + ":" + quoted(purser_text_list_at(request.header_values, i));
      comma = ",";
    }
    const std::lock_guard<std::mutex> hold(lock);
    std::printf("%s}}\n", line.c_str());
  }
};
void send_recorded(void *context, const purser_http_request *request, purser_http_token *token) {
  auto &recorder = *static_cast<Recorder *>(context);
  recorder.record(*request);
  recorder.inner->send(recorder.inner->context, request, token);
}

[[noreturn]] void stop(const char *what, purser_error *error) {
  std::fprintf(stderr, "%s: %s: %s\n", what, error != nullptr ? error->reason : "no error", error != nullptr ? error->message : "");
  std::exit(1);
}
// By reference: the call beside it sets it.
void must(const char *what, purser_status status, purser_error *const &error) {
  if (status != PURSER_OK) stop(what, error);
}

struct House {
  purser_sandbox *box = nullptr;
  purser_handle *p = nullptr;

  void deliver() {
    purser_error *error = nullptr;
    must("deliver", purser_sandbox_deliver(box, p, &error), error);
  }
  std::string request(const char *method, const char *path, const char *form) {
    std::int32_t status = 0;
    const char *body = nullptr;
    purser_error *error = nullptr;
    must(path, purser_sandbox_request(box, method, path, form, &status, &body, &error), error);
    const std::string text = body != nullptr ? body : "";
    purser_free(body);
    if (status != 200) {
      std::fprintf(stderr, "%s %s: %s\n", method, path, text.c_str());
      std::exit(1);
    }
    return text;
  }
};

purser_checkout_create_in wish(const char *account, const char *tier) {
  purser_checkout_create_in in{};
  in.struct_size = sizeof in;
  in.account = account;
  in.email = "ann@example.com";
  in.name = "Ann Müller & Söhne";
  in.tier = tier;
  in.interval = PURSER_MONTH;
  in.success_url = "https://app.example.com/welcome?session={CHECKOUT_SESSION_ID}";
  in.cancel_url = "https://app.example.com/pricing";
  return in;
}

// One click, and the payment where `pays`. Returns the session.
std::string checkout(House &house, const char *what, const purser_checkout_create_in &in, bool pays = false) {
  purser_error *error = nullptr;
  const purser_checkout_create_out *out = nullptr;
  must(what, purser_checkout_create(house.p, &in, &out, &error), error);
  std::string session = out->session_id;
  purser_free(out);
  if (pays) {
    must(what, purser_sandbox_pay(house.box, session.c_str(), &error), error);
    house.deliver();
  }
  return session;
}

void confirm(House &house, const char *account, const std::string &session) {
  purser_checkout_confirm_in in{};
  in.struct_size = sizeof in;
  in.account = account;
  in.session = session.c_str();
  const purser_checkout_confirm_out *out = nullptr;
  purser_error *error = nullptr;
  must("confirm", purser_checkout_confirm(house.p, &in, &out, &error), error);
  purser_free(out);
}

std::string price_of(House &house, const std::string &lookup_key) {
  const auto found = house.request("GET", ("/v1/prices?lookup_keys[0]=" + lookup_key).c_str(), nullptr);
  const auto start = found.find("\"price_") + 1;
  return found.substr(start, found.find('"', start) - start);
}

void checkouts(House &house) {
  house.request("POST", "/v1/coupons", "id=TENOFF&percent_off=10&duration=once");
  house.request("POST", "/v1/promotion_codes", "promotion[type]=coupon&promotion[coupon]=TENOFF&code=SPRING10");
  auto in = wish("acct_plain", "app/starter");
  const auto first = checkout(house, "tier", in);
  checkout(house, "the same again", in);
  in.tier = "app/pro";
  confirm(house, "acct_plain", checkout(house, "another tier: the first session is expired", in, true));

  in = wish("acct_bare", "app/pro");
  in.email = in.name = in.cancel_url = nullptr;
  confirm(house, "acct_bare", checkout(house, "no e-mail, no name", in));

  in = wish("acct_year", "app/pro");
  in.interval = PURSER_YEAR;
  in.quantity = 3;
  in.trial_days = 7;
  in.locale = "de";
  in.currency = "usd";
  in.allow_promotion_codes = 1;
  const char *keys[] = {"campaign", "note and more"};
  const char *values[] = {"spring", "ä & ö = 100 %"};
  in.metadata_keys = keys;
  in.metadata_values = values;
  in.metadata_keys_count = in.metadata_values_count = 2;
  confirm(house, "acct_year", checkout(house, "year, quantity, trial, locale, metadata", in, true));

  in = wish("acct_code", "app/starter");
  in.promotion_code = "SPRING10";
  in.trial_days = -1;
  checkout(house, "promotion code", in);

  in = wish("acct_price", nullptr);
  in.price = "app_starter_month";
  checkout(house, "price", in, true);
  in = wish("acct_price_id", nullptr);
  const std::string price = price_of(house, "app_pro_month");
  in.price = price.c_str();
  checkout(house, "price id", in);
  checkout(house, "add-on", wish("acct_price", "pool"), true);

  in = wish("acct_once", "website");
  in.interval = PURSER_ONCE;
  in.quantity = 2;
  confirm(house, "acct_once", checkout(house, "one-time", in, true));
}

void portals(House &house) {
  for (std::int32_t flow = PURSER_PORTAL_HOME; flow <= PURSER_PORTAL_UPDATE_CONFIRM; flow++) {
    purser_portal_create_in in{};
    in.struct_size = sizeof in;
    in.account = "acct_plain";
    in.return_url = "https://app.example.com/account";
    in.flow = flow;
    in.locale = flow == PURSER_PORTAL_HOME ? nullptr : "de";
    if (flow >= PURSER_PORTAL_CANCEL) in.product = "app";
    if (flow == PURSER_PORTAL_UPDATE_CONFIRM) {
      in.tier = "app/starter";
      in.interval = PURSER_YEAR;
    }
    const purser_portal_create_out *out = nullptr;
    purser_error *error = nullptr;
    must(purser_portal_flow_name(flow), purser_portal_create(house.p, &in, &out, &error), error);
    purser_free(out);
  }
}

void fault(House &house, const char *path, std::int32_t kind) {
  purser_sandbox_fault how{};
  how.struct_size = sizeof how;
  how.path = path;
  how.method = "POST";
  how.kind = kind;
  how.status = 500;
  how.count = -1;
  purser_error *error = nullptr;
  must("fault", purser_sandbox_fail(house.box, &how, &error), error);
}

void settle(House &house) {
  purser_outbox_settle_in in{};
  in.struct_size = sizeof in;
  const purser_outbox_settle_out *out = nullptr;
  purser_error *error = nullptr;
  must("settle", purser_outbox_settle(house.p, &in, &out, &error), error);
  purser_free(out);
}

// Nothing is known of a request: the outbox asks what became of it, page by page where there is much.
void unknown(House &house, const char *account, const char *path, std::int32_t kind) {
  fault(house, path, kind);
  const auto in = wish(account, "app/starter");
  const purser_checkout_create_out *out = nullptr;
  purser_error *error = nullptr;
  if (purser_checkout_create(house.p, &in, &out, &error) == PURSER_OK) stop("an answer that never came was taken for one", nullptr);
  purser_free(error);
  fault(house, nullptr, 0);
  settle(house);
  checkout(house, "after an unknown answer", in);
}

void unknowns(House &house) {
  constexpr int more_than_a_page = 110;
  const std::string price = price_of(house, "app_starter_month");
  const std::string session =
      "mode=subscription&line_items[0][price]=" + price + "&line_items[0][quantity]=1&success_url=https://app.example.com";
  unknown(house, "acct_lost", "/v1/checkout/sessions", PURSER_FAULT_LOST);
  for (int i = 0; i < more_than_a_page; i++) house.request("POST", "/v1/customers", "email=x@example.com");
  unknown(house, "acct_error", "/v1/customers", PURSER_FAULT_STATUS);
  for (int i = 0; i < more_than_a_page; i++) house.request("POST", "/v1/checkout/sessions", session.c_str());
  unknown(house, "acct_error_late", "/v1/checkout/sessions", PURSER_FAULT_STATUS);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  House house;
  Recorder recorder;
  purser_error *error = nullptr;
  purser_config config{};
  config.struct_size = sizeof config;
  config.threads = PURSER_THREADS_DEFAULT;
  config.store = "sqlite::memory:";
  config.catalog = argv[1];
  must("sandbox", purser_sandbox_open(&config, &house.box, &error), error);
  recorder.inner = config.http;
  const purser_http recorded{sizeof(purser_http), send_recorded, &recorder};
  config.http = &recorded;
  must("open", purser_open(&config, &house.p, &error), error);
  checkouts(house);
  portals(house);
  unknowns(house);
  purser_close(house.p);
  purser_sandbox_close(house.box);
  return 0;
}
