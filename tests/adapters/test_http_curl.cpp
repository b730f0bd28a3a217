#include "adapters/http_contract.hpp"
#include "catch.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("curl: exchanges") { check_http_exchanges(adapters::curl_http); }
TEST_CASE("curl: bad answers") { check_http_bad_answers(adapters::curl_http); }
TEST_CASE("curl: refusals") { check_http_refusals(adapters::curl_http); }
TEST_CASE("curl: TLS") { check_http_tls(adapters::curl_http); }
TEST_CASE("curl: many at once", "[threads]") { check_http_many(adapters::curl_http); }
TEST_CASE("curl: callers that wait", "[threads]") { check_http_ask(adapters::curl_http); }
TEST_CASE("curl: the end", "[threads]") { check_http_end(adapters::curl_http); }
