// A host's own HTTP client, through the public vtable: every way in which it can answer, fail or stay silent.
#include <condition_variable>
#include <deque>

#include "capi/support.hpp"

namespace {

using capi_test::input;
using capi_test::Opened;

constexpr const char *session_body =
    R"({"id":"cs_test_1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_1","status":"open","payment_status":"unpaid",)"
    R"("mode":"subscription","livemode":false,"expires_at":4102444800,"created":1790000000,"metadata":{}})";
constexpr const char *price_list =
    R"({"object":"list","url":"/v1/prices","has_more":false,"data":[{"id":"price_pro","object":"price","lookup_key":"app_pro","currency":"usd",)"
    R"("unit_amount":4900,"active":true,"type":"recurring","recurring":{"interval":"month","interval_count":1}}]})";
constexpr const char *customer_body = R"({"id":"cus_1","object":"customer","livemode":false,"created":1790000000,"metadata":{}})";
constexpr const char *empty_list = R"({"object":"list","url":"/v1/x","has_more":false,"data":[]})";

/// What the host saw of a request, copied.
struct Seen {
  std::string method, url, body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timeout_ms = 0, response_max_bytes = 0;
};

/// A client that answers by a function; tokens left open are ended at the end of the test.
class HostClient {
 public:
  using Act = std::function<void(HostClient &, const Seen &, purser_http_token *)>;
  explicit HostClient(Act act) : act_(std::move(act)) {
    vtable.send = [](void *context, const purser_http_request *request, purser_http_token *token) {
      static_cast<HostClient *>(context)->take(*request, token);
    };
    vtable.context = this;
  }
  ~HostClient() {
    end_open();
    for (std::thread &thread : threads) thread.join();
  }
  HostClient(const HostClient &) = delete;
  HostClient &operator=(const HostClient &) = delete;

  void keep_open(purser_http_token *token) {
    const std::lock_guard lock(mutex_);
    open_.push_back(token);
  }
  void end_open() {
    std::deque<purser_http_token *> open;
    {
      const std::lock_guard lock(mutex_);
      open.swap(open_);
    }
    for (purser_http_token *token : open) purser_http_fail(token, PURSER_HTTP_LOST, "too late", nullptr);
  }
  int requests() {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(seen.size());
  }

  purser_http vtable = input<purser_http>();
  std::vector<Seen> seen;
  std::vector<std::thread> threads;

 private:
  void take(const purser_http_request &request, purser_http_token *token) {
    Seen one{request.method, request.url, {request.body, request.body_size}, {}, request.timeout_ms, request.response_max_bytes};
    const std::size_t count = purser_text_list_count(request.header_names);
    for (std::size_t i = 0; i < count; ++i)
      one.headers.emplace_back(purser_text_list_at(request.header_names, i), purser_text_list_at(request.header_values, i));
    {
      const std::lock_guard lock(mutex_);
      seen.push_back(one);
    }
    act_(*this, one, token);
  }

  Act act_;
  std::mutex mutex_;
  std::deque<purser_http_token *> open_;
};

purser_status respond(purser_http_token *token, int status, const std::string &body, std::vector<const char *> names = {},
                      std::vector<const char *> values = {}, std::string *reason = nullptr) {
  auto response = input<purser_http_response>();
  response.status = status;
  response.header_names = names.data();
  response.header_names_count = names.size();
  response.header_values = values.data();
  response.header_values_count = values.size();
  response.body = body.data();
  response.body_size = body.size();
  purser_error *error = nullptr;
  const purser_status ended = purser_http_respond(token, &response, &error);
  if (reason && error) *reason = error->reason;
  purser_free(error);
  return ended;
}

/// Stripe, as little of it as a checkout needs.
std::string stripes_answer(const Seen &seen) {
  if (seen.url.find("/v1/checkout/sessions") != std::string::npos && seen.method == "POST") return session_body;
  if (seen.url.find("/v1/prices") != std::string::npos) return price_list;
  if (seen.url.find("/v1/customers") != std::string::npos && seen.method == "POST") return customer_body;
  return empty_list;
}

struct Bought {
  purser_status status = PURSER_OK;
  std::string reason, message, url, request_id;
  std::int64_t retry_after_ms = 0;
};

struct Shop {
  HostClient &client;
  const char *origins[1] = {"https://app.example.com"};
  Opened opened;

  explicit Shop(HostClient &given)
      : client(given), opened(0, [&](purser_config &config) {
          config.secret_key = "sk_test_51HxHostClientHostClientHostClient";
          config.allowed_origins = origins;
          config.allowed_origins_count = 1;
          config.http = &client.vtable;
        }) {
    opened.apply_catalog();
  }

  Bought buy(std::int64_t deadline_ms = 20'000) {
    auto in = input<purser_checkout_create_in>();
    in.account = "acct_1";
    in.email = "ann@example.com";
    in.tier = "app/pro";
    in.interval = PURSER_MONTH;
    in.success_url = "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}";
    in.cancel_url = "https://app.example.com/pricing";
    in.deadline_ms = deadline_ms;
    const purser_checkout_create_out *out = nullptr;
    purser_error *error = nullptr;
    Bought bought;
    bought.status = purser_checkout_create(opened.p, &in, &out, &error);
    if (out) bought.url = out->url;
    if (error) bought = {bought.status, error->reason, error->message, bought.url, error->request_id, error->retry_after_ms};
    purser_free(out);
    purser_free(error);
    return bought;
  }
};

}  // namespace

