// Is this still the process that opened the handle? One load: the access check and every statement ask it.
#pragma once
#include <sys/types.h>

#include <atomic>

namespace purser::adapters {

/// A page that the kernel wipes in every forked child (madvise MADV_WIPEONFORK, Linux 4.14), so that no pthread_atfork handler
/// outlives a dlclose. Where the kernel cannot, the process id is compared.
class Process {
 public:
  Process();
  ~Process();
  Process(const Process &) = delete;
  Process &operator=(const Process &) = delete;
  bool same() const noexcept { return page_ ? page_->load(std::memory_order_relaxed) == mark : same_id(); }

 private:
  static constexpr unsigned char mark = 1;
  bool same_id() const noexcept;
  std::atomic<unsigned char> *page_ = nullptr;
  pid_t id_;
};

}  // namespace purser::adapters
