#include "stripe/form.hpp"

#include <rapidcheck.h>

#include "catch.hpp"

using namespace purser;
using stripe::Form;
using stripe::nested;

TEST_CASE("a form is written as Stripe's own libraries write it") {
  Form form;
  form.add("mode", "subscription")
      .add(nested("line_items", {0, "price"}), "price_1")
      .add_integer(nested("line_items", {0, "quantity"}), -2)
      .add_flag(nested("automatic_tax", {"enabled"}), true)
      .add_flag("allow_promotion_codes", false)
      .add(nested("subscription_data", {"metadata", "purser account"}), "a&b=c+d e")
      .add(nested("expand", {std::size_t{0}}), "")
      .add("success_url", "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}")
      .add("name", "Zoë \"[x]\"");
  CHECK(form.text() ==
        "mode=subscription&line_items[0][price]=price_1&line_items[0][quantity]=-2&automatic_tax[enabled]=true&allow_promotion_codes=false&"
        "subscription_data[metadata][purser%20account]=a%26b%3Dc%2Bd%20e&expand[0]=&"
        "success_url=https%3A%2F%2Fapp.example.com%2Fwelcome%3Fs%3D%7BCHECKOUT_SESSION_ID%7D&name=Zo%C3%AB%20%22%5Bx%5D%22");
  CHECK(Form::parse(form.text()) == form);
}

TEST_CASE("what others write is read as well") {
  const auto form = Form::parse("a=1&b=two+words&c&d=&&e=%7bX%7D&e=again&f[0]=x=y&=v&g%5B0%5D=z");
  REQUIRE(form);
  CHECK(form->fields() ==
        std::vector<Form::Field>{
            {"a", "1"}, {"b", "two words"}, {"c", ""}, {"d", ""}, {"e", "{X}"}, {"e", "again"}, {"f[0]", "x=y"}, {"", "v"}, {"g[0]", "z"}});
  CHECK(Form::parse("")->empty());
  CHECK(Form::parse("&&")->empty());
}

TEST_CASE("escapes that are none, and too much of anything, are refused") {
  for (const char *text : {"%", "a=%", "a=%4", "a=%4g", "%zz=1", "a=1&b=%G0", "a=%%41", "a=% 1", "a=%+1"}) {
    INFO(text);
    CHECK_FALSE(Form::parse(text));
  }
  CHECK(Form::parse("a=" + std::string(stripe::form_max_bytes - 2, 'x')));
  CHECK_FALSE(Form::parse("a=" + std::string(stripe::form_max_bytes - 1, 'x')));
  std::string pairs;
  for (std::size_t i = 0; i < stripe::form_max_pairs; ++i) pairs += "a=1&";
  CHECK(Form::parse(pairs)->fields().size() == stripe::form_max_pairs);
  CHECK_FALSE(Form::parse(pairs + "b"));
}

TEST_CASE("every list of pairs survives the round trip, in its order") {
  CHECK(rc::check([](const std::vector<std::pair<std::string, std::string>> &pairs) {
    Form form;
    for (const auto &[key, value] : pairs) form.add(key, value);
    const std::string text = form.text();
    RC_ASSERT(text.find_first_of(" +{}\"<>\n") == std::string::npos);
    RC_ASSERT(Form::parse(text) == form);
  }));
}

TEST_CASE("no bytes bring the reader down, and what it reads it writes and reads again") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab=&%+[]{}4F\0 \xff", 16)));
    if (const auto form = Form::parse(text)) RC_ASSERT(Form::parse(form->text()) == form);
  }));
}