TEST_CASE("a host's client that answers at once sells", "[threads]") {
  HostClient client([](HostClient &, const Seen &seen, purser_http_token *token) {
    CHECK(respond(token, 200, stripes_answer(seen), {"Request-Id", "Date"}, {"req_1", "Tue, 01 Sep 2026 00:50:36 GMT"}) == PURSER_OK);
  });
  Shop shop(client);
  const Bought bought = shop.buy();
  INFO(bought.message);
  CHECK(bought.status == PURSER_OK);
  CHECK(bought.url == "https://checkout.stripe.com/c/pay/cs_test_1");
  REQUIRE_FALSE(client.seen.empty());
  const Seen &last = client.seen.back();
  CHECK(last.url.find("https://api.stripe.com/v1/") == 0);
  CHECK(last.timeout_ms > 0);
  CHECK(last.response_max_bytes > 0);
  CHECK(std::count_if(last.headers.begin(), last.headers.end(), [](const auto &h) { return h.first == "Authorization"; }) == 1);
}

TEST_CASE("a host's client may answer from another thread, later", "[threads]") {
  HostClient client([](HostClient &self, const Seen &seen, purser_http_token *token) {
    self.threads.emplace_back([seen, token] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      respond(token, 200, stripes_answer(seen));
    });
  });
  Shop shop(client);
  CHECK(shop.buy().status == PURSER_OK);
}

TEST_CASE("a host's client that never answers costs the deadline, not the host; its late answer is nobody's", "[threads]") {
  HostClient client([](HostClient &self, const Seen &, purser_http_token *token) { self.keep_open(token); });
  Shop shop(client);
  const auto start = std::chrono::steady_clock::now();
  const Bought bought = shop.buy(200);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  CHECK(bought.status != PURSER_OK);
  CHECK(bought.reason == "timeout");
  client.end_open();  // after its deadline
  CHECK(shop.opened.close() == PURSER_OK);
}

TEST_CASE("a token outlives the handle", "[threads]") {
  HostClient client([](HostClient &self, const Seen &, purser_http_token *token) { self.keep_open(token); });
  {
    Shop shop(client);
    shop.buy(50);
  }
  client.end_open();
}

TEST_CASE("what a host's client says of its failure is said to the caller") {
  for (const std::int32_t how : {PURSER_HTTP_NOT_SENT, PURSER_HTTP_LOST, 77}) {
    HostClient client([how](HostClient &, const Seen &, purser_http_token *token) {
      CHECK(purser_http_fail(token, how, "the tunnel is down, key sk_test_51HxHostClientHostClientHostClient", nullptr) == PURSER_OK);
    });
    Shop shop(client);
    const Bought bought = shop.buy(300);
    CHECK(bought.status == PURSER_UNAVAILABLE);
    CHECK(bought.message.find("the tunnel is down") != std::string::npos);
    CHECK(bought.message.find("sk_test_51Hx") == std::string::npos);
  }
}

TEST_CASE("a refusal of Stripe's comes through typed, with its request id") {
  HostClient client([](HostClient &, const Seen &, purser_http_token *token) {
    respond(token, 429, R"({"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too fast."}})",
            {"request-id", "Retry-After", "Stripe-Should-Retry"}, {"req_9", "7", "false"});
  });
  Shop shop(client);
  const Bought bought = shop.buy(300);
  CHECK(bought.status == PURSER_LIMIT);
  CHECK(bought.reason == "rate_limit");
  CHECK(bought.request_id == "req_9");
  CHECK(bought.retry_after_ms == 7000);
  CHECK(client.requests() == 1);  // Stripe said so
}

TEST_CASE("an answer that cannot be used ends the token as lost, and says so to the host") {
  SECTION("headers without as many values") {
    std::string reason;
    HostClient client([&](HostClient &, const Seen &, purser_http_token *token) {
      CHECK(respond(token, 200, "{}", {"A", "B"}, {"1"}, &reason) == PURSER_INVALID);
    });
    Shop shop(client);
    CHECK(shop.buy(300).status == PURSER_UNAVAILABLE);
    CHECK(reason == "argument_out_of_range");
  }
  SECTION("a status that is none") {
    HostClient client([](HostClient &, const Seen &, purser_http_token *token) { CHECK(respond(token, 42, "{}") == PURSER_INVALID); });
    Shop shop(client);
    CHECK(shop.buy(300).status == PURSER_UNAVAILABLE);
  }
  SECTION("no answer at all") {
    HostClient client([](HostClient &, const Seen &, purser_http_token *token) {
      CHECK(purser_http_respond(token, nullptr, nullptr) == PURSER_INVALID);
    });
    Shop shop(client);
    CHECK(shop.buy(300).status == PURSER_UNAVAILABLE);
  }
  SECTION("a body that is too large") {
    HostClient client([](HostClient &, const Seen &seen, purser_http_token *token) {
      respond(token, 200, std::string(static_cast<std::size_t>(seen.response_max_bytes) + 1, ' '));
    });
    Shop shop(client);
    CHECK(shop.buy(300).status == PURSER_UNAVAILABLE);
  }
  SECTION("no JSON") {
    HostClient client([](HostClient &, const Seen &, purser_http_token *token) { respond(token, 200, "<html>captive portal</html>"); });
    Shop shop(client);
    CHECK(shop.buy(300).status == PURSER_UNAVAILABLE);
  }
}

TEST_CASE("no token: refused, and nothing else") {
  purser_error *error = nullptr;
  auto response = input<purser_http_response>();
  response.status = 200;
  CHECK(purser_http_respond(nullptr, &response, &error) == PURSER_INVALID);
  REQUIRE(error);
  CHECK(std::string(error->reason) == "argument_null");
  purser_free(error);
  CHECK(purser_http_fail(nullptr, PURSER_HTTP_LOST, nullptr, nullptr) == PURSER_INVALID);
}
