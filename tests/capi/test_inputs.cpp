// Inputs: struct_size, bounds, UTF-8. Outputs: what is set when, and who frees it.
#include "support.hpp"

using namespace capi_test;

namespace {
struct Refusal {
  purser_status status;
  std::string reason, parameter;
};
template <class In, class Out>
Refusal refusal(purser_status (*verb)(purser_handle *, const In *, const Out **, purser_error **), purser_handle *p, const In &in) {
  const Out *out = nullptr;
  purser_error *error = nullptr;
  Refusal made{verb(p, &in, &out, &error), {}, {}};
  if (error) {
    made.reason = error->reason;
    made.parameter = error->parameter;
  }
  CHECK((made.status == PURSER_OK) == (error == nullptr));
  purser_free(out);
  purser_free(error);
  return made;
}
}  // namespace

TEST_CASE("struct_size: a newer host's bigger input is accepted as long as what is unknown is zero") {
  Opened store(1);
  struct {
    purser_account_read_in known = read_of("acct_newer");
    std::int64_t later[3] = {};
  } newer;
  newer.known.struct_size = sizeof newer;
  CHECK(refusal(purser_account_read, store.p, newer.known).status == PURSER_OK);
  newer.later[2] = 1;
  const Refusal refused = refusal(purser_account_read, store.p, newer.known);
  CHECK(refused.status == PURSER_UNSUPPORTED);
  CHECK(refused.parameter == "struct_size");
  Told told;
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &newer.known, told);
  CHECK(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_UNSUPPORTED);
}

TEST_CASE("struct_size: smaller than first published is refused") {
  Opened store(1);
  auto in = read_of("acct_smaller");
  for (const std::size_t size : {std::size_t{0}, std::size_t{8}, sizeof in - 8, sizeof in - 1}) {
    in.struct_size = size;
    const Refusal refused = refusal(purser_account_read, store.p, in);
    CHECK(refused.status == PURSER_INVALID);
    CHECK(refused.parameter == "struct_size");
  }
  in.struct_size = static_cast<std::size_t>(-1);
  CHECK(refusal(purser_account_read, store.p, in).status != PURSER_OK);
}

TEST_CASE("identifiers: 1 to 200 bytes of UTF-8") {
  Opened store(1);
  store.apply_catalog();
  const std::string most(200, 'a'), more(201, 'a');
  CHECK(refusal(purser_account_read, store.p, read_of(most.c_str())).status == PURSER_OK);
  CHECK(refusal(purser_account_read, store.p, read_of(more.c_str())).reason == "argument_too_long");
  CHECK(refusal(purser_account_read, store.p, read_of("")).reason == "argument_missing");
  for (const char *good : {"konto_\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x9A\xA2", "a b/c\"'"})
    CHECK(refusal(purser_account_read, store.p, read_of(good)).status == PURSER_OK);
  // A lone continuation, an overlong slash, a surrogate, above U+10FFFF, a cut sequence, Latin-1.
  for (const char *bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "caf\xE9", "\xFF"}) {
    const Refusal refused = refusal(purser_account_read, store.p, read_of(bad));
    CHECK(refused.reason == "argument_not_utf8");
    CHECK(refused.parameter == "account");
  }
  CHECK(std::string(purser_tier(store.p, most.c_str(), "app")) == "free");  // an account without rows holds the fallback tier
  CHECK(purser_check(store.p, more.c_str(), "crm") == 0);
  CHECK(purser_check(store.p, "acct", more.c_str()) == 0);
  CHECK(purser_tier(store.p, more.c_str(), "app") == nullptr);
}

TEST_CASE("catalog_apply: exactly one of path and text") {
  Opened store(1);
  auto in = input<purser_catalog_apply_in>();
  CHECK(refusal(purser_catalog_apply, store.p, in).status == PURSER_INVALID);
  in.text = catalog_text;
  in.text_size = std::strlen(catalog_text);
  in.path = "/nowhere/catalog.json";
  CHECK(refusal(purser_catalog_apply, store.p, in).status == PURSER_INVALID);
  in.text = nullptr;
  in.text_size = 0;
  CHECK(refusal(purser_catalog_apply, store.p, in).status == PURSER_NOT_FOUND);
}

