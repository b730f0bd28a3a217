"""include/purser.hpp: header-only C++20 over the C ABI. Owns, throws, and gives values that outlive the handle."""
from generator.model import Field, Model, Struct
from generator.text import MADE, WIDTH, wrap

HEAD = """#ifndef PURSER_HPP
#define PURSER_HPP
#include <purser.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace purser {
inline namespace v0 {

/// What every function of this header throws.
class Error : public std::exception {
 public:
  /// Takes the C error over and frees it. `error` may be NULL.
  Error(purser_status status, purser_error *error) : status_(status) {
    if (!error) return;
    reason_ = error->reason;
    message_ = error->message;
    parameter_ = error->parameter;
    request_id_ = error->request_id;
    retry_after_ms_ = error->retry_after_ms;
    purser_free(error);
  }
  const char *what() const noexcept override { return message_.empty() ? purser_status_name(status_) : message_.c_str(); }
  purser_status status() const noexcept { return status_; }   ///< PURSER_*: what to do
  const std::string &reason() const noexcept { return reason_; }   ///< stable word
  const std::string &message() const noexcept { return message_; }
  const std::string &parameter() const noexcept { return parameter_; }
  const std::string &request_id() const noexcept { return request_id_; }
  std::int64_t retry_after_ms() const noexcept { return retry_after_ms_; }

 private:
  purser_status status_;
  std::string reason_, message_, parameter_, request_id_;
  std::int64_t retry_after_ms_ = 0;
};

/// NULL, integer, real, text or blob (bytes).
struct Blob {
  std::string bytes;
  bool operator==(const Blob &) const = default;
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

struct Freed {
  void operator()(const void *output) const noexcept { purser_free(output); }
};
template <class T>
using Owned = std::unique_ptr<const T, Freed>;

inline void check(purser_status status, purser_error *error) {
  if (status != PURSER_OK) throw Error(status, error);
}
inline const char *or_null(const std::optional<std::string> &text) { return text ? text->c_str() : nullptr; }
inline std::vector<const char *> pointers(const std::vector<std::string> &texts) {
  std::vector<const char *> made;
  for (const std::string &text : texts) made.push_back(text.c_str());
  made.push_back(nullptr);
  return made;
}
inline std::vector<std::string> texts(const purser_text_list *list) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < purser_text_list_count(list); i++) made.emplace_back(purser_text_list_at(list, i));
  return made;
}

inline std::string version() { return purser_version(); }
"""
CALLBACKS = """  /// Any thread, never under a lock, never a secret or payload. Must not throw.
  std::function<void(std::int32_t level, std::string_view message)> on_log = {};
  /// Unix milliseconds; empty = the system's clock. Must not throw.
  std::function<std::int64_t()> now_ms = {};
  /// The last word on the C configuration before it is opened: a sandbox, an HTTP client of the host's. May throw; called once, in the constructor.
  std::function<void(purser_config &config)> configure = {};
"""
CLASS = """
/// An open store. Movable, not copyable; any thread. The destructor closes.
class Purser {
 public:
  explicit Purser(Config config) : callbacks_(std::make_unique<Callbacks>()) {
    callbacks_->on_log = std::move(config.on_log);
    callbacks_->now_ms = std::move(config.now_ms);
    Packed<Config> packed(config);
    purser_clock clock{};
    clock.struct_size = sizeof clock;
    clock.now_ms = [](void *context) { return static_cast<Callbacks *>(context)->now_ms(); };
    clock.context = callbacks_.get();
    if (callbacks_->now_ms) packed.c.clock = &clock;
    if (callbacks_->on_log) packed.c.log = [](void *context, std::int32_t level, const char *message) { static_cast<Callbacks *>(context)->on_log(level, message); };
    packed.c.log_context = callbacks_.get();
    if (config.configure) config.configure(packed.c);
    purser_error *error = nullptr;
    const purser_status status = purser_open(&packed.c, &handle_, &error);
    check(status, error);
  }
  static Purser open(Config config) { return Purser(std::move(config)); }
  Purser(Purser &&other) noexcept : callbacks_(std::move(other.callbacks_)), handle_(std::exchange(other.handle_, nullptr)) {}
  Purser &operator=(Purser &&other) noexcept {
    std::swap(callbacks_, other.callbacks_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Purser() {
    // In a forked child or from a callback nothing was closed: what the handle still uses must stay.
    if (purser_close(handle_) != PURSER_OK) static_cast<void>(callbacks_.release());
  }
  /// Like the destructor, but says when it could not: BUSY from a callback, FORKED in a child.
  void close() {
    check(purser_close(handle_), nullptr);
    handle_ = nullptr;
  }
  purser_handle *handle() const noexcept { return handle_; }

  /// Decided in memory: no lock, no allocation.
  bool check(const char *account, const char *feature) const noexcept { return purser_check(handle_, account, feature) == 1; }
  bool check(const std::string &account, const std::string &feature) const noexcept { return check(account.c_str(), feature.c_str()); }
  /// The tier's key; nullopt for an unknown product.
  std::optional<std::string> tier(const std::string &account, const std::string &product) const {
    const char *key = purser_tier(handle_, account.c_str(), product.c_str());
    return key ? std::optional<std::string>(key) : std::nullopt;
  }
"""
TAIL = """
  void cancel(std::uint64_t id) { check(purser_cancel(handle_, id), nullptr); }
  /// With threads = 0: returns how many calls ended.
  std::int64_t run_due(std::int64_t budget_ms = 0) {
    std::int64_t count = 0;
    purser_error *error = nullptr;
    const purser_status status = purser_run_due(handle_, budget_ms, &count, &error);
    check(status, error);
    return count;
  }

 private:
  static void check(purser_status status, purser_error *error) { v0::check(status, error); }
  struct Callbacks {
    std::function<void(std::int32_t, std::string_view)> on_log;
    std::function<std::int64_t()> now_ms;
  };
  std::unique_ptr<Callbacks> callbacks_;
  purser_handle *handle_ = nullptr;
};

}  // namespace v0
}  // namespace purser
#endif
"""


