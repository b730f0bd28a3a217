// Between a delivery and its 2xx the store is synced: not before, not afterwards, and not for what is stored already.
#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/deliveries.hpp"
#include "durability/wrong_database.hpp"
#include "support/recording_vfs.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Counted {
  std::size_t answered = 0, synced = 0;
};

/// How many of the deliveries that said something new were answered 2xx, and how many of those with a sync after their last write.
Counted count(const std::string &name, const SqlWrap &setting) {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  const RecordingVfs vfs(name);
  auto database = adapters::sqlite_database({.path = folder.file("store.db"), .vfs = vfs.name()});
  if (setting) database = wrapped_database(database, setting);
  World world({.mode = engine::Mode::offline, .database = database});
  world.apply();
  Counted counted;
  for (const Delivery &delivery : make_deliveries(6, 5)) {
    const std::size_t before = vfs.position();
    const engine::Receipt receipt = world.engine->webhook_receive(delivery.body, delivery.signature, "", 0);
    if (!is_2xx(receipt) || receipt.outcome == domain::Outcome::duplicate) continue;
    ++counted.answered;
    bool written = false, synced = false;
    for (std::size_t at = before; at < vfs.position(); ++at) {
      const FileOperation &operation = vfs.operations()[at];
      if (!vfs.files()[operation.file].ends_with("-wal")) continue;
      if (operation.kind == FileOperation::Kind::write) written = true, synced = false;
      if (operation.kind == FileOperation::Kind::sync) synced = written;
    }
    counted.synced += synced;
  }
  return counted;
}

}  // namespace

TEST_CASE("every answered delivery was synced before its answer") {
  const Counted counted = count("sync-order", nullptr);
  CHECK(counted.answered > 40);
  CHECK(counted.synced == counted.answered);
}

TEST_CASE("the test sees synchronous=NORMAL and an answer before COMMIT") {
  CHECK(count("sync-order-normal", with_setting("PRAGMA synchronous = NORMAL")).synced == 0);
  const Counted early = count("sync-order-early", with_late_commit());
  CHECK(early.synced < early.answered);
}
