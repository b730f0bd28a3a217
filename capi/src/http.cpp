// A host's HTTP client behind the engine's port: requests go out with a token, the token brings the answer back.
#include "src/http.hpp"

#include "base/hash.hpp"
#include "src/guard.hpp"
#include "src/text.hpp"

using namespace purser;

/// Lives until the host ends it, also when the engine has long stopped waiting.
struct purser_http_token {
  ~purser_http_token() {
    for (ports::HttpHeader &header : request.headers) wipe(header.value);  // one of them is the API key
  }
  ports::HttpRequest request;
  ports::Http::Done done;
  purser_text_list names, values;
  purser_http_request shown{};
};

namespace purser::capi {
namespace {

constexpr std::size_t message_max_bytes = 1024;

class HostHttp final : public ports::Http {
 public:
  explicit HostHttp(const purser_http &vtable) : vtable_(vtable) {}

  void send(ports::HttpRequest request, Done done) noexcept override {
    std::unique_ptr<purser_http_token> token;
    try {
      token = std::make_unique<purser_http_token>();
      token->names.items.resize(request.headers.size());
      token->values.items.resize(request.headers.size());
    } catch (...) { return done({ports::HttpEnd::not_sent, 0, {}, {}, "no_memory", "out of memory before anything was sent"}); }
    token->request = std::move(request);
    token->done = std::move(done);
    show(*token);
    purser_http_token *given = token.release();
    vtable_.send(vtable_.context, &given->shown, given);
  }

 private:
  static void show(purser_http_token &token) noexcept {
    const ports::HttpRequest &r = token.request;
    for (std::size_t i = 0; i < r.headers.size(); i++) {
      token.names.items[i] = r.headers[i].name.c_str();
      token.values.items[i] = r.headers[i].value.c_str();
    }
    token.shown = {r.method.c_str(), r.url.c_str(), &token.names, &token.values,
                   r.body.c_str(),   r.body.size(), r.timeout_ms, static_cast<std::int64_t>(r.response_max_bytes)};
  }

  purser_http vtable_;
};

ports::HttpAnswer lost(std::string reason, std::string message) {
  return {ports::HttpEnd::lost, 0, {}, {}, std::move(reason), std::move(message)};
}

ports::HttpAnswer answer_of(const purser_http_response &given, std::size_t most) {
  if (given.header_names_count != given.header_values_count)
    throw Failure(Status::invalid, "argument_out_of_range", "header_values: expected one for each name, found another number; pass as many",
                  "header_values");
  if (given.body_size > most) return lost("answer_too_large", "the answer is larger than " + std::to_string(most) + " bytes");
  ports::HttpAnswer answer;
  answer.end = ports::HttpEnd::answered;
  answer.status = given.status;
  for (std::size_t i = 0; i < given.header_names_count; i++) answer.headers.push_back({given.header_names[i], given.header_values[i]});
  answer.body = bytes(given.body, given.body_size);
  return answer;
}

/// Ends the token with what `make` gives, or as lost where that fails.
template <class Make>
purser_status end(purser_http_token *token, purser_error **error, Make make) noexcept {
  if (!token)
    return hand_over<void>(firewall([]() -> const void * {
                             throw Failure(Status::invalid, "argument_null", "expected a token, found NULL; pass send's", "token");
                           }),
                           nullptr, error);
  const std::unique_ptr<purser_http_token> owned(token);
  ports::HttpAnswer answer{ports::HttpEnd::lost, 0, {}, {}, {}, {}};
  const Ended ended = firewall([&]() -> const void * {
    answer.reason = "host";
    answer.message = "the host's HTTP client gave no usable answer";
    answer = make();
    return nullptr;
  });
  owned->done(std::move(answer));
  return hand_over<void>(ended, nullptr, error);
}

}  // namespace

std::shared_ptr<ports::Http> host_http(const purser_http &vtable) { return std::make_shared<HostHttp>(vtable); }

}  // namespace purser::capi

purser_status purser_http_respond(purser_http_token *token, const purser_http_response *response, purser_error **error) {
  return capi::end(token, error, [&] { return capi::answer_of(capi::accepted(response), token->request.response_max_bytes); });
}

purser_status purser_http_fail(purser_http_token *token, int32_t how, const char *message, purser_error **error) {
  return capi::end(token, error, [&] {
    const bool not_sent = how == PURSER_HTTP_NOT_SENT;
    return ports::HttpAnswer{not_sent ? ports::HttpEnd::not_sent : ports::HttpEnd::lost,      0, {}, {}, "host",
                             std::string(capi::clipped(message, capi::message_max_bytes - 1))};
  });
}
