// Errors and receipts that need no memory, and the translation of everything that can be thrown.
#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>

#include "src/guard.hpp"

namespace purser::capi {
namespace {

constexpr char no_memory_reason[] = "no_memory";
constexpr char no_memory_message[] = "the allocator gave nothing; nothing was changed: free memory and call again";

constinit Block<purser_error> no_memory_error = {{block_magic, nullptr},
                                                 {PURSER_NO_MEMORY, no_memory_reason, no_memory_message, "", "", 0}};
constinit const Block<purser_webhook_receive_out> no_memory_receipt = {
    {block_magic, nullptr}, {PURSER_OUTCOME_REJECTED, 503, "", "", "", no_memory_reason, no_memory_message, 0}};

constexpr std::int32_t http_try_again = 503;
constexpr std::int32_t http_host_mistake = 500;

Ended ended_by(Error error) noexcept {
  Ended ended;
  ended.status = static_cast<purser_status>(error.status);
  ended.error = give_error(std::move(error));
  return ended;
}

/// The messages of foreign exceptions may hold anything: only their kind is told.
Ended ended_by_text(Status status, const char *reason, const char *message) noexcept {
  try {
    return ended_by({status, reason, message, {}, {}, 0});
  } catch (...) { return {PURSER_NO_MEMORY, nullptr, &no_memory_error.shown}; }
}

}  // namespace

purser_error *give_error(Error error) noexcept {
  try {
    return give<purser_error>(std::move(error));
  } catch (...) { return &no_memory_error.shown; }
}

Ended ended_by_exception() noexcept {
  try {
    throw;
  } catch (const Failure &failure) {
    try {
      return ended_by(failure.error());
    } catch (...) { return {PURSER_NO_MEMORY, nullptr, &no_memory_error.shown}; }
  } catch (const std::bad_alloc &) { return {PURSER_NO_MEMORY, nullptr, &no_memory_error.shown}; } catch (const std::length_error &) {
    return {PURSER_NO_MEMORY, nullptr, &no_memory_error.shown};
  } catch (const std::system_error &) {
    return ended_by_text(Status::unavailable, "system", "the system refused a thread or a lock; look at the process's limits");
  } catch (...) {
    return ended_by_text(Status::internal, "bug", "an unexpected exception inside Purser; please report it with what led to it");
  }
}

const purser_webhook_receive_out *receipt_of(const Ended &ended) noexcept {
  try {
    engine::Receipt receipt;
    const bool mistake = ended.status == PURSER_INVALID || ended.status == PURSER_UNSUPPORTED || ended.status == PURSER_INTERNAL;
    receipt.http_status = mistake ? http_host_mistake : http_try_again;
    receipt.reason = ended.error->reason;
    receipt.message = ended.error->message;
    return give<purser_webhook_receive_out>(std::move(receipt));
  } catch (...) { return &no_memory_receipt.shown; }
}

runtime::Runtime &usable(purser_handle *p) {
  if (!p) throw Failure(Status::invalid, "argument_null", "expected a handle, found NULL; pass what purser_open gave", "p");
  if (!p->runtime.same_process()) throw runtime::forked_failure();
  return p->runtime;
}

const char *give_text(std::string_view text) noexcept {
  void *memory = std::malloc(sizeof(BlockHeader) + text.size() + 1);
  if (!memory) return nullptr;
  char *shown =
      reinterpret_cast<char *>(new (memory) BlockHeader{block_magic, [](BlockHeader *header) noexcept { std::free(header); }} + 1);
  std::copy(text.begin(), text.end(), shown);
  shown[text.size()] = '\0';
  return shown;
}

void free_block(const void *shown) noexcept {
  if (!shown) return;
  BlockHeader *header = header_of(static_cast<const unsigned char *>(shown));
  if (header->magic != block_magic || !header->destroy) return;
  header->magic = freed_magic;
  header->destroy(header);
}

}  // namespace purser::capi
