// A catalog becomes the store's policy: read whole, checked whole, applied in one transaction.
#include "store/policy.hpp"
#include "engine/impl.hpp"

namespace purser::engine {

PolicyApplied Engine::Impl::catalog_apply(std::string_view text, std::string_view source, const domain::Environment &environment) {
  domain::CatalogRead read = domain::read_catalog(text, environment);
  if (!read.mistakes.empty()) throw Failure(domain::as_error(read, source));
  auto fresh = std::make_shared<const domain::Catalog>(std::move(read.catalog));
  const std::string hash = hex(sha256(read.resolved));

  PolicyApplied applied;
  const std::lock_guard lock(writer_mutex_);
  writer_->begin_write();
  try {
    take_over(*writer_);
    const auto current = store::current_policy(*writer_);
    if (current && current->hash == hash) {
      writer_->rollback();
      return {current->version, false, 0};
    }
    applied = {current ? current->version + 1 : 1, true, 0};
    store::insert_policy(*writer_, {applied.version, hash, read.resolved}, now_ms());
    Sequence sequence;
    const World world = this->world(*fresh);
    Change change(*writer_, world, now_ms(), sequence);
    applied.accounts = change.rederive_all("policy " + std::to_string(applied.version));
    writer_->commit();
  } catch (...) {
    writer_->rollback();
    throw;
  }
  const std::int64_t token = std::exchange(change_token_, never_seen);  // until all is loaded: what fails here is taken over later
  set_policy(applied.version, std::move(fresh));
  due_may_have_moved();
  writer_->begin_read();
  try {
    load_snapshot(*writer_);
  } catch (...) {
    writer_->rollback();
    throw;
  }
  writer_->commit();
  change_token_ = token;
  return applied;
}

}  // namespace purser::engine
