// The operator's page and its buttons. Fetching and sweeping by hand are for the sandbox: a host with threads does both by itself.
#include <algorithm>
#include <memory>
#include <mutex>

#include "host.hpp"
#include "page_operator.hpp"

namespace host {
namespace {

constexpr std::int64_t listed = 50;

/// What the last button did.
struct Said {
  std::mutex mutex;
  std::string text;
  void say(std::string what) {
    const std::lock_guard lock(mutex);
    text = std::move(what);
  }
  std::string take() {
    const std::lock_guard lock(mutex);
    return std::exchange(text, "");
  }
};

std::vector<Gap> read_gaps(const purser::Purser &purser) {
  std::vector<Gap> gaps;
  const auto answer = purser.query({.sql = "select type, id, reason, due_at_ms from purser_v_gap order by due_at_ms", .row_limit = listed});
  for (const auto &row : answer.rows)
    gaps.push_back(
        {std::get<std::string>(row[0]), std::get<std::string>(row[1]), std::get<std::string>(row[2]), std::get<std::int64_t>(row[3])});
  return gaps;
}

Response show(Host &host, Visit &visit, Said &said) {
  OperatorView view{.health = host.purser().health_read({}), .gaps = read_gaps(host.purser())};
  view.foreign = visit.request.query_of("foreign") == "1";
  purser::ParkedListIn in{.limit = listed, .foreign = view.foreign};
  if (const std::string after = visit.request.query_of("after"); !after.empty()) in.after = after;
  view.parked = host.purser().parked_list(in);
  view.said = said.take();
  return Response::html(operator_page(host.frame(visit, "Operator", "/operator"), view));
}

Response linked(Host &host, Visit &visit, Said &said) {
  const std::string account = visit.request.query_of("account"), customer = visit.request.query_of("customer");
  const auto made = host.purser().account_link({.account = account, .customer = customer});
  host.feed().poke();
  said.say(customer + " belongs to " + account + "; " + std::to_string(made.subscriptions) +
           (made.subscriptions == 1 ? " subscription counts." : " subscriptions count."));
  return Response::see_other("/operator");
}

Response fetched(Host &host, Visit &, Said &said) {
  const auto done = host.purser().gap_fetch({});
  host.feed().poke();
  said.say(std::to_string(done.fetched) + " fetched, " + std::to_string(done.closed) + " closed by themselves, " +
           std::to_string(done.waiting) + " waiting.");
  return Response::see_other("/operator");
}

Response swept(Host &host, Visit &, Said &said) {
  const auto done = host.purser().event_sweep({});
  host.feed().poke();
  said.say(std::to_string(done.listed) + " events in Stripe’s list, " + std::to_string(done.missed) + " had not come and are taken in.");
  return Response::see_other("/operator");
}

/// 404 for everybody else: who does not run this host need not know of the page.
Page only_operators(Page page) {
  return [page = std::move(page)](Host &host, Visit &visit) {
    if (host.runs(*visit.user)) return page(host, visit);
    return refused_page(host.frame(visit, "Not found"), 404, "There is nothing here",
                        "The page may have moved, or the address has a typing error.");
  };
}

}  // namespace

void add_operator(Router &router, Host &host) {
  const auto said = std::make_shared<Said>();
  const auto with = [said](Response (*act)(Host &, Visit &, Said &)) {
    return only_operators([said, act](Host &at, Visit &visit) { return act(at, visit, *said); });
  };
  router.add("GET", "/operator", signed_in(host, with(show)));
  router.add("POST", "/operator/link", posted(host, with(linked)));
  if (!host.box()) return;
  router.add("POST", "/operator/fetch", posted(host, with(fetched)));
  router.add("POST", "/operator/sweep", posted(host, with(swept)));
}

}  // namespace host
