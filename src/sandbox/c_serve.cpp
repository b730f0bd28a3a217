// The sandbox on loopback, as C: the API and the pages behind one address.
#include "sandbox/c_guard.hpp"
#include "sandbox/page.hpp"
#include "sandbox/post.hpp"

using namespace purser;
using namespace purser::sandbox;

namespace {

constexpr std::int32_t port_max = 65'535;

WebAnswer answer_api(Sandbox &box, const WebRequest &asked) {
  const std::string_view target = asked.target;
  const auto mark = std::min(target.find('?'), target.size());
  Request request{asked.method, std::string(target.substr(0, mark)), {}, asked.headers, asked.body};
  if (mark < target.size()) request.query = target.substr(mark + 1);
  Response response = box.api(request);
  return {response.status, std::move(response.headers), std::move(response.body), response.end != End::answered};
}

WebAnswer answer(Sandbox &box, const WebRequest &asked) {
  const std::string_view target = asked.target;
  return target.starts_with("/v1/") || target.starts_with("/v2/") ? answer_api(box, asked) : page(box, asked);
}

// A fault of the sandbox itself is a 500 of its API, and never the end of the process.
WebHandler handler_of(Sandbox &box) {
  return [&box](const WebRequest &asked) -> WebAnswer {
    try {
      return answer(box, asked);
    } catch (const std::exception &unexpected) {
      return {500, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(unexpected.what()) + "\n", false};
    }
  };
}

}  // namespace

purser_status purser_sandbox_serve(purser_sandbox *box, std::int32_t port, const char **url, purser_error **error) {
  if (url) *url = nullptr;
  return c::guarded(error, [&] {
    Sandbox &sandbox = c::usable(box);
    if (port < 0 || port > port_max)
      throw Failure(Status::invalid, "argument_out_of_range", "port: expected 0 to 65535, found another; correct it", "port");
    const std::lock_guard lock(box->mutex);
    if (box->server && port != 0 && box->server->port() != port)
      throw Failure(Status::conflict, "already_served",
                    "expected a sandbox that is not served, found one at " + box->server->url() + "; use that", "port");
    if (!box->server) box->server = std::make_unique<Server>(handler_of(sandbox), static_cast<std::uint16_t>(port));
    sandbox.set_page_base(box->server->url());
    if (url) *url = c::given(box->server->url());
  });
}

purser_status purser_sandbox_webhook_url(purser_sandbox *box, const char *url, purser_error **error) {
  return c::guarded(error, [&] {
    Sandbox &sandbox = c::usable(box);
    if (url) read_loopback(url);  // refuses any other address now, not when a buyer pays
    sandbox.set_webhook_url(c::optional(url));
  });
}
