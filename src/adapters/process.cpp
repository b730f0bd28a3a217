#include "adapters/process.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace purser::adapters {
namespace {
std::size_t page_bytes() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
}  // namespace

Process::Process() : id_(getpid()) {
  void *page = mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (madvise(page, page_bytes(), MADV_WIPEONFORK) != 0) {
    munmap(page, page_bytes());
    return;
  }
  page_ = new (page) std::atomic<unsigned char>(mark);
}

Process::~Process() {
  if (page_) munmap(page_, page_bytes());
}

bool Process::same_id() const noexcept { return getpid() == id_; }

}  // namespace purser::adapters