TEST_CASE("webhook_receive: the output is set on every path") {
  Opened store(1);
  const auto answer = [](purser_handle *p, const purser_webhook_receive_in *in) {
    const purser_webhook_receive_out *out = nullptr;
    const purser_status status = purser_webhook_receive(p, in, &out, nullptr);
    REQUIRE(out);
    const std::pair<purser_status, std::int32_t> both{status, out->http_status};
    CHECK(out->outcome == (out->http_status == 200 ? PURSER_OUTCOME_RECORDED : PURSER_OUTCOME_REJECTED));
    CHECK((out->http_status == 200 || std::strlen(out->reason) > 0));
    purser_free(out);
    return both;
  };
  using Answer = std::pair<purser_status, std::int32_t>;
  const Delivery good(plain_event("path"));
  CHECK(answer(store.p, &good.in) == Answer{PURSER_OK, 200});
  CHECK(answer(nullptr, &good.in) == Answer{PURSER_INVALID, 500});
  CHECK(answer(store.p, nullptr) == Answer{PURSER_INVALID, 500});
  purser_webhook_receive_in in = good.in;
  in.struct_size = 0;
  CHECK(answer(store.p, &in) == Answer{PURSER_INVALID, 500});
  in = good.in;
  in.signature = nullptr;
  CHECK(answer(store.p, &in) == Answer{PURSER_OK, 400});
  in.body = nullptr;
  CHECK(answer(store.p, &in) == Answer{PURSER_INVALID, 500});
  in.body_size = 0;
  CHECK(answer(store.p, &in) == Answer{PURSER_OK, 400});
  in = good.in;
  in.endpoint = "nobody's";
  CHECK(answer(store.p, &in) == Answer{PURSER_OK, 503});
  const std::string large(1024 * 1024 + 1, ' ');
  in = good.in;
  in.body = large.data();
  in.body_size = large.size();
  CHECK(answer(store.p, &in) == Answer{PURSER_OK, 413});
  const std::string long_header(8193, 't');
  in = good.in;
  in.signature = long_header.c_str();
  CHECK(answer(store.p, &in) == Answer{PURSER_OK, 400});
}

TEST_CASE("purser_free: NULL, and a block that is not the library's, is left alone") {
  purser_free(nullptr);
  alignas(16) unsigned char foreign[64] = {};
  purser_free(foreign + 32);
  SUCCEED();
}

TEST_CASE("query: columns, values, types, the limit; writing is refused") {
  Opened store(1);
  auto in = input<purser_query_in>();
  in.sql = "select 1 as a, 2.5 as b, 'x' as c, x'00ff' as d, null as e union all select 2, 3.5, 'y', x'01', null";
  const purser_query_out *out = nullptr;
  REQUIRE(purser_query(store.p, &in, &out, nullptr) == PURSER_OK);
  REQUIRE(purser_text_list_count(out->columns) == 5);
  CHECK(std::string(purser_text_list_at(out->columns, 4)) == "e");
  CHECK(purser_text_list_at(out->columns, 5) == nullptr);
  CHECK(out->row_count == 2);
  CHECK(out->truncated == 0);
  CHECK(purser_query_value(out, 1, 0)->integer == 2);
  CHECK(purser_query_value(out, 0, 1)->real == 2.5);
  CHECK(std::string(purser_query_value(out, 1, 2)->text) == "y");
  CHECK(purser_query_value(out, 0, 3)->size == 2);
  CHECK(purser_query_value(out, 0, 3)->type == PURSER_VALUE_BLOB);
  CHECK(purser_query_value(out, 0, 4)->type == PURSER_VALUE_NULL);
  CHECK(purser_query_value(out, 2, 0) == nullptr);
  CHECK(purser_query_value(out, 0, 5) == nullptr);
  purser_free(out);
  purser_error *hidden = nullptr;
  in.sql = "select value from purser_meta where name = 'ledger_key'";
  CHECK(purser_query(store.p, &in, nullptr, &hidden) != PURSER_OK);
  CHECK(std::string(hidden->reason) == "query_refused");
  purser_free(hidden);
  in.sql = "select 1 as a, 2.5 as b, 'x' as c, x'00ff' as d, null as e union all select 2, 3.5, 'y', x'01', null";
  in.row_limit = 1;
  REQUIRE(purser_query(store.p, &in, &out, nullptr) == PURSER_OK);
  CHECK(out->row_count == 1);
  CHECK(out->truncated == 1);
  purser_free(out);
  in.row_limit = 100001;
  CHECK(refusal(purser_query, store.p, in).parameter == "row_limit");
  in.row_limit = 0;
  in.sql = "create table mine (a)";
  CHECK(refusal(purser_query, store.p, in).status != PURSER_OK);
  in.sql = "not sql";
  CHECK(refusal(purser_query, store.p, in).status == PURSER_INVALID);
}

TEST_CASE("names of numbers") {
  CHECK(std::string(purser_outcome_name(PURSER_OUTCOME_APPLIED_UNMAPPED)) == "applied_unmapped");
  CHECK(std::string(purser_status_name(PURSER_NO_MEMORY)) == "no_memory");
  CHECK(purser_outcome_name(77) == nullptr);
}
