#include "story.hpp"

#include "story_steps.hpp"

namespace host {
namespace {

using namespace story;

/// A tier's whole life; more is bought in the middle of it.
void tell_of_tier(Stage &stage, Plot &plot) {
  story::open_checkout(stage, plot);
  pay(stage, plot);
  come_back(stage, plot);
  story::open_portal(stage);
  change_tier(stage, plot);
  cancel_and_resume(stage, plot);
  lose_and_sweep(stage, plot);
  lose_and_fetch(stage, plot);
  buy_more(stage, plot);
  trial_ending(stage, plot);
  renew(stage, plot);
  fail_and_recover(stage, plot);
  refund(stage, plot);
  dispute(stage, plot);
  end(stage, plot);
  buy_again(stage, plot);
  close_and_erase(stage, plot);
}

void tell(Stage &stage) {
  Plot plot{pick(stage.catalog), "", ""};
  visit_pricing(stage);
  sign_in(stage);
  refusals(stage);
  if (plot.pick.tier) return tell_of_tier(stage, plot);
  const bool sells = plot.pick.add_on || plot.pick.one_time;
  for (const char *what : {"lost-for-good", "no-signature", "wrong-price"})
    if (!sells && stage.sabotaged(what)) throw Wrong("the catalog sells nothing, so there is nothing that this sabotage could break");
  stage.printer.left_out("tier", "the catalog sells none: no checkout of one, no portal, no renewal, no end");
  buy_more(stage, plot);
  close_and_erase(stage, plot);
}

}  // namespace

int tell_story(const Options &options) {
  Options told = options;
  told.confirms = options.sabotage != "lost-for-good";
  Printer printer;
  printer.title("The whole story, " + options.catalog + (options.sabotage.empty() ? "" : ", sabotage: " + options.sabotage));
  try {
    const Catalog catalog = read_catalog(options.catalog);
    std::optional<std::string> at_stripe;
    if (options.sabotage == "wrong-price") at_stripe = with_other_prices(options.catalog);
    Host host(told, at_stripe);
    host.start();
    Stage stage(host, catalog, printer);
    tell(stage);
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
