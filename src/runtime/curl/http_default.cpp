#include "runtime/http_default.hpp"

#include "adapters/http.hpp"

namespace purser::runtime {

std::shared_ptr<ports::Http> default_http() { return adapters::curl_http(); }

}  // namespace purser::runtime
