#include "adapters/http_contract.hpp"
#include "catch.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("asio: exchanges") { check_http_exchanges(adapters::asio_http); }
TEST_CASE("asio: bad answers") { check_http_bad_answers(adapters::asio_http); }
TEST_CASE("asio: refusals") { check_http_refusals(adapters::asio_http); }
TEST_CASE("asio: TLS") { check_http_tls(adapters::asio_http); }
TEST_CASE("asio: many at once", "[threads]") { check_http_many(adapters::asio_http); }
TEST_CASE("asio: callers that wait", "[threads]") { check_http_ask(adapters::asio_http); }
TEST_CASE("asio: the end", "[threads]") { check_http_end(adapters::asio_http); }