def member(model: Model, s: Struct, f: Field) -> str:
    if s.role == "input":
        if f.kind == "cstr":
            return f"std::string {f.name};" if f.required else f"std::optional<std::string> {f.name} = {{}};"
        if f.kind == "bytes":
            return f"std::string_view {f.name} = {{}};"
        if f.kind == "cstr_list":
            return f"std::optional<std::vector<std::string>> {f.name} = {{}};" if f.nullable else f"std::vector<std::string> {f.name} = {{}};"
    kinds = {"cstr": "std::string", "texts": "std::vector<std::string>", "bool": "bool", "i64": "std::int64_t", "f64": "double", "size": "std::size_t",
             "list": f"std::vector<{model.record_of(f).type}>" if f.record else ""}
    ctype = kinds.get(f.kind, "std::int32_t")
    initial = {"bool": " = false", "cstr": "", "texts": "", "list": ""}.get(f.kind, f" = {f.default}")
    return f"{ctype} {f.name}{initial};"


def struct(model: Model, s: Struct) -> list[str]:
    lines = [""] + wrap(s.doc, "/// ", WIDTH) + [f"struct {s.type} {{"]
    for f in (f for f in s.fields if f.kind != "raw"):
        declaration, doc = "  " + member(model, s, f), " ".join(f.doc.split())
        if len(declaration) + len(doc) < WIDTH - 8:
            lines.append(f"{declaration}   ///< {doc}")
        else:
            lines += wrap(doc, "  /// ", WIDTH) + [declaration]
    if s.c_name == "purser_config":
        lines += CALLBACKS.rstrip("\n").split("\n")
    if s.table:
        lines += ["  std::vector<std::vector<Value>> rows;   ///< in the order of `columns`"]
    return lines + ["};"]


def read(model: Model, s: Struct) -> list[str]:
    """C struct -> value."""
    def one(f: Field) -> str:
        if f.kind == "texts":
            return f"  made.{f.name} = texts(from.{f.name});"
        if f.kind == "list":
            r = model.record_of(f)
            return (f"  for (std::size_t i = 0; i < {r.c_name}_list_count(from.{f.name}); i++) "
                    f"made.{f.name}.push_back(value(*{r.c_name}_list_at(from.{f.name}, i)));")
        return f"  made.{f.name} = from.{f.name}{' != 0' if f.kind == 'bool' else ''};"
    lines = ["", f"inline {s.type} value(const {s.c_name} &from) {{", f"  {s.type} made;"] + [one(f) for f in s.fields]
    if s.table:
        lines += ["  for (std::size_t row = 0; row < static_cast<std::size_t>(from.row_count); row++) {", "    std::vector<Value> &cells = made.rows.emplace_back();",
                  "    for (std::size_t column = 0; column < made.columns.size(); column++) cells.push_back(value(*purser_query_value(&from, row, column)));", "  }"]
    return lines + ["  return made;", "}"]


VALUE = """
inline Value value(const purser_value &from) {
  switch (from.type) {
    case PURSER_VALUE_INTEGER: return from.integer;
    case PURSER_VALUE_REAL: return from.real;
    case PURSER_VALUE_TEXT: return std::string(from.text, from.size);
    case PURSER_VALUE_BLOB: return Blob{std::string(from.text, from.size)};
    default: return std::monostate();
  }
}
"""


