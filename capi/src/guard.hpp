// The one exception firewall: whatever happens inside, the host gets a status, and an error object that says why.
#pragma once
#include <purser.h>

#include <exception>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "src/handle.hpp"
#include "src/rules.hpp"
#include "src/shown.hpp"

namespace purser::capi {

#include "generated/runs.inc"

/// How a verb ended. Owns nothing: hand_over gives it away or frees it.
struct Ended {
  purser_status status = PURSER_OK;
  const void *out = nullptr;
  purser_error *error = nullptr;
};

/// For use inside a catch block. Needs no memory where there is none: the error object is static then.
Ended ended_by_exception() noexcept;
purser_error *give_error(Error error) noexcept;
/// A copy with a NUL behind it, freed by purser_free; nullptr where there is no memory.
const char *give_text(std::string_view text) noexcept;
/// The receipt of a delivery that the engine never judged. Needs no memory where there is none.
const purser_webhook_receive_out *receipt_of(const Ended &ended) noexcept;

template <class Body>
Ended firewall(Body &&body) noexcept {
  try {
    return {PURSER_OK, std::forward<Body>(body)(), nullptr};
  } catch (...) { return ended_by_exception(); }
}

/// Throws invalid for NULL, forked in a child.
runtime::Runtime &usable(purser_handle *p);

template <class Out>
purser_status hand_over(const Ended &ended, const Out **out, purser_error **error) noexcept {
  if (out)
    *out = static_cast<const Out *>(ended.out);
  else
    free_block(ended.out);
  if (error)
    *error = ended.error;
  else
    free_block(ended.error);
  return ended.status;
}

/// A verb's body on an accepted input, without the checks of the handle: also what a submitted call runs.
template <class In, class Out>
Ended perform(runtime::Runtime &runtime, const In &in) noexcept {
  return firewall([&] { return give<Out>(run(runtime, in)); });
}

template <class In, class Out>
Ended entered(purser_handle *p, const In *in) noexcept {
  return firewall([&] {
    runtime::Runtime &runtime = usable(p);
    const runtime::Gate::Visit visit(runtime.gate());
    return give<Out>(run(runtime, accepted(in)));
  });
}

template <class In, class Out>
purser_status verb(purser_handle *p, const In *in, const Out **out, purser_error **error) noexcept {
  return hand_over(entered<In, Out>(p, in), out, error);
}

template <class In, class Out>
purser_status pure_verb(const In *in, const Out **out, purser_error **error) noexcept {
  return hand_over(firewall([&] { return give<Out>(run(accepted(in))); }), out, error);
}

/// The one verb that has an output on every path.
inline purser_status receipt_verb(purser_handle *p, const purser_webhook_receive_in *in, const purser_webhook_receive_out **out,
                                  purser_error **error) noexcept {
  Ended ended = entered<purser_webhook_receive_in, purser_webhook_receive_out>(p, in);
  if (!ended.out && out) ended.out = receipt_of(ended);
  return hand_over(ended, out, error);
}

template <class In, class Out>
Ended perform_erased(runtime::Runtime &runtime, const void *in) noexcept {
  return perform<In, Out>(runtime, *static_cast<const In *>(in));
}
template <class In, class Out>
Ended perform_pure_erased(runtime::Runtime &, const void *in) noexcept {
  return firewall([&] { return give<Out>(run(*static_cast<const In *>(in))); });
}

/// What purser_submit knows about a verb.
struct SubmittedVerb {
  std::int32_t id;
  const Shape *shape;
  Ended (*perform)(runtime::Runtime &, const void *in) noexcept;
};
extern const std::array<SubmittedVerb, verb_count> submitted_verbs;

}  // namespace purser::capi
