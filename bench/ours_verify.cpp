// Row `verify`: purser_webhook_verify of one delivery, again and again. Arguments: file of deliveries, secret.
#include <purser.h>

#include "worker.hpp"

int main(int argc, char **argv) {
  const auto deliveries = bench::read_deliveries(bench::argument(argc, argv, 1));
  const std::string secret = bench::argument(argc, argv, 2);
  const char *secrets[] = {secret.c_str()};
  purser_webhook_verify_in in = {};
  in.struct_size = sizeof in;
  in.body = deliveries.at(0).body.data();
  in.body_size = deliveries.at(0).body.size();
  in.signature = deliveries.at(0).header.c_str();
  in.secrets = secrets;
  in.secrets_count = 1;
  in.tolerance_s = 86400;
  return bench::serve({{"verify", bench::repeat([&](std::int64_t) {
                          const purser_webhook_verify_out *out = nullptr;
                          purser_error *error = nullptr;
                          if (purser_webhook_verify(&in, &out, &error) != PURSER_OK) bench::fail(error->message);
                          if (!out->accepted) bench::fail(out->message);
                          const std::int64_t created_ms = out->created_ms;
                          purser_free(out);
                          return created_ms;
                        })}});
}
