#include "exchange_rows.hpp"

namespace purser::test {
namespace {

const char *meaning(Status status) {
  switch (status) {
    case Status::invalid: return "invalid";
    case Status::not_found: return "not_found";
    case Status::conflict: return "conflict";
    case Status::refused: return "refused";
    default: return "another";
  }
}

/// Where a line stood.
struct Place {
  std::string recording, exchange, version;
};

std::string line(const Place &place, std::string_view what, std::string_view id, const Said &s) {
  const std::string period_end = s.period_end_s == 0 ? std::string() : std::to_string(s.period_end_s);
  std::string out = place.recording;
  for (const std::string_view field :
       {std::string_view(place.exchange), std::string_view(place.version), what, id, std::string_view(s.status),
        std::string_view(s.customer), std::string_view(period_end), std::string_view(s.subscription), std::string_view(s.facts.text())})
    out.append("\t").append(field);
  return out;
}

Said said_of_error(const json::object &response, std::int64_t http_status) {
  const json::value *body = response.if_contains("body");
  const json::value *error = json::find(body, "error");
  const std::string text = json::canonical(*body);
  const Error read = stripe::error_of({static_cast<std::int32_t>(http_status), text, {}, {}});
  Said said{std::to_string(http_status), {}, 0, {}, {}};
  said.facts.add("type", json::as_text(json::find(error, "type"))).add("code", json::as_text(json::find(error, "code")));
  said.facts.add("meaning", meaning(read.status)).add("reason", read.reason).add("param", read.parameter);
  return said;
}

/// Every object that the readers know, outer ones first, in the order of the document.
void add_objects(const json::value &v, const Place &place, std::vector<std::string> &rows) {
  if (const json::array *a = v.if_array()) {
    for (const json::value &element : *a) add_objects(element, place, rows);
  } else if (const json::object *o = v.if_object()) {
    if (const auto observed = stripe::observe_object(*o, false, ""))
      rows.push_back(line(place, observed->key.type, observed->key.id, said_of(*observed)));
    for (const auto &member : *o) add_objects(member.value(), place, rows);
  }
}

void add_exchange(const json::object &response, const Place &place, std::vector<std::string> &rows) {
  const std::int64_t http_status = json::as_integer(response.if_contains("status")).value_or(0);
  std::vector<std::string> objects;
  if (const json::value *body = response.if_contains("body")) add_objects(*body, place, objects);
  Said said{std::to_string(http_status), {}, 0, {}, {}};
  said.facts.add("objects", static_cast<std::int64_t>(objects.size()));
  rows.push_back(line(place, "exchange", {}, said));
  if (http_status >= 400) rows.push_back(line(place, "error", {}, said_of_error(response, http_status)));
  rows.insert(rows.end(), objects.begin(), objects.end());
}

}  // namespace

std::vector<std::string> exchange_rows(const std::filesystem::path &folder) {
  std::vector<std::string> rows;
  for (const auto &file : documents(folder)) {
    const json::value document = load(file);
    const std::string recording = file.stem().string();
    std::size_t number = 0;
    if (const json::array *steps = json::as_array(json::find(&document, "steps"))) {
      for (const json::value &step : *steps) {
        const json::object &response = *json::as_object(json::find(&step, "response"));
        const std::string version(json::as_text(response.if_contains("stripe_version")));
        add_exchange(response, {recording, std::to_string(number++), version.empty() ? "-" : version}, rows);
      }
    }
    if (const json::object *resources = json::as_object(json::find(&document, "resources")))
      for (const auto &resource : *resources)
        add_exchange({{"status", 200}, {"body", resource.value()}}, {recording, std::string(resource.key()), "-"}, rows);
  }
  return rows;
}

std::vector<std::string> event_rows(const std::filesystem::path &folder) {
  std::vector<std::string> rows;
  for (const auto &file : documents(folder)) {
    const json::value document = load(file);
    const std::string type(json::as_text(json::find(&document, "type"))), version(json::as_text(json::find(&document, "api_version")));
    const Place place{file.stem().string(), type, version.empty() ? "-" : version};
    const auto o = stripe::observe_event(document.as_object());
    rows.push_back(o ? line(place, o->key.type, o->key.id, said_of(*o)) : line(place, "recorded", {}, {}));
  }
  return rows;
}

}  // namespace purser::test
