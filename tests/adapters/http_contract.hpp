// What every HTTP client must do, written against the port alone: each client's test calls it with its own factory.
#pragma once
#include <functional>
#include <memory>

#include "adapters/http.hpp"

namespace purser::test {

using HttpMaker = std::function<std::shared_ptr<ports::Http>(adapters::HttpOptions)>;
/// Each is made of Catch sections; call it as the whole body of a TEST_CASE.
void check_http_exchanges(const HttpMaker &make);    ///< what goes out and comes back, connections kept
void check_http_bad_answers(const HttpMaker &make);  ///< cut, slow, large, wrong
void check_http_refusals(const HttpMaker &make);     ///< what is never sent
void check_http_tls(const HttpMaker &make);
void check_http_many(const HttpMaker &make);  ///< concurrency, waiting, busy
void check_http_ask(const HttpMaker &make);   ///< callers that wait, beside those that do not
void check_http_end(const HttpMaker &make);   ///< destruction and fork

}  // namespace purser::test
