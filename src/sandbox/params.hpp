// The parameters of one request as a tree: `items[0][price]=p` is items → 0 → price. Reading says what Stripe says about what is wrong.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/value.hpp"

namespace purser::sandbox {

class Params {
 public:
  /// A decoded form or query; throws ApiFailure where it is none.
  static Object decode(std::string_view form);

  /// `node` outlives this.
  explicit Params(const Value &node, std::string name = {}) : node_(&node), name_(std::move(name)) {}

  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// `cancel_at=`: there, and empty.
  bool unsets(std::string_view key) const;
  bool holds_text(std::string_view key) const { return find(key) && find(key)->is_string(); }
  /// Empty where it is not there.
  std::string text(std::string_view key) const;
  /// Throws where it is not there or empty.
  std::string required(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<double> decimal(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  /// One of these words, or empty.
  std::string word(std::string_view key, std::initializer_list<std::string_view> words) const;
  Params inside(std::string_view key) const;
  /// The elements of an array, by index.
  std::vector<Params> list(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  /// Members whose names the caller chooses: metadata.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key) const;
  /// The text that this node is, empty where it is an object.
  std::string itself() const;
  bool is_text() const { return node_->is_string(); }
  /// Throws parameter_unknown for any other member. `expand` is always allowed.
  void only(std::initializer_list<std::string_view> known) const;
  /// `items[0][price]`.
  std::string name(std::string_view key) const;

 private:
  const Value *find(std::string_view key) const;

  const Value *node_;
  std::string name_;
};

/// Metadata as Stripe merges it: given keys are set, empty ones removed, `metadata=` removes all.
void merge_metadata(Object &object, const Params &params, std::string_view key = "metadata");

}  // namespace purser::sandbox
