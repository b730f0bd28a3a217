#include "options.hpp"

#include <algorithm>
#include <charconv>

namespace host {
namespace {

const std::vector<std::string> sabotages{"lost-for-good", "no-signature", "wrong-price", "lost-webhooks", "late-renewal"};

template <class Number>
Number number(const std::string &name, const std::string &text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw UsageError(name + ": expected a number, found '" + text + "'");
  return value;
}

}  // namespace

std::string usage() {
  return R"(usage: purser_host --catalog FILE --store FILE [options]

  --catalog FILE      what is sold (docs/catalog.md)
  --store FILE        Purser's store; made where there is none
  --users FILE        this host's own users table (SQLite); default: beside the store
  --port N            on 127.0.0.1; default: any free one
  --origin URL        where browsers find this server; default: http://127.0.0.1:PORT
  --operator EMAIL    who may see the page of gaps and parked customers; may be said again; on the sandbox everybody may
  --service NAME      what /health says
  --sandbox           a sandbox in this process instead of Stripe; without it STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are read
  --seed N            of the sandbox's ids
  --script            the whole story without a browser: prints each step, ends with 1 where anything is wrong
  --sabotage WHAT     with --script, break something: lost-for-good (webhooks, and nobody reads Stripe's list), no-signature, wrong-price: the
                      story must fail; lost-webhooks (Stripe's list heals them), late-renewal: it must not
  -h, --help          this text
)";
}

Options read_options(const std::vector<std::string> &words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); i++) {
    const std::string &name = words[i];
    const auto value = [&]() -> const std::string & {
      if (i + 1 == words.size()) throw UsageError(name + ": expected a value");
      return words[++i];
    };
    if (name == "--catalog") {
      options.catalog = value();
    } else if (name == "--store") {
      options.store = value();
    } else if (name == "--users") {
      options.users = value();
    } else if (name == "--port") {
      options.port = number<std::uint16_t>(name, value());
    } else if (name == "--origin") {
      options.origin = value();
    } else if (name == "--service") {
      options.service = value();
    } else if (name == "--seed") {
      options.seed = number<std::uint64_t>(name, value());
    } else if (name == "--operator") {
      options.operators.push_back(value());
    } else if (name == "--sabotage") {
      options.sabotage = value();
    } else if (name == "--sandbox") {
      options.sandbox = true;
    } else if (name == "--script") {
      options.script = options.sandbox = true;
    } else if (name == "-h" || name == "--help") {
      options.help = true;
    } else {
      throw UsageError("unknown option '" + name + "'");
    }
  }
  if (options.help) return options;
  if (options.catalog.empty() || options.store.empty()) throw UsageError("--catalog and --store are needed");
  if (!options.sabotage.empty() && !options.script) throw UsageError("--sabotage goes with --script");
  if (!options.sabotage.empty() && std::find(sabotages.begin(), sabotages.end(), options.sabotage) == sabotages.end())
    throw UsageError("--sabotage: expected lost-for-good, no-signature, wrong-price, lost-webhooks or late-renewal, found '" +
                     options.sabotage + "'");
  return options;
}

std::string store_path(const std::string &store) {
  const std::string path = store.starts_with("sqlite:") ? store.substr(7) : store;
  return path == ":memory:" ? "" : path;
}

std::string users_path(const Options &options) {
  if (!options.users.empty()) return options.users;
  const std::string store = store_path(options.store);
  return store.empty() ? ":memory:" : store + ".users";
}

}  // namespace host
