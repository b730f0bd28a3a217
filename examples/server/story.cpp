#include "story.hpp"

#include "story_steps.hpp"

namespace host {
namespace {

using namespace story;

void tell(Stage &stage, const Pick &picked) {
  Plot plot{picked, "", ""};
  visit_pricing(stage);
  sign_in(stage);
  refusals(stage);
  story::open_checkout(stage, plot);
  pay(stage, plot);
  come_back(stage, plot);
  story::open_portal(stage);
  change_tier(stage, plot);
  cancel_and_resume(stage, plot);
  buy_more(stage, plot);
  renew(stage, plot);
  fail_and_recover(stage, plot);
  end(stage, plot);
  buy_again(stage, plot);
}

}  // namespace

int tell_story(const Options &options) {
  Options told = options;
  told.confirms = options.sabotage != "lost-webhooks";
  Printer printer;
  printer.title("The whole story, " + options.catalog + (options.sabotage.empty() ? "" : ", sabotage: " + options.sabotage));
  try {
    const Catalog catalog = read_catalog(options.catalog);
    const auto picked = pick(catalog);
    std::optional<std::string> at_stripe;
    if (options.sabotage == "wrong-price") at_stripe = with_other_prices(options.catalog);
    Host host(told, at_stripe);
    host.start();
    Stage stage(host, catalog, printer);
    if (!picked) throw Wrong("the catalog sells no tier: there is no story to tell");
    tell(stage, *picked);
    printer.done("All is as the catalog and Stripe say." +
                 (printer.all_left_out().empty() ? std::string()
                                                 : " Left out: " + std::to_string(printer.all_left_out().size()) + ", named above."));
    return 0;
  } catch (const purser::Error &error) { printer.failed(error.reason() + ": " + error.message()); } catch (const std::exception &error) {
    printer.failed(error.what());
  }
  return 1;
}

}  // namespace host
