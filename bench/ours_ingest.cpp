// purser_webhook_receive into a store, every answer after its commit. Arguments: store, catalog, file of deliveries, secret.
// Rows: `one` (one in flight), `sixteen` and `many` (16 and 64 threads, one in flight each), `again` (one in flight, deliveries that were
// stored before), `again_many`. `count` is deliveries. `one`, `sixteen` and `many` take the next deliveries of the file, so each is new.
#include <purser.h>

#include <atomic>

#include "worker.hpp"

namespace {

constexpr int in_flight = 64;
constexpr int few_in_flight = 16;

class Ingest {
 public:
  Ingest(const std::string &store, const std::string &catalog, const std::string &deliveries, const std::string &secret)
      : deliveries_(bench::read_deliveries(deliveries)) {
    const char *secrets[] = {secret.c_str()};
    purser_config config = {};
    config.struct_size = sizeof config;
    config.threads = PURSER_THREADS_DEFAULT;
    config.store = store.c_str();
    config.catalog = catalog.c_str();
    config.mode = "test";
    config.webhook_secrets = secrets;
    config.webhook_secrets_count = 1;
    config.tolerance_s = 86400;
    purser_error *error = nullptr;
    if (purser_open(&config, &purser_, &error) != PURSER_OK) bench::fail(error->message);
  }
  ~Ingest() { purser_close(purser_); }
  Ingest(const Ingest &) = delete;

  std::int64_t fresh(std::int64_t count, int threads) {
    const std::size_t first = next_;
    next_ += static_cast<std::size_t>(count);
    if (next_ > deliveries_.size()) bench::fail("too few deliveries");
    return run(first, next_, threads, PURSER_OUTCOME_APPLIED);
  }
  std::int64_t again(std::int64_t count, int threads) {
    const std::size_t end = std::min(next_, static_cast<std::size_t>(count));
    if (static_cast<std::int64_t>(end) < count) bench::fail("too few stored deliveries to repeat");
    return run(0, end, threads, PURSER_OUTCOME_DUPLICATE);
  }

 private:
  void receive(const bench::Delivery &delivery, std::int32_t expected) {
    purser_webhook_receive_in in = {};
    in.struct_size = sizeof in;
    in.body = delivery.body.data();
    in.body_size = delivery.body.size();
    in.signature = delivery.header.c_str();
    const purser_webhook_receive_out *out = nullptr;
    purser_error *error = nullptr;
    purser_webhook_receive(purser_, &in, &out, &error);
    if (out->outcome != expected || out->http_status != 200) bench::fail(std::string(out->reason) + ": " + out->message);
    purser_free(out);
  }

  std::int64_t run(std::size_t first, std::size_t end, int threads, std::int32_t expected) {
    std::atomic<std::size_t> next{first};
    const auto work = [&] {
      for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < end;) receive(deliveries_[i], expected);
    };
    const std::int64_t start = bench::now_ns();
    if (threads == 1) {
      work();
    } else {
      std::vector<std::thread> running;
      for (int i = 0; i < threads; ++i) running.emplace_back(work);
      for (std::thread &thread : running) thread.join();
    }
    return bench::now_ns() - start;
  }

  std::vector<bench::Delivery> deliveries_;
  std::size_t next_ = 0;
  purser_handle *purser_ = nullptr;
};

}  // namespace

int main(int argc, char **argv) {
  Ingest ingest(bench::argument(argc, argv, 1), bench::argument(argc, argv, 2), bench::argument(argc, argv, 3),
                bench::argument(argc, argv, 4));
  return bench::serve({{"one", [&](std::int64_t count) { return ingest.fresh(count, 1); }},
                       {"many", [&](std::int64_t count) { return ingest.fresh(count, in_flight); }},
                       {"sixteen", [&](std::int64_t count) { return ingest.fresh(count, few_in_flight); }},
                       {"again", [&](std::int64_t count) { return ingest.again(count, 1); }},
                       {"again_many", [&](std::int64_t count) { return ingest.again(count, in_flight); }}});
}
