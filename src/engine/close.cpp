#include "engine/outgoing.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

Closed Outgoing::account_close(const std::string &, domain::CloseWhen, const Deadline &) { throw not_yet(); }

}  // namespace purser::engine
