// A checkout from the click to the access, against the sandbox: no Stripe account is needed.
//   checkout_cpp catalog.json
#include <iostream>
#include <purser.hpp>
#include <purser_sandbox.hpp>

int main(int count, char **words) try {
  const std::string catalog = count > 1 ? words[1] : "catalog.json";
  const purser::Sandbox box({.catalog = catalog});
  purser::Config config;
  config.store = "sqlite::memory:";
  config.catalog = catalog;
  box.configure(config);  // the one line that production does not have
  const purser::Purser purser(config);

  const auto allowed = [&] { return purser.check("acct_42", "crm") ? "yes" : "no"; };
  std::cout << "before: " << allowed() << '\n';

  const purser::Checkout buy = purser.checkout_create({.account = "acct_42",
                                                       .email = "ann@example.com",
                                                       .tier = "ultralead",  // a product key names its only paid tier
                                                       .success_url = "https://app.example.com/welcome",
                                                       .cancel_url = "https://app.example.com/pricing",
                                                       .interval = PURSER_MONTH});
  std::cout << "mode: " << buy.mode << '\n';
  box.pay(buy.session_id);  // the buyer on the page at buy.url
  box.deliver(purser);      // signed webhooks, through webhook_receive
  std::cout << "after: " << allowed() << '\n';

  // How the host's own users table learns.
  for (const purser::Change &change : purser.change_next({.consumer = "users-table"}).changes) {
    std::cout << change.account << ": " << change.product << ' ' << change.tier_before << " -> " << change.tier << '\n';
  }
} catch (const purser::Error &error) {
  std::cerr << error.reason() << ": " << error.message() << '\n';
  return 1;
}