def packed(s: Struct) -> list[str]:
    """Value -> C struct that borrows from it."""
    lines = ["", "template <>", f"struct Packed<{s.type}> {{", f"  explicit Packed(const {s.type} &in) {{", "    c.struct_size = sizeof c;"]
    lists = []
    for f in (f for f in s.fields if f.kind != "raw"):
        n = f.name
        if f.kind == "cstr":
            lines.append(f"    c.{n} = " + (f"in.{n}.c_str();" if f.required else f"or_null(in.{n});"))
        elif f.kind == "bytes":
            lines += [f"    c.{n} = in.{n}.data();", f"    c.{n}_size = in.{n}.size();"]
        elif f.kind == "cstr_list":
            lists.append(n)
            value, condition = (f"*in.{n}", f"if (in.{n}) ") if f.nullable else (f"in.{n}", "")
            lines += [f"    {condition}{n} = pointers({value});", f"    {condition}c.{n} = {n}.data();",
                      f"    {condition}c.{n}_count = {n}.size() - 1;"]
        else:
            lines.append(f"    c.{n} = in.{n}{' ? 1 : 0' if f.kind == 'bool' else ''};")
    lines += ["  }", f"  {s.c_name} c{{}};"]
    return lines + [f"  std::vector<const char *> {n};" for n in lists] + ["};"]


def method(model: Model, v) -> list[str]:
    i, o = model.input_of(v), model.output_of(v)
    required = any(f.required for f in i.fields)
    lines = [""] + wrap(v.doc, "  /// ", WIDTH)
    lines += [f"  {'static ' if v.pure else ''}{o.type} {v.verb}(const {i.type} &in{'' if required else ' = {}'}){'' if v.pure else ' const'} {{", f"    const Packed<{i.type}> packed(in);", f"    const {o.c_name} *out = nullptr;"]
    call = f"purser_{v.verb}({'' if v.pure else 'handle_, '}&packed.c, &out, {{}})"
    if v.always_output:
        lines += ["    static_cast<void>(" + call.format("nullptr") + ");   // the output says it all"]
    else:
        lines += ["    purser_error *error = nullptr;", "    const purser_status status = " + call.format("&error") + ";", "    check(status, error);"]
    lines += [f"    return value(*Owned<{o.c_name}>(out));", "  }"]
    if v.pure:
        return lines
    lines += [f"  /// {v.verb} as a submitted call: `done` is called exactly once, on an engine thread; it must not throw or close. Returns the call's id.",
              f"  std::uint64_t {v.verb}_submit(const {i.type} &in, std::function<void(Ended<{o.type}>)> done) const {{",
              f"    return submit<{i.type}, {o.type}, {o.c_name}>({v.constant}, in, std::move(done));", "  }"]
    return lines


ENDED = """
/// How a submitted call ended: the value, or why there is none. A webhook's Receipt is always there.
template <class T>
struct Ended {
  purser_status status = PURSER_OK;
  std::optional<T> value;
  std::optional<Error> error;
};
"""
SUBMIT = """
  template <class In, class Out, class C>
  std::uint64_t submit(std::int32_t verb, const In &in, std::function<void(Ended<Out>)> done) const {
    using Done = std::function<void(Ended<Out>)>;
    const Packed<In> packed(in);
    auto context = std::make_unique<Done>(std::move(done));
    purser_call call{};
    call.struct_size = sizeof call;
    call.verb = verb;
    call.in = &packed.c;
    call.context = context.get();
    call.done = [](void *given, purser_status status, const void *out, purser_error *failure) {
      const std::unique_ptr<Done> owned(static_cast<Done *>(given));
      const Owned<C> output(static_cast<const C *>(out));
      Ended<Out> ended;
      ended.status = status;
      if (output) ended.value = value(*output);
      if (status != PURSER_OK) ended.error.emplace(status, failure);
      (*owned)(std::move(ended));
    };
    std::uint64_t id = 0;
    purser_error *error = nullptr;
    const purser_status status = purser_submit(handle_, &call, &id, &error);
    check(status, error);
    static_cast<void>(context.release());   // `done` owns it now
    return id;
  }
"""


def generate(model: Model) -> dict[str, str]:
    lines = [f"// {MADE.format(source='')}"] + HEAD.rstrip("\n").split("\n")
    shown = [s for s in model.structs if s.bindings and s.c_name != "purser_error"]
    for s in [s for s in shown if s.role == "record"] + [s for s in shown if s.role != "record"]:
        lines += struct(model, s)
    lines += VALUE.rstrip("\n").split("\n")
    for s in [s for s in shown if s.role == "record"] + [s for s in shown if s.role == "output"]:
        lines += read(model, s)
    lines += ["", "/// A C input that borrows from a value.", "template <class T>", "struct Packed;"]
    for s in (s for s in shown if s.role == "input"):
        lines += packed(s)
    lines += ENDED.rstrip("\n").split("\n") + CLASS.rstrip("\n").split("\n")
    for v in model.verbs:
        lines += method(model, v)
    private = TAIL.index(" private:\n") + len(" private:\n")
    lines += (TAIL[:private] + SUBMIT.lstrip("\n") + TAIL[private:]).split("\n")
    return {"include/purser.hpp": "\n".join(lines).rstrip("\n") + "\n"}
