// How errors look: as a page, and as JSON.
#include "host.hpp"
#include "json.hpp"

namespace host {

int http_status(const purser::Error &error) {
  switch (error.status()) {
    case PURSER_INVALID: return 400;
    case PURSER_NOT_FOUND: return 404;
    case PURSER_CONFLICT: return 409;
    case PURSER_REFUSED: return error.reason() == "account_closed" ? 409 : 500;
    case PURSER_LIMIT: return 429;
    case PURSER_UNAVAILABLE:
    case PURSER_TIMEOUT:
    case PURSER_BUSY:
    case PURSER_CLOSED: return 503;
    default: return 500;  // this server's configuration, or a bug: nothing that the visitor could do better
  }
}

Response refused_json(int status, const std::string &error, const std::string &reason, const std::string &message) {
  return Response::json(json::write(json::Object{{"error", error}, {"reason", reason}, {"message", message}}), status);
}

Response refused_page(const Frame &frame, int status, const std::string &heading, const std::string &text) {
  return Response::html(page(frame, "<section class=\"narrow\"><p class=\"eyebrow\">" + std::to_string(status) + "</p><h1>" + esc(heading) +
                                        "</h1><p class=\"lead\">" + esc(text) + "</p><p>" + link_button("/pricing", "To the pricing page") +
                                        "</p></section>"),
                        status);
}

}  // namespace host
