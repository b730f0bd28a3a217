// purser webhook verify
#include <cstdlib>
#include <purser.hpp>

#include "cli.hpp"
#include "input.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

constexpr std::size_t body_read_max = (1 << 20) + 1;  ///< one more byte than Purser takes: the verdict says it is too large
constexpr std::size_t secret_read_max = 4096;

struct Options {
  std::optional<std::string> secret, secret_file, secret_variable;
  std::string header, payload_file;
  std::optional<std::int64_t> now_s;
  std::int64_t tolerance_s = 0;
  bool json = false;
};

/// An editor's newline at the end is not part of the secret.
std::string secret_in(const std::string &path) {
  std::string secret = read_file(path, secret_read_max);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  return secret;
}

std::string secret_of(const Options &options) {
  if (options.secret) return *options.secret;
  if (options.secret_file) return secret_in(*options.secret_file);
  if (!options.secret_variable) throw Usage("no secret is given; pass --secret-env, --secret-file or --secret");
  const char *value = std::getenv(options.secret_variable->c_str());
  if (!value) throw Usage("--secret-env: the environment variable it names is not set; export it, or name another");
  return value;
}

/// schemas/verify.schema.json
std::string as_json(const Verified &verified) {
  Json json;
  json.object().key("accepted").boolean(verified.accepted).key("reason").text(verified.verdict).key("message").text(verified.message);
  json.key("event_id").text_or_null(verified.event_id).key("event_type").text_or_null(verified.event_type);
  json.key("thin").boolean(verified.thin).end();
  return json.written() + "\n";
}

std::string for_people(const Verified &verified) {
  if (!verified.accepted) return coloured(Colour::red, "rejected") + "  " + verified.verdict + ": " + printable(verified.message) + "\n";
  return coloured(Colour::green, "accepted") + "  " + printable(verified.event_id) + "  " + printable(verified.event_type) +
         (verified.thin ? "  (thin)" : "") + "\n";
}

int verify(const Options &options) {
  const std::string body = read_file(options.payload_file, body_read_max);
  WebhookVerifyIn in{.body = body, .signature = options.header, .secrets = {secret_of(options)}};
  in.tolerance_s = options.tolerance_s;
  if (options.now_s) in.now_ms = *options.now_s * 1000 + 1;  // 0 would be the system's clock; only whole seconds are compared
  const Verified verified = Purser::webhook_verify(in);
  print(options.json ? as_json(verified) : for_people(verified));
  return verified.accepted ? exit_yes : exit_no;
}

}  // namespace

void add_webhook(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("webhook", "Webhooks");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("verify", "Judge the signature and the envelope of one delivery. Exit 0 accepted, 1 rejected");
  CLI::Option *text =
      command->add_option("--secret", options->secret, "The endpoint's secret, whsec_... (others can see it in the process list)");
  CLI::Option *file =
      command->add_option("--secret-file", options->secret_file, "A file that holds the secret; a newline at its end does not count");
  CLI::Option *variable = command->add_option("--secret-env", options->secret_variable, "The environment variable that holds the secret");
  text->type_name("S")->excludes(file)->excludes(variable);
  file->type_name("FILE")->excludes(variable);
  variable->type_name("NAME");
  command->add_option("--header", options->header, "The value of the Stripe-Signature header")->type_name("H")->required();
  command->add_option("--payload-file", options->payload_file, "The raw body, byte for byte; - is standard input")
      ->type_name("FILE")
      ->required();
  add_seconds(*command, "--now", options->now_s, "Judge the timestamp by this moment instead of the clock");
  command->add_option("--tolerance", options->tolerance_s, "How far the timestamp may be from now, both ways (seconds; 300 unless told)")
      ->type_name("SEC")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40).description(""));
  command->add_flag("--json", options->json, "One JSON object (schemas/verify.schema.json)");
  command->footer(
      "Examples:\n"
      "  purser webhook verify --secret-env STRIPE_WEBHOOK_SECRET --header \"$SIGNATURE\" --payload-file body.json\n"
      "  purser webhook verify --secret-file whsec.txt --header 't=1767225600,v1=5257a8...' --payload-file body.json --now 1767225600 "
      "--json");
  command->callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace purser::cli
